"""Styles of ODS: which of them draw a line through the text (OpenDocument 1.3, part 3, 16.29.29 and 20.380)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PARTS = ("styles.xml", "content.xml")
_LINES = (f"{STYLE}text-line-through-style", f"{STYLE}text-line-through-type")
_DEEPEST = 20
"""Styles that follow one another; more is a circle."""


class _TextStyle(NamedTuple):
    """Attributes: parent, the style that it follows; struck, whether it draws a line; None where it does not say."""

    parent: str
    struck: bool | None


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
                    self._styles[key] = _TextStyle(element.get(f"{STYLE}parent-style-name", ""), _struck(element))

    def is_struck(self, family: str, name: str | None) -> bool:
        """Whether text in this style has a line through it."""
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name or ""))
            if style is None:
                return False
            if style.struck is not None:
                return style.struck
            name = style.parent
        return False


def _struck(style: Element) -> bool | None:
    said = [value for each in style.iter(f"{STYLE}text-properties") for line in _LINES if (value := each.get(line))]
    return any(value != "none" for value in said) if said else None
