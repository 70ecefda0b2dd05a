"""Names of communities: what looks the same is the same, and what looks nearly the same can be found."""

from __future__ import annotations

import re
import unicodedata

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def tidy_name(text: str) -> str:
    """A text in one Unicode form, with single plain spaces and without characters that nobody sees."""
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = "".join(_seen(each) for each in text)
    return re.sub(" {2,}", " ", text).strip()


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    return " " if category == "Zs" else "" if category == "Cf" else character


def likeness(name: str) -> str:
    """What names have in common that people easily take for one another: equal for “Zuid A”, “zuid-a” and “ＺUID A”.

    Case, accents, signs, spaces, and zeros before a number do not count.
    """
    parts = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(each for each in parts if each.isalnum())
    return _ZEROS.sub("", letters) or tidy_name(name).casefold()
