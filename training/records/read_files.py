"""Files of records, read row by row whatever their kind: CSV, JSON lines, Parquet and XLSX.

An `OpenFile` gives rows with the line they stand on, and how far it has come, so that progress can be shown. Only one
row (of Parquet a batch) is in memory at a time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from model.errors import FileError

Messages = Mapping[str, str]
"""The sentences of one language."""

DELIMITERS = (",", ";", "\t")
BEYOND = "_beyond"
"""Where cells go that stand to the right of the last column; no column has this name."""
_BATCH = 2000


class FileRow(NamedTuple):
    """One row.

    Attributes:
        line: where it stands: the first line of it in a text, the row of a sheet, the number in Parquet.
        cells: column → content; of a broken line of JSON its text.
        position: how far reading has come, in the unit of `OpenFile.total`.
    """

    line: int
    cells: dict[str, Any] | str
    position: int


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file.

    Attributes:
        columns: the header; None where every row names its own.
        rows: to be read once.
        total: bytes or rows in all.
        delimiter: of CSV.
    """

    columns: tuple[str, ...] | None
    rows: Iterator[FileRow]
    total: int
    delimiter: str = ","


def open_table(path: Path, messages: Messages) -> OpenFile:
    """Open a file by its ending.

    Raises:
        FileError: an unknown ending, no such file, or not what the ending says. The iterator raises it as well.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileError(messages["file_unknown_kind"].format(file=path.name, allowed=", ".join(READERS)))
    try:
        return reader(path, messages)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from None


def _csv(path: Path, messages: Messages) -> OpenFile:
    text = _text(path, messages)
    first = next(text, ("", 0))
    # The name of a column holds none of these, so the one that is there most often parts the columns.
    delimiter = max(DELIMITERS, key=first[0].count)
    counted = _CountedLines(chain((first,), text))
    reader = csv.reader(counted, delimiter=delimiter, strict=True)

    def rows(header: tuple[str, ...]) -> Iterator[FileRow]:
        while True:
            line = reader.line_num + 1
            values = _next_csv(reader, line, messages)
            if values is None:
                return
            if any(value.strip() for value in values):
                cells: dict[str, Any] = dict(zip(header, values, strict=False))
                if extra := [value for value in values[len(header) :] if value.strip()]:
                    cells[BEYOND] = extra
                yield FileRow(line, cells, counted.size)

    header = _named([name.strip() for name in _next_csv(reader, 1, messages) or ()])
    return OpenFile(header, rows(header), path.stat().st_size, delimiter)


def _named(header: list[str]) -> tuple[str, ...]:
    """The header without empty cells at its end, which spreadsheets like to leave."""
    while header and not header[-1]:
        header.pop()
    return tuple(header)


def _next_csv(reader: Any, line: int, messages: Messages) -> list[str] | None:
    try:
        values: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise FileError(messages["file_broken_csv"].format(line=line, why=error)) from None
    return values


class _CountedLines(Iterator[str]):
    """Lines, remembering how many bytes were read for them."""

    def __init__(self, lines: Iterator[tuple[str, int]]) -> None:
        self._lines = lines
        self.size = 0

    def __next__(self) -> str:
        line, self.size = next(self._lines)
        return line


def _text(path: Path, messages: Messages) -> Iterator[tuple[str, int]]:
    """The lines of a text in UTF-8, with or without a byte order mark, each with the bytes read so far."""
    size = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            size += len(line)
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8"), size
            except UnicodeDecodeError:
                raise FileError(messages["file_not_utf8"].format(line=number)) from None


def _json_lines(path: Path, messages: Messages) -> OpenFile:
    def rows() -> Iterator[FileRow]:
        for number, (line, position) in enumerate(_text(path, messages), 1):
            if line.strip():
                yield FileRow(number, _json_object(line), position)

    return OpenFile(None, rows(), path.stat().st_size)


def _json_object(line: str) -> dict[str, Any] | str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line.rstrip("\r\n")
    return value if isinstance(value, dict) else line.rstrip("\r\n")


def _parquet(path: Path, messages: Messages) -> OpenFile:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowInvalid:
        raise FileError(messages["file_not_its_kind"].format(file=path.name, kind="Parquet")) from None

    def rows() -> Iterator[FileRow]:
        number = 0
        with file:
            for batch in file.iter_batches(_BATCH):
                for cells in batch.to_pylist():
                    number += 1
                    yield FileRow(number, cells, number)

    return OpenFile(tuple(file.schema_arrow.names), rows(), file.metadata.num_rows)


def _xlsx(path: Path, messages: Messages) -> OpenFile:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise FileError(messages["file_not_its_kind"].format(file=path.name, kind="XLSX")) from None
    sheet = book.worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    header = _named(["" if name is None else str(name).strip() for name in next(lines, ())])

    def rows() -> Iterator[FileRow]:
        for number, values in enumerate(lines, 2):
            if any(value is not None for value in values):
                cells: dict[str, Any] = dict(zip(header, values, strict=False))
                if extra := [value for value in values[len(header) :] if value is not None]:
                    cells[BEYOND] = extra
                yield FileRow(number, cells, number)
        book.close()

    return OpenFile(header, rows(), sheet.max_row or 0)


READERS: Mapping[str, Callable[[Path, Messages], OpenFile]] = {
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
"""Ending of the name → how to read it."""
