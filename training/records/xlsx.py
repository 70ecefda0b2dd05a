"""XLSX: sheets as they are, whatever the file says of their size, with what their cells show.

openpyxl reads the parts of a workbook and its dates. Its parser of one sheet is asked directly, because the sheet that
it offers to readers believes the size written in the file, and gives a formula that was never calculated as an empty
cell.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from model.errors import FileError
from training.records.header import ColumnOf
from training.records.merged_cells import MergedArea, MergedCells
from training.records.number_formats import shown, shows_nothing, shows_part_of_day
from training.records.tables import GridLine, Messages, OpenFile, column_letters, is_blank, not_its_kind
from training.records.text_marks import mark_faults, named_cells
from training.records.workbook import MOST_COLUMNS, Sheet, check_size, sheet_table
from training.records.xlsx_marks import XlsxMarks, cells_struck_by_rule, commented_cells

_SAYS_NOTHING = ("General", "0", "@")
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/")
"""Begins the names in a workbook that was saved as “Strict Open XML”."""
_TO_BE_CALCULATED = re.compile(rb'<(?:\w+:)?calcPr\s[^>]*fullCalcOnLoad="(?:1|true)"')
"""Says that what formulas gave is still to be worked out; programs that cannot do that write a 0 meanwhile."""
_ERROR = "e"
_YES = ("1", "true")
_NOT_CALCULATED = "f"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"')
_NO_ZEROS = re.compile(rb'<(?:\w+:)?sheetView\s[^>]*showZeros="(?:0|false)"')
_BEGINNING = 10_000
"""Bytes of a sheet in which it says how it is looked at."""
_BLOCK, _LONGEST_TAG = 1 << 20, 1000
"""Bytes that are looked at in one go, and of a tag that may be cut by that."""
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


def open_xlsx(path: Path, column_of: ColumnOf, messages: Messages, sheet: str | None = None) -> OpenFile:
    """Open a workbook of Excel and its like."""
    with path.open("rb") as file:
        if file.read(4) == _OLD_OR_LOCKED:
            raise FileError(messages["file_old_or_locked"].format(file=path.name))
    try:
        check_size(path, messages)
        if _says(path, _STRICT):
            raise FileError(messages["file_strict_xlsx"].format(file=path.name))
        book = _book(path)
        marks = XlsxMarks(path, book)
        calculated = not _says(path, _TO_BE_CALCULATED)
        sheets = [
            Sheet(
                each.title,
                each.sheet_state != "visible",
                partial(_lines, path, each, marks, messages, calculated),
                partial(_hidden_columns, path, each),
                partial(commented_cells, path, each._worksheet_path),
                partial(cells_struck_by_rule, path, each._worksheet_path, book),
                partial(_hides_zeros, path, each),
            )
            for each in book.worksheets
        ]
        # What stands beside the rows is looked for here, in other parts that can be damaged as well.
        return sheet_table(sheets, sheet, column_of, messages)
    except (BadZipFile, KeyError):
        raise not_its_kind(path.name, "XLSX", messages) from None
    except (ValueError, IndexError, ParseError, EOFError):
        raise FileError(messages["file_damaged"].format(file=path.name, line=1)) from None


def _says(path: Path, what: re.Pattern[bytes]) -> bool:
    """Whether this stands in the part that is about the whole workbook."""
    with ZipFile(path) as archive:
        return what.search(archive.read("xl/workbook.xml")) is not None


def _book(path: Path) -> Any:
    """The workbook without its charts, which openpyxl cannot always read."""
    from openpyxl.reader.excel import ExcelReader

    class Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
        def read_chartsheet(self, sheet: Any, rel: Any) -> None:
            """Leave it alone: it holds no cells."""

    with warnings.catch_warnings():
        # It warns of parts that it leaves alone, such as lists to choose from.
        warnings.simplefilter("ignore", UserWarning)
        # It leaves the file open when it stumbles, so that is not left to it.
        with path.open("rb") as file:
            reader = Reader(file, read_only=True, data_only=True, keep_links=False)
            with reader.archive:
                reader.read()
    return reader.wb


def _lines(path: Path, sheet: Any, marks: XlsxMarks, messages: Messages, calculated: bool) -> Iterator[GridLine]:
    """The rows that the file holds, each at the place that it says."""
    uncalculated: list[str] = []
    parser = _parser(sheet, marks, calculated)
    formats = _formats(sheet.parent)
    try:
        merged = MergedCells(_merged_areas(path, sheet))
        with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as parser.source, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            for number, cells in parser.parse():
                uncalculated += [_place(each) for each in cells if each["data_type"] == _NOT_CALCULATED]
                row = parser.row_dimensions.pop(str(number), {})
                hidden = row.get("hidden") in _YES or _is_nothing(row.get("ht"))
                filled = [each for each in cells if not is_blank(each["value"])]
                marked = ((_place(each), each["marks"]) for each in filled)
                white = [_place(each) for each in filled if marks.is_white(each["style_id"])]
                values = _values(cells, formats)
                faults = (
                    *_faults(cells, formats, messages),
                    *mark_faults(marked, messages),
                    *merged.faults(number, values, messages),
                )
                yield GridLine(number, values, number, faults, hidden=hidden, white=white)
    except (BadZipFile, ParseError, EOFError, KeyError, ValueError, IndexError, OSError):
        raise FileError(messages["file_damaged"].format(file=path.name, line=parser.row_counter + 1)) from None
    if uncalculated:
        raise FileError(messages["file_formulas"].format(cells=named_cells(uncalculated, messages)))


def _hidden_columns(path: Path, sheet: Any) -> set[int]:
    """Places of the columns that are hidden, which a sheet tells before its rows."""
    found: set[int] = set()
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as content:
        for event, element in iterparse(content, ("start", "end")):
            name = element.tag.rpartition("}")[2]
            if event == "start" and name == "sheetData":
                break
            if (
                event == "end"
                and name == "col"
                and (element.get("hidden") in _YES or _is_nothing(element.get("width")))
            ):
                found.update(range(int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), MOST_COLUMNS)))
    return found


def _hides_zeros(path: Path, sheet: Any) -> bool:
    """Whether the sheet shows a 0 as nothing, which it says before its rows."""
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as content:
        return _NO_ZEROS.search(content.read(_BEGINNING).partition(b"sheetData")[0]) is not None


def _merged_areas(path: Path, sheet: Any) -> Iterator[MergedArea]:
    """The merged cells, which a sheet only tells after its rows."""
    from openpyxl.utils.cell import column_index_from_string

    rest = b""
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as content:
        while block := content.read(_BLOCK):
            rest += block
            for left, top, right, bottom in _MERGED.findall(rest):
                columns = [column_index_from_string(each.decode()) - 1 for each in (left, right)]
                yield MergedArea(int(top), columns[0], int(bottom), columns[1])
            end = max((found.end() for found in _MERGED.finditer(rest)), default=0)
            rest = rest[max(end, len(rest) - _LONGEST_TAG) :]


def _is_nothing(size: str | None) -> bool:
    """Whether a row or column has no height or width, which hides it too."""
    return size is not None and float(size) == 0


def _parser(sheet: Any, marks: XlsxMarks, calculated: bool) -> Any:
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
        def parse_cell(self, element: Element) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            # A text that came out empty is stored as such, with its type; a formula never calculated has neither.
            has_result = element.findtext(VALUE_TAG) or element.get("t") == "str"
            if element.find(FORMULA_TAG) is not None and not (calculated and has_result):
                cell["data_type"] = _NOT_CALCULATED
            cell["marks"] = marks.of(element, cell["style_id"])
            return cell

    book = sheet.parent
    return Parser(
        None, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )  # fmt: skip


def _formats(book: Any) -> dict[int, str]:
    """Style of a cell → the format in which it shows a number, where that says anything."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, builtin_format_code

    found = {}
    for style, each in enumerate(book._cell_styles):
        number = each.numFmtId
        own = book._number_formats
        text = (
            own[number - BUILTIN_FORMATS_MAX_SIZE]
            if number >= BUILTIN_FORMATS_MAX_SIZE
            else builtin_format_code(number)
        )
        if text and text not in _SAYS_NOTHING:
            found[style] = text
    return found


def _values(cells: list[dict[str, Any]], formats: dict[int, str]) -> list[Any]:
    from openpyxl.utils.escape import unescape

    places = [each["column"] for each in cells]
    if len(places) > len(set(places)):
        raise ValueError("a cell is there twice")
    values: list[Any] = [None] * max(places, default=0)
    for each in cells:
        value, number_format = each["value"], formats.get(each["style_id"])
        if isinstance(value, str) and "_x" in value:
            value = unescape(value)  # a workbook writes signs that XML cannot hold as _x000D_
        values[each["column"] - 1] = value if number_format is None else shown(value, number_format)
    return values


def _faults(cells: list[dict[str, Any]], formats: dict[int, str], messages: Messages) -> Iterator[str]:
    unseen, parts = [], []
    for each in cells:
        value, number_format = each["value"], formats.get(each["style_id"])
        if each["data_type"] == _ERROR:
            yield messages["intake_error_cell"].format(cell=_place(each), value=value)
        elif number_format is not None and not is_blank(value):
            if shows_nothing(value, number_format):
                unseen.append(_place(each))
            if shows_part_of_day(value, number_format):
                parts.append(_place(each))
    for key, places in (("intake_shows_nothing", unseen), ("intake_part_of_day", parts)):
        if places:
            yield messages[key].format(cells=named_cells(places, messages))


def _place(cell: dict[str, Any]) -> str:
    return f"{column_letters(cell['column'] - 1)}{cell['row']}"
