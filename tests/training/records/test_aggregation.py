"""Records give the same cells and the same coefficients wherever they are put together."""

from __future__ import annotations

import csv
import json
import random
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import ibis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.cli.options import CommandError
from model.errors import FileError
from model.outcomes.record import NOT_USED_REASONS
from model.outcomes.validation import example_communities
from model.profiles.profile import ProfileReader
from model.storage.engine import Store
from model.storage.outcomes import current
from model.storage.tables import outcomes
from tests.factories import raw_profiles
from tests.records import DAYS, TURNED, WHOLES, put_down
from training.cli.open_records import open_records
from training.learning.cells import RecordTable
from training.learning.design_matrix import Featuriser
from training.learning.exact_sums import TALLIES, tallied
from training.learning.pipeline import fit_evidence
from training.records import engines as file_engines
from training.records.aggregation import AggregatedEvidence, cell_tallies, fetch, quiet
from training.records.answer_columns import AnswerColumn, read_profiles
from training.records.engines import in_duckdb
from training.records.few_records import few_records
from training.records.from_store import stored_outcomes
from training.records.import_file import import_file
from training.records.record_columns import flat

TODAY = date(2026, 11, 24)


def row(record) -> dict[str, object]:
    """A record as the cells of a flat file."""
    counts = {"start": record.start.isoformat(), "invited": record.invited, "active": record.active}
    answers = {question: flat(answer) for question, answer in record.profile.as_dict().items()}
    return {"community": record.community, "channel": record.channel, **counts, **answers}


def write_csv(path, rows, knowledge):
    names = ["community", "channel", "start", "invited", "active", *(each.id for each in knowledge.questionnaire)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def write_json(path, records):
    texts = []
    for record in records:
        fields = {**row(record), "profile": record.profile.as_dict()}
        kept = ("community", "channel", "start", "invited", "active", "profile")
        texts.append(json.dumps({name: fields[name] for name in kept}))
    path.write_text("\n".join(texts) + "\n")


def write_parquet(path, rows, knowledge):
    import pyarrow as pa
    from pyarrow import parquet

    names = ["community", "channel", "start", "invited", "active", *(each.id for each in knowledge.questionnaire)]
    table = pa.table({name: [each.get(name) for each in rows] for name in names})
    parquet.write_table(table.set_column(2, "start", table["start"].cast(pa.date32())), path)


@contextmanager
def in_store(url, records, knowledge):
    store = Store.open(url)
    try:
        put_down(store, records, knowledge)
        with stored_outcomes(store, knowledge) as stored:
            assert stored.total == len(records)
            yield stored.outcomes
    finally:
        store.close()


@pytest.fixture
def small_is_big(monkeypatch):
    """A file of more than a hundred records is a big one."""
    monkeypatch.setattr(file_engines, "SAMPLE", 100)
    monkeypatch.setattr(file_engines, "_LEAST_ROW", 1)


def same(found, expected):
    """Not nearly: the same bytes."""
    assert found.learned.cells.tallies.tobytes() == expected.learned.cells.tallies.tobytes()
    assert found.learned.posterior.mean.tobytes() == expected.learned.posterior.mean.tobytes()
    assert found.artifact.to_json() == expected.artifact.to_json()


def test_the_store_gives_what_plain_records_give(records, taught, featuriser, knowledge, database_url):
    mixed = random.Random(2).sample(records, len(records))
    with in_store(database_url, mixed, knowledge) as found:
        same(fit_evidence(AggregatedEvidence(found, knowledge), featuriser, created="2026-11-24"), taught)


def test_few_records_are_those_that_the_database_puts_together(records, knowledge, database_url):
    """And the same are left out: of a source, not approved, of another time."""
    store = Store.open(database_url)
    try:
        put_down(store, records, knowledge)
        changes = [("source", "report-back", 0), ("approved", None, 1), ("approved", False, 2), ("channel", "gone", 3)]
        with store.writing() as connection:
            for column, value, number in changes:
                of_it = outcomes.c.record == f"record-{number}"
                connection.execute(outcomes.update().where(of_it).values(**{column: value}))
            # Words that are no answers do not pass the gate.
            odd = outcomes.update().where(outcomes.c.record == "record-4").values(profile='{"work_setting":["moon"]}')
            connection.execute(odd)
        few = few_records(store, knowledge, ["report-back", "nobody"])
        with stored_outcomes(store, knowledge, ["report-back", "nobody"]) as stored:
            many = AggregatedEvidence(stored.outcomes, knowledge).sample
    finally:
        store.close()
    # The database leaves out the channel that is gone before it counts.
    assert (few.total, few.without) == (len(records) - 3, 3)
    assert (len(few.table), stored.total, stored.without) == (len(records) - 5, len(records) - 3, 3)
    assert few.table.communities == many.communities
    for name in ("invited", "active", "community", "start"):
        assert getattr(few.table, name).tolist() == getattr(many, name).tolist()
    for name in ("profile", "channel"):
        assert getattr(few.table.pairs, name).tolist() == getattr(many.pairs, name).tolist()
    assert few.table.pairs.profiles.masks.tolist() == many.pairs.profiles.masks.tolist()
    assert few.table.pairs.profiles.ranks.tolist() == many.pairs.profiles.ranks.tolist()


def test_records_that_are_many_are_left_to_the_database(records, knowledge, lite, monkeypatch):
    put_down(lite, records, knowledge)
    monkeypatch.setattr("training.records.few_records.SAMPLE", len(records) - 1)
    assert few_records(lite, knowledge) is None
    with open_records(None, lite, knowledge) as (evidence, _):
        assert isinstance(evidence, AggregatedEvidence)
        assert evidence.records == len(records)
    monkeypatch.setattr("training.records.few_records.SAMPLE", len(records))
    with open_records(None, lite, knowledge) as (evidence, _):
        assert (
            evidence.cells(0.15).fingerprint == RecordTable.of(records, Featuriser(knowledge)).cells(0.15).fingerprint
        )


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_big_file_gives_what_plain_records_give(records, taught, featuriser, knowledge, tmp_path, kind, small_is_big):
    path = tmp_path / f"records.{kind}"
    if kind == "jsonl":
        write_json(path, records)
    else:
        {"csv": write_csv, "parquet": write_parquet}[kind](path, [row(each) for each in records], knowledge)
    with in_duckdb(path, knowledge, knowledge.messages["en"], TODAY) as big:
        evidence = AggregatedEvidence(big.outcomes, knowledge, 1000)
        assert (big.rows, evidence.records, evidence.repeated) == (len(records), len(records), 0)
        same(fit_evidence(evidence, featuriser, created="2026-11-24"), taught)


def test_of_many_records_all_engines_draw_the_same_communities(
    records, featuriser, knowledge, tmp_path, database_url, small_is_big
):
    write_parquet(tmp_path / "records.parquet", [row(each) for each in records], knowledge)
    with in_duckdb(tmp_path / "records.parquet", knowledge, knowledge.messages["en"], TODAY) as big:
        evidence = AggregatedEvidence(big.outcomes, knowledge, 100)
        by_file = fit_evidence(evidence, featuriser)
    assert 50 < len(evidence.sample) <= 100
    assert evidence.records == by_file.artifact.basis.records == len(records)
    with in_store(database_url, records[::-1], knowledge) as found:
        same(fit_evidence(AggregatedEvidence(found, knowledge, 100), featuriser), by_file)


@given(
    invited=st.integers(1, 10_000_000), share=st.floats(0, 1), start=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    steps=st.integers(0, 200), alike=st.integers(1, 5),
)  # fmt: skip
def test_the_expression_says_what_python_says(invited, share, start, steps, alike):
    active = round(invited * share)
    row = {"profile": "p", "channel": "c", "invited": invited, "active": active, "start": start, "community_key": "k"}
    numbers = {"invited": "int32", "active": "int32", "start": "date"}
    with quiet():
        table = ibis.memtable(
            {name: [value] * alike for name, value in row.items()},
            schema={name: numbers.get(name, "string") for name in row},
        )
    found = fetch(cell_tallies(table, steps / 200)).to_pylist()[0]
    days = (start - date(1970, 1, 1)).days
    of_each, active_of_each, started, together = (np.full(alike, each) for each in (invited, active, days, alike))
    told = tallied(of_each, active_of_each, started, together, steps / 200).sum(axis=0)
    assert [found[name] for name in TALLIES] == told.tolist()


@given(data=st.data())
def test_answers_looked_at_one_by_one_are_judged_as_the_gate_judges_them(knowledge, data):
    """Also when some are wrong, or contradict each other."""
    asked = knowledge.questionnaire
    profiles = data.draw(st.lists(raw_profiles(asked), min_size=1, max_size=4))
    wrong = st.one_of(st.just("nonsense"), st.just(["nonsense"]), st.just(7), st.just(asked.questions[0].codes[0]))
    for profile in profiles:
        if data.draw(st.booleans()):
            profile[data.draw(st.sampled_from([question.id for question in asked]))] = data.draw(wrong)
    told = [
        {**{each.id: "unknown" for each in asked if each.required and each.unknown_allowed}, **profile}
        for profile in profiles
    ]
    reader = ProfileReader(asked)
    expected = [reader.read(profile) for profile in told]
    columns = {
        question.id: AnswerColumn(np.arange(len(told)), [profile.get(question.id) for profile in told])
        for question in asked
    }
    table, right = read_profiles(columns, len(told), knowledge)
    assert right.tolist() == [profile is not None for profile in expected]
    assert table.masks.tolist() == [list(profile.masks) for profile in expected if profile is not None]


WRONG = {
    "community": "", "channel": "carrier_pigeon", "start": "2026-02-30", "invited": "0", "active": "9999",
    "digital_skills": "superb",
}  # fmt: skip


def test_wrong_rows_of_a_big_file_are_left_out_and_counted(records, knowledge, tmp_path, small_is_big, capsys):
    rows = [row(each) for each in records]
    for place, (name, value) in enumerate(WRONG.items()):
        rows[place][name] = value
    rows[6]["start"], rows[6]["active"] = (date.today() - timedelta(days=5)).isoformat(), 1
    write_csv(tmp_path / "records.csv", rows, knowledge)
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    with open_records(tmp_path / "records.csv", store, knowledge) as (evidence, left):
        assert (evidence.records, left.refused) == (len(records) - 7, 7)
    assert "7 of 400 rows of records.csv are refused" in capsys.readouterr().err
    store.close()


BROKEN = (
    "n.v.t.",
    "None",
    "\\N",
    "#NV",
    "#¡REF!",
    "#VERW!",
    "1,2E+11",
    "CafÃ©",
    "Caf\ufffd",
    "Totaal",
    "Total (n=2)",
    "{{name}}",
    "-",
)
"""Names that no import takes."""


@pytest.mark.parametrize("turned", [(), *([each] for each in TURNED), tuple(TURNED)])
def test_a_big_file_is_read_as_a_small_one_is(records, knowledge, tmp_path, small_is_big, turned):
    """Days, numbers and names in the ways that people write them, and the example of a template.

    One date with day and month the other way round puts all dates in doubt that are written like it.
    """
    days = [text for text in DAYS if text in turned or text not in TURNED]
    rows = [row(replace(each, start=each.start.replace(day=20))) for each in records]
    for each, text in zip(rows[-9:], ("Microsoft Teams", "WhatsApp-groep", "TEAMS", "fax"), strict=False):
        each |= {"channel": text}
    for each, text in zip(
        rows[-20:], ('="007"', "Zuid  A", "Zuid\u00a0B", "Zuid\u200bC", " É", "’t Veld"), strict=False
    ):
        each |= {"community": text}
    for each, text in zip(rows[-40:], BROKEN, strict=False):
        each |= {"community": text}
    for each, text in zip(rows, days, strict=False):
        each |= {"start": text, "active": 0}
    for each, text in zip(rows[len(days) :], WHOLES, strict=False):
        each |= {"invited": text, "active": 0}
    rows[-1]["community"] = min(example_communities(knowledge))
    write_csv(tmp_path / "records.csv", rows, knowledge)
    names = ("community", "channel", "start", "invited", "active")
    with in_duckdb(tmp_path / "records.csv", knowledge, knowledge.messages["en"], TODAY) as big:
        as_big = {tuple(each.values()) for each in fetch(big.outcomes.records.select(*names)).to_pylist()}
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    imported = import_file(tmp_path / "records.csv", store, knowledge, recorded_by="tester")
    with store.reading() as connection:
        kept = {tuple(getattr(each, name) for name in names) for each in current(connection, knowledge.questionnaire)}
    store.close()
    in_doubt = [
        text for text in days if DAYS[text] and any(like_it in text for each in turned for like_it in TURNED[each])
    ]
    wrong = [*map(DAYS.get, days), *WHOLES.values()].count(None) + 2 + len(BROKEN)
    assert imported.refused == wrong + len(in_doubt)
    assert as_big == kept
    assert len(kept) == len(rows) - imported.refused


def test_big_json_lines_with_a_byte_order_mark_and_days_first(records, featuriser, knowledge, tmp_path, small_is_big):
    """Every day is one that could be a month, too."""
    early = [replace(each, start=date(2025, 1 + place % 12, 1 + place % 11)) for place, each in enumerate(records)]
    write_json(tmp_path / "plain.jsonl", early)
    text = re.sub(r'"(\d{4})-(\d\d)-(\d\d)"', r'"\3-\2-\1"', (tmp_path / "plain.jsonl").read_text())
    (tmp_path / "records.jsonl").write_text("\ufeff" + text, encoding="utf-8")
    with in_duckdb(tmp_path / "records.jsonl", knowledge, knowledge.messages["en"], TODAY) as big:
        found = AggregatedEvidence(big.outcomes, knowledge)
        assert (big.rows, found.records) == (len(records), len(records))
        assert found.cells(0.15).fingerprint == RecordTable.of(early, featuriser).cells(0.15).fingerprint


def test_a_record_that_is_told_twice_in_a_big_file_is_not_counted_twice(records, knowledge, tmp_path, small_is_big):
    write_csv(tmp_path / "records.csv", [row(each) for each in (*records, records[3])], knowledge)
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    with (
        pytest.raises(CommandError, match=r"1 rows of records\.csv"),
        open_records(tmp_path / "records.csv", store, knowledge),
    ):
        pass
    store.close()


def test_a_big_file_that_is_broken_is_named(records, knowledge, tmp_path, small_is_big, lite):
    path = tmp_path / "records.csv"
    write_csv(path, [row(each) for each in records], knowledge)
    right = path.read_bytes()
    for wrong, words in (
        (b'x;"never closed' + b";" * 60, "begins around line 402 is never closed"),
        ("каф;".encode("cp1251"), "Line 402 is written in letters that are not UTF-8"),
    ):
        path.write_bytes(right + wrong + b"\n")
        with pytest.raises(FileError, match=words), open_records(path, lite, knowledge):
            pass


def test_names_with_spaces_around_them_are_the_same_names(records, featuriser, knowledge, tmp_path, small_is_big):
    rows = [row(each) | {"community": f" {each.community}\t", "channel": f"{each.channel} "} for each in records]
    write_parquet(tmp_path / "records.parquet", rows, knowledge)
    with in_duckdb(tmp_path / "records.parquet", knowledge, knowledge.messages["en"], TODAY) as big:
        found = AggregatedEvidence(big.outcomes, knowledge)
        assert found.sample.communities == RecordTable.of(records, featuriser).communities
        assert found.cells(0.15).fingerprint == RecordTable.of(records, featuriser).cells(0.15).fingerprint


def test_a_folder_of_parquet_is_put_together_however_small(records, featuriser, knowledge, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    write_parquet(folder / "one.parquet", [row(each) for each in records[:7]], knowledge)
    write_parquet(folder / "two.parquet", [row(each) for each in records[7:12]], knowledge)
    with in_duckdb(folder, knowledge, knowledge.messages["en"], TODAY) as big:
        assert big.rows == 12
        cells = AggregatedEvidence(big.outcomes, knowledge).cells(0.15)
    assert cells.fingerprint == RecordTable.of(records[:12], featuriser).cells(0.15).fingerprint


def looked_at(rows, names, knowledge, path):
    """(number of right rows, how many of them repeat another) of a flat file with these columns besides the usual."""
    usual = ("community", "channel", "start", "invited", "active")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*usual, *names, *(each.id for each in knowledge.questionnaire)])
        writer.writeheader()
        writer.writerows(rows)
    with in_duckdb(path, knowledge, knowledge.messages["en"], TODAY) as big:
        evidence = AggregatedEvidence(big.outcomes, knowledge)
        return evidence.records, evidence.repeated


def test_an_id_says_which_rows_of_a_big_file_are_one_record(records, knowledge, tmp_path, small_is_big):
    rows = [row(each) | {"id": f"r{number}"} for number, each in enumerate(records)]
    assert looked_at(rows, ["id"], knowledge, tmp_path / "unlike.csv") == (400, 0)
    alike = [*rows, row(records[3]) | {"id": "another"}]
    assert looked_at(alike, ["id"], knowledge, tmp_path / "alike.csv") == (401, 0)
    rows[5]["id"] = " r4 "
    assert looked_at(rows, ["id"], knowledge, tmp_path / "same.csv") == (400, 1)
    without = [each | {"id": ""} for each in (*rows, rows[9])]
    assert looked_at(without, ["id"], knowledge, tmp_path / "without.csv") == (401, 1)


def test_a_reason_in_a_big_file_is_one_of_the_list_and_for_what_was_not_used(
    records, knowledge, tmp_path, small_is_big
):
    rows = [row(each) | {"invited": "", "active": "", "used": "no", "reason": ""} for each in records]
    rows[0]["reason"] = f" {min(NOT_USED_REASONS)} "
    rows[1]["reason"] = "bad luck"
    rows[2] |= {"used": "yes", "reason": min(NOT_USED_REASONS)}
    assert looked_at(rows, ["used", "reason"], knowledge, tmp_path / "records.csv") == (398, 0)


def test_yes_or_no_in_a_big_file(records, featuriser, knowledge, tmp_path, small_is_big):
    plain = [replace(each, invited=1, active=number % 2) for number, each in enumerate(records)]
    rows = [row(each) for each in plain]
    for each in rows:
        each["used"] = "yes" if each.pop("active") else "No"
        del each["invited"]
    names = ["community", "channel", "start", "used", *(each.id for each in knowledge.questionnaire)]
    with (tmp_path / "records.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    with in_duckdb(tmp_path / "records.csv", knowledge, knowledge.messages["en"], TODAY) as big:
        cells = AggregatedEvidence(big.outcomes, knowledge).cells(0.15)
    assert cells.fingerprint == RecordTable.of(plain, featuriser).cells(0.15).fingerprint
