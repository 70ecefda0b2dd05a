"""What a person sees in a file and a program does not, or the other way round: none of it is read in silence."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl.styles import Font, PatternFill

from model.errors import FileError
from tests.training.records.files import changed_sheet, text

WHITE, DARK = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF003366")


# --- merged cells ---------------------------------------------------------------------------------------------------


def test_rows_in_which_a_merged_cell_covers_an_answer_are_refused(take, kept, tmp_path):
    """A person reads the answer in each of them; a program reads that nothing is known."""

    def merge(sheet: Any) -> None:
        sheet["G3"] = sheet["G4"] = None
        sheet.merge_cells("G2:G4")

    result = take(changed_sheet(tmp_path / "r.xlsx", merge))
    assert [(each.line, each.reasons.partition(",")[0]) for each in result.refusals] == [
        (3, "Cells G2:G4 are merged"), (4, "Cells G2:G4 are merged"),
    ]  # fmt: skip
    assert [record.community for record in kept()] == ["zuid-1"]


def test_cells_merged_beside_one_another_are_refused_too(take, kept, tmp_path):
    def merge(sheet: Any) -> None:
        sheet["H3"] = None
        sheet.merge_cells("G3:H3")

    assert [each.line for each in take(changed_sheet(tmp_path / "r.xlsx", merge)).refusals] == [3]
    assert len(kept()) == 2


def test_merged_cells_in_which_nothing_stands_and_those_above_the_header_do_not_matter(take, tmp_path):
    def merge(sheet: Any) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Resultaten"
        sheet.merge_cells("A1:K2")
        sheet["G4"] = sheet["G5"] = sheet["G6"] = None
        sheet.merge_cells("G4:G6")

    assert take(changed_sheet(tmp_path / "r.xlsx", merge)).added == 3


# --- formats --------------------------------------------------------------------------------------------------------


def formatted(path: Path, cells: dict[str, tuple[Any, str]]) -> Path:
    def change(sheet: Any) -> None:
        for place, (value, number_format) in cells.items():
            sheet[place] = value
            sheet[place].number_format = number_format

    return changed_sheet(path, change)


@pytest.mark.parametrize(("value", "number_format"), [(31, ";;;"), (0, "0;;;@"), (0, "0;-0;"), ("low", ";;;")])
def test_what_a_format_hides_is_refused_by_cell(take, kept, tmp_path, value, number_format):
    place = "I3" if isinstance(value, str) else "E3"
    result = take(formatted(tmp_path / "r.xlsx", {place: (value, number_format)}))
    assert [(each.line, each.reasons.partition(",")[0]) for each in result.refusals] == [
        (3, f"There is something in {place} that the sheet does not show: the number format hides it. Show it")
    ]
    assert len(kept()) == 2


@pytest.mark.parametrize(
    ("place", "value", "number_format", "words"),
    [
        ("E3", 78, '0"%"', "active “78%”: Give a whole number"),
        ("E3", 31, "0\\%", "active “31%”: Give a whole number"),
        ("E3", 31, '"veel"', "active “veel”: Give a whole number"),
        ("E3", 31, '[>30]"veel";0', "active “veel”: Give a whole number"),
    ],
)
def test_a_count_that_its_cell_shows_as_something_else_is_refused(
    take, kept, tmp_path, place, value, number_format, words
):
    result = take(formatted(tmp_path / "r.xlsx", {place: (value, number_format)}))
    assert [each.reasons.startswith(words) for each in result.refusals] == [True]
    assert len(kept()) == 2


def test_a_sheet_that_shows_a_zero_as_nothing_is_told(take, kept, tmp_path):
    def hide(sheet: Any) -> None:
        sheet["E3"] = 0
        sheet.sheet_view.showZeros = False

    result = take(changed_sheet(tmp_path / "r.xlsx", hide))
    assert result.survey.notes == (
        "The sheet shows a 0 as nothing, so a cell that looks empty may hold a 0, and is read as 0.",
    )
    assert {record.active for record in kept()} == {31, 0}


def test_a_condition_of_a_format_that_does_not_hold_changes_nothing(take, kept, tmp_path):
    take(formatted(tmp_path / "r.xlsx", {"E3": (30, '[>30]"veel";0')}))
    assert {record.active for record in kept()} == {30, 31}


def test_consent_is_what_its_cell_shows(take, kept, tmp_path):
    cells = {"F2": (1, '"nee";;"ja"'), "F3": (0, '"nee";;"ja"'), "F4": (1, '"ja";;"nee"')}
    take(formatted(tmp_path / "r.xlsx", cells))
    assert {record.community: record.consent for record in kept()} == {"zuid-1": False, "b": True, "c": True}


def test_a_number_whose_cell_shows_a_word_is_that_word_as_a_name(take, kept, tmp_path):
    take(formatted(tmp_path / "r.xlsx", {"A2": (7, '"Zuid"')}))
    assert "Zuid" in {record.community for record in kept()}


@pytest.mark.parametrize("number_format", ["mmm-yy", "yyyy", "d mmm", "dddd", "[$-413]d/m;@"])
def test_a_date_without_its_day_or_year_in_sight_is_refused(take, kept, tmp_path, number_format):
    """Who types 3-8 or maart 2026 gets a year or a day that the spreadsheet made up."""
    result = take(formatted(tmp_path / "r.xlsx", {"C3": (datetime(2026, 3, 1), number_format)}))
    assert [each.reasons.partition(",")[0] for each in result.refusals] == [
        "The date in C3 is shown without its day or its year"
    ]
    assert len(kept()) == 2


@pytest.mark.parametrize(
    "number_format",
    ["dd-mm-yyyy", "[$-413]d mmmm yyyy;@", "[$-F800]dddd, mmmm dd, yyyy", "m/d/yy h:mm", 'yyyy"-"mm"-"dd'],
)
def test_a_date_that_is_shown_whole_is_read(take, tmp_path, number_format):
    assert take(formatted(tmp_path / "r.xlsx", {"C3": (datetime(2026, 3, 1), number_format)})).added == 3


# --- colours --------------------------------------------------------------------------------------------------------


def test_white_letters_on_white_are_read_and_it_is_said(take, kept, tmp_path):
    def whiten(sheet: Any) -> None:
        sheet["A3"].font = sheet["E3"].font = WHITE
        for each in sheet[1]:
            each.font, each.fill = WHITE, DARK

    result = take(changed_sheet(tmp_path / "r.xlsx", whiten))
    assert result.survey.notes == ("The letters in some cells are as white as the sheet, and are read too: A3, E3.",)
    assert len(kept()) == 3


# --- text -----------------------------------------------------------------------------------------------------------


def test_digits_that_are_turned_round_are_no_count_and_no_date(take, kept):
    rows = (
        {"active": "\u202e13"},
        {"community": "b", "start": "\u202e10-30-6202"},
        {"community": "c", "active": "\u200f31"},
    )
    assert [each.line for each in take("r.csv", text(*rows)).refusals] == [2, 3]
    assert [(record.community, record.active) for record in kept()] == [("c", 31)]


def test_a_text_that_is_kept_from_a_spreadsheet_is_the_text(take, kept):
    take("r.csv", text({"community": '="007"'}).replace('"=""007"""', '="007"'))
    assert [record.community for record in kept()] == ["007"]


@pytest.mark.parametrize("name", ["None", "nil", "\\N", "[]", "#NV", "#¡REF!", "#¿NOMBRE?", "#N/D"])
def test_what_a_script_or_a_formula_writes_is_no_name(take, kept, name):
    assert take("r.csv", text({"community": name})).refused == 1
    assert kept() == []


@pytest.mark.parametrize("word", ["\\N", "#NV"])
def test_what_a_database_or_a_german_spreadsheet_writes_for_nothing_is_no_answer(take, kept, word):
    take("r.csv", text({"budget": word}))
    assert "budget" not in kept()[0].answers


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", text().encode("utf-32"), "Line 1 is written in letters that are not UTF-8"),
        ("r.csv.gz", gzip.compress(gzip.compress(text().encode()), mtime=0), "a file of another kind: gzip in gzip"),
        ("r.csv.gz", gzip.compress(b"PK\x03\x04" + bytes(99), mtime=0), "a file of another kind: XLSX, ODS"),
    ],
    ids=["utf-32", "twice", "zip"],
)
def test_what_is_no_text_is_told_for_what_it_is(take, name, content, words):
    with pytest.raises(FileError, match=words):
        take(name, content)


def test_names_in_which_a_total_stands_are_told(take):
    names = ("Zuid totaal", "Subtotaal Noord", "Totaal regio 3", "Totaal-Zorg", "Zuid")
    [warning] = take("r.csv", text(*({"community": name} for name in names))).survey.warnings
    assert "(3): “Zuid totaal”, “Subtotaal Noord”, “Totaal regio 3”." in warning


def test_a_word_that_a_script_writes_for_nothing_and_that_is_an_answer_too_is_told(take, kept):
    result = take("r.csv", text({"budget": "None"}, {"community": "b", "budget": "none"}))
    [budget] = [column for column in result.survey.columns if column.column == "budget"]
    assert budget.unusual == ["“None” is read as the answer none (1×); a script writes it for nothing"]
    assert {record.answers["budget"] for record in kept()} == {"none"}
