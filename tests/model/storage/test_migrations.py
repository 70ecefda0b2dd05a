"""Migrations: the steps make what the tables say, for any number of processes that start at the same moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from model.errors import StoreError
from model.storage import migrating
from model.storage.engine import Store
from model.storage.migrations import HEAD
from model.storage.outcomes import current, keep
from model.storage.peek import revision
from model.storage.tables import current_outcomes, metadata
from tests.databases import earlier_store
from tests.records import fates

ROOT = Path(__file__).parents[3]

OPEN = """
import sys
from model.storage.engine import Store
from model.storage.migrations import HEAD
from model.storage.keys import Keys
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(sys.argv[1])
Keys(store).create("worker", ["outcomes:read"])
store.close()
"""


def test_head_is_the_newest_step():
    assert ScriptDirectory(str(migrating.SCRIPTS)).get_heads() == [HEAD]


def test_the_steps_make_exactly_the_tables(store):
    with store.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        columns = sa.inspect(connection).get_columns("current_outcomes")
    assert differences == []
    assert [column["name"] for column in columns] == list(current_outcomes.columns.keys())


def test_checks_of_the_database_itself_hold(store):
    row = {
        "record": "a", "revision": 1, "community": "a", "profile": "{}", "channel": "a",
        "start": sa.func.current_date(), "invited": 1, "active": 2, "counted": True, "source": "", "recorded_by": "",
        "digest": "", "recorded_at": sa.func.current_timestamp(),
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(metadata.tables["outcomes"].insert().values(**row))


def test_records_from_before_consent_stay_what_they_were_and_nobody_consented(database_url, maker, knowledge):
    earlier_store(database_url, "0001", maker.prepared(id="old").row)
    with pytest.raises(StoreError, match="platform-fit store upgrade"):
        Store.open(database_url)
    assert revision(database_url) == "0001"
    store = Store.open(database_url, earlier="upgrade")
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        [record] = current(connection, knowledge.questionnaire)
    assert (record.id, record.active, record.consent) == ("old", 3, False)
    with store.writing() as connection:
        consented = maker.prepared(id="old", corrects="old", consent=True)
        assert fates(keep(connection, [maker.prepared(id="old"), consented])) == ["known", "corrected"]
    with store.reading() as connection:
        [record] = current(connection, knowledge.questionnaire)
    assert (record.revision, record.consent) == (2, True)
    store.close()


@pytest.mark.slow
def test_workers_that_start_together_make_one_layout(database_url):
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, database_url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(5)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    failures = [worker.communicate(timeout=60)[1] for worker in workers]
    assert failures == [""] * len(workers)
    store = Store.open(database_url)
    with store.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
        assert connection.scalar(sa.text("SELECT count(*) FROM keys")) == len(workers)
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(database_url):
    store = Store.open(database_url)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer version"):
        Store.open(database_url)


def test_a_step_that_fails_leaves_nothing_behind(database_url, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        Store.open(database_url)
    monkeypatch.undo()
    store = Store.open(database_url)
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_opening_again_needs_no_alembic(database_url):
    Store.open(database_url).close()
    code = (
        "import sys; from model.storage.engine import Store; Store.open(sys.argv[1]); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
