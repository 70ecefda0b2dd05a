"""Text marks: what a person sees in a cell and its value does not tell, in workbooks of any kind.

A line through text is how people delete what they want to keep in sight. Small raised text is the sign of a note: a 40
with a raised 1 behind it has the value 401.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from training.records.tables import Messages, and_more

TextMark = Literal["struck", "raised"]
_NAMED = 5
"""Cells that are named in a refusal."""


def mark_faults(cells: Iterable[tuple[str, frozenset[TextMark]]], messages: Messages) -> Iterator[str]:
    """Why a row with marks is refused.

    Args:
        cells: the place of each that holds anything, and the marks in it.
    """
    places: dict[TextMark, list[str]] = {"struck": [], "raised": []}
    for place, marks in cells:
        for mark in marks:
            places[mark].append(place)
    for mark, cells_with_it in places.items():
        if cells_with_it:
            yield messages[f"intake_{mark}"].format(cells=named_cells(cells_with_it, messages))


def named_cells(cells: Sequence[str], messages: Messages) -> str:
    """The first few cells by their places, and how many more there are."""
    return ", ".join(cells[:_NAMED]) + and_more(len(cells) - _NAMED, messages)
