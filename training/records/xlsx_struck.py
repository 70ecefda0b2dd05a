"""Lines through text in XLSX: a cell has one by its style, or a part of its text has one of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

_SHARED = "xl/sharedStrings.xml"
_MARK = b"strike"
_OFF = ("0", "false")


class StruckText:
    """Says of the cells of one workbook whether there is a line through their text.

    Args:
        book: as openpyxl has it; its fonts belong to its styles.
    """

    def __init__(self, path: Path, book: Any) -> None:
        fonts = [bool(font.strike) for font in book._fonts]
        self._styles = frozenset(number for number, style in enumerate(book._cell_styles) if fonts[style.fontId])
        self._texts = _shared_texts(path)

    def is_in(self, cell: Element, style: int) -> bool:
        """Whether it is in a cell of this style."""
        if style in self._styles:
            return True
        kind = cell.get("t")
        if kind == "s" and self._texts:
            return any(int(each.text or -1) in self._texts for each in cell if each.tag.endswith("}v"))
        return kind == "inlineStr" and _has_line(cell)


def _shared_texts(path: Path) -> frozenset[int]:
    """Places of the texts with a line through a part, among those that a workbook keeps for all its cells."""
    with ZipFile(path) as archive:
        if _SHARED not in archive.namelist() or _MARK not in archive.read(_SHARED):
            return frozenset()
        number = 0
        found: set[int] = set()
        with archive.open(_SHARED) as content:
            for _, element in iterparse(content):
                if element.tag.endswith("}si"):
                    found.update({number} if _has_line(element) else ())
                    number += 1
                    element.clear()
        return frozenset(found)


def _has_line(element: Element) -> bool:
    return any(each.tag.endswith("}strike") and each.get("val") not in _OFF for each in element.iter())
