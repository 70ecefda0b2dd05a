"""Marks in ODS: which styles draw a line through text or raise it (OpenDocument 1.3, part 3, 16.29.29 and 20)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from training.records.text_marks import TextMark

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PARTS = ("styles.xml", "content.xml")
_LINES = (f"{STYLE}text-line-through-style", f"{STYLE}text-line-through-type")
_POSITION = f"{STYLE}text-position"
_LEVEL = ("0", "0%")
_COLOUR, _BACKGROUND = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}}{name}" for name in ("color", "background-color")
)
_WHITE, _SHEET = "#ffffff", ("#ffffff", "transparent")
_DEEPEST = 20
"""Styles that follow one another; more is a circle."""


Colour = Literal["white letters", "other background"]


class _TextStyle(NamedTuple):
    """Attributes: parent, the style that it follows; says, whether text has each mark, of those that it tells of."""

    parent: str
    says: dict[TextMark | Colour, bool]


class TextStyles:
    """The styles of one document."""

    def __init__(self, path: Path) -> None:
        self._styles: dict[tuple[str, str], _TextStyle] = {}
        with ZipFile(path) as archive:
            for part in _PARTS:
                if part in archive.namelist():
                    self._read(archive, part)

    def _read(self, archive: ZipFile, part: str) -> None:
        with archive.open(part) as content:
            for event, element in iterparse(content, ("start", "end")):
                if element.tag == f"{OFFICE}body":
                    return
                if event == "end" and element.tag == f"{STYLE}style":
                    key = element.get(f"{STYLE}family", ""), element.get(f"{STYLE}name", "")
                    self._styles[key] = _TextStyle(element.get(f"{STYLE}parent-style-name", ""), dict(_said(element)))

    def has(self, mark: TextMark | Colour, family: str, name: str | None) -> bool:
        """Whether text in this style has the mark."""
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name or ""))
            if style is None:
                return False
            if mark in style.says:
                return style.says[mark]
            name = style.parent
        return False


def _said(style: Element) -> list[tuple[TextMark | Colour, bool]]:
    found: list[tuple[TextMark | Colour, bool]] = []
    for each in style.iter(f"{STYLE}table-cell-properties"):
        if background := each.get(_BACKGROUND):
            found.append(("other background", background.lower() not in _SHEET))
    for each in style.iter(f"{STYLE}text-properties"):
        lines = [value for line in _LINES if (value := each.get(line))]
        if lines:
            found.append(("struck", any(value != "none" for value in lines)))
        if colour := each.get(_COLOUR):
            found.append(("white letters", colour.lower() == _WHITE))
        if position := each.get(_POSITION):
            found.append(("raised", position.split()[0] not in _LEVEL))
    return found
