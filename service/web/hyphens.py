"""Hyphens: words such as "e-mail" are not broken at theirs on a page, where a letter alone would stay behind.

Only what is read is changed: addresses, values, the choices of a list and the title of a page keep the plain hyphen, so
that they can be compared, typed and found.
"""

from __future__ import annotations

import re

NOT_BROKEN = "\u2011"
FEW = 2
"""Letters that are too few to stay behind; a longer part has to break somewhere on a small screen, and best here."""
_READ = re.compile(r"<(?:title|option)\b[^<]*|>[^<>-]*+-[^<]*")
"""Text with a hyphen in it, or text that is left alone."""
_WORD = re.compile(r"(?<![\w&#;/-])\w+(?:-[a-zA-Z]\w*)+(?![\w-])")


def kept_whole(html: str) -> str:
    """The same page, with a few letters beside a hyphen kept on one line with the rest of their word."""
    return _READ.sub(_text, html)


def _text(found: re.Match[str]) -> str:
    text = found[0]
    return _WORD.sub(_word, text) if text[0] == ">" else text


def _word(found: re.Match[str]) -> str:
    first, *others = found[0].split("-")
    whole = last = first
    for part in others:
        whole += (NOT_BROKEN if min(len(last), len(part)) <= FEW else "-") + part
        last = part
    return whole
