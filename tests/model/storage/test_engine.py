"""The store itself: what a URL may be, what a commit means, and what is said when the database does not answer."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.errors import StoreBusyError, StoreError
from model.storage.engine import Store, parsed_url
from model.storage.location import database_url as located
from model.storage.outcomes import count, keep
from tests.records import fates


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "mysql://root@host/name", "sqlite://", "sqlite:///:memory:", "sqlite:///?mode=ro",
        "SQLite:///a.db", "postgresql+a-b://host/name", "postgresql://host:/name",
        "sqlite:///a.db?mode=ro", "sqlite:///file:a?mode=memory&uri=true",
    ],
)  # fmt: skip
def test_a_url_that_is_no_store_is_refused_in_words(url):
    with pytest.raises(StoreError, match="must be like sqlite:"):
        Store.open(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_usual_way_to_write_a_postgresql_url_will_do(scheme):
    assert parsed_url(f"{scheme}://user:secret@host/name").drivername == "postgresql+psycopg"


def test_a_refusal_never_repeats_the_url_because_of_its_password():
    with pytest.raises(StoreError) as refusal:
        Store.open("mysql://user:secret@host/name")
    assert "secret" not in str(refusal.value)


def test_an_unreachable_postgresql_is_busy_and_says_no_password():
    with socket.socket() as taken:  # bound but not listening, so connections are refused
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://user:secret@127.0.0.1:{taken.getsockname()[1]}/name"
        with pytest.raises(StoreBusyError) as refusal:
            Store.open(url)
    assert "secret" not in str(refusal.value)


def test_a_damaged_file_is_out_of_reach_and_not_a_crash(tmp_path):
    file = tmp_path / "platform-fit.db"
    file.write_bytes(b"this is no database, but it is long enough to look like one " * 100)
    with pytest.raises(StoreBusyError, match="damaged or is no database: put back a copy"):
        Store.open(f"sqlite:///{file}")


def test_a_data_folder_is_made_for_its_owner_only(tmp_path):
    folder = tmp_path / "new" / "data"
    Store.open(f"sqlite:///{folder / 'platform-fit.db'}").close()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    other = tmp_path / "passwd"
    other.write_text("root:x:0:0\n" * 100)
    other.chmod(0o644)
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{other}")
    assert (other.stat().st_mode & 0o777, other.read_text()) == (0o644, "root:x:0:0\n" * 100)


def test_what_is_no_file_is_left_as_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{pipe}")
    assert pipe.stat().st_mode & 0o777 == 0o644


def test_a_database_is_for_its_owner_only(tmp_path):
    file = tmp_path / "platform-fit.db"
    Store.open(f"sqlite:///{file}").close()
    file.chmod(0o644)
    Store.open(f"sqlite:///{file}").close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'data' / 'platform-fit.db'}")


def test_sqlite_writes_ahead_syncs_fully_and_overwrites_what_is_deleted(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'platform-fit.db'}")
    with store.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    store.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_postgresql_commits_to_disk_even_where_the_server_would_not(database_url):
    if database_url.startswith("sqlite"):
        return  # test above
    plain = sa.create_engine(parsed_url(database_url))
    with plain.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        name = connection.scalar(sa.text("SELECT current_database()"))
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = 'off'")
    plain.dispose()
    store = Store.open(database_url)
    with store.reading() as connection:
        assert connection.scalar(sa.text("SHOW synchronous_commit")) == "on"
    store.close()


def test_postgresql_plans_each_query_for_the_tables_as_they_are(store):
    """A plan kept from when a table was nearly empty made a large import many times slower."""
    if store.engine.dialect.name == "postgresql":
        with store.reading() as connection:
            assert connection.scalar(sa.text("SHOW plan_cache_mode")) == "force_custom_plan"


def test_a_failing_block_leaves_nothing(store, maker):
    def fail():
        with store.writing() as connection:
            keep(connection, [maker.prepared()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.reading() as connection:
        assert count(connection) == 0


def test_a_reader_sees_the_last_commit_while_a_writer_is_at_work(store, maker):
    with store.writing() as writer:
        keep(writer, [maker.prepared()])
        with store.reading() as reader:
            assert count(reader) == 0


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_busy(database_url, maker):
    patient, hasty = Store.open(database_url), Store.open(database_url, wait=0.2)
    with patient.writing() as holding:
        keep(holding, [maker.prepared()])
        with pytest.raises(StoreBusyError), hasty.writing() as waiting:
            keep(waiting, [maker.prepared()])
    with hasty.writing() as connection:  # and afterwards it simply works
        assert fates(keep(connection, [maker.prepared()])) == ["known"]
    patient.close()
    hasty.close()


def test_an_error_does_not_tell_what_was_to_be_kept(store):
    with pytest.raises(sa.exc.DBAPIError) as refused, store.writing() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:note)"), {"note": "a name of somebody"})
    assert "somebody" not in str(refused.value)


def test_a_wrong_statement_is_not_called_busy(store):
    with pytest.raises(sa.exc.DBAPIError), store.reading() as connection:
        connection.execute(sa.text("SELECT nothing_like_this FROM outcomes"))


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"PLATFORM_FIT_DATABASE_URL": "postgresql://host/name"}, "postgresql://host/name"),
        ({"PLATFORM_FIT_DATA": "/data"}, "sqlite:////data/platform-fit.db"),
        ({"XDG_DATA_HOME": "/xdg", "HOME": "/home/me"}, "sqlite:////xdg/platform-fit/platform-fit.db"),
        ({"HOME": "/home/me"}, "sqlite:////home/me/.local/share/platform-fit/platform-fit.db"),
        ({"PLATFORM_FIT_DATA": "", "PLATFORM_FIT_DATABASE_URL": "", "HOME": "/h"},
         "sqlite:////h/.local/share/platform-fit/platform-fit.db"),
    ],
)  # fmt: skip
def test_the_place_of_the_store_follows_the_environment(environment, url):
    assert located(environment) == url


def test_knowing_where_the_store_is_costs_no_sqlalchemy():
    code = "import sys, model.storage.location, model.storage.peek; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "False"


def test_a_store_written_by_another_program_meanwhile_is_read_anew(store, maker):
    if store.engine.dialect.name != "sqlite":
        return
    with store.writing() as connection:
        keep(connection, [maker.prepared()])
    with sqlite3.connect(store.engine.url.database) as other:
        other.execute("DELETE FROM outcomes")
    other.close()
    with store.reading() as connection:
        assert count(connection) == 0
