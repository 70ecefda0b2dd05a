"""Files that read as something else than they are: each is read right, or refused in words; none is misread in silence.

Those in `data` came from spreadsheets and programs; the others are made here.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from model.errors import FileError
from tests.training.records.files import COLUMNS, RIGHT, SHEET, book, changed_sheet, edited, grid, text

DATA = Path(__file__).parent / "data"
# --- workbooks -----------------------------------------------------------------------------------------------------


def test_a_sheet_is_as_large_as_it_is_not_as_it_says(take, kept):
    result = take(DATA / "70_wrong_dimension_rows.xlsx")
    assert (result.read, result.added) == (50, 50)
    assert {record.answers["budget"] for record in kept()} == {"none"}


@pytest.mark.parametrize("size", ["A1", "A1:C2", "A1:XFD1048576"])
def test_no_size_that_a_sheet_claims_is_believed(take, kept, tmp_path, size):
    path = book(tmp_path / "r.xlsx", ("S", grid({}, {"community": "b"}), "visible"))
    edited(path, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{size}"'.encode(), xml))
    assert take(path).added == 2
    assert {record.answers["budget"] for record in kept()} == {"none"}


def test_a_size_that_is_none_is_damage(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    edited(path, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="nonsense"', xml))
    with pytest.raises(FileError, match="is damaged"):
        take(path)


def test_formulas_without_a_result_are_refused_by_cell(take, kept):
    with pytest.raises(FileError, match=r"formula without a result: F2, H2, K2\."):
        take(DATA / "55_formula_uncached_optional.xlsx")
    assert kept() == []


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid({"budget": "=empty"}), "visible"))
    cell = b'<c r="K2" t="str"><f>IF(1=1,"","x")</f><v></v></c>'
    edited(path, SHEET, lambda xml: re.sub(rb'<c r="K2".*?</c>', cell, xml))
    edited(path, "xl/workbook.xml", lambda xml: xml.replace(b'fullCalcOnLoad="1"', b""))
    assert take(path).added == 1
    assert "budget" not in kept()[0].answers


def test_what_is_still_to_be_worked_out_is_no_result(take, kept, tmp_path):
    """A program that cannot calculate writes 0 for every formula, and that it is to be done when the file is opened."""
    path = book(tmp_path / "r.xlsx", ("S", grid({"active": 5}), "visible"))
    formula = b'<c r="E2"><f>30+1</f><v>%d</v></c>'
    edited(path, SHEET, lambda xml: re.sub(rb'<c r="E2".*?</c>', formula % 0, xml))
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(path).read("xl/workbook.xml")
    with pytest.raises(FileError, match=r"formula without a result: E2\."):
        take(path)
    assert kept() == []
    edited(path, SHEET, lambda xml: xml.replace(formula % 0, formula % 31))
    edited(path, "xl/workbook.xml", lambda xml: xml.replace(b'fullCalcOnLoad="1"', b""))
    take(path)
    assert [record.active for record in kept()] == [31]


def test_an_error_in_a_cell_is_refused_by_cell(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid({"community": "#REF!"}), "visible"))
    edited(path, SHEET, lambda xml: re.sub(rb'<c r="A2".*?</c>', b'<c r="A2" t="e"><v>#REF!</v></c>', xml))
    assert take(path).refusals[0].reasons == "Cell A2 holds an error: #REF!."


def test_the_visible_sheet_is_read_and_the_hidden_one_is_named(take, kept):
    result = take(DATA / "58_first_sheet_hidden.xlsx")
    assert [record.community for record in kept()] == ["real-data"]
    assert result.survey.notes == ("Sheet “Data” is read.", "Not read: “Sheet”.", "Hidden: “Sheet”.")


def test_two_sheets_with_records_are_never_chosen_between(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("2025", grid(), "visible"), ("2026", grid({"community": "b"}), "visible"))
    with pytest.raises(FileError, match="More than one sheet holds records: “2025”, “2026”"):
        take(path)
    assert take(path, sheet="2026").added == 1
    assert [record.community for record in kept()] == ["b"]
    with pytest.raises(FileError, match=re.escape("There is no sheet “2027”. The sheets: “2025”, “2026”.")):
        take(path, sheet="2027")


def test_records_on_a_hidden_sheet_alone_are_refused(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("Cover", [["Results"]], "visible"), ("Old", grid(), "veryHidden"))
    with pytest.raises(FileError, match="Only a hidden sheet holds records: “Old”"):
        take(path)
    assert take(path, sheet="old").added == 1


def test_rows_that_a_filter_hides_are_read_and_it_is_said(take, tmp_path):
    made = openpyxl.Workbook()
    for row in grid({}, {"community": "b"}, {"community": "c"}):
        made.active.append(row)
    made.active.row_dimensions[3].hidden = True
    made.save(tmp_path / "r.xlsx")
    result = take(tmp_path / "r.xlsx")
    assert result.added == 3
    assert result.survey.notes == (
        "Rows that are hidden in the sheet, for instance by a filter, are read too. There are 1.",
    )


LINE = Font(strike=True)


def test_a_row_with_a_line_through_it_is_refused_by_its_number(take, kept, tmp_path):
    def strike(sheet):
        for cell in sheet[3]:
            cell.font = LINE

    result = take(changed_sheet(tmp_path / "r.xlsx", strike))
    assert [(each.line, each.reasons) for each in result.refusals] == [
        (
            3,
            "There is a line through A3, B3, C3, D3, E3 and 6 more. Was this row deleted?"
            " Remove the row, or take the line away.",
        )
    ]
    assert {record.community for record in kept()} == {"zuid-1", "c"}
    # Without the lines, in the file of refused rows, it is a row like any other.
    assert take(result.rejects).added == 1


def test_a_line_through_part_of_a_cell_counts_too(take, kept, tmp_path):
    """40 was struck out and 31 written behind it: no number 4031."""

    def strike(sheet):
        sheet["D3"] = CellRichText(TextBlock(InlineFont(strike=True), "40"), "31")
        sheet["D4"] = CellRichText(TextBlock(InlineFont(b=True), "4"), "0")

    assert [each.line for each in take(changed_sheet(tmp_path / "r.xlsx", strike)).refusals] == [3]
    assert {(record.community, record.invited) for record in kept()} == {("zuid-1", 40), ("c", 40)}


def test_small_raised_text_is_no_part_of_a_value(take, kept, tmp_path):
    """40 with the number of a footnote behind it is kept as 401."""

    def note(sheet):
        sheet["D3"] = CellRichText("40", TextBlock(InlineFont(vertAlign="superscript"), "1"))
        sheet["A4"] = CellRichText(TextBlock(InlineFont(vertAlign="subscript"), "all of it"))

    result = take(changed_sheet(tmp_path / "r.xlsx", note))
    assert [(each.line, each.reasons.partition(",")[0]) for each in result.refusals] == [
        (3, "There is small raised or lowered text in D3")
    ]
    assert {record.community for record in kept()} == {"zuid-1", "all of it"}


def test_comments_are_not_read_and_it_is_said(take, kept, tmp_path):
    def remark(sheet):
        sheet["D3"].comment = Comment("is 31", "Anna")
        sheet["A4"].comment = Comment("twice?", "Anna")

    result = take(changed_sheet(tmp_path / "r.xlsx", remark))
    assert result.survey.notes == ("Comments beside cells are not read: D3, A4.",)
    assert len(kept()) == 3


def test_a_workbook_with_damaged_comments_is_refused(take, tmp_path):
    def remark(sheet):
        sheet["D3"].comment = Comment("is 31", "Anna")

    path = changed_sheet(tmp_path / "r.xlsx", remark)
    edited(path, "xl/comments/comment1.xml", lambda xml: xml[:-20])
    with pytest.raises(FileError, match=r"r\.xlsx is damaged from row 1 on"):
        take(path)


def test_what_a_rule_can_strike_out_is_told(take, kept, tmp_path):
    """Whether the rule holds is worked out by the spreadsheet alone; other rules only colour."""

    def rules(sheet):
        sheet.conditional_formatting.add("A2:K3", FormulaRule(["$E2=0"], font=Font(strike=True)))
        sheet.conditional_formatting.add("A4:K4", FormulaRule(["$E2=0"], font=Font(color="FF0000")))

    result = take(changed_sheet(tmp_path / "r.xlsx", rules))
    assert result.survey.notes == (
        "A rule of the sheet can strike out A2:K3. That is not seen here: look yourself which rows do not count.",
    )
    assert len(kept()) == 3


def test_rows_and_columns_without_height_or_width_are_hidden_ones(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid({}, {"community": "b"}), "visible"))
    columns = b'<cols><col min="11" max="11" width="0" customWidth="1"/></cols><sheetData>'
    edited(path, SHEET, lambda xml: xml.replace(b"<sheetData>", columns).replace(b'<row r="3"', b'<row r="3" ht="0"'))
    assert take(path).survey.notes == (
        "Rows that are hidden in the sheet, for instance by a filter, are read too. There are 1.",
        "These columns are hidden in the sheet, and are read too: “budget”.",
    )


def test_a_cell_that_is_there_twice_is_damage(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    edited(path, SHEET, lambda xml: xml.replace(b"</row></sheetData>", b'<c r="E2"><v>4</v></c></row></sheetData>'))
    with pytest.raises(FileError, match="is damaged"):
        take(path)
    assert kept() == []


@pytest.mark.parametrize("profile", ['{"budget": "none"}', ["budget", "none"], 7])
def test_answers_that_are_no_object_are_not_left_out_in_silence(take, kept, profile):
    [refusal] = take("r.jsonl", json.dumps({**RIGHT, "invited": 40, "active": 31, "profile": profile})).refusals
    assert "object" in refusal.reasons
    assert kept() == []


def test_empty_columns_before_the_records_number_nothing(take, tmp_path):
    rows = [["", "", *row] for row in grid()]
    result = take(book(tmp_path / "r.xlsx", ("S", rows, "visible")))
    assert (result.added, result.survey.notes) == (1, ())


def test_a_line_through_an_empty_cell_says_nothing(take, tmp_path):
    def strike(sheet):
        sheet["K3"].value = None
        sheet["K3"].font = LINE

    assert take(changed_sheet(tmp_path / "r.xlsx", strike)).added == 3


def test_a_number_is_the_name_that_its_cell_shows(take, kept):
    result = take(DATA / "64_leading_zero_format.xlsx")
    # The second row says the same of the text 0007, so both are one record.
    assert {record.community for record in kept()} == {"0007"}
    assert result.read == 2


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_no_name(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid({"community": 12345678901234567890}), "visible"))
    assert "more digits than a spreadsheet keeps" in take(path).refusals[0].reasons


def test_a_workbook_with_only_a_chart_has_no_records(take):
    with pytest.raises(FileError, match="no visible sheet with cells"):
        take(DATA / "75_chartsheet_only.xlsx")


def test_a_chart_before_the_records_is_passed_over(take, tmp_path):
    made = openpyxl.Workbook()
    for row in grid():
        made.active.append(row)
    made.create_chartsheet("Chart", 0)
    made.save(tmp_path / "r.xlsx")
    assert take(tmp_path / "r.xlsx").added == 1


def test_a_cut_sheet_is_damaged_and_a_cut_workbook_no_workbook(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(*({"community": str(each)} for each in range(50))), "visible"))
    whole = path.read_bytes()
    edited(path, SHEET, lambda xml: xml[: len(xml) * 2 // 3])
    with pytest.raises(FileError, match=r"r\.xlsx is damaged from row \d+ on"):
        take(path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileError, match="is no XLSX file"):
        take(path)
    assert kept() == []


def test_a_locked_or_old_workbook_says_what_to_do(take):
    with pytest.raises(FileError, match="locked with a password"):
        take("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize("name", ["r.xls", "R.XLS", "r.xlsb"])
@pytest.mark.parametrize(("language", "words"), [("en", "choose File → Save as"), ("nl", "kies Bestand → Opslaan als")])
def test_an_old_workbook_is_refused_with_what_to_do_in_both_languages(take, name, language, words):
    with pytest.raises(FileError, match=words):
        take(name, b"<table><tr><td>community</td></tr></table>", language=language)


def test_a_workbook_that_is_huge_inside_is_refused_at_once(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>'
    many = b"".join(row % (number, number) for number in range(3, 400_000))
    edited(path, SHEET, lambda xml: xml.replace(b"</sheetData>", many + b"</sheetData>"))
    assert path.stat().st_size < 4_000_000
    before = time.monotonic()
    with pytest.raises(FileError, match=r"much larger inside|empty rows one after the other"):
        take(path)
    assert time.monotonic() - before < 20


def test_formatting_dragged_down_is_no_row(take, tmp_path):
    rows: list[list[Any]] = [*grid(), *([" "] + [""] * (len(COLUMNS) - 1) for _ in range(2000))]
    result = take(book(tmp_path / "r.xlsx", ("S", rows, "visible")))
    assert (result.read, result.added, result.refused) == (1, 1, 0)


def test_dates_that_a_spreadsheet_turned_round_are_seen_by_those_it_could_not(take):
    """A file with American dates, opened in the Netherlands: 3/8 became 3 August, 1/31 stayed a text."""
    header, row = grid()
    rows = [header, [*row[:2], datetime(2025, 8, 3), *row[3:]], ["b", row[1], "1/31/2026", *row[3:]],
            ["c", row[1], datetime(2025, 7, 7), *row[3:]]]  # fmt: skip
    made = io.BytesIO()
    workbook = openpyxl.Workbook()
    for each in rows:
        workbook.active.append(each)
    workbook.save(made)
    result = take("r.xlsx", made.getvalue())
    assert [refusal.line for refusal in result.refusals] == [2, 3]
    assert "Line 3 has “1/31/2026”, which puts the month first" in result.refusals[0].reasons


# --- text ----------------------------------------------------------------------------------------------------------


def test_a_row_that_is_too_short_is_refused(take):
    result = take(DATA / "07_short_rows.csv")
    assert [refusal.reasons for refusal in result.refusals] == [
        "This row has only 7 of the 11 cells. A cell is missing, or the file was cut off."
    ]


def test_a_missing_cell_in_the_middle_does_not_make_answers_slide(take, kept):
    content = text().replace("none\n", "none\n").replace("mobile_field,", "")
    assert take("r.csv", content).refused == 1
    assert kept() == []


def test_a_file_cut_off_in_its_last_number_does_not_keep_half_of_it(take, kept):
    result = take(DATA / "09_truncated_in_number.csv")
    assert [(refusal.line, "may be cut off" in refusal.reasons) for refusal in result.refusals] == [(3, True)]
    assert [record.community for record in kept()] == ["zuid-1"]
    # Whoever looked at it imports the file of refused rows.
    assert take(result.rejects).added == 1


@pytest.mark.parametrize(("end", "added"), [("none", 1), ('"n"', 0), ("high", 1), ("no", 0), ("", 0)])
def test_a_last_answer_that_begins_no_other_is_whole_without_the_end_of_a_line(take, end, added):
    content = text()
    assert take("r.csv", content[: content.rindex(",") + 1] + end).added == added


def test_the_order_of_day_and_month_is_that_of_the_whole_column(take, kept):
    result = take(DATA / "23_us_dates_mixed.csv")
    assert (result.added, result.refused) == (0, 3)
    assert "Line 2 has “1/31/2026”" in result.refusals[1].reasons
    assert kept() == []


def test_dates_that_can_only_be_read_one_way_are_kept_beside_a_wrong_one(take, kept):
    days = ("1/31/2026", "3/8/2025", "31/1/2026", "5/5/2025", "2026-02-01")
    assert take("r.csv", text(*({"community": day, "start": day} for day in days))).refused == 2
    assert {record.community: record.start for record in kept()} == {
        "31/1/2026": date(2026, 1, 31), "5/5/2025": date(2025, 5, 5), "2026-02-01": date(2026, 2, 1),
    }  # fmt: skip


@pytest.mark.parametrize("proof", ["2026-31-01", "2026-31-01 14:30", "26-31-01"])
def test_one_date_with_the_day_before_the_month_puts_those_like_it_in_doubt(take, kept, proof):
    days = ("2025-03-08", proof, "2025-03-20", "5/6/2025")
    result = take("r.csv", text(*({"community": day, "start": day} for day in days)))
    assert f"Line 3 has “{proof}”, which puts the day before the month" in result.refusals[0].reasons
    assert [refusal.line for refusal in result.refusals] == [2, 3]
    assert {record.start for record in kept()} == {date(2025, 3, 20), date(2025, 6, 5)}


@pytest.mark.parametrize("proof", ["1/31/2026 2:15 PM", "1/31/26"])
def test_a_month_that_comes_first_in_a_date_that_is_refused_counts_too(take, kept, proof):
    assert take("r.csv", text({"start": "3/8/2025"}, {"community": "b", "start": proof})).refused == 2
    assert kept() == []


def test_two_orders_that_are_both_proven_leave_only_what_can_be_read_one_way(take, kept):
    days = ("1/31/2026", "31/1/2026", "2026-31-01", "2026-01-31", "3/8/2025", "2025-03-08", "2025-04-04")
    result = take("r.csv", text(*({"community": day, "start": day} for day in days)))
    assert {record.community for record in kept()} == {"31/1/2026", "2026-01-31", "2025-04-04"}
    [start] = [column for column in result.survey.columns if column.column == "start"]
    assert "line 2 puts the month first: “1/31/2026”" in start.unusual
    assert "line 4 puts the day before the month: “2026-31-01”" in start.unusual


def test_days_before_months_are_read_so_and_it_is_said(take, kept):
    result = take("r.csv", text({"start": "3-8-2025"}, {"community": "b", "start": "31-1-2026"}))
    assert kept()[0].start == date(2025, 8, 3)
    [start] = [column for column in result.survey.columns if column.column == "start"]
    assert start.unusual == ["day before month: “3-8-2025” is 2025-08-03"]


def test_names_in_letters_of_two_alphabets_that_look_the_same_are_told(take):
    result = take(
        "r.csv", text({"community": "Zuid"}, {"community": "Zu\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}d"})
    )
    assert result.survey.warnings[0].startswith("Names that look alike, but count as different communities (1)")


def test_a_name_that_was_written_for_a_web_page_twice_is_one_name(take, kept):
    take("r.csv", text({"community": "Zuid &amp;amp; Noord"}))
    assert [record.community for record in kept()] == ["Zuid & Noord"]


@pytest.mark.parametrize("day", ["20260301", "2026-W10-1"])
def test_what_is_refused_as_a_date_is_told_as_not_understood(take, day):
    [start] = [column for column in take("r.csv", text({"start": day})).survey.columns if column.column == "start"]
    assert start.unusual == [f"“{day}” is not understood (1×)"]


def test_a_space_before_a_quotation_mark_is_no_part_of_the_cell(take, kept):
    spaced = text().replace(",whatsapp_group", ', "whatsapp_group"')
    result = take("r.csv", spaced)
    assert result.added == 1
    assert kept()[0].channel == "whatsapp_group"


def test_windows_letters_are_taken_when_they_can_be_nothing_else_and_it_is_said(take, kept):
    names = ("Één Café", "Coöperatie ’t Veld", "Geëngageerd – Zuid")
    content = text(*({"community": name} for name in names))
    result = take("r.csv", content.encode("cp1252"))
    assert {record.community for record in kept()} == set(names)
    assert "The letters are written in Windows-1252" in result.survey.notes[0]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Кафе Север", "cp1251"), ("Café Zuid", "mac-roman"), ("Café Zuid", "cp850"), ("Žluťoučký", "cp1250")],
)
def test_other_letters_are_refused_and_not_guessed(take, kept, name, letters):
    with pytest.raises(FileError, match="Line 2 is written in letters that are not UTF-8"):
        take("r.csv", text({"community": name}).encode(letters))
    assert kept() == []


def test_utf8_that_is_cut_within_a_letter_is_not_taken_for_windows(take, kept):
    content = text({"community": "Café"}, {"community": "Zuid é"}).encode()
    with pytest.raises(FileError, match="not UTF-8"):
        take("r.csv", content[: content.rindex(b"\xc3") + 1])
    assert kept() == []


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_known_by_its_mark(take, kept, codec):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    result = take("r.csv", mark + text({"community": "Café"}, delimiter="\t").encode(codec))
    assert [record.community for record in kept()] == ["Café"]
    assert "UTF-16" in result.survey.notes[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_computer(take, end):
    assert take("r.csv", text({}, {"community": "b"}, end=end)).added == 2


@pytest.mark.parametrize("name", ["r.csv.gz", "r.csv"])
def test_gzip_is_unpacked_whatever_the_name(take, name):
    result = take(name, gzip.compress(text().encode()))
    assert result.added == 1
    assert result.survey.notes == ("The file is packed with gzip.",)


def test_gzip_that_is_cut_off_or_a_bomb_is_refused(take, kept):
    with pytest.raises(FileError, match="is not complete"):
        take("r.csv.gz", gzip.compress(text().encode())[:-9])
    with pytest.raises(FileError, match="much larger inside"):
        take("r.csv.gz", gzip.compress(text().encode() + b"\n" * 80_000_000))
    with pytest.raises(FileError, match="much larger inside"):
        take("r.csv.gz", gzip.compress(text().encode() + b"x" * 20_000_000))
    assert kept() == []


def test_a_workbook_called_csv_is_told_for_what_it_is(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    with pytest.raises(FileError, match=r"a file of another kind: XLSX"):
        take("s.csv", path.read_bytes())


# --- headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_parted_by_what_parts_the_names_of_columns(take, kept, delimiter):
    rows = text({"needs": "quick_contact;file_sharing", "community": "a, b"}, delimiter=delimiter)
    result = take("r.txt", "Results, of: 2026; and more\n\n" + rows)
    assert result.added == 1
    assert kept()[0].community == "a, b"
    assert result.survey.notes == ("1 lines above the header are passed over: “Results, of: 2026; and more”.",) or (
        "passed over: “Results" in result.survey.notes[0]
    )


def test_a_first_line_may_say_what_parts_the_cells(take):
    result = take("r.csv", "sep=;\r\n" + text(delimiter=";", end="\r\n"))
    assert (result.added, result.refused) == (1, 0)


def test_titles_and_merged_cells_above_the_header_are_passed_over(take, tmp_path):
    rows: list[list[Any]] = [["Resultaten 2026"], [], ["Community", None, None, None, None, "Antwoorden"], *grid()]
    result = take(book(tmp_path / "r.xlsx", ("S", rows, "visible")))
    assert result.added == 1
    assert "2 lines above the header are passed over: “Resultaten 2026 Community Antwoorden”." in result.survey.notes


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_a_column_that_only_numbers_the_rows_is_passed_over(take, name):
    lines = text({}, {"community": "b"}, {"community": "c"}).splitlines()
    numbered = [f"{number},{line}" for number, line in zip((name, 0, 1, 7), lines, strict=True)]
    result = take("r.csv", "\n".join([*numbered, ""]))
    assert result.added == 3
    assert "only numbers the rows" in result.survey.notes[0]


@pytest.mark.parametrize("cells", [("", "x", "y"), ("", "2", "1"), ("", "3", "3")])
def test_another_column_without_a_name_is_refused_by_its_letter(take, cells):
    lines = [f"{cell},{line}" for cell, line in zip(cells, text({}, {"community": "b"}).splitlines(), strict=True)]
    with pytest.raises(FileError, match="Column A has no name"):
        take("r.csv", "\n".join([*lines, ""]))


def test_columns_are_known_by_their_names_in_dutch_and_in_any_case(take, kept):
    names = ("Community", "KANAAL", "startdatum", "Uitgenodigd", "Actief in week 8", "toestemming", "Waar leden werken",
             "form/answers/needs", "Moeite met inloggen", "Device-access", "profile.budget")  # fmt: skip
    result = take("r.csv", text().replace(",".join(COLUMNS), ",".join(names)))
    assert [column.column for column in result.survey.columns] == list(COLUMNS)
    assert kept()[0].answers["needs"] == ["quick_contact", "file_sharing"]


def test_a_column_under_two_names_is_refused(take):
    content = text({"x": "1"}, columns=(*COLUMNS, "x")).replace(",x\n", ",Kanaal\n")
    with pytest.raises(FileError, match=re.escape("there twice: channel (“channel”, “Kanaal”)")):
        take("r.csv", content)


@pytest.mark.parametrize(
    ("name", "guess"),
    [("comunity", "community"), ("group_x/work_seting", "work_setting"), ("Waar leden werkn", "work_setting")],
)
def test_an_unknown_column_is_refused_with_a_guess(take, name, guess):
    with pytest.raises(FileError, match=re.escape(f"“{name}” (do you mean “{guess}”?)")):
        take("r.csv", text({name: "x"}, columns=(*COLUMNS, name)))


# --- a column for each option ----------------------------------------------------------------------------------------


BOXES = {"needs/quick_contact": "1", "needs/file_sharing": "0", "needs/events_meetings": "1"}


def boxed(*rows: dict[str, Any], whole: str | None = None) -> str:
    """A CSV in which wishes are boxes, with the summary beside them that KoboToolbox can give."""
    names = [name for name in COLUMNS if name != "needs"] + (["needs"] if whole is not None else [])
    told = {} if whole is None else {"needs": whole}
    return text(*({**told, **row} for row in rows), columns=(*names, *rows[0]))


@pytest.mark.parametrize(
    "name",
    ["needs/{}", "intake/answers/needs/{}", "needs[{}]", "needs___{}", "needs.{}", "Wat leden willen/{}", "needs [{}]"],
)
@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("True", "False"), ("Y", ""), ("x", ""), ("ja", "nee")])
def test_a_column_for_each_option_is_one_answer(take, kept, name, yes, no):
    row = {name.format(option.rpartition("/")[2]): yes if said == "1" else no for option, said in BOXES.items()}
    result = take("r.csv", boxed(row))
    assert result.added == 1
    assert kept()[0].answers["needs"] == ["quick_contact", "events_meetings"]
    assert result.survey.notes == (
        "3 columns with one option each are read as one answer to “needs”.",
        "Boxes do not tell which answer to “needs” counts most, so the order of the columns is taken. Is that right?",
    )


def test_options_may_be_called_by_their_words_and_a_summary_may_stand_beside_them(take, kept):
    words = {
        "needs/Elkaar ontmoeten, online of op een locatie": "1",
        "needs/Snel contact: een korte vraag stellen en snel antwoord krijgen": "1",
    }
    assert take("r.csv", boxed(words, whole="quick_contact events_meetings")).added == 1
    assert kept()[0].answers["needs"] == ["quick_contact", "events_meetings"]


def test_a_ranking_has_a_column_for_each_place(take, kept):
    assert take("r.csv", boxed({"needs[2]": "quick_contact", "needs[1]": "events_meetings"})).added == 1
    assert kept()[0].answers["needs"] == ["events_meetings", "quick_contact"]


def test_the_order_of_boxes_is_only_spoken_of_where_it_means_something(take):
    ranked = take("r.csv", boxed({"needs[2]": "quick_contact", "needs[1]": "events_meetings"}))
    columns = (*(name for name in COLUMNS if name != "device_access"), "device_access/tablet")
    alike = take("s.csv", text({"device_access/tablet": "1", "community": "b"}, columns=columns))
    assert not any("counts most" in note for result in (ranked, alike) for note in result.survey.notes)


def test_boxes_of_which_none_is_ticked_are_no_answer(take, kept):
    assert take("r.csv", boxed(dict.fromkeys(BOXES, "0"))).added == 1
    assert "needs" not in kept()[0].answers


@pytest.mark.parametrize(
    ("row", "whole", "words"),
    [
        ({**BOXES, "needs/file_sharing": "2"}, None, "needs/file_sharing “2”: Say in this column whether the box was"),
        (BOXES, "file_sharing", "“needs” is told twice in this row"),
    ],
)
def test_a_box_that_is_no_yes_or_no_and_one_that_contradicts_are_refused_and_stay_so(take, kept, row, whole, words):
    result = take("r.csv", boxed(row, whole=whole))
    assert words in result.refusals[0].reasons
    assert take(result.rejects).refused == 1
    assert kept() == []


def test_the_box_of_an_option_twice_and_one_of_no_option_are_refused_by_name(take):
    with pytest.raises(FileError, match=re.escape("there twice: needs/quick_contact, needs[quick_contact].")):
        take("r.csv", boxed({"needs/quick_contact": "1", "needs[quick_contact]": "0"}))
    content = boxed({**BOXES, "x": "zuid-1"}).replace(",x\n", ",community\n")
    with pytest.raises(FileError, match=re.escape("These columns are there twice: community.")):
        take("r.csv", content)
    with pytest.raises(FileError, match=re.escape("Unknown columns: “needs/other”")):
        take("r.csv", boxed({**BOXES, "needs/other": "1"}))


# --- JSON and Parquet ----------------------------------------------------------------------------------------------


def record(**changes: Any) -> dict[str, Any]:
    return {**RIGHT, "needs": ["quick_contact"], **changes}


@pytest.mark.parametrize("name", ["r.json", "r.jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_records_is_read(take, name, indent):
    content = json.dumps([record(), record(community="b")], indent=indent)
    assert take(name, content).added == 2


def test_records_over_several_lines_are_read(take):
    content = "\n".join(json.dumps(record(community=name), indent=1) for name in "ab")
    assert take("r.json", content).added == 2


def test_a_cut_list_is_refused_as_a_whole(take, kept):
    content = json.dumps([record(), record(community="b")])
    with pytest.raises(FileError, match=r"is no JSON from line 1, character \d+ on"):
        take("r.json", content[:-20])
    assert kept() == []


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(record())[:-1] + ', "invited": 4}',
        json.dumps(record(profile={"budget": "none"}))[:-2] + ', "budget": "low"}}',
    ],
)
def test_a_name_twice_in_one_record_is_refused(take, kept, line):
    [refusal] = take("r.jsonl", line + "\n").refusals
    assert re.fullmatch("“(invited|budget)” is there twice in one record. Keep one of them.", refusal.reasons)
    assert kept() == []


def test_an_answer_flat_and_nested_is_refused(take, kept):
    line = json.dumps(record(profile={"work_setting": "desk"}))
    assert "“work_setting” is told twice in this row" in take("r.jsonl", line + "\n").refusals[0].reasons
    assert kept() == []


def test_a_number_that_is_no_number_is_refused(take, kept):
    assert take("r.jsonl", json.dumps(record(invited=float("nan"))) + "\n").refused == 1
    assert kept() == []


def test_a_damaged_page_is_told_without_words_of_the_format(take, kept):
    with pytest.raises(FileError, match="is damaged from row 1 on") as refusal:
        take(DATA / "99_corrupt_page.parquet")
    assert "snappy" not in str(refusal.value).lower()
    assert kept() == []


# --- names and answers ---------------------------------------------------------------------------------------------


def test_names_that_look_the_same_are_the_same(take, kept):
    names = ("Zuid A", "Zuid\u00a0A", " Zuid  A ", "Zuid\u200b A", "Zui\u00add A")
    take("r.csv", text(*({"community": name} for name in names)))
    assert {record.community for record in kept()} == {"Zuid A"}


def test_names_that_look_nearly_the_same_are_reported(take):
    names = ("Zuid", "zuid", "Ｚuid", "Team 07", "Team 7", "Émile", "Emile", "2007", "27", "12", "12.0", "120")
    [warning] = take("r.csv", text(*({"community": name} for name in names))).survey.warnings
    assert "(4)" in warning
    for group in ("“12” / “12.0”", "“Zuid” / “zuid” / “Ｚuid”", "“Team 07” / “Team 7”", "“Emile” / “Émile”"):
        assert group in warning


def test_a_name_is_also_held_against_those_in_the_store(take):
    take("r.csv", text({"community": "Nachtdienst Isala"}))
    [warning] = take("s.csv", text({"community": "nachtdienst isala"})).survey.warnings
    assert "“Nachtdienst Isala” / “nachtdienst isala”" in warning


def test_an_address_as_a_name_is_said(take):
    [warning] = take("r.csv", text({"community": "els@zuid.example"})).survey.warnings
    assert "els@zuid.example" in warning


def test_channels_reasons_and_answers_are_read_by_their_names(take, kept):
    changes = {
        "channel": "WhatsApp-groep", "reason": "Leden hadden geen tijd", "active": "0", "budget": "Niets",
        "work_setting": "Achter een bureau met een computer", "login_tolerance": "weet niet",
        "needs": "Elkaar ontmoeten, online of op een locatie; Bestanden delen en op één plek bewaren",
    }  # fmt: skip
    assert take("r.csv", text(changes, columns=(*COLUMNS, "reason"))).added == 1
    [read] = kept()
    assert (read.channel, read.reason) == ("whatsapp_group", "no_time")
    assert read.answers["needs"] == ["events_meetings", "file_sharing"]
    assert (read.answers["work_setting"], read.answers["login_tolerance"]) == (["desk"], "unknown")


@pytest.mark.parametrize("word", ["n.v.t.", "-", "onbekend", "weet niet", "Unknown", "#N/B"])
def test_words_for_nothing_are_no_answer_and_are_said(take, kept, word):
    result = take("r.csv", text({"budget": word, "reason": word}, columns=(*COLUMNS, "reason")))
    assert result.added == 1
    assert ("budget" in kept()[0].answers, kept()[0].reason) == (False, None)
    [budget] = [column for column in result.survey.columns if column.column == "budget"]
    assert budget.unusual == [f"“{word}” is not known (1×)"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "WhatsApp"}, "channel “WhatsApp”: .* Do you mean “whatsapp_group” or “whatsapp_community”"),
        ({"channel": "Teems"}, "channel “Teems”: .* Do you mean “teams”"),
        ({"budget": "nonne"}, "budget “nonne”: .* Do you mean “Nothing”"),
        ({"invited": "1.000"}, "invited “1.000”: Give a whole number"),
        ({"consent": "misschien"}, "consent “misschien”: Say yes or no."),
    ],
)
def test_a_refusal_says_what_was_typed_and_what_may_be_meant(take, changes, words):
    assert re.search(words, take("r.csv", text(changes)).refusals[0].reasons)


def test_a_refusal_names_the_column_as_the_file_does(take):
    content = text({"channel": "fax"}).replace("community,channel", "community,Kanaal")
    assert take("r.csv", content, language="nl").refusals[0].reasons.startswith("Kanaal “fax”: ")


def test_columns_far_to_the_right_have_letters():
    from training.records.tables import column_letters

    assert [column_letters(place) for place in range(800)] == [get_column_letter(place + 1) for place in range(800)]


def test_counts_of_a_database_are_whole_numbers_where_they_are(take, kept, tmp_path):
    two = [Decimal("40.00"), Decimal("3.50")]
    columns: dict[str, Any] = {name: [RIGHT[name]] * 2 for name in COLUMNS}
    columns |= {"community": [Decimal("7.00"), Decimal("8.00")], "active": two, "invited": [Decimal("46.00")] * 2}
    pq.write_table(pa.table(columns), tmp_path / "r.parquet")
    [refusal] = take(tmp_path / "r.parquet").refusals
    assert refusal.line == 2
    assert "active “3.50”: Give a whole number" in refusal.reasons
    assert [(record.community, record.invited, record.active) for record in kept()] == [("7", 46, 40)]
