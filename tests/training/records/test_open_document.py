"""ODS as LibreOffice writes it, made here from its XML: what is repeated, typed values, hidden sheets."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest

from model.errors import FileError
from training.records.import_file import import_file

HEADER = ("community", "channel", "start", "invited", "active", "consent", "work_setting", "device_access", "budget")
RIGHT: dict[str, Any] = dict(
    zip(HEADER, ("zuid", "teams", date(2026, 3, 1), 40, 31, True, "desk", "work_phone", "none"), strict=True)
)
_SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
)
_STRUCK = (
    '<style:style style:name="gone" style:family="table-cell">'
    '<style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>'
    '<style:style style:name="gone-too" style:family="table-cell" style:parent-style-name="gone"/>'
    '<style:style style:name="back" style:family="table-cell" style:parent-style-name="gone">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="note" style:family="text"><style:text-properties style:text-position="super 58%"/>'
    "</style:style>"
    '<style:style style:name="part" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)
_WHITE = (
    '<style:style style:name="w" style:family="table-cell"><style:text-properties fo:color="#FFFFFF"/></style:style>'
    '<style:style style:name="d" style:family="table-cell" style:parent-style-name="w">'
    '<style:table-cell-properties fo:background-color="#003366"/></style:style>'
)
_HIDDEN = (
    '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def cell(value: Any) -> str:
    """One cell as LibreOffice writes it; a text that begins with < is XML already."""
    match value:
        case None:
            return "<table:table-cell/>"
        case str() if value.startswith("<"):
            return value
        case bool():
            kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{value}"'
        case date():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def row(values: Any, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(cell, values))}</table:table-row>"


def record(**changes: Any) -> str:
    return row({**RIGHT, **changes}[name] for name in HEADER)


def sheet(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


@pytest.fixture
def take(lite, knowledge, tmp_path):
    def run(*sheets: str, content: str | None = None, **how: Any):
        path: Path = tmp_path / "r.ods"
        body = content or f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr(
                "content.xml",
                f"<office:document-content {_SPACES}>{_HIDDEN}{_STRUCK}{_WHITE}{body}</office:document-content>",
            )
        return import_file(path, lite, knowledge, recorded_by="tester", **how)

    return run


def test_values_are_read_by_their_types(take, kept):
    assert take(sheet("S", row(HEADER), record())).added == 1
    [read] = kept()
    assert (read.start, read.invited, read.active, read.consent) == (date(2026, 3, 1), 40, 31, True)
    assert read.answers["budget"] == "none"


def test_a_sheet_that_is_formatted_to_its_end_is_as_long_as_its_records(take):
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        row([*HEADER, blank]), record(), row([blank], 'table:number-rows-repeated="500"'), record(community="noord"),
        row([blank], 'table:number-rows-repeated="1048000"'),
    )  # fmt: skip
    result = take(sheet("S", *rows))
    assert (result.read, result.added) == (2, 2)


def test_rows_keep_their_numbers_after_blank_ones(take):
    rows = (row(HEADER), row([], 'table:number-rows-repeated="7"'), record(channel="fax"))
    assert [refusal.line for refusal in take(sheet("S", *rows)).refusals] == [9]


def test_a_row_that_is_repeated_without_end_is_refused_soon(take, kept):
    endless = record().replace("<table:table-row ", '<table:table-row table:number-rows-repeated="900000000" ')
    wide = row(HEADER) + row(['<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
                              "<text:p>x</text:p></table:table-cell>"])  # fmt: skip
    with pytest.raises(FileError, match="cells beyond column"):
        take(sheet("S", wide))
    with pytest.raises(FileError, match="is repeated"):
        take(sheet("S", row(HEADER), endless))
    assert kept() == []


def test_formulas_without_a_result_and_errors_are_refused_by_cell(take, kept):
    uncalculated = '<table:table-cell table:formula="of:=TRUE()"/>'
    with pytest.raises(FileError, match=r"formula without a result: F2\."):
        take(sheet("S", row(HEADER), record(consent=uncalculated)))
    text = 'office:value-type="string"><text:p>'
    error = f'<table:table-cell table:formula="of:=1/0" {text}#DIV/0!</text:p></table:table-cell>'
    assert take(sheet("S", row(HEADER), record(active=error))).refusals[0].reasons.startswith("Cell E2 holds an error")
    empty = f'<table:table-cell table:formula="of:=&quot;&quot;" {text}</text:p></table:table-cell>'
    assert take(sheet("S", row(HEADER), record(budget=empty))).added == 1
    assert "budget" not in kept()[0].answers


def test_a_number_is_the_name_that_its_cell_shows(take, kept):
    shown = '<table:table-cell office:value-type="float" office:value="7"><text:p>0007</text:p></table:table-cell>'
    take(sheet("S", row(HEADER), record(community=shown)))
    assert kept()[0].community == "0007"


def test_spaces_and_notes_in_a_cell_are_not_its_name(take, kept):
    remark = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    name = (f'<table:table-cell office:value-type="string">{remark}'
            "<text:p>Zuid<text:s text:c=\"2\"/>A</text:p></table:table-cell>")  # fmt: skip
    take(sheet("S", row(HEADER), record(community=name)))
    assert kept()[0].community == "Zuid A"


def test_the_visible_sheet_is_read_and_hidden_rows_are_said(take, kept):
    hidden = record(community="noord").replace("<table:table-row ", '<table:table-row table:visibility="filter" ')
    sheets = (
        sheet("Old", row(HEADER), record(community="old"), style="off"),
        sheet("New", row(HEADER), record(), hidden),
    )
    result = take(*sheets)
    assert {each.community for each in kept()} == {"zuid", "noord"}
    assert result.survey.notes[:3] == ("Sheet “New” is read.", "Not read: “Old”.", "Hidden: “Old”.")
    assert result.survey.notes[3].endswith("are read too. There are 1.")
    with pytest.raises(FileError, match="More than one sheet holds records"):
        take(sheets[1], sheets[1].replace('"New"', '"Newer"'))


def test_comments_are_not_read_and_it_is_said(take, kept):
    remark = (
        '<table:table-cell office:value-type="float" office:value="40"><office:annotation><text:p>is 31</text:p>'
        "</office:annotation><text:p>40</text:p></table:table-cell>"
    )
    result = take(sheet("S", row(HEADER), record(), record(community="noord", invited=remark)))
    assert result.survey.notes == ("Comments beside cells are not read: D3.",)
    assert [each.invited for each in kept()] == [40, 40]


def test_hidden_columns_are_read_and_it_is_said(take, kept):
    columns = (
        '<table:table-column table:number-columns-repeated="5"/>'
        '<table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="1018"/>'
    )
    result = take(sheet("S", columns, row(HEADER), record()))
    assert result.survey.notes == ("These columns are hidden in the sheet, and are read too: “consent”.",)
    assert kept()[0].consent


def test_a_share_is_no_count_and_words_beside_a_number_are_a_name(take, kept):
    def shown(kind: str, value: float, text: str) -> str:
        number = f'office:value-type="{kind}" office:value="{value}"'
        return f"<table:table-cell {number}><text:p>{text}</text:p></table:table-cell>"

    result = take(
        sheet(
            "S",
            row(HEADER),
            record(active=shown("percentage", 1, "100%")),
            record(community=shown("float", 7, "Team 07"), invited=shown("float", 1000, "1.000")),
        )
    )
    assert [refusal.reasons.partition(":")[0] for refusal in result.refusals] == ["active “100%”"]
    assert [(each.community, each.invited) for each in kept()] == [("Team 07", 1000)]


def test_what_is_no_document_is_said(take, tmp_path, lite, knowledge):
    with pytest.raises(FileError, match="is no ODS file"):
        take(content="<office:body>")
    path = tmp_path / "s.ods"
    path.write_bytes(b"PK no")
    with pytest.raises(FileError, match="is no ODS file"):
        import_file(path, lite, knowledge, recorded_by="tester")


def styled(xml: str, style: str) -> str:
    return xml.replace("<table:table-cell ", f'<table:table-cell table:style-name="{style}" ')


def test_a_row_with_a_line_through_it_is_refused_by_its_number(take, kept):
    part = (
        '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="part">4</text:span>0'
        "</text:p></table:table-cell>"
    )
    rows = (
        row(HEADER), record(), styled(record(community="b"), "gone"), styled(record(community="c"), "gone-too"),
        styled(record(community="d"), "back"), record(community="e", invited=part),
        record(community="f").replace("<table:table-row ", '<table:table-row table:default-cell-style-name="gone" '),
    )  # fmt: skip
    result = take(sheet("S", *rows))
    assert [each.line for each in result.refusals] == [3, 4, 6, 7]
    assert result.refusals[0].reasons.startswith("There is a line through A3, B3, C3, D3, E3 and 4 more.")
    assert result.refusals[2].reasons.startswith("There is a line through D6.")
    assert {record.community for record in kept()} == {"zuid", "d"}


@pytest.mark.parametrize(
    ("value", "text", "refused"),
    [
        ("40000", "40", True),  # a format that leaves out thousands
        ("0", "n.v.t.", True),
        ("40", "40,00", False),
        ("40000", "40.000", False),
        ("40", "4,00E+01", False),
        ("40", "€ 40", False),
    ],
)
def test_a_count_that_its_cell_shows_as_another_one_is_refused(take, value, text, refused):
    shown = (
        f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{text}</text:p></table:table-cell>'
    )
    assert take(sheet("S", row(HEADER), record(invited=shown, active=0))).refused == refused


def test_small_raised_text_is_no_part_of_a_value(take):
    raised = (
        '<table:table-cell office:value-type="string"><text:p>40<text:span text:style-name="note">1</text:span>'
        "</text:p></table:table-cell>"
    )
    assert (
        take(sheet("S", row(HEADER), record(invited=raised)))
        .refusals[0]
        .reasons.startswith("There is small raised or lowered text in D2,")
    )


def test_a_line_through_a_whole_column_is_one_through_its_cells(take):
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:default-cell-style-name="gone" table:number-columns-repeated="1021"/>'
    )
    assert (
        take(sheet("S", columns, row(HEADER), record()))
        .refusals[0]
        .reasons.startswith("There is a line through D2, E2, F2, G2, H2 and 1 more.")
    )


def test_rows_in_which_a_merged_cell_covers_an_answer_are_refused(take):
    desk = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>desk</text:p>'
        "</table:table-cell>"
    )
    rows = (
        row(HEADER),
        record(work_setting=desk),
        record(community="b", work_setting="<table:covered-table-cell/>"),
        record(community="c"),
    )
    result = take(sheet("S", *rows))
    assert [(each.line, each.reasons.partition(",")[0]) for each in result.refusals] == [(3, "Cells G2:G3 are merged")]
    assert result.added == 2


def test_what_cells_show_is_looked_at(take):
    def shown(kind: str, words: str) -> str:
        return f"<table:table-cell {kind}><text:p>{words}</text:p></table:table-cell>"

    number = 'office:value-type="float" office:value="31"'
    day = 'office:value-type="date" office:date-value="2026-03-01"'
    rows = (
        record(active=shown(number, "")),
        record(community="b", active=shown(number, "31%")),
        record(community="c", start=shown(day, "mrt 26")),
        record(community="d", start=shown(day, "1 mrt 2026")),
        record(community="e", start=shown(day, "01-03-26")),
        record(community="f", start=f"<table:table-cell {day}/>"),
    )
    result = take(sheet("S", row(HEADER), *rows))
    assert [re.split("[,:]", each.reasons)[0] for each in result.refusals] == [
        "There is something in E2 that the sheet does not show",
        "active “31%”",
        "The date in C4 is shown without its day or its year",
    ]
    assert result.added == 3


def test_white_letters_on_white_are_read_and_it_is_said(take):
    def styled(name: str, value: str) -> str:
        return cell(value).replace("<table:table-cell", f'<table:table-cell table:style-name="{name}"')

    head = row(styled("d", name) for name in HEADER)
    result = take(sheet("S", head, record(work_setting=styled("w", "desk")), record(community="b")))
    assert result.survey.notes == ("The letters in some cells are as white as the sheet, and are read too: G2.",)
    assert result.added == 2
