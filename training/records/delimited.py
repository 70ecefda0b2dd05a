"""Delimited text: CSV and its kin, with whatever stands between the cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from model.errors import FileError
from training.records.header import LOOKED_AT, ColumnOf, find_header, header_notes, known_names, rows_below
from training.records.tables import GridLine, Messages, OpenFile
from training.records.text_files import open_text

DELIMITERS = (",", ";", "\t", "|")
_SAID = "sep="
"""How a first line begins that says what parts the cells; Excel reads and writes it."""


class Quotation(csv.excel):
    """How cells are quoted: a mark around a cell, twice inside it; a space before the first is no part of the cell."""

    strict = True
    skipinitialspace = True


def open_delimited(path: Path, column_of: ColumnOf, messages: Messages) -> OpenFile:
    """Open a CSV, whatever parts its cells."""
    text = open_text(path, messages)
    source = text.lines()
    first = list(islice(source, LOOKED_AT))
    said = _said_delimiter(first[0][0]) if first else None
    delimiter = said or _delimiter([line for line, _ in first], column_of)
    counted = _CountedLines(chain(first[1:] if said else first, source))
    header = find_header(_lines(counted, delimiter, int(said is not None), messages), column_of)
    notes = [*text.notes, *header_notes(header, messages)]
    names = tuple(name for name in header.names if name)
    plain = not notes and said is None and _ends_whole(path)
    rows = rows_below(header, column_of, notes, messages, ragged=False)
    return OpenFile(names, rows, text.size, delimiter, notes, plain)


def _ends_whole(path: Path) -> bool:
    """Whether the last line has an end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        return file.read() == b"\n"


def _said_delimiter(line: str) -> str | None:
    """The delimiter that the first line says there is."""
    text = line.strip('\ufeff \r\n"')
    return text[len(_SAID) :] if text.lower().startswith(_SAID) and len(text) == len(_SAID) + 1 else None


def _delimiter(lines: list[str], column_of: ColumnOf) -> str:
    """What parts a line into the most names of columns, and else what the first line has most of."""

    def names(delimiter: str) -> int:
        return max((known_names([cell.strip('"\ufeff \r\n') for cell in line.split(delimiter)], column_of)
                    for line in lines), default=0)  # fmt: skip

    first = lines[0] if lines else ""
    return max(DELIMITERS, key=lambda each: (names(each), first.count(each)))


def _lines(source: _CountedLines, delimiter: str, before: int, messages: Messages) -> Iterator[GridLine]:
    reader = csv.reader(source, Quotation, delimiter=delimiter)
    while True:
        number = reader.line_num + 1 + before
        try:
            cells = next(reader, None)
        except csv.Error as error:
            last = reader.line_num + before
            raise FileError(messages[_fault(error)].format(line=number, last=last)) from None
        if cells is None:
            return
        spread = reader.line_num + before > number
        faults = (messages["intake_rows_in_a_cell"],) if spread and holds_rows(cells, delimiter) else ()
        yield GridLine(number, cells, source.size, faults, source.is_open)


def _fault(error: csv.Error) -> str:
    """Our own words for what the reader says: those are of the program, in one language, and may change."""
    said = str(error)
    if "field limit" in said:
        return "file_cell_too_long"
    return "file_quote_never_closed" if "unexpected end" in said else "file_text_after_quote"


def holds_rows(cells: Sequence[str], delimiter: str) -> bool:
    """Whether a cell of several lines holds a line with as many cells as this row: a quotation mark that was forgotten
    takes in all rows up to the next one."""
    parts = len(cells) - 1
    return parts > 1 and any(line.count(delimiter) >= parts for cell in cells for line in cell.splitlines())


class _CountedLines(Iterator[str]):
    """Lines, remembering how far they have come.

    Attributes:
        size: bytes read.
        is_open: whether the last line ended neither in a line break nor in a quotation mark, so that the file may have
            been cut off there.
    """

    def __init__(self, lines: Iterator[tuple[str, int]]) -> None:
        self._lines = lines
        self.size = 0
        self.is_open = False

    def __next__(self) -> str:
        line, self.size = next(self._lines)
        self.is_open = not line.endswith(("\n", "\r", '"'))
        return line
