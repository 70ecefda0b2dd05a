"""Backup: a copy of the whole store as one SQLite file, whatever database it is in, and back again.

A backup sees one state of the store and can be made while a service writes. Putting one back replaces everything: in
PostgreSQL in one transaction, in a file only while no service uses it. A backup of an earlier version is brought up to
date on the way, in a copy.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from model.errors import Phrase, StoreError
from model.storage.engine import Store
from model.storage.location import file_of
from model.storage.serving import nobody_serving
from model.storage.tables import metadata

_CHUNK = 1000


def back_up(url: str, target: Path) -> Mapping[str, int]:
    """Copy the store to a new file; gives how many rows of each table are in it.

    Raises:
        StoreError: there is a file of this name already, there is no store, or the copy is not whole.
        StoreBusyError: the store is out of reach.
    """
    if target.exists():
        raise StoreError(Phrase("there is a file {0} already; choose another name", target))
    source = file_of(url)
    if source is not None and not source.exists():
        raise StoreError(Phrase("there is no store in {0}", source))
    half = _private_part(target)
    try:
        if source is not None:
            _copy_file(source, half)
        else:
            _copy_from_server(url, half)
        counts = check(f"sqlite:///{half.absolute()}")
        os.replace(half, target)
    finally:
        _remove(half)
    return counts


def restore(backup: Path, url: str) -> Mapping[str, int]:
    """Put a backup in the place of everything that is in the store.

    Raises:
        StoreError: the backup is damaged, no backup or of a newer version, or a service is using the file of the store.
        StoreBusyError: the store is out of reach.
    """
    _look_through(backup)
    target = file_of(url)
    if target is None:
        with TemporaryDirectory() as folder:
            half, counts = _up_to_date(backup, Path(folder) / backup.name)
            _copy_to_server(half, url)
        return counts
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with nobody_serving(target):
        half, counts = _up_to_date(backup, target)
        # What SQLite keeps beside the old file belongs to the old file.
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        os.replace(half, target)
        _remove(half)
    return counts


def _up_to_date(backup: Path, target: Path) -> tuple[Path, Mapping[str, int]]:
    """A copy of a backup beside the target with the lay-out of this version, and how many rows its tables have."""
    half = _private_part(target)
    try:
        _copy_file(backup, half)
        url = f"sqlite:///{half.absolute()}"
        Store.open(url, earlier="upgrade").close()
        counts = check(url)
        with closing(sqlite3.connect(half)) as here:
            here.execute("PRAGMA journal_mode=DELETE")  # all of it is in the one file then
        return half, counts
    except BaseException:
        _remove(half)
        raise


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")


def check(url: str) -> Mapping[str, int]:
    """How many rows each table has, after the whole store was looked through; one of an earlier version stays as it is.

    Raises:
        StoreError: it is damaged, is no store, or is not there.
        StoreBusyError: it is out of reach.
    """
    file = file_of(url)
    if file is not None:
        _look_through(file)
    store = Store.open(url, earlier="leave")
    try:
        with store.reading() as connection:
            there = sa.inspect(connection).get_table_names()
            return {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table.name in there
            }
    finally:
        store.close()


def _look_through(file: Path) -> None:
    if not file.exists():
        raise StoreError(Phrase("there is no store in {0}", file))
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
            is_store = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'outcomes'").fetchone()
    except sqlite3.DatabaseError:
        raise StoreError(Phrase("{0} is damaged or is no database", file)) from None
    if found != ["ok"]:
        raise StoreError(Phrase("{0} is damaged; the database says: {1}", file, "; ".join(found)))
    if not is_store:
        raise StoreError(Phrase("{0} is no store of platform-fit", file))


def _copy_from_server(url: str, file: Path) -> None:
    source, target = Store.open(url), Store.open(f"sqlite:///{file.absolute()}")
    try:
        with source.reading() as there, target.writing() as here:
            there.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            _copy(there, here)
        with target.engine.connect() as here:
            here.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        source.close()
        target.close()


def _copy_to_server(file: Path, url: str) -> None:
    source, target = Store.open(f"sqlite:///{file.absolute()}"), Store.open(url)
    try:
        with source.reading() as there, target.writing() as here:
            names = ", ".join(table.name for table in metadata.sorted_tables)
            here.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
            _copy(there, here)
            for table in metadata.sorted_tables:
                _count_on(here, table)
    finally:
        source.close()
        target.close()


def _copy(there: sa.Connection, here: sa.Connection) -> None:
    for table in metadata.sorted_tables:
        rows = there.execute(sa.select(table).execution_options(yield_per=_CHUNK))
        for part in rows.mappings().partitions(_CHUNK):
            here.execute(table.insert(), [dict(row) for row in part])


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let new rows get higher numbers than those that were put back."""
    column = next((each for each in table.primary_key if isinstance(each.type, sa.BigInteger)), None)
    if column is None or column.foreign_keys:
        return
    highest = connection.execute(sa.select(sa.func.max(column))).scalar()
    if highest is not None:
        query = sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
        connection.execute(query, {"table": table.name, "column": column.name, "highest": highest})


def _private_part(target: Path) -> Path:
    """A new empty file beside the target, for its owner only."""
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return half


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
