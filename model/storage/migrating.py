"""Makes the lay-out of a new store, and brings that of an earlier one up to date where that is asked for.

One process does it at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from model.errors import Phrase, StoreError
from model.storage.migrations import EARLIER, HEAD

Earlier = Literal["refuse", "upgrade", "leave"]
"""What to do with a store of an earlier version: refuse to open it, bring it up to date, or open it as it is."""

SCRIPTS = Path(__file__).parent / "migrations"

_LOCK = 7_203_118_442
"""Any number will do for PostgreSQL's advisory lock, as long as it is always this one."""

_PATIENCE_MS = 60_000


def migrate(engine: sa.Engine, earlier: Earlier = "refuse") -> None:
    """Run the steps that are missing, all of them or none.

    Args:
        earlier: what to do with a store of an earlier version; one that is empty always gets its lay-out.

    Raises:
        StoreError: the store was made by a newer version of this product, or by an earlier one and is not to change.
    """
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == HEAD:
            return
    # Imported here: 12 MB that a worker needs only on the day that the lay-out changes. And before the lock, which
    # others wait for.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with _locked(engine) as connection:
        revision = _revision(connection)
        if revision is not None and revision not in known:
            raise StoreError(Phrase("the store was made by a newer version of platform-fit; use that version"))
        if revision in (None, HEAD) or earlier == "upgrade":
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        elif earlier == "refuse":
            raise StoreError(EARLIER)


@contextmanager
def _locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other process can be in at the same time."""
    with engine.connect() as connection:
        connection = connection.execution_options(platform_fit_writing=True)
        try:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE_MS}").close()
                connection.rollback()
            with connection.begin():
                # In SQLite the transaction itself is the lock, because it began as a writer.
                if engine.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
        finally:
            # Its patience does not fit a request, so this connection does not go back to the pool.
            connection.invalidate()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found
