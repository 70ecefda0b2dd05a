"""Workbook: the sheets of an XLSX or ODS file, and which of them holds the records.

A sheet is only read when it is the one visible sheet with the columns of records, or when its name was given. Hidden
and further sheets are named, because a person who looks at the file may not see them, or may think that they count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from model.errors import FileError
from training.records.header import ColumnOf, find_header, header_notes, known_names, rows_below
from training.records.tables import GridLine, Messages, OpenFile, is_blank
from training.records.text_marks import named_cells

MOST_UNPACKED, MOST_TIMES = 10_000_000, 100
"""Bytes in one part of a workbook that are always fine, and how many times as large as packed more than that may be."""
MOST_BYTES = 250_000_000
"""More than this in one part is no workbook of records, however it is packed."""
MOST_COLUMNS = 1024
"""Columns that a sheet may have; formatting goes on to the last one, and is cut off before."""
MOST_BLANK = 20_000
"""Blank rows one after the other; a sheet with more was formatted to its end."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        lines: reads its rows, from the first; can be called more than once.
        hidden_columns: finds the places of the columns that are hidden, from 0.
        comments: finds the cells with a comment beside them.
        struck_by_rule: finds the cells through which a rule of the sheet can draw a line.
        hides_zeros: finds out whether a 0 is shown as nothing.
    """

    name: str
    hidden: bool
    lines: Callable[[], Iterator[GridLine]]
    hidden_columns: Callable[[], Collection[int]]
    comments: Callable[[], Sequence[str]]
    struck_by_rule: Callable[[], Sequence[str]] = tuple
    hides_zeros: Callable[[], bool] = bool


def sheet_table(sheets: Sequence[Sheet], wanted: str | None, column_of: ColumnOf, messages: Messages) -> OpenFile:
    """The records in a workbook.

    Args:
        wanted: name of the sheet to read, whatever the others hold.

    Raises:
        FileError: there is no such sheet, or not one that can only be meant.
    """
    chosen = _named(sheets, wanted, messages) if wanted is not None else _only(sheets, column_of, messages)
    notes = _sheet_notes(chosen, sheets, messages)
    header = find_header(_watched(chosen.lines(), notes, messages), column_of)
    notes += header_notes(header, messages)
    hidden = chosen.hidden_columns()
    if named := [f"“{name}”" for place, name in enumerate(header.names) if name and place in hidden]:
        notes.append(messages["file_columns_hidden"].format(columns=", ".join(named)))
    for key, cells in (("file_comments", chosen.comments()), ("file_struck_by_rule", chosen.struck_by_rule())):
        if cells:
            notes.append(messages[key].format(cells=named_cells(cells, messages)))
    if chosen.hides_zeros():
        notes.append(messages["file_zeros_hidden"])
    names = tuple(name for name in header.names if name)
    return OpenFile(names, rows_below(header, column_of, notes, messages, ragged=True), 0, notes=notes, plain=False)


def _watched(lines: Iterator[GridLine], notes: list[str], messages: Messages) -> Iterator[GridLine]:
    """The rows of a sheet; after the last one it is noted how many are hidden, and which cells nobody can see."""
    blank = hidden = 0
    white: list[str] = []
    for line in lines:
        is_empty = all(map(is_blank, line.cells))
        blank = blank + 1 if is_empty else 0
        if blank > MOST_BLANK:
            raise FileError(messages["file_blank_rows"].format(line=line.number, count=MOST_BLANK))
        hidden += line.hidden and not is_empty
        white += line.white
        yield line
    if hidden:
        notes.append(messages["file_rows_hidden"].format(count=hidden))
    if white:
        notes.append(messages["file_white"].format(cells=named_cells(white, messages)))


def _named(sheets: Sequence[Sheet], wanted: str, messages: Messages) -> Sheet:
    for sheet in sheets:
        if sheet.name.casefold() == wanted.strip().casefold():
            return sheet
    raise FileError(messages["file_no_such_sheet"].format(name=wanted, sheets=_listed(sheets)))


def _only(sheets: Sequence[Sheet], column_of: ColumnOf, messages: Messages) -> Sheet:
    """The one visible sheet with records; a file with one sheet is read even if its header is wrong."""
    if not sheets:
        raise FileError(messages["file_no_sheet"])
    with_records = [sheet for sheet in sheets if _has_records(sheet, column_of)]
    visible = [sheet for sheet in with_records if not sheet.hidden]
    if len(visible) == 1:
        return visible[0]
    if visible:
        raise FileError(messages["file_sheets"].format(sheets=_listed(visible)))
    if with_records:
        raise FileError(messages["file_sheet_hidden"].format(sheets=_listed(with_records)))
    shown = [sheet for sheet in sheets if not sheet.hidden]
    if not shown:
        raise FileError(messages["file_no_sheet"])
    return shown[0]


def _has_records(sheet: Sheet, column_of: ColumnOf) -> bool:
    return known_names(find_header(sheet.lines(), column_of).names, column_of) >= 3


def _sheet_notes(chosen: Sheet, sheets: Sequence[Sheet], messages: Messages) -> list[str]:
    others = [sheet for sheet in sheets if sheet is not chosen]
    if not others and not chosen.hidden:
        return []
    hidden = [sheet for sheet in others if sheet.hidden]
    notes = [messages["file_sheet_read"].format(name=chosen.name)]
    if others:
        notes.append(messages["file_sheets_not_read"].format(sheets=_listed(others)))
    if hidden:
        notes.append(messages["file_sheets_hidden"].format(sheets=_listed(hidden)))
    return notes


def _listed(sheets: Sequence[Sheet]) -> str:
    return ", ".join(f"“{sheet.name}”" for sheet in sheets)


def check_size(path: Path, messages: Messages) -> None:
    """Refuse a workbook that is no zip file, or of which a part would unpack to much too much.

    Raises:
        BadZipFile: it is no zip file, or was cut off.
        FileError: see above.
    """
    with ZipFile(path) as archive:
        for part in archive.infolist():
            allowed = min(MOST_BYTES, max(MOST_UNPACKED, MOST_TIMES * part.compress_size))
            if part.file_size > allowed:
                raise FileError(messages["file_bomb"].format(file=path.name))
