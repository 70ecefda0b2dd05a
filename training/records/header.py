"""Header: which line of a sheet or text names the columns, and the lines below it as rows.

Files begin with titles, empty lines and rows of merged cells. The header is the first line that names two columns of
records; without such a line it is the first that is not blank, so that a refusal is about what a person sees there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from model.errors import FileError
from training.records.repeated_header import RepeatedHeader
from training.records.tables import BEYOND, FileRow, GridLine, Messages, column_letters, is_blank

LOOKED_AT = 30
"""Lines among which the header must be."""
_ENOUGH = 2
_UNNAMED = re.compile(r"unnamed: \d+", re.IGNORECASE)
"""What some programs call a column without a name."""

ColumnOf = Callable[[str], str | None]
"""The column of records that has a name; None where there is none."""


class HeaderLine(NamedTuple):
    """Attributes: names of the columns; the lines below; titles, the lines above that are passed over."""

    names: tuple[str, ...]
    below: Iterator[GridLine]
    titles: Sequence[GridLine]


def find_header(lines: Iterator[GridLine], column_of: ColumnOf) -> HeaderLine:
    """Look for the header among the first lines."""
    first = list(islice(lines, LOOKED_AT))
    found = [place for place, line in enumerate(first) if known_names(line.cells, column_of) >= _ENOUGH]
    filled = [place for place, line in enumerate(first) if not all(map(is_blank, line.cells))]
    if not filled:
        return HeaderLine((), iter(()), ())
    place = (found or filled)[0]
    titles = [first[each] for each in filled if each < place]
    return HeaderLine(_names(first[place].cells), chain(first[place + 1 :], lines), titles)


def known_names(cells: Sequence[Any], column_of: ColumnOf) -> int:
    """How many cells are the name of a column."""
    return sum(isinstance(cell, str) and column_of(cell) is not None for cell in cells)


def header_notes(header: HeaderLine, messages: Messages) -> list[str]:
    """What to say of lines above the header, which are passed over."""
    notes = []
    if header.titles:
        words = " ".join(str(cell).strip() for line in header.titles for cell in line.cells if not is_blank(cell))
        notes.append(messages["file_titles"].format(count=len(header.titles), words=words[:80]))
    return notes


def rows_below(
    header: HeaderLine, column_of: ColumnOf, notes: list[str], messages: Messages, *, ragged: bool
) -> Iterator[FileRow]:
    """The lines below a header as rows; blank lines are passed over, and the header itself where it stands again.

    Args:
        notes: where is told what was passed over.
        ragged: whether a line may end before its last cell, as in sheets; elsewhere cells are missing then.

    Raises:
        FileError: a column has cells but no name, or a header with other columns follows.
    """
    names, index = header.names, _Index()
    unnamed = [place for place, name in enumerate(names) if not name]
    below = RepeatedHeader(names, column_of).passed_over(header.below, notes, messages)
    for number, cells, position, faults, may_go_on, *_ in below:
        if all(map(is_blank, cells)):
            continue
        surplus = [value for value in cells[len(names) :] if not is_blank(value)]
        if surplus:
            faults = (*faults, messages["intake_too_many_cells"])
        elif len(cells) < len(names) and not ragged:
            faults = (*faults, messages["intake_too_few_cells"].format(count=len(cells), columns=len(names)))
        content = dict(zip(names, cells, strict=False))
        for place in unnamed:
            value = cells[place] if place < len(cells) else None
            if not is_blank(value) and not index.goes_on(place, value):
                raise FileError(messages["file_column_without_name"].format(column=column_letters(place), line=number))
        content.pop("", None)
        if surplus:
            content[BEYOND] = surplus
        last = names[len(cells) - 1] if may_go_on and 0 < len(cells) <= len(names) else None
        yield FileRow(number, content, position, faults, last)
    if index.is_there:
        notes.append(messages["file_index_column"])


class _Index:
    """A first column without a name that only numbers the rows: each number is higher than the one before."""

    def __init__(self) -> None:
        self._last = -1

    @property
    def is_there(self) -> bool:
        """Whether it numbered any row."""
        return self._last >= 0

    def goes_on(self, place: int, value: Any) -> bool:
        number = str(value).removesuffix(".0")
        if place or not number.isdecimal():
            return False
        before, self._last = self._last, int(number)
        return self._last > before


def _names(cells: Sequence[Any]) -> tuple[str, ...]:
    """The names without empty cells at the end, which spreadsheets like to leave."""
    names = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    names = ["" if _UNNAMED.fullmatch(name) else name for name in names]
    while names and not names[-1]:
        names.pop()
    return tuple(names)
