"""ODS: the sheets of LibreOffice and its like, read as the format describes them (OpenDocument 1.3, part 3, chapter 9).

It is read here, row by row, because the libraries for it hold a whole document in memory, and a document can say of one
row that it is repeated a million times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from model.errors import FileError
from model.outcomes.reading import ShownNumber
from training.records.header import ColumnOf
from training.records.merged_cells import MergedArea, MergedCells
from training.records.open_document_marks import OFFICE, STYLE, TextStyles
from training.records.tables import GridLine, Messages, OpenFile, column_letters, not_its_kind
from training.records.text_marks import TextMark, mark_faults, named_cells
from training.records.workbook import MOST_COLUMNS, Sheet, check_size, sheet_table

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST_REPEATED = 1000
"""How often a row with cells may be repeated; records are not a thousand times the same."""
_CONTENT = "content.xml"


def open_ods(path: Path, column_of: ColumnOf, messages: Messages, sheet: str | None = None) -> OpenFile:
    """Open a workbook of LibreOffice and its like."""
    try:
        check_size(path, messages)
        with ZipFile(path) as archive, archive.open(_CONTENT) as content:
            found = list(_sheets(content))
    except (BadZipFile, KeyError, ParseError, EOFError, OSError):
        raise not_its_kind(path.name, "ODS", messages) from None
    except ValueError:
        raise FileError(messages["file_damaged"].format(file=path.name, line=1)) from None
    sheets = [
        Sheet(
            name,
            hidden,
            partial(_lines, path, place, messages),
            partial(_hidden_columns, path, place),
            partial(tuple, comments),
        )
        for place, (name, hidden, comments) in enumerate(found)
    ]
    return sheet_table(sheets, sheet, column_of, messages)


def _sheets(content: IO[bytes]) -> Iterator[tuple[str, bool, list[str]]]:
    """Name of each sheet, whether it is hidden, and its cells with a comment."""
    hidden_styles: set[str] = set()
    style, comments, number = "", list[str](), 1
    for event, element in iterparse(content, ("start", "end")):
        if event == "start" and element.tag == f"{STYLE}style":
            style = element.get(f"{STYLE}name", "")
        elif event == "start" and element.tag == f"{STYLE}table-properties":
            if element.get(f"{_TABLE}display") == "false":
                hidden_styles.add(style)
        elif event == "start" and element.tag == f"{_TABLE}table":
            comments, number = [], 1
        elif event == "end" and element.tag == f"{_TABLE}table":
            is_hidden = element.get(f"{_TABLE}style-name", "") in hidden_styles
            yield element.get(f"{_TABLE}name", ""), is_hidden, comments
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            comments += [f"{letters}{number}" for letters in _commented_columns(element)]
            number += int(element.get(f"{_TABLE}number-rows-repeated", 1))
            element.clear()


def _commented_columns(row: Element) -> Iterator[str]:
    """The columns in which a row has a comment."""
    column = 0
    for cell in row:
        if cell.find(f"{OFFICE}annotation") is not None:
            yield column_letters(column)
        column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))


def _hidden_columns(path: Path, place: int) -> set[int]:
    """Places of the columns that are hidden in the sheet at this place, which it tells before its rows."""
    found: set[int] = set()
    table, column = -1, 0
    with ZipFile(path) as archive, archive.open(_CONTENT) as content:
        for _, element in iterparse(content, ("start",)):
            table += element.tag == f"{_TABLE}table"
            if table == place and element.tag == f"{_TABLE}table-row":
                break
            if table == place and element.tag == f"{_TABLE}table-column":
                last = min(column + int(element.get(f"{_TABLE}number-columns-repeated", 1)), MOST_COLUMNS)
                if element.get(f"{_TABLE}visibility", "visible") != "visible":
                    found.update(range(column, last))
                column = last
    return found


def _lines(path: Path, place: int, messages: Messages) -> Iterator[GridLine]:
    """The rows of the sheet at this place."""
    number, table = 1, -1
    columns: list[str | None] = []
    merged = MergedCells()
    try:
        styles = TextStyles(path)
        with ZipFile(path) as archive, archive.open(_CONTENT) as content:
            for event, element in iterparse(content, ("start", "end")):
                if event == "start":
                    table += element.tag == f"{_TABLE}table"
                    if table == place and element.tag == f"{_TABLE}table-column":
                        columns += _column_styles(element, MOST_COLUMNS - len(columns))
                elif element.tag == f"{_TABLE}table-row":
                    if table == place:
                        for line in _repeated(element, number, messages, _Look(styles, columns, merged)):
                            yield line
                            number = line.number + 1
                    element.clear()
    except (BadZipFile, ParseError, EOFError, OSError, ValueError):
        raise FileError(messages["file_damaged"].format(file=path.name, line=number)) from None


class _Look(NamedTuple):
    """How the cells of a sheet look; columns have the style of cells without one."""

    styles: TextStyles
    columns: Sequence[str | None]
    merged: MergedCells

    def style(self, cell: Element, place: int, row: Element) -> str | None:
        """The name of that of a cell."""
        of_column = self.columns[place] if place < len(self.columns) else None
        return cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name") or of_column

    def is_white(self, name: str | None) -> bool:
        """Whether the letters in a cell of this style are as white as the sheet."""
        has = partial(self.styles.has, family="table-cell", name=name)
        return has("white letters") and not has("other background")

    def marks(self, cell: Element, name: str | None) -> frozenset[TextMark]:
        """Those in any of the text of a cell of this style."""
        spans = [each.get(f"{_TEXT}style-name") for each in cell.iter(f"{_TEXT}span")]
        marks: set[TextMark] = set()
        if self.styles.has("struck", "table-cell", name) or any(self.styles.has("struck", "text", x) for x in spans):
            marks.add("struck")
        if any(self.styles.has("raised", "text", each) for each in spans):
            marks.add("raised")
        return frozenset(marks)


def _column_styles(column: Element, most: int) -> list[str | None]:
    times = int(column.get(f"{_TABLE}number-columns-repeated", 1))
    return [column.get(f"{_TABLE}default-cell-style-name")] * min(times, most)


def _repeated(row: Element, number: int, messages: Messages, look: _Look) -> Iterator[GridLine]:
    """One row as often as it says; of blank rows only one is given, and the next one counts on."""
    times = int(row.get(f"{_TABLE}number-rows-repeated", 1))
    hidden = row.get(f"{_TABLE}visibility", "visible") != "visible"
    values, filled = _cells(row, number, messages)
    if not values:
        yield GridLine(number + times - 1, (), number)
        return
    if times > _MOST_REPEATED:
        raise FileError(messages["file_repeated_row"].format(line=number, count=times))
    styles = [look.style(each.cell, each.column, row) for each in filled]
    marked = [(each.place, look.marks(each.cell, style)) for each, style in zip(filled, styles, strict=True)]
    white = [each.place for each, style in zip(filled, styles, strict=True) if look.is_white(style)]
    for cell in filled:
        if area := _merged_area(cell.cell, number, cell.column):
            look.merged.add(area)
    faults = (
        *_faults(filled, messages),
        *mark_faults(marked, messages),
        *look.merged.faults(number, values, messages),
    )
    for each in range(times):
        yield GridLine(number + each, values, number + each, faults, hidden=hidden, white=white)


class _Filled(NamedTuple):
    """A cell that holds something, and where it begins."""

    place: str
    column: int
    cell: Element
    value: Any


def _cells(row: Element, number: int, messages: Messages) -> tuple[list[Any], list[_Filled]]:
    """(values up to the last that is there, the cells that they are in)."""
    values: list[Any] = []
    filled: list[_Filled] = []
    blank = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        value = _value(cell)
        if value is None and cell.get(f"{_TABLE}formula") is not None and _is_uncalculated(cell):
            where = f"{column_letters(len(values) + blank)}{number}"
            raise FileError(messages["file_formulas"].format(cells=where))
        if value is None:
            blank += times
            continue
        if len(values) + blank + times > MOST_COLUMNS:
            raise FileError(messages["file_too_many_columns"].format(line=number, count=MOST_COLUMNS))
        values += [None] * blank + [value] * times
        blank = 0
        column = len(values) - times
        filled.append(_Filled(f"{column_letters(column)}{number}", column, cell, value))
    return values, filled


def _faults(filled: list[_Filled], messages: Messages) -> Iterator[str]:
    """What is wrong with cells of a row by themselves."""
    for place, _, cell, value in filled:
        if isinstance(value, str) and value.startswith(("#", "Err:")) and cell.get(f"{_TABLE}formula") is not None:
            yield messages["intake_error_cell"].format(cell=place, value=value)
    unseen = [each.place for each in filled if _shows_nothing(each.cell)]
    parts = [each.place for each in filled if _shows_part_of_day(each.cell, each.value)]
    for key, places in (("intake_shows_nothing", unseen), ("intake_part_of_day", parts)):
        if places:
            yield messages[key].format(cells=named_cells(places, messages))


def _merged_area(cell: Element, row: int, column: int) -> MergedArea | None:
    """The cells that one cell takes up, where these are more than one."""
    rows, columns = (int(cell.get(f"{_TABLE}number-{each}-spanned", 1)) for each in ("rows", "columns"))
    return MergedArea(row, column, row + rows - 1, column + columns - 1) if rows * columns > 1 else None


def _shown(cell: Element) -> str:
    return "\n".join("".join(_words(paragraph)) for paragraph in cell.findall(f"{_TEXT}p"))


def _shows_nothing(cell: Element) -> bool:
    """Whether what a cell holds is written out as nothing; some programs do not write it out at all."""
    return cell.find(f"{_TEXT}p") is not None and not _shown(cell).strip()


def _shows_part_of_day(cell: Element, value: Any) -> bool:
    """Whether a date is shown without its day or its year, so that nobody can see whether these are right."""
    if not isinstance(value, datetime) or cell.find(f"{_TEXT}p") is None:
        return False
    numbers = [int(each) for each in re.findall(r"\d+", _shown(cell))]
    return value.day not in numbers or not {value.year, value.year % 100} & set(numbers)


def _is_uncalculated(cell: Element) -> bool:
    return cell.get(f"{OFFICE}value-type") != "string"


def _value(cell: Element) -> Any:
    """What a cell holds; numbers as numbers, a date as a moment, a share and a number with zeros before it as shown."""
    shown = _shown(cell)
    match cell.get(f"{OFFICE}value-type"):
        case "percentage":
            return f"{float(cell.get(f'{OFFICE}value', 'nan')) * 100:.6g}%"
        case "float" | "currency":
            number = float(cell.get(f"{OFFICE}value", "nan"))
            if "%" in shown:
                return shown
            if shown.isdecimal() and shown.startswith("0") and len(shown) > 1:
                return shown
            if not number.is_integer():
                return number
            digits = "".join(filter(str.isdecimal, shown))
            if not digits and any(map(str.isalpha, shown)):
                return shown  # words where the number is nothing, as n.v.t. for 0
            if digits and "E" not in shown and str(abs(int(number))) not in digits:
                return f"{int(number)} ({shown})"  # thousands were left out
            # Points, commas and spaces only part thousands; words and other signs belong to a name.
            beside = set(re.sub(r"[-+]?[0-9][0-9.,\s]*(E[-+][0-9]+)?", "", shown, count=1))
            return ShownNumber.of(int(number), shown) if beside else int(number)
        case "date":
            return _moment(cell.get(f"{OFFICE}date-value", ""))
        case "boolean":
            return cell.get(f"{OFFICE}boolean-value") == "true"
        case _:
            return shown or None


def _moment(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _words(element: Element) -> Iterator[str]:
    """The text of a paragraph; several spaces, tabs and line breaks are elements there."""
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * int(child.get(f"{_TEXT}c", 1))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield " "
        elif child.tag != f"{OFFICE}annotation":
            yield from _words(child)
        yield child.tail or ""
