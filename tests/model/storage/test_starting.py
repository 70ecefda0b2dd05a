"""Starting: a store is brought up to date before a service takes requests, or it is said what is wrong with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.errors import StoreBusyError, StoreError
from model.storage import engine as engine_module
from model.storage.engine import Store
from model.storage.migrations import HEAD
from model.storage.starting import make_ready


def revision(url: str) -> str | None:
    engine = engine_module._engine(url, 3)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
    finally:
        engine.dispose()


def test_a_database_gets_its_tables_and_a_file_is_not_made_before_something_is_kept(database_url, tmp_path):
    make_ready(database_url)
    assert list(tmp_path.iterdir()) == []
    if not database_url.startswith("sqlite"):
        assert revision(database_url) == HEAD


def test_a_store_that_is_behind_is_brought_up_to_date(database_url):
    Store.open(database_url).close()
    engine = engine_module._engine(database_url, 3)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP VIEW current_outcomes"))
        for column in ("outcomes.approved", "keys.expires"):
            table, name = column.split(".")
            connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        connection.execute(sa.text("DROP TABLE reviews"))
        connection.execute(sa.text("DROP TABLE secrets"))
        connection.execute(sa.text("CREATE VIEW current_outcomes AS SELECT * FROM outcomes"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
    engine.dispose()
    make_ready(database_url)
    assert revision(database_url) == HEAD


def test_a_store_that_is_up_to_date_costs_no_sqlalchemy(database_url):
    Store.open(database_url).close()
    code = "import sys; from model.storage.starting import make_ready; make_ready(sys.argv[1]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True)
    assert "sqlalchemy" not in done.stdout.split()


def test_a_store_of_a_newer_version_is_refused(database_url):
    Store.open(database_url).close()
    engine = engine_module._engine(database_url, 3)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer version"):
        make_ready(database_url)


def test_a_folder_that_may_not_be_written_is_named(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StoreError, match=f"{file} may not be written"):
        make_ready(f"sqlite:///{file}/data/platform-fit.db")
    # Root may write everywhere, so what the system says is told in its place.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(StoreError, match=f"folder {tmp_path}/a/b, because {tmp_path} may not be written"):
        make_ready(f"sqlite:///{tmp_path}/a/b/platform-fit.db")


def test_a_database_that_does_not_answer_is_busy():
    with pytest.raises(StoreBusyError, match="out of reach"):
        make_ready("postgresql://nobody@127.0.0.1:1/none")
