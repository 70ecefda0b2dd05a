"""Repeated header: the names of columns once more below the header, as where files were put one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from model.errors import FileError
from training.records.tables import GridLine, Messages, is_blank

_ENOUGH = 3
"""Cells that must hold a name and nothing else, before a line is taken for a header."""


class RepeatedHeader:
    """Knows the header of one file where it stands again, also in the words of another language.

    Args:
        names: in the header.
        column_of: the column of records that has a name; None where there is none.
    """

    def __init__(self, names: Sequence[str], column_of: Callable[[str], str | None]) -> None:
        self._columns = [column_of(name) or name for name in names]
        self._column_of = column_of

    def passed_over(self, lines: Iterator[GridLine], notes: list[str], messages: Messages) -> Iterator[GridLine]:
        """The lines without those that are the header again.

        Args:
            notes: where is told that there were such lines.

        Raises:
            FileError: there is a header with the columns in another order, so that what follows is another table.
        """
        count = 0
        for line in lines:
            read = self._read(line.cells)
            if read is None:
                yield line
            elif any(column and column != mine for column, mine in zip_longest(read, self._columns, fillvalue="")):
                raise FileError(messages["file_other_header"].format(line=line.number))
            else:
                count += 1
        if count:
            notes.append(messages["file_header_again"].format(count=count))

    def _read(self, cells: Sequence[Any]) -> list[str] | None:
        """The columns that a line names; None when it holds anything else."""
        read = []
        # The first cell comes last: it often holds the name of a community, another one in each row.
        for cell in (*cells[1:], *cells[:1]):
            column = "" if is_blank(cell) else self._known(cell)
            if column is None:
                return None
            read.append(column)
        read = [*read[-1:], *read[:-1]]
        return read if sum(map(bool, read)) >= _ENOUGH else None

    def _known(self, cell: Any) -> str | None:
        if not isinstance(cell, str):
            return None
        name = " ".join(cell.split())
        return self._column_of(name) or (name if name in self._columns else None)
