"""Engine of the store: one database behind all rooms, SQLite in a file by default or PostgreSQL by its URL.

A transaction that returned without an error is on disk. Whatever goes wrong with the database itself comes out as
`StoreBusyError`: nothing was changed, and the same can be tried again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from model.errors import Phrase, StoreBusyError, StoreError, reason
from model.storage.file_identity import CHANGED, FileIdentity
from model.storage.guard import READING, WRITING, Guard
from model.storage.location import RIGHT_URL, file_of, is_database_url, what_is_wrong
from model.storage.migrating import Earlier, migrate

WAIT = 3.0
"""Seconds to wait for another writer before saying that the store is busy."""
ANSWER = 5.0
"""Seconds that a service waits for one answer of the database, a lock included."""

_SQLITE = b"SQLite format 3\0"
"""How every file of SQLite begins that is not empty."""
_WRITING = {"platform_fit_writing": True}


class Store:
    """An open database with the lay-out of this version.

    Attributes:
        engine: for readers that bring their own queries; inside the product use `reading` and `writing`.
        after_deletion: called when rows were really deleted; a service scrubs later, because that can take long.
    """

    def __init__(self, engine: sa.Engine, guard: Guard | None = None) -> None:
        self.engine = engine
        self.after_deletion: Callable[[], object] = self.scrub
        self._let_in = guard.let_in if guard else nullcontext

    @staticmethod
    def open(
        url: str,
        wait: float = WAIT,
        guard: Guard | None = None,
        earlier: Earlier = "refuse",
        identity: FileIdentity | None = None,
    ) -> Store:
        """Open the store, and make it where there is none yet; any number of processes may do so at once.

        Args:
            url: `sqlite:///FILE` or `postgresql://...`.
            wait: seconds that a request waits for another writer.
            guard: for a service, which has other things to do than to wait for a store: who may go in, and then no
                answer of the database may take longer than `ANSWER` seconds.
            earlier: what to do with a store of an earlier version: only who says so may change it.
            identity: of its file, where somebody looks at that too.

        Raises:
            StoreError: the URL is wrong, or the lay-out is not that of this version.
            StoreBusyError: the database cannot be reached now.
        """
        engine = _engine(url, wait, ANSWER if guard else None, identity)
        try:
            with _translated():
                migrate(engine, earlier)
        except Exception:
            engine.dispose()
            raise
        return Store(engine, guard)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the store."""
        with self._let_in(READING), _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading_by_driver(self) -> Iterator[sa.Connection]:
        """The same for a library that asks the database's own driver: its errors come out as those of the store."""
        with self.reading() as connection:
            driver_error = connection.dialect.loaded_dbapi.Error
            try:
                yield connection
            except driver_error as error:
                raise DBAPIError.instance(None, None, error, driver_error, dialect=connection.dialect) from error

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: after the block all of it is on disk, or after an error nothing.

        Raises:
            StoreBusyError: another writer took too long, or the database is out of reach.
            IntegrityError: another writer was first with the same record; SQLite never says this.
        """
        with self._let_in(WRITING), _translated(), self.engine.connect() as connection:
            connection = connection.execution_options(**_WRITING)
            with connection.begin():
                yield connection

    def scrub(self) -> bool:
        """Take deleted rows out of the files as well; whether that could be done, which readers can keep from it.

        The rows themselves are gone before. So nothing that goes wrong here is an error of who deleted them.
        """
        on_sqlite = self.engine.dialect.name == "sqlite"
        try:
            with _translated(), self.engine.connect() as connection:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                if on_sqlite:
                    busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                    return not busy
                connection.exec_driver_sql("VACUUM outcomes, answered, answered_communities")
                return True
        except StoreBusyError:
            return False

    def close(self) -> None:
        """Close every connection; the store can be used again afterwards."""
        self.engine.dispose()


def parsed_url(url: str) -> sa.URL:
    """The URL with the driver that this product uses.

    Raises:
        StoreError: it is no URL of a store; the URL itself is not repeated, because it may hold a password.
    """
    if not is_database_url(url):
        raise StoreError(Phrase("the database URL must be {0}", RIGHT_URL))
    return sa.make_url(url).set(drivername="sqlite+pysqlite" if file_of(url) else "postgresql+psycopg")


def _engine(url: str, wait: float, answer: float | None = None, identity: FileIdentity | None = None) -> sa.Engine:
    """The engine; its errors end up in logs, so they never tell what was to be kept (`hide_parameters`)."""
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, wait, identity)
    return _postgresql(parsed, wait, answer)


def _sqlite(url: sa.URL, wait: float, identity: FileIdentity | None = None) -> sa.Engine:
    file = Path(str(url.database))
    identity = identity or FileIdentity(file)
    _refuse_a_lost_file(identity)
    _make_folder(file.parent)
    engine = sa.create_engine(url, connect_args={"timeout": wait}, pool_timeout=wait, hide_parameters=True)
    event.listen(engine, "checkout", identity.check)
    # Before a connection is made: SQLite would put an empty file in the place of one that was removed.
    event.listen(engine, "do_connect", lambda *_: _refuse_a_lost_file(identity))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        # The driver's own transactions begin too late and leave out changes of the lay-out, so we say BEGIN.
        connection.isolation_level = None
        _keep_private(file)
        _switch_to_wal(connection, wait)
        # FULL: a commit is on disk before it returns. Deleted content is overwritten with zeros.
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes its place in the queue at once: a reader that starts to write later cannot wait.
        writing = connection.get_execution_options().get("platform_fit_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _refuse_a_lost_file(identity: FileIdentity) -> None:
    if identity.lost:
        raise StoreBusyError(CHANGED)


def _make_folder(folder: Path) -> None:
    try:
        # Only for its owner: answers of communities and hashes of keys are nobody else's business.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(Phrase("the data folder {0} cannot be made: {1}", folder, reason(error))) from None


def _keep_private(file: Path) -> None:
    """Take the file from everybody but its owner; its log and index, which SQLite makes like it, as well.

    What is no database, such as a device or a text file, was named by mistake and stays as it is.
    """
    with suppress(OSError):
        if not file.is_file() or (file.stat().st_size and not _is_database(file)):
            return
    for each in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
        with suppress(OSError):  # not there, or of somebody else, who decides about it
            if each.stat().st_mode & 0o077:
                each.chmod(0o600)


def _is_database(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(len(_SQLITE)) == _SQLITE


def _switch_to_wal(connection: Any, wait: float) -> None:
    """Turn the write-ahead log on; SQLite does not wait by itself when several processes do so on a new file."""
    deadline = time.monotonic() + max(wait, 10)
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except connection.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: sa.URL, wait: float, answer: float | None) -> sa.Engine:
    milliseconds = int(wait * 1000)
    limits = {"connect_timeout": max(2, round(wait)), "tcp_user_timeout": 2 * milliseconds}
    engine = sa.create_engine(url, connect_args=limits, pool_timeout=wait, pool_pre_ping=True, hide_parameters=True)
    if answer is not None:
        from model.storage.patience import connect

        @event.listens_for(engine, "do_connect")
        def connect_patiently(dialect: Any, record: Any, args: Any, more: Any) -> Any:
            return connect(answer, *args, **more)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{milliseconds}ms",))
            # A plan made while a table was nearly empty reads all of it later; an import grows it a hundredfold.
            cursor.execute("SELECT set_config('plan_cache_mode', 'force_custom_plan', false)")
            # A server that commits to memory only would make us promise what is not on disk.
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise  # about what was asked, not about the database
    except (DatabaseError, InterfaceError, PoolTimeoutError) as error:
        # SQLite has one name for a query that is wrong and for a database that does not answer.
        cause = getattr(error, "orig", None)
        if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise
        raise StoreBusyError(what_is_wrong(cause)) from error
