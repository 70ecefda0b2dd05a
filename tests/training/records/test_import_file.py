"""Records from files of every kind: kept once, refused with a reason and a line, mended, and imported again."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES
from model.errors import FileError, OutcomeError
from model.outcomes.names import tidy_name
from model.storage.engine import Store
from model.storage.outcomes import current
from tests.databases import new_database
from tests.examples import examples
from tests.factories import raw_profiles
from tests.records import DAYS, TURNED, WHOLES
from training.records.import_file import export_rows, import_file
from training.records.record_columns import RecordColumns
from training.records.rejects_file import free_name
from training.records.write_files import WRITERS, writing

HEADER = b"community,channel,start,used,work_setting\n"
KINDS = (".csv", ".jsonl", ".parquet", ".xlsx")
ROW: dict[str, Any] = {
    "community": "alfa",
    "channel": "embrace",
    "start": "2025-01-06",
    "invited": 46,
    "active": 3,
    "reason": "one_login_too_many",
    "work_setting": "mobile_field;client_room",
    "needs": "quick_contact|file_sharing",
    "login_tolerance": "low",
    "device_access": "unknown",
}


def row(**changes: Any) -> dict[str, Any]:
    return {**ROW, **changes}


def write(path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ROW) -> Path:
    """A file of the kind that its name says, as people's programs write it."""
    rows, columns = list(rows), list(columns)
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    elif path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(columns)
        for each in rows:
            sheet.append([each.get(name) for name in columns])
        book.save(path)
    return path


def take(store, knowledge, path, **how):
    return import_file(path, store, knowledge, recorded_by="tester", **how)


def counts(result):
    return (result.read, result.added, result.corrected, result.known, result.outdated, result.refused)


def kept(store, knowledge):
    with store.reading() as connection:
        return list(current(connection, knowledge.questionnaire))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_imported_once_however_often(store, knowledge, tmp_path, kind):
    path = write(tmp_path / f"records{kind}", [row(), row(community="beta"), row(community="gamma", active=0)])
    assert counts(take(store, knowledge, path)) == (3, 3, 0, 0, 0, 0)
    assert counts(take(store, knowledge, path)) == (3, 0, 0, 3, 0, 0)
    alfa, *_ = kept(store, knowledge)
    assert (alfa.community, alfa.start, alfa.invited, alfa.active) == ("alfa", date(2025, 1, 6), 46, 3)
    assert alfa.answers == {
        "work_setting": ["client_room", "mobile_field"],
        "needs": ["quick_contact", "file_sharing"],
        "login_tolerance": "low",
        "device_access": "unknown",
    }
    assert (alfa.source, alfa.recorded_by) == (f"file records{kind}", "tester")


@pytest.mark.parametrize("kind", KINDS)
def test_refused_rows_can_be_mended_in_their_own_kind(store, knowledge, tmp_path, kind):
    rows = [row(), row(community="beta", channel="telepathy"), row(community="gamma", active=99), row(community="d")]
    path = write(tmp_path / f"records{kind}", rows)
    result = take(store, knowledge, path)
    assert counts(result) == (4, 2, 0, 0, 0, 2)
    assert result.rejects == tmp_path / f"records.rejects{kind}"
    first = 1 if kind in (".jsonl", ".parquet") else 2  # the header has a line too
    assert [refusal.line for refusal in result.refusals] == [first + 1, first + 2]
    assert "channel “telepathy”: " in result.refusals[0].reasons
    assert "embrace" in result.refusals[0].reasons
    assert "active “99”: " in result.refusals[1].reasons

    refused = read(result.rejects)
    assert [int(float(each["_line"])) for each in refused] == [first + 1, first + 2]
    assert refused[0]["_problems"] == result.refusals[0].reasons
    refused[0]["channel"], refused[1]["active"] = "teams", "9"
    write(result.rejects, refused, [*ROW, "_line", "_problems", "_text"])
    again = take(store, knowledge, result.rejects)
    assert counts(again) == (2, 2, 0, 0, 0, 0)
    assert {record.community for record in kept(store, knowledge)} == {"alfa", "beta", "gamma", "d"}


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, read by other means than ours."""
    if path.suffix == ".csv":
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".parquet":
        return list(pyarrow.parquet.read_table(path).to_pylist())
    header, *lines = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_can_be_imported_elsewhere_without_loss(store, knowledge, tmp_path, kind):
    rows = [
        row(id="form-1", note="Line one\nline two; \"quoted\", =not a formula", active=None, invited=None, used=False),
        row(community="=SUM(A1)", active=0),
        row(community="'-dash", recorded_by="Els", consent=True),
        row(community="émile | b;c", login_tolerance="unknown", copied_from="unknown", daily_tools="whatsapp"),
    ]  # fmt: skip
    source = write(tmp_path / "in.jsonl", [{k: v for k, v in each.items() if v is not None} for each in rows])
    assert take(store, knowledge, source).added == 4
    out = tmp_path / f"out{kind}"
    with writing(out, RecordColumns(knowledge).all, knowledge.messages["en"]) as put:
        for cells in export_rows(store, knowledge):
            put(cells)
    assert counts(take(store, knowledge, out)) == (4, 0, 0, 4, 0, 0)
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    assert counts(take(other, knowledge, out)) == (4, 4, 0, 0, 0, 0)

    def content(where):
        return [
            (each.id, each.community, each.answers, each.counted, each.active, each.note, each.source, each.recorded_by,
             each.recorded_at, each.consent)
            for each in kept(where, knowledge)
        ]  # fmt: skip

    assert content(other) == content(store)
    other.close()


@pytest.mark.parametrize("kind", KINDS)
def test_consent_comes_in_every_kind_of_file(lite, knowledge, tmp_path, kind):
    rows = [row(community=said or "nothing said", consent=said) for said in ("ja", "nee", "TRUE", "waar", "0", "")]
    assert take(lite, knowledge, write(tmp_path / f"r{kind}", rows, [*ROW, "consent"])).added == len(rows)
    assert {each.community for each in kept(lite, knowledge) if each.consent} == {"ja", "TRUE", "waar"}


def test_consent_that_is_neither_yes_nor_no_is_refused_in_words(lite, knowledge, tmp_path):
    result = take(lite, knowledge, write(tmp_path / "r.csv", [row(consent="maybe")], [*ROW, "consent"]))
    assert [each.reasons for each in result.refusals] == ["consent “maybe”: Say yes or no."]


def test_a_no_takes_consent_back_even_when_it_repeats_an_old_row(store, knowledge, tmp_path):
    """Else a community that changed its mind twice would go on being shown."""

    def told(**changes):
        path = write(tmp_path / "r.csv", [row(**changes)], [*ROW, *changes])
        result = counts(take(store, knowledge, path))[1:]
        [record] = kept(store, knowledge)
        return result, record.consent

    assert told() == ((1, 0, 0, 0, 0), False)
    assert told(consent="yes") == ((0, 1, 0, 0, 0), True)
    assert told() == ((0, 0, 0, 1, 0), True)  # says nothing about consent, so it is only an old row
    assert told(consent="no") == ((0, 1, 0, 0, 0), False)
    assert told(consent="no") == ((0, 0, 1, 0, 0), False)
    assert told(consent="yes") == ((0, 0, 0, 1, 0), False)  # an old file gives no consent that was taken back


def test_a_changed_row_corrects_and_an_old_file_does_not_undo_it(store, knowledge, tmp_path):
    old = write(tmp_path / "old.csv", [row(), row(community="beta")])
    new = write(tmp_path / "new.csv", [row(active=9), row(community="beta")])
    take(store, knowledge, old)
    assert counts(take(store, knowledge, new)) == (2, 0, 1, 1, 0, 0)
    assert counts(take(store, knowledge, old)) == (2, 0, 0, 1, 1, 0)
    assert [(each.active, each.revision) for each in kept(store, knowledge) if each.community == "alfa"] == [(9, 2)]


def test_rows_with_ids_of_their_own_are_known_by_them(lite, knowledge, tmp_path):
    columns = ["id", *ROW]
    path = write(tmp_path / "a.csv", [row(id="1"), row(id="2", active=9), row(id=3)], columns)
    assert counts(take(lite, knowledge, path)) == (3, 3, 0, 0, 0, 0)
    path = write(tmp_path / "b.csv", [row(id="2", community="renamed", active=9)], columns)
    assert counts(take(lite, knowledge, path)) == (1, 0, 1, 0, 0, 0)
    assert [each.community for each in kept(lite, knowledge) if each.id == "2"] == ["renamed"]


def test_the_same_record_twice_in_a_file_is_a_repetition_or_a_mistake(lite, knowledge, tmp_path):
    path = write(tmp_path / "twice.csv", [row(), row(), row(active=4), row(community="beta")])
    result = take(lite, knowledge, path)
    assert counts(result) == (4, 2, 0, 1, 0, 1)
    assert result.refusals[0].line == 4
    assert "Line 2 is about the same record" in result.refusals[0].reasons


def test_a_dry_run_says_the_same_and_changes_nothing(store, knowledge, tmp_path):
    take(store, knowledge, write(tmp_path / "old.csv", [row(), row(community="beta")]))
    path = write(tmp_path / "new.csv", [row(active=9), row(community="beta"), row(community="new"), row(channel="x")])
    before = (kept(store, knowledge), sorted(tmp_path.iterdir()))
    trial = take(store, knowledge, path, dry_run=True)
    assert (kept(store, knowledge), sorted(tmp_path.iterdir())) == before
    assert counts(trial) == (4, 1, 1, 1, 0, 1)
    assert trial.rejects is None
    assert counts(take(store, knowledge, path)) == counts(trial)


def test_a_store_that_fails_half_way_keeps_nothing(lite, knowledge, tmp_path, monkeypatch):
    path = write(tmp_path / "many.csv", [row(community=f"c{number}") for number in range(2500)])
    real, calls = import_file.__globals__["keep"], []

    def breaks(*arguments, **how):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return real(*arguments, **how)

    monkeypatch.setitem(import_file.__globals__, "keep", breaks)
    with pytest.raises(RuntimeError):
        take(lite, knowledge, path)
    monkeypatch.undo()
    assert kept(lite, knowledge) == []
    assert counts(take(lite, knowledge, path)) == (2500, 2500, 0, 0, 0, 0)


def test_two_imports_of_one_file_at_the_same_moment_keep_it_once(database_url, knowledge, tmp_path):
    path = write(tmp_path / "records.csv", [row(community=f"c{number}") for number in range(1500)])
    store = Store.open(database_url, wait=30)
    start, results = threading.Barrier(2), []

    def run():
        start.wait()
        results.append(take(store, knowledge, path))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.added for result in results) == [0, 1500]
    assert len(kept(store, knowledge)) == 1500
    store.close()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_comes_in_the_ways_that_spreadsheets_write_it(lite, knowledge, tmp_path, delimiter, mark, ending):
    name = f'with {delimiter.strip()} and "quotes"'
    text = io.StringIO()
    writer = csv.DictWriter(text, [*ROW, "", ""], delimiter=delimiter, lineterminator=ending, restval="")
    writer.writeheader()
    writer.writerow(row(community=name))
    writer.writerow(dict.fromkeys(ROW, ""))
    path = tmp_path / "records.csv"
    path.write_bytes((mark + text.getvalue()).encode())
    assert counts(take(lite, knowledge, path)) == (1, 1, 0, 0, 0, 0)
    assert kept(lite, knowledge)[0].community == " ".join(name.split())


def test_lines_are_counted_as_an_editor_counts_them(lite, knowledge, tmp_path):
    path = write(tmp_path / "r.csv", [row(note="one\ntwo\nthree"), row(community="b", channel="x")], [*ROW, "note"])
    assert [refusal.line for refusal in take(lite, knowledge, path).refusals] == [5]


def test_a_spreadsheet_may_keep_dates_numbers_and_yes_or_no_as_such(lite, knowledge, tmp_path):
    rows = [
        row(community=2024, start=datetime(2025, 1, 6), invited=46.0, active=3),
        row(community="b", start=date(2025, 1, 6), invited=None, active=None, used=True, reason=None),
    ]
    path = write(tmp_path / "records.xlsx", rows, [*ROW, "used"])
    assert counts(take(lite, knowledge, path)) == (2, 2, 0, 0, 0, 0)
    first, second = kept(lite, knowledge)
    assert (first.community, first.start, first.invited) == ("2024", date(2025, 1, 6), 46)
    assert (second.counted, second.active) == (False, 1)


def test_days_and_numbers_are_read_as_people_here_write_them(lite, knowledge, tmp_path):
    rows = [row(community=f"day {text}", start=text) for text in DAYS.keys() - TURNED]
    rows += [row(community=f"whole {text}", invited=text) for text in WHOLES]
    result = take(lite, knowledge, write(tmp_path / "r.csv", rows))
    right = {tidy_name(f"day {text}"): (day, 46) for text, day in DAYS.items() if day}
    right |= {tidy_name(f"whole {text}"): (date(2025, 1, 6), number) for text, number in WHOLES.items() if number}
    assert {each.community: (each.start, each.invited) for each in kept(lite, knowledge)} == right
    assert result.refused == [*DAYS.values(), *WHOLES.values()].count(None) - len(TURNED)


def test_over_http_a_day_has_one_form(maker):
    for text in DAYS.keys() - {"2026-01-06"}:
        with pytest.raises(OutcomeError):
            maker.submission(start=text)


@pytest.mark.parametrize(("text", "used"), [("true", True), ("j", True), ("N", False),
                                            ("WAAR", True), ("ja", True), ("1", True), ("No", False),
                                            ("onwaar", False), ("0", False), ("false", False)])  # fmt: skip
def test_yes_and_no_come_in_both_languages(lite, knowledge, tmp_path, text, used):
    columns = [*(name for name in ROW if name not in ("invited", "active", "reason")), "used"]
    path = write(tmp_path / "r.csv", [{name: row(used=text)[name] for name in columns}], columns)
    take(lite, knowledge, path)
    assert [each.active for each in kept(lite, knowledge)] == [int(used)]


def test_parquet_with_gaps_lists_and_dates_of_its_own(lite, knowledge, tmp_path):
    table = pyarrow.table(
        {
            "community": ["a", "b"],
            "channel": pyarrow.array(["teams", "slack"]).dictionary_encode(),
            "start": pyarrow.array([date(2025, 1, 6), date(2025, 1, 7)]),
            "invited": pyarrow.array([float("nan"), 20.0]),
            "active": pyarrow.array([None, 2], pyarrow.int64()),
            "used": pyarrow.array([True, None]),
            "work_setting": [["desk"], ["desk", "classroom"]],
            "login_tolerance": ["low", None],
        }
    )
    path = tmp_path / "r.parquet"
    pyarrow.parquet.write_table(table, path)
    assert counts(take(lite, knowledge, path)) == (2, 2, 0, 0, 0, 0)
    first, second = kept(lite, knowledge)
    assert (first.counted, second.counted) == (False, True)
    assert second.answers["work_setting"] == ["classroom", "desk"]
    assert second.answers["login_tolerance"] == "unknown"


def test_json_lines_may_nest_the_profile_as_the_api_does(lite, knowledge, tmp_path):
    nested = {
        "community": "a", "channel": "teams", "start": "2025-01-06", "used": False,
        "profile": {"work_setting": ["desk"], "needs": ["announcements"], "login_tolerance": "low",
                    "device_access": ["tablet"]},
    }  # fmt: skip
    path = tmp_path / "r.ndjson"
    path.write_text(json.dumps(nested) + "\n\nno json\n[1]\n" + json.dumps({**nested, "colour": 1}) + "\n")
    result = take(lite, knowledge, path)
    assert counts(result) == (4, 1, 0, 0, 0, 3)
    assert [refusal.line for refusal in result.refusals] == [3, 4, 5]
    assert result.refusals[2].reasons.startswith("colour “1”: ")
    assert json.loads(result.rejects.read_text().splitlines()[0])["_text"] == "no json"


def test_a_row_that_is_too_long_is_refused(lite, knowledge, tmp_path):
    path = write(tmp_path / "r.csv", [row(), row(community="b")])
    path.write_text(path.read_text().rstrip() + ",surplus\n")
    result = take(lite, knowledge, path)
    assert [(refusal.line, refusal.reasons) for refusal in result.refusals] == [
        (3, "This row has more cells than there are columns.")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_header_that_cannot_be_is_refused_as_a_whole_with_what_would_be_right(lite, knowledge, tmp_path, language):
    path = tmp_path / "r.csv"
    path.write_text("comunity,channel,channel,colour,invited\n")
    with pytest.raises(FileError) as refusal:
        take(lite, knowledge, path, language=language)
    text = str(refusal.value)
    assert re.search("comunity.*“community”", text)
    assert "“colour”" in text
    for name in RecordColumns(knowledge).all:
        assert name in text
    assert re.search(r"(twice|twee keer): channel\.", text)
    assert re.search(r"(missing|ontbreken): community, start, active\.", text)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.doc", b"", "must end in one of: .csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .ods, .xlsm, .xlsx"),
        ("r.csv", b"\n", "columns are missing: community, channel"),
        ("r.csv", b"", "r.csv is empty"),
        ("r.csv", HEADER + "каф".encode("cp1251"), "Line 2 is written in letters that are not UTF-8"),
        ("r.jsonl", b"{}\n\xff\n", "Line 2 is written in letters that are not UTF-8"),
        ("r.parquet", b"PAR1 no", "is no Parquet file"),
        ("r.xlsx", b"PK no", "is no XLSX file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(lite, knowledge, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=re.escape(words)):
        take(lite, knowledge, path)
    assert sorted(each.name for each in tmp_path.iterdir() if not each.name.startswith("platform-fit")) == [name]


def test_quotation_marks_that_never_close_are_pointed_out(lite, knowledge, tmp_path):
    path = write(tmp_path / "r.csv", [row()])
    path.write_text(path.read_text() + '"' + "x," * 70_000)
    with pytest.raises(FileError, match="around line 3"):
        take(lite, knowledge, path)
    assert kept(lite, knowledge) == []


def test_no_file_of_refused_rows_is_ever_overwritten(tmp_path):
    names = []
    for _ in range(3):
        name = free_name(tmp_path / "r.csv")
        name.touch()
        names.append(name.name)
    assert names == ["r.rejects.csv", "r.rejects-2.csv", "r.rejects-3.csv"]
    assert free_name(tmp_path / "r.rejects.csv").name == "r.rejects-4.csv"


def test_refusals_are_kept_before_records_are(lite, knowledge, tmp_path):
    path = write(tmp_path / "r.csv", [row(), row(channel="x")])
    blocked = tmp_path / "no such folder" / "r.csv"
    with pytest.raises(FileError):
        take(lite, knowledge, path, rejects=blocked)
    assert kept(lite, knowledge) == []


def test_nothing_is_kept_when_the_refusals_cannot_be(lite, knowledge, tmp_path, monkeypatch):
    path = write(tmp_path / "r.csv", [row(), row(channel="x")])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileError, match="No space left on device"):
        take(lite, knowledge, path)
    assert kept(lite, knowledge) == []
    assert [each.name for each in tmp_path.glob("*r.*") if not each.name.startswith("platform-fit")] == ["r.csv"]


def test_progress_is_told_up_to_the_end(lite, knowledge, tmp_path):
    told = []
    path = write(tmp_path / "r.csv", [row(community=f"c{number}") for number in range(2100)])
    take(lite, knowledge, path, progress=lambda done, total: told.append((done, total)))
    assert len(told) >= 3
    assert all(done <= total for done, total in told)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


@settings(max_examples=examples(15))
@given(data=st.data())
@pytest.mark.parametrize("kind", sorted({".csv", *WRITERS} - {".ndjson"}))
def test_any_profile_survives_every_kind_of_file(kind, data, knowledge, maker, tmp_path_factory):
    profile = data.draw(raw_profiles(knowledge.questionnaire))
    submission = maker.submission(profile=profile)
    folder = tmp_path_factory.mktemp("kinds")
    path = folder / f"r{kind}"
    columns = RecordColumns(knowledge)
    cells = {"community": "a", "channel": "teams", "start": "2025-01-06", "used": False, **profile}
    with writing(path, columns.all, knowledge.messages["en"]) as put:
        put(cells)
    store = Store.open(new_database("sqlite", folder, tables=True))
    assert counts(take(store, knowledge, path)) == (1, 1, 0, 0, 0, 0)
    [record] = kept(store, knowledge)
    store.close()
    assert maker.gate._profiles.load(record.answers).masks == submission.record.profile.masks
