"""Merged cells: one value over several cells, of which a workbook only keeps it in the first.

A person reads it in each of them, and a program nothing in the others. So such a row is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from training.records.tables import Messages, column_letters, is_blank


@dataclass(frozen=True, slots=True)
class MergedArea:
    """The first and the last row and column of merged cells; rows count from 1 and columns from 0."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


class MergedCells:
    """The merged cells of a sheet, which is gone through from the first row to the last."""

    def __init__(self, areas: Iterable[MergedArea] = ()) -> None:
        self._waiting = sorted(areas, key=lambda area: area.top, reverse=True)
        self._open: list[MergedArea] = []

    def add(self, area: MergedArea) -> None:
        """One that begins in the row that comes next and holds something."""
        self._open.append(area)

    def faults(self, row: int, values: Sequence[Any], messages: Messages) -> Iterator[str]:
        """Why a row in which cells are covered by another one is refused."""
        self._open = [area for area in self._open if area.bottom >= row]
        while self._waiting and self._waiting[-1].top <= row:
            area = self._waiting.pop()
            if area.top == row and not is_blank(values[area.left] if area.left < len(values) else None):
                self._open.append(area)
        for area in self._open:
            if row > area.top or area.right > area.left:
                yield messages["intake_merged"].format(cells=area)
