"""Tables: what every kind of file is read as, rows with the line they stand on.

Only one row (of Parquet a batch) is in memory at a time. What was found out about a file on the way, such as its
letters or which sheet was read, is said in `OpenFile.notes`: nothing is guessed in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from model.errors import FileError

Messages = Mapping[str, str]
"""The sentences of one language."""

BEYOND = "_text"
"""Where what has no column goes, so that a file of refused rows has it too."""


class FileRow(NamedTuple):
    """One row.

    Attributes:
        line: where it stands: the first line of it in a text, the row of a sheet, the number in Parquet.
        cells: column → content; of what could not be taken apart only its text, under `BEYOND`.
        position: how far reading has come, in the unit of `OpenFile.total`.
        faults: why it cannot be read as it is, in words.
        may_go_on: the column in which the file ended, when more may have followed there.
    """

    line: int
    cells: dict[str, Any]
    position: int
    faults: tuple[str, ...] = ()
    may_go_on: str | None = None


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file.

    Attributes:
        columns: the header; None where every row names its own.
        rows: to be read once.
        total: bytes or rows in all.
        delimiter: of CSV.
        notes: how it was read, in words; complete when all rows were read.
        plain: whether other programs read the same in it: UTF-8, a header on the first line, nothing passed over.
    """

    columns: tuple[str, ...] | None
    rows: Iterator[FileRow]
    total: int
    delimiter: str = ","
    notes: Sequence[str] = ()
    plain: bool = True


class GridLine(NamedTuple):
    """One line of a sheet or text: as `FileRow`, but taken apart into cells.

    Attributes:
        hidden: whether it is, by a filter or by hand.
        white: the cells whose letters are as white as the sheet.
    """

    number: int
    cells: Sequence[Any]
    position: int
    faults: tuple[str, ...] = ()
    may_go_on: bool = False
    hidden: bool = False
    white: Sequence[str] = ()


def not_its_kind(name: str, kind: str, messages: Messages) -> FileError:
    """The error for a file that is not what its name says."""
    return FileError(messages["file_not_its_kind"].format(file=name, kind=kind))


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing; spaces are nothing too."""
    return value is None or (isinstance(value, str) and not value.strip())


def and_more(count: int, messages: Messages) -> str:
    """How many there are beside those that are named; nothing where there are none."""
    return messages["file_and_more"].format(count=count) if count > 0 else ""


def column_letters(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters, place = chr(ord("A") + rest) + letters, place - 1
    return letters
