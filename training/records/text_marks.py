"""Text marks: what a person sees in a cell and its value does not tell, in workbooks of any kind.

A line through text is how people delete what they want to keep in sight. Small raised text is the sign of a note: a 40
with a raised 1 behind it has the value 401.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from training.records.tables import Messages

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
    yield from _worded(places, messages)


def _worded(places: Mapping[TextMark, list[str]], messages: Messages) -> Iterator[str]:
    for mark, cells in places.items():
        if cells:
            more = len(cells) - _NAMED
            rest = messages["file_and_more"].format(count=more) if more > 0 else ""
            yield messages[f"intake_{mark}"].format(cells=", ".join(cells[:_NAMED]) + rest)
