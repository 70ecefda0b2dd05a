"""What people and programs make of a file of records: each habit is read right, or refused with its row and column."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from model.errors import FileError
from tests.training.records.files import COLUMNS, RIGHT, SHEET, book, edited, grid, text


def formatted(path, cells, **values):
    """A workbook with one record, in which cells have a number format."""
    made = openpyxl.Workbook()
    for row in grid(values):
        made.active.append(row)
    for place, number_format in cells.items():
        made.active[place].number_format = number_format
    made.save(path)
    return path


# --- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "shown"), [(1, "100%"), (0.78, "78%"), (0.785, "78.5%")])
@pytest.mark.parametrize("number_format", ["0%", "0.00%", "0 %"])
def test_a_share_in_per_cents_is_no_count(take, kept, tmp_path, share, shown, number_format):
    result = take(formatted(tmp_path / "r.xlsx", {"E2": number_format}, active=share))
    assert result.refusals[0].reasons.startswith(f"active “{shown}”: Give a whole number")
    assert kept() == []


@pytest.mark.parametrize(
    ("number", "number_format", "name"),
    [(7, '"Team "00', "Team 07"), (123456, "000\\-000", "123-456"), (1234, '0" (Zuid)"', "1234 (Zuid)"), (7, "0", "7"),
     (7, "#,##0", "7"), (5, '"VV"000;-0', "VV005"), (12345, "00-00", "123-45"), (7, "[Red]000", "007"),
     (7, "0000_)", "0007"), (7, "[$-413]000;-000", "007"), (3.1, "0.00", "3.10"), (40000, "#,##0,", "40000 (40)")],
)  # fmt: skip
def test_a_number_with_words_in_its_format_is_the_name_that_a_person_reads(
    take, kept, tmp_path, number, number_format, name
):
    take(formatted(tmp_path / "r.xlsx", {"A2": number_format}, community=number))
    assert [record.community for record in kept()] == [name]


def test_words_in_the_format_of_a_count_do_not_matter(take, kept, tmp_path):
    take(formatted(tmp_path / "r.xlsx", {"D2": '0" leden"', "E2": "00"}, invited=40, active=7))
    assert [(record.invited, record.active) for record in kept()] == [(40, 7)]


@pytest.mark.parametrize(
    ("number", "number_format", "shown"),
    [(40000, "#,##0,", "40000 (40)"), (40000000, '0.0,,"M"', "40000000 (40)"), (0, '0;-0;"n.v.t."', "n.v.t.")],
)
def test_a_count_that_its_cell_shows_as_another_one_is_refused(take, kept, tmp_path, number, number_format, shown):
    result = take(formatted(tmp_path / "r.xlsx", {"D2": number_format}, invited=number, active=0))
    assert result.refusals[0].reasons.startswith(f"invited “{shown}”: ")
    assert kept() == []


def test_a_dash_for_nothing_is_the_number_nothing(take, kept, tmp_path):
    """The format for amounts, which spreadsheets offer with one click."""
    take(formatted(tmp_path / "r.xlsx", {"E2": '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-'}, active=0))
    assert [record.active for record in kept()] == [0]


@pytest.mark.parametrize("count", ["1 000", "1'000", "10 a 12", "ca. 20", "±20", "20+", "40,5", "40²", "4E1"])
def test_a_count_that_is_about_or_between_is_refused(take, kept, count):
    [refusal] = take("r.csv", text({"invited": count, "active": "1"})).refusals
    assert refusal.reasons.startswith(f"invited “{count}”: Give a whole number")
    assert kept() == []


@pytest.mark.parametrize("count", ["40\u200b", "\u200e40", "\u00a040", "40,0", "\ufeff40"])
def test_what_nobody_sees_in_a_count_does_not_matter(take, kept, count):
    take("r.csv", text({"invited": count}))
    assert [record.invited for record in kept()] == [40]


def test_a_count_that_a_spreadsheet_made_a_date_of_is_told(take, tmp_path):
    rows = grid({"invited": datetime(2026, 12, 10)}, {"community": datetime(2026, 4, 3)})
    refusals = take(book(tmp_path / "r.xlsx", ("S", rows, "visible"))).refusals
    assert refusals[0].reasons.startswith("invited “2026-12-10 00:00:00”: This is a date. A spreadsheet makes a date")
    assert refusals[1].reasons.startswith("community “2026-04-03 00:00:00”: This is a date. A spreadsheet makes a date")


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day", ["\u200e2026-03-01", "2026\u201103\u201101", "1–3–2026", "'2026-03-01", "01.03.2026", "1/3/2026"]
)
def test_what_copying_leaves_in_a_date_does_not_matter(take, kept, day):
    take("r.csv", text({"start": day}))
    assert [record.start for record in kept()] == [date(2026, 3, 1)]


def test_dates_counted_from_1904_are_the_same_days(take, kept, tmp_path):
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in grid({"start": datetime(2026, 3, 1)}):
        made.active.append(row)
    made.save(tmp_path / "r.xlsx")
    take(tmp_path / "r.xlsx")
    assert [record.start for record in kept()] == [date(2026, 3, 1)]


@pytest.mark.parametrize("day", ["1-3-'26", "zo 1-3-2026", "2026-03-01 09:15:22", "46082", "20260301", "2026-31-01"])
def test_other_dates_are_refused_in_their_column(take, day):
    assert take("r.csv", text({"start": day})).refusals[0].reasons.startswith(f"start “{day}”: Give a real date")


# --- names that a program broke --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1,23457E+11", "the spreadsheet shortened this number"),
        ("1.23457E+11", "the spreadsheet shortened this number"),
        ("#VERW!", "this is an error of the spreadsheet"),
        ("#NAAM?", "this is an error of the spreadsheet"),
        ("#####", "this is an error of the spreadsheet"),
        ("Err:502", "this is an error of the spreadsheet"),
        ("CafÃ© Zuid", "these letters were read wrongly before. Is it “Café Zuid”?"),
        ("Caf\ufffd", "a letter of this name was lost"),
        ("{{name}}", "this is a place for a name that a form or template did not fill in"),
        ("Totaal", "this looks like a row with a total"),
        ("Grand total", "this looks like a row with a total"),
        ("Totaal:", "this looks like a row with a total"),
        ("TOTAL (n=12)", "this looks like a row with a total"),
        ("Som", "this looks like a row with a total"),
        ("n.v.t.", "This field is needed."),
        ("onbekend", "This field is needed."),
        ("-", "This field is needed."),
        ("#N/B", "This field is needed."),
    ],
)
def test_a_broken_name_is_no_community(take, kept, name, words):
    assert f"community “{name}”: {words}" in take("r.csv", text({"community": name})).refusals[0].reasons
    assert kept() == []


@pytest.mark.parametrize(
    "name",
    [
        "2E3",
        "SÃO Zuid",
        "#1 Zuid",
        "Total Care",
        "{Zuid}",
        "[Zuid]",
        "<b>Zuid</b>",
        "Totaal-Zorg",
        "Som Mekaar",
        "Totaal regio 3",
        "E+10",
        "Zorg & co",
        "Â",
    ],
)
def test_a_name_that_only_looks_like_it_is_one(take, kept, name):
    take("r.csv", text({"community": name}))
    assert [record.community for record in kept()] == [name]


def test_an_id_that_says_nothing_is_none(take, kept):
    rows = ({"id": "-"}, {"id": "n.v.t.", "community": "b"})
    assert take("r.csv", text(*rows, columns=("id", *COLUMNS))).added == 2
    assert all(record.id.startswith("auto-") for record in kept())
    assert "shortened" in take("s.csv", text({"id": "1,2E+11"}, columns=("id", *COLUMNS))).refusals[0].reasons


def test_letters_that_were_written_for_a_web_page_are_letters(take, kept):
    changes = {"community": "Zorg &amp; Welzijn", "work_setting": "In spreekkamers of oefenruimtes, met cli&euml;nten"}
    take("r.csv", text(changes))
    assert [(record.community, record.answers["work_setting"]) for record in kept()] == [
        ("Zorg & Welzijn", ["client_room"])
    ]


def test_a_hyphen_that_does_not_break_is_a_hyphen(take, kept):
    take("r.csv", text({"channel": "WhatsApp\u2011groep"}))
    assert [record.channel for record in kept()] == ["whatsapp_group"]


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["NA", "<NA>", ".", "(leeg)", "(blank)", "N.v.t", "—"])
def test_what_programs_write_for_nothing_is_no_answer(take, kept, word):
    assert take("r.csv", text({"budget": word})).added == 1
    assert "budget" not in kept()[0].answers


@pytest.mark.parametrize(
    ("yes", "no"),
    [("Checked", "Unchecked"), ("Selected", "Not Selected"), ("Ja", "Niet gekozen"), ("aangevinkt", "niet aangevinkt"),
     ("☑", "☐"), ("1.0", "0.0")],
)  # fmt: skip
def test_boxes_are_ticked_in_the_words_of_each_program(take, kept, yes, no):
    columns = (*(name for name in COLUMNS if name != "needs"), "needs/quick_contact", "needs/file_sharing")
    assert take("r.csv", text({"needs/quick_contact": yes, "needs/file_sharing": no}, columns=columns)).added == 1
    assert kept()[0].answers["needs"] == ["quick_contact"]


def test_yes_and_no_in_another_language_are_refused(take):
    result = take("r.csv", text(*({"community": word, "consent": word} for word in ("oui", "wahr", "JA", "Waar"))))
    assert [(refusal.line, refusal.reasons) for refusal in result.refusals] == [
        (2, "consent “oui”: Say yes or no."), (3, "consent “wahr”: Say yes or no."),
    ]  # fmt: skip


def test_the_approved_channel_is_read_by_its_names(take, kept):
    name = "Goedgekeurd kanaal"
    told = {"sensitive_data": "identifiable_clients", "data_approval": "approved", name: "Siilo"}
    rows = (told, {**told, "community": "b", "data_approval": "not_yet"})
    result = take("r.csv", text(*rows, columns=(*COLUMNS, *told)))
    assert kept()[0].answers["approved_channel"] == "siilo"
    assert [refusal.line for refusal in result.refusals] == [3]
    assert result.refusals[0].reasons.startswith("Goedgekeurd kanaal “Siilo”: This question only applies")


# --- headers and rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_that_were_put_one_below_the_other_are_read(take, kept, mark):
    result = take("r.csv", mark + text() + mark + text({"community": "b"}))
    assert (result.read, result.added) == (2, 2)
    [note] = result.survey.notes
    assert note == "Lines among the rows that are the header again are passed over: 1."


def test_a_second_header_in_words_is_passed_over(take, tmp_path):
    rows = grid()
    words = ["Community", "Kanaal", "Startdatum", "Uitgenodigd", "Actief", "Toestemming", "Waar leden werken",
             "Wat leden willen", "Moeite met inloggen", "Apparaten van leden", "Geld per jaar"]  # fmt: skip
    result = take(book(tmp_path / "r.xlsx", ("S", [rows[0], words, *rows[1:]], "visible")))
    assert (result.read, result.added) == (1, 1)


def test_a_second_header_with_its_columns_in_another_order_is_refused(take, kept):
    with pytest.raises(FileError, match="Line 3 is one more header, with the columns in another order"):
        take("r.csv", text() + text({"community": "b"}, columns=tuple(reversed(COLUMNS))))
    assert kept() == []


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(f'"{line}"' for line in text().splitlines()),
        text().replace(",", "^"),
        text().replace(",", " "),
        "<table><tr><td>community</td><td>channel</td></tr></table>\n",
    ],
)
def test_a_header_in_one_cell_says_what_parts_cells(take, content):
    with pytest.raises(FileError, match="The whole header is in one cell"):
        take("r.csv", content)


def test_of_many_unknown_columns_only_some_are_named(take):
    with pytest.raises(FileError, match="“x 19” and 280 more") as refusal:
        take("r.csv", text(columns=(*COLUMNS, *(f"x {number}" for number in range(300)))))
    assert "“x 20”" not in str(refusal.value)


def test_a_forgotten_quotation_mark_does_not_take_in_rows(take, kept):
    columns = (*COLUMNS, "note")
    content = text({"note": "A"}, {"community": "b", "note": "x"}, {"community": "c", "note": "Z"}, columns=columns)
    result = take("r.csv", content.replace("none,A", 'none,"he said').replace("none,Z", 'none,bye"'))
    assert (result.read, result.refused) == (1, 1)
    assert "lines that look like rows themselves" in result.refusals[0].reasons
    assert kept() == []


def test_a_note_of_several_lines_is_a_note(take, kept):
    take("r.csv", text({"note": "Eerst stil,\ntoen druk, en nu weer stil."}, columns=(*COLUMNS, "note")))
    assert kept()[0].note == "Eerst stil,\ntoen druk, en nu weer stil."


@pytest.mark.parametrize(
    ("content", "language", "words"),
    [
        (text().replace("zuid-1", '"zuid-1'), "nl", "Rond regel 2 begint een aanhalingsteken dat nergens sluit."),
        (
            text().replace("zuid-1", '"zuid"-1'),
            "nl",
            "Rond regel 2 tot en met 2 staat tekst achter een",
        ),
        (text().replace("zuid-1", "z" * 140_000), "nl", "Rond regel 2 staat een cel die veel te lang is."),
        (text().replace("zuid-1", '"zuid-1'), "en", "A quotation mark that begins around line 2 is never closed."),
    ],
)
def test_quotation_marks_are_told_of_in_our_own_words(take, content, language, words):
    with pytest.raises(FileError) as refusal:
        take("r.csv", content, language=language)
    assert str(refusal.value).startswith(words)


# --- workbooks -----------------------------------------------------------------------------------------------------


def test_hidden_columns_are_read_and_it_is_said(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    made = openpyxl.load_workbook(path)
    for letter in "FGZ":
        made.active.column_dimensions[letter].hidden = True
    made.save(path)
    [note] = take(path).survey.notes
    assert note == "These columns are hidden in the sheet, and are read too: “consent”, “work_setting”."
    assert kept()[0].consent


def test_signs_that_a_workbook_cannot_hold_are_not_words(take, kept, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid({"community": "Zuid QQ"}), "visible"))
    edited(path, SHEET, lambda xml: xml.replace(b"Zuid QQ", b"Zuid_x0020_A"))
    take(path)
    assert [record.community for record in kept()] == ["Zuid A"]


def test_a_strict_workbook_says_how_to_save_it(take, tmp_path):
    path = book(tmp_path / "r.xlsx", ("S", grid(), "visible"))
    usual, strict = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/main"
    edited(path, "xl/workbook.xml", lambda xml: xml.replace(usual, strict))
    with pytest.raises(FileError, match="Strict Open XML"):
        take(path)


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "ods", "json", "jsonl", "parquet", "csv.gz"])
def test_an_empty_file_is_called_empty(take, ending):
    with pytest.raises(FileError, match=rf"^r\.{ending} is empty"):
        take(f"r.{ending}", b"")


@pytest.mark.parametrize("ending", ["xlsx", "ods", "parquet"])
def test_text_with_the_name_of_a_workbook_says_what_to_do(take, ending):
    with pytest.raises(FileError, match="Give it the ending of what it is, or save it again as"):
        take(f"r.{ending}", text())


def test_a_zip_says_to_unpack_it_and_other_kinds_what_to_save(take):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("records.csv", text())
    with pytest.raises(FileError, match="Unpack it first"):
        take("r.zip", packed.getvalue())
    with pytest.raises(FileError, match="save it as CSV or XLSX"):
        take("r.sav", b"$FL2")


# --- text and JSON ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_empty_halves(take, kept, codec):
    result = take("r.csv", text({"community": "Café"}).encode(codec))
    assert [record.community for record in kept()] == ["Café"]
    assert "UTF-16" in result.survey.notes[0]


def test_two_encodings_in_one_file_are_refused_by_line(take, kept):
    content = text({"community": "Café"}).encode() + text({"community": "Zoë"}).split("\n", 1)[1].encode("cp1252")
    with pytest.raises(FileError, match="Line 3 is written in letters that are not UTF-8"):
        take("r.csv", content)
    assert kept() == []


def test_names_with_pictures_and_marks_of_direction_are_kept(take, kept):
    take("r.csv", text({"community": "Team 🎉"}, {"community": "\u202eZuid\u202c 2"}))
    assert {record.community for record in kept()} == {"Team 🎉", "Zuid 2"}


@pytest.mark.parametrize("indent", [None, 1])
def test_an_object_around_the_records_is_named(take, kept, indent):
    page = {"count": 500, "next": "https://kobo.example/2", "results": [RIGHT]}
    with pytest.raises(FileError, match="The records in this file are under “results”"):
        take("r.json", json.dumps(page, indent=indent))
    assert kept() == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (json.dumps({**RIGHT, "budget": float("nan")}), "Here is NaN, which is no number."),
        ("// export of March", "This line is no JSON object."),
        (json.dumps([RIGHT["community"]]), "This line is no JSON object."),
    ],
)
def test_what_is_no_record_a_line_is_refused_by_line(take, kept, line, words):
    result = take("r.jsonl", f"{json.dumps(RIGHT)}\n{line}\n")
    assert [(refusal.line, refusal.reasons.startswith(words)) for refusal in result.refusals] == [(2, True)]
    assert len(kept()) == 1


def test_a_comma_too_many_is_told_by_its_place(take):
    with pytest.raises(FileError, match=r"no JSON from line 3, character 1 on"):
        take("r.json", f"[{json.dumps(RIGHT)}\n,\n]")


@pytest.mark.parametrize("answer", [[["quick_contact"]], {"a": 1}, True])
def test_an_answer_of_another_shape_is_refused(take, kept, answer):
    changed: dict[str, Any] = {**RIGHT, "needs": answer}
    assert take("r.jsonl", json.dumps(changed) + "\n").refusals[0].reasons.startswith("needs “")
    assert kept() == []
