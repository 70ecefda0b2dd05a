"""Big files of text: a row that an import refuses or reads otherwise is not taken by the engine in silence."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.training.records.files import RIGHT, text
from training.cli.open_records import open_records
from training.records import engines
from training.records.aggregation import fetch
from training.records.engines import in_duckdb

TODAY = date(2026, 9, 1)
MANY = [{"community": f"wijk {number}", "note": ""} for number in range(150)]
COLUMNS = ("community", "channel", "start", "invited", "active", "work_setting", "needs", "device_access", "note")


@pytest.fixture(autouse=True)
def small_is_big(monkeypatch):
    """A file of more than a hundred records is a big one."""
    monkeypatch.setattr(engines, "SAMPLE", 100)
    monkeypatch.setattr(engines, "_LEAST_ROW", 1)


@pytest.fixture
def big(knowledge, tmp_path):
    """What the engine makes of a file: the communities with their days; None when it leaves it to an import."""

    def read(name: str, content: str) -> dict[str, date] | None:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        with in_duckdb(path, knowledge, knowledge.messages["en"], TODAY) as found:
            if found is None:
                return None
            rows = fetch(found.outcomes.records.select("community", "start")).to_pylist()
            return {each["community"]: each["start"] for each in rows}

    return read


def csv_of(*rows: dict[str, str]) -> str:
    return text(*MANY, *rows, columns=COLUMNS)


def json_of(*rows: str) -> str:
    record = {name: RIGHT[name] for name in ("channel", "start", "invited", "active", "device_access")}
    lines = [json.dumps({"community": f"wijk {number}", **record, "work_setting": ["desk"]}) for number in range(150)]
    return "\n".join((*lines, *rows)) + "\n"


def test_quotation_marks_that_take_in_rows_are_found_in_a_big_file_too(knowledge, big, lite, tmp_path):
    """A mark that nobody closed before a note, and the next one three rows on."""
    lines = csv_of().splitlines()
    lines[20] = lines[20].removesuffix(",") + ',"see the other file'
    lines[23] = lines[23].removesuffix(",") + ',"'
    content = "\n".join(lines) + "\n"
    assert big("r.csv", content) is None
    with open_records(tmp_path / "r.csv", lite, knowledge) as (evidence, left):
        # Four lines became one row, and that one is refused.
        assert (evidence.records, left.refused) == (146, 1)


def test_a_note_of_several_lines_is_no_row_and_stays_with_the_engine(big):
    found = big("r.csv", csv_of({"community": "noord", "note": "two lines,\nthat is all"}))
    assert found is not None
    assert len(found) == 151


@pytest.mark.parametrize("line", ["# made by hand", "# wijk 12 is gone, see the mail"])
def test_lines_that_look_like_remarks_are_not_passed_over(knowledge, big, lite, tmp_path, line):
    lines = csv_of().splitlines()
    assert big("r.csv", "\n".join((*lines[:9], line, *lines[9:])) + "\n") is None
    with open_records(tmp_path / "r.csv", lite, knowledge) as (evidence, left):
        assert (evidence.records, left.refused) == (150, 1)


@pytest.mark.parametrize(
    "line",
    [
        '{"community": "x", "channel": "teams", "start": "2026-03-01", "invited": 40, "invited": 4, "active": 3}',
        '{"community": "x", "channel": "teams", "start": "2026-03-01", "invited": 40, "active": 3,'
        ' "profile": {"budget": "none", "budget": "high"}}',
        '{"community": "x", "channel": "teams", "start": "2026-03-01", "invited": 40, "active": 3, "profile": "none"}',
    ],
)
def test_what_is_told_twice_in_a_line_of_json_is_left_to_an_import(big, line):
    assert big("r.jsonl", json_of(line)) is None


def test_text_and_numbers_in_one_field_of_json_are_both_names(big):
    row = '"channel": "teams", "start": "2026-03-01", "invited": "40,0", "active": 3, "device_access": ["work_phone"]'
    found = big("r.jsonl", json_of(f'{{"community": 7, {row}}}', f'{{"community": "Zuid \\"A\\"", {row}}}'))
    assert found is not None
    assert {"7", 'Zuid "A"'} < found.keys()


def test_a_name_that_looks_like_something_else_stays_as_it_is_written(big):
    names = ("550E8400-e29b-41d4-a716-44665544000A", "10:00:00", "2026-1-1")
    lines = [
        f'{{"community": "{name}", "channel": "teams", "start": "2026-03-01", "invited": 40, "active": 3}}'
        for name in names * 60
    ]
    found = big("r.jsonl", "\n".join(lines) + "\n")
    assert found is not None
    assert set(names) == found.keys()


def test_what_only_a_late_line_of_json_tells_is_not_lost(big, knowledge):
    """An engine that looks at some thousand lines takes the rest for more of the same."""
    early = '{"community": "c%d", "channel": "teams", "start": "2026-03-08", "invited": 40, "active": 3}'
    late = '{"community": "late", "channel": "teams", "start": "2026-31-01", "invited": 40, "active": 3}'
    only_one_way = '{"community": "sure", "channel": "teams", "start": "2026-03-20", "invited": 40, "active": 3}'
    lines = [early % number for number in range(25_000)]
    # The last date says that 2026-03-08 may be 3 August as well.
    assert big("r.jsonl", "\n".join((*lines, only_one_way, late)) + "\n") == {"sure": date(2026, 3, 20)}
