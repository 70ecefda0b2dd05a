"""The records are opened, read and let go; what goes wrong comes out as what the rest of the product knows."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import psycopg
import pytest

from model.cli.options import CommandError
from model.errors import StoreBusyError
from model.storage.engine import Store
from model.storage.registry import Registry
from model.storage.tables import outcomes
from tests.databases import postgresql_server
from tests.records import put_down
from training.cli import session
from training.cli.open_records import open_records
from training.evaluation.trial import learned_challenger, run_trial
from training.learning import learn as learning
from training.learning.cells import RecordTable
from training.records.aggregation import AggregatedEvidence
from training.records.from_store import stored_outcomes
from training.report.content import report_content
from training.report.records import LeftOutRecords
from training.report.rendering import as_html, as_json, as_markdown


@pytest.fixture
def filled(store, records, knowledge):
    """A store with records."""
    put_down(store, records, knowledge)
    return store


def overwrite(path):
    """All but the first page of a database file."""
    with path.open("r+b") as file:
        page = int.from_bytes(file.read(18)[16:18], "big")
        file.seek(page)
        file.write(b"\xff" * (path.stat().st_size - page))


def end_connections(name):
    """What PostgreSQL does to a database's connections when it stops."""
    with psycopg.connect(postgresql_server(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,))


def test_a_database_that_fails_while_it_puts_records_together_is_a_busy_store(filled, knowledge):
    url = filled.engine.url

    def ask_while_it_breaks():
        with stored_outcomes(filled, knowledge) as stored:
            if url.get_backend_name() == "postgresql":
                end_connections(url.database)
            AggregatedEvidence(stored.outcomes, knowledge)

    filled.close()  # so that nothing is left in a cache or in the log beside the file
    if url.get_backend_name() == "sqlite":
        overwrite(Path(url.database))
    with pytest.raises(StoreBusyError) as told:
        ask_while_it_breaks()
    assert isinstance(told.value.__cause__.orig, (psycopg.OperationalError, sqlite3.DatabaseError))


def test_records_of_a_source_can_be_left_out(filled, records, featuriser, knowledge, capsys):
    """As if they had never been told."""
    with filled.writing() as connection:
        some = outcomes.c.record.in_([f"record-{number}" for number in range(100)])
        connection.execute(outcomes.update().where(some).values(source="report-back"))
    with open_records(None, filled, knowledge, without=("report-back", "nobody")) as (evidence, left):
        assert evidence.records == len(records) - 100
        assert evidence.cells(0.15).fingerprint == RecordTable.of(records[100:], featuriser).cells(0.15).fingerprint
    assert left == LeftOutRecords(without=100, sources=("report-back", "nobody"))
    assert capsys.readouterr().err == "100 records from report-back, nobody are left out.\n"
    with (
        pytest.raises(CommandError, match="no records to learn from"),
        open_records(None, filled, knowledge, without=("report-back", "test")),
    ):
        pass


def test_the_report_says_what_was_left_out(taught):
    for language, words in {"en": "100 records from these sources", "nl": "100 gegevens uit deze bronnen"}.items():
        content = report_content(run_trial(taught), language, LeftOutRecords(without=100, sources=("report-back",)))
        assert [text for text in content["records"]["text"] if text.startswith(words) and "report-back" in text]


def test_the_store_is_let_go_before_judging(filled, knowledge, monkeypatch, tmp_path):
    held = []

    def judging(scorer, **options):
        held.append(filled.engine.pool.checkedout())
        raise CommandError("enough")

    monkeypatch.setattr(session, "run_trial", judging)
    with pytest.raises(CommandError, match="enough"):
        session.train_and_judge(
            filled, Registry(filled), knowledge, None,
            out=tmp_path, day=date(2026, 11, 24), seed=0, jobs=1, language="en", keep=False,
            step=lambda name, share: None,
        )  # fmt: skip
    assert held == [0]


@pytest.mark.parametrize(("in_memory", "held"), [(1000, {0}), (100, {0, 1})])
def test_the_store_is_let_go_once_all_records_are_counted(filled, knowledge, featuriser, monkeypatch, in_memory, held):
    fitted, rows = [], learning._Fitter._rows

    def watched(fitter, cells):
        fitted.append((cells.records.sum(), filled.engine.pool.checkedout()))
        return rows(fitter, cells)

    monkeypatch.setattr(learning._Fitter, "_rows", watched)
    with stored_outcomes(filled, knowledge) as stored:
        learning.learn(
            AggregatedEvidence(stored.outcomes, knowledge, in_memory), featuriser, learning.LearningSettings()
        )
    assert {connections for _, connections in fitted} == held
    assert fitted[-1] == (stored.total, 0)


def test_a_report_about_very_many_records_says_on_how_many_communities_it_rests(filled, records, knowledge):
    with stored_outcomes(filled, knowledge) as stored:
        evidence = AggregatedEvidence(stored.outcomes, knowledge, 100)
        scorer = learned_challenger(evidence, knowledge, date(2026, 11, 24))
    trial = run_trial(scorer)
    some, every = len({*scorer.learned.table.community.tolist()}), len({each.community for each in records})
    assert some < every
    for language, words in {
        "en": f"{some} of the {every} communities",
        "nl": f"{some} van de {every} community",
    }.items():
        content = report_content(trial, language)
        assert content["records"]["judged_on"] == {"records": len(evidence.sample), "communities": some}
        for text in (as_html(content), as_markdown(content), as_json(content)):
            assert words in text.replace("&#39;", "'")


def test_reading_a_big_file_names_its_steps(write_records, knowledge, tmp_path, monkeypatch):
    monkeypatch.setattr("training.records.engines.SAMPLE", 50)
    monkeypatch.setattr("training.records.engines._LEAST_ROW", 1)
    path, said = write_records(tmp_path / "records.csv", 100), []
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    with open_records(path, store, knowledge, step=lambda name, share: said.append(name)):
        pass
    store.close()
    assert said == ["rows", "alike"]
