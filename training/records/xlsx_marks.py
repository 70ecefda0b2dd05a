"""Marks in XLSX: a cell has a line through it by its style, or a part of its text is struck out or raised."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from training.records.text_marks import TextMark

_SHARED = "xl/sharedStrings.xml"
_SIGNS = (b"strike", b"vertAlign")
_OFF = ("0", "false", "baseline")
_NONE: frozenset[TextMark] = frozenset()
_STRUCK: frozenset[TextMark] = frozenset({"struck"})


class XlsxMarks:
    """Says which marks are in the cells of one workbook.

    Args:
        book: as openpyxl has it; its fonts belong to its styles.
    """

    def __init__(self, path: Path, book: Any) -> None:
        fonts = [bool(font.strike) for font in book._fonts]
        self._struck = frozenset(number for number, style in enumerate(book._cell_styles) if fonts[style.fontId])
        self._texts = _shared_texts(path)

    def of(self, cell: Element, style: int) -> frozenset[TextMark]:
        """Those in a cell of this style."""
        kind = cell.get("t")
        marks = _NONE
        if kind == "s" and self._texts:
            place = next((each.text for each in cell if each.tag.endswith("}v")), None)
            marks = self._texts.get(int(place or -1), _NONE)
        elif kind == "inlineStr":
            marks = _marks(cell)
        return marks | _STRUCK if style in self._struck else marks


def _shared_texts(path: Path) -> dict[int, frozenset[TextMark]]:
    """Place → marks, of the texts with any among those that a workbook keeps for all its cells."""
    found: dict[int, frozenset[TextMark]] = {}
    with ZipFile(path) as archive:
        content = archive.read(_SHARED) if _SHARED in archive.namelist() else b""
        if not any(sign in content for sign in _SIGNS):
            return found
        number = 0
        with archive.open(_SHARED) as part:
            for _, element in iterparse(part):
                if element.tag.endswith("}si"):
                    if marks := _marks(element):
                        found[number] = marks
                    number += 1
                    element.clear()
    return found


def _marks(text: Element) -> frozenset[TextMark]:
    """Those of parts of a text. When all of it is raised, it is only small."""
    runs = [each for each in text.iter() if each.tag.endswith("}r")]
    struck = any(_is_on(run, "}strike") for run in runs)
    raised = [_is_on(run, "}vertAlign") for run in runs]
    marks: set[TextMark] = {"struck"} if struck else set()
    return frozenset(marks | {"raised"} if any(raised) and not all(raised) else marks)


def _is_on(run: Element, name: str) -> bool:
    return any(each.tag.endswith(name) and each.get("val") not in _OFF for each in run.iter())
