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
from training.records.open_document_marks import OFFICE, STYLE, TextStyles
from training.records.tables import GridLine, Messages, OpenFile, column_letters, not_its_kind
from training.records.text_marks import TextMark, mark_faults
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
                        for line in _repeated(element, number, messages, _Look(styles, columns)):
                            yield line
                            number = line.number + 1
                    element.clear()
    except (BadZipFile, ParseError, EOFError, OSError, ValueError):
        raise FileError(messages["file_damaged"].format(file=path.name, line=number)) from None


class _Look(NamedTuple):
    """How the cells of a sheet look; columns have the style of cells without one."""

    styles: TextStyles
    columns: Sequence[str | None]

    def marks(self, cell: Element, place: int, row: Element) -> frozenset[TextMark]:
        """Those in any of the text of a cell."""
        of_column = self.columns[place] if place < len(self.columns) else None
        name = cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name") or of_column
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
    values, faults = _cells(row, number, messages, look)
    if not values:
        yield GridLine(number + times - 1, (), number)
        return
    if times > _MOST_REPEATED:
        raise FileError(messages["file_repeated_row"].format(line=number, count=times))
    for each in range(times):
        yield GridLine(number + each, values, number + each, faults, hidden=hidden)


def _cells(row: Element, number: int, messages: Messages, look: _Look) -> tuple[list[Any], tuple[str, ...]]:
    """(values up to the last that is there, faults)."""
    values: list[Any] = []
    faults: list[str] = []
    marked: list[tuple[str, frozenset[TextMark]]] = []
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
        place = len(values) - times
        marked.append((f"{column_letters(place)}{number}", look.marks(cell, place, row)))
        if isinstance(value, str) and value.startswith(("#", "Err:")) and cell.get(f"{_TABLE}formula") is not None:
            where = f"{column_letters(len(values) - 1)}{number}"
            faults.append(messages["intake_error_cell"].format(cell=where, value=value))
    faults += mark_faults(marked, messages)
    return values, tuple(faults)


def _is_uncalculated(cell: Element) -> bool:
    return cell.get(f"{OFFICE}value-type") != "string"


def _value(cell: Element) -> Any:
    """What a cell holds; numbers as numbers, a date as a moment, a share and a number with zeros before it as shown."""
    shown = "\n".join("".join(_words(paragraph)) for paragraph in cell.findall(f"{_TEXT}p"))
    match cell.get(f"{OFFICE}value-type"):
        case "percentage":
            return f"{float(cell.get(f'{OFFICE}value', 'nan')) * 100:.6g}%"
        case "float" | "currency":
            number = float(cell.get(f"{OFFICE}value", "nan"))
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
