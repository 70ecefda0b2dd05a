"""Hyphens: short words such as "e-mail" are not broken at theirs where a page shows them.

Only what is read is changed: addresses, values, the choices of a list and the title of a page keep the plain hyphen, so
that they can be compared, typed and found.
"""

from __future__ import annotations

import re

NOT_BROKEN = "\u2011"
LONGEST = 18
"""Letters of a word that stays whole. A longer one has to break somewhere on a small screen, and best at its hyphen."""
_READ = re.compile(r"<(?:title|option)\b[^<]*|>[^<>-]*+-[^<]*")
"""Text with a hyphen in it, or text that is left alone."""
_WORD = re.compile(r"(?<![\w&#;/-])\w+(?:-[a-zA-Z]\w*)+(?![\w&;-])")


def kept_whole(html: str) -> str:
    """The same page, with short words that have a hyphen kept on one line."""
    return _READ.sub(_text, html)


def _text(found: re.Match[str]) -> str:
    text = found[0]
    return _WORD.sub(_word, text) if text[0] == ">" else text


def _word(found: re.Match[str]) -> str:
    word = found[0]
    return word.replace("-", NOT_BROKEN) if len(word) <= LONGEST else word
