"""Spark gives what plain records give; run by `make test-spark`, because Spark is an extra of half a gigabyte."""

from __future__ import annotations

import random
import warnings
from datetime import date

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from bench.world import World, WorldSettings
from model.cli.main import main
from training.learning.design_matrix import Featuriser
from training.learning.pipeline import fit, fit_evidence
from training.records.aggregation import AggregatedEvidence
from training.records.engines import in_duckdb, in_spark
from training.records.record_columns import flat

TWO_WORKERS = "local-cluster[2,1,1024]"


@pytest.fixture(scope="module")
def records(knowledge):
    """What happened to communities in a simulated world."""
    return World(Featuriser(knowledge), 7, WorldSettings()).records(2000)


def write(path, records, knowledge):
    """Several files in one folder, as Spark likes them, in no order."""
    path.mkdir()
    questions = [question.id for question in knowledge.questionnaire]
    for number in range(3):
        some = random.Random(number).sample(records[number::3], len(records[number::3]))
        columns = {
            "community": [each.community for each in some],
            "channel": [each.channel for each in some],
            "start": pa.array([each.start for each in some], pa.date32()),
            "invited": pa.array([each.invited for each in some], pa.int32()),
            "active": pa.array([each.active for each in some], pa.int32()),
        }
        answers = {
            question: pa.array([flat(each.profile.as_dict().get(question)) or None for each in some], pa.string())
            for question in questions
        }
        parquet.write_table(pa.table({**columns, **answers}), path / f"part-{number}.parquet")


def test_two_workers_give_the_same_bytes_as_one_process(records, knowledge, tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path / "spark"))
    monkeypatch.setattr("training.records.engines.SAMPLE", 100)
    write(tmp_path / "records.parquet", records, knowledge)
    featuriser, words = Featuriser(knowledge), knowledge.messages["en"]
    path, today = tmp_path / "records.parquet", date(2026, 11, 24)
    with warnings.catch_warnings():
        # Spark speaks of its own future, and leaves sockets to the end of the process.
        warnings.simplefilter("ignore")
        with in_spark(path, TWO_WORKERS, knowledge, words, today) as big:
            evidence = AggregatedEvidence(big.outcomes, knowledge)
            assert (big.rows, evidence.records, evidence.repeated) == (len(records), len(records), 0)
            everything = fit_evidence(evidence, featuriser)
        with in_spark(path, TWO_WORKERS, knowledge, words, today) as big:
            some = fit_evidence(AggregatedEvidence(big.outcomes, knowledge, 500), featuriser)
    assert everything.artifact.to_json() == fit(records, knowledge).artifact.to_json()
    with in_duckdb(path, knowledge, words, today) as big:
        by_duckdb = fit_evidence(AggregatedEvidence(big.outcomes, knowledge, 500), featuriser)
    assert some.artifact.to_json() == by_duckdb.artifact.to_json()
    assert some.learned.table.records < some.artifact.basis.records


def test_spark_from_the_command_line_gives_what_a_file_gives(records, knowledge, tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path / "spark"))
    write(tmp_path / "records.parquet", records[:40], knowledge)
    environment = {"PLATFORM_FIT_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}"}
    for name, words in {"spark": ["--spark", "local[2]"], "duckdb": []}.items():
        asked = ["train", "--records", tmp_path / "records.parquet", "--out", tmp_path / name, "--date", "2026-11-24"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done = CliRunner().invoke(main, [str(word) for word in [*asked, *words]], env=environment)
        assert done.exit_code == 0, done.output
    one, other = ((tmp_path / name / "artifact.json").read_bytes() for name in ("spark", "duckdb"))
    assert one == other
    assert b'"records":40' in one.replace(b" ", b"")


def test_without_a_file_there_is_nothing_for_spark():
    done = CliRunner().invoke(main, ["train", "--spark", "local[2]"])
    assert (done.exit_code, "--spark needs --records" in done.output) == (2, True)
