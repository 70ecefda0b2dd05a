"""Marks in XLSX: a line through a cell by its style or by a rule, text that is struck out or raised, and comments."""

from __future__ import annotations

from pathlib import Path
from posixpath import join, normpath
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
        white = [_is_white(font.color) for font in book._fonts]
        blank = [
            fill.fill_type is None or (fill.fill_type == "solid" and _is_white(fill.fgColor)) for fill in book._fills
        ]
        self._white = frozenset(
            number for number, style in enumerate(book._cell_styles) if white[style.fontId] and blank[style.fillId]
        )
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

    def is_white(self, style: int) -> bool:
        """Whether the letters in a cell of this style are as white as the sheet."""
        return style in self._white


def _is_white(color: Any) -> bool:
    """Whether a colour is white, by its name or as the first one of the theme, which is that of the sheet."""
    if color is None:
        return False
    named = color.type == "rgb" and str(color.rgb)[-6:].upper() == "FFFFFF"
    return bool(named or (color.type == "theme" and color.theme == 0 and not color.tint))


def commented_cells(path: Path, sheet: str) -> list[str]:
    """The cells with a comment, which is kept in another part.

    Args:
        sheet: the part of the workbook that holds the sheet.
    """
    folder, _, name = sheet.rpartition("/")
    cells = []
    with ZipFile(path) as archive:
        parts = archive.namelist()
        relations = f"{folder}/_rels/{name}.rels"
        for kind, target in _relations(archive, relations) if relations in parts else ():
            part = normpath(join("/", folder, target)).lstrip("/")
            if kind.endswith("/comments") and part in parts:
                with archive.open(part) as content:
                    found = (each for _, each in iterparse(content) if each.tag.endswith("}comment"))
                    cells += [each.get("ref", "") for each in found]
    return cells


def _relations(archive: ZipFile, part: str) -> list[tuple[str, str]]:
    """(kind, target) of each part that a part refers to."""
    with archive.open(part) as content:
        return [(each.get("Type", ""), each.get("Target", "")) for _, each in iterparse(content)]


def cells_struck_by_rule(path: Path, sheet: str, book: Any) -> list[str]:
    """The cells for which a rule ("conditional formatting") can draw a line through what is in them.

    Args:
        sheet: the part of the workbook that holds the sheet.
        book: as openpyxl has it; its styles of rules are those that are told apart by number.
    """
    styles = enumerate(book._differential_styles.styles)
    striking = {str(number) for number, style in styles if style.font is not None and style.font.strike}
    cells = []
    if striking:
        with ZipFile(path) as archive, archive.open(sheet) as content:
            for _, element in iterparse(content):
                if element.tag.endswith("}row"):
                    element.clear()
                elif any(rule.get("dxfId") in striking for rule in element):
                    cells += element.get("sqref", "").split()
    return cells


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
