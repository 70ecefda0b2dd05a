"""Names of communities: what looks the same is the same, and what looks nearly the same can be found."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_ERROR = re.compile(r"#([¡¿]?[A-ZÀ-Þ0/]+[!?]|N/[ABD]|NV|I/T|#+)|Err:\d+")
"""What spreadsheets show in the languages around us where a formula went wrong or a column is too narrow."""
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d{1,3}")
"""A long number as a spreadsheet shows it, and saves it in CSV: the other digits are gone."""
_LOST = "\ufffd"
_ONCE_MORE = re.compile("[ÂÃâ][^\x00-\x7f]")

_UNFILLED = re.compile(r"(\{\{|\$\{|@\{|<%|\[%).*[}>\]]|\[object \w+\]")
"""The place for a name in a template of a form tool or a mail, and what a script makes of an object."""

BrokenName = Literal["error", "shortened", "letters", "lost", "unfilled"]

NO_NAMES = frozenset({"none", "nil", "[]", "{}"})
"""What a script writes for a name that it does not have; an answer may be called so."""

_SAME_LOOK = str.maketrans("аеорсухіјѕԁһкмтвнαορνκιτυχ", "aeopcyxijsdhkmtbhaopvkitux")
"""Letters of Cyrillic and Greek → those of Latin that look the same."""
_FRACTION = re.compile(r"^(\d+)[.,]0+$")
"""A whole number as programs write it that keep a column with gaps as fractions."""
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def tidy_name(text: str) -> str:
    """A text in one Unicode form, with single plain spaces and without characters that nobody sees."""
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = "".join(_seen(each) for each in text)
    return re.sub(" {2,}", " ", text).strip()


def broken_name(text: str) -> BrokenName | None:
    """What a program made of a name, after which nobody can tell which name it was; None when nothing shows that.

    Returns:
        "error" of a formula; "shortened", a number without its last digits; "letters" that were read wrongly before,
        such as `CafÃ©` for `Café`; "lost" letters, of which only a sign is left; "unfilled", such as `{{name}}`.
    """
    if _ERROR.fullmatch(text):
        return "error"
    if _SHORTENED.fullmatch(text):
        return "shortened"
    if text[:1] in "{$@<[" and _UNFILLED.fullmatch(text):
        return "unfilled"
    if _LOST in text:
        return "lost"
    return "letters" if mended(text) != text else None


def mended(text: str) -> str:
    """A text whose letters in UTF-8 were once taken for Windows-1252, as it was; any other text as it is."""
    if text.isascii() or not _ONCE_MORE.search(text):
        return text
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    return " " if category == "Zs" else "" if category == "Cf" else character


def likeness(name: str) -> str:
    """What names have in common that people easily take for one another: equal for “Zuid A”, “zuid-a” and “ＺUID A”.

    Case, accents, signs, spaces, and zeros before a number do not count, nor `.0` behind one, nor which alphabet an a
    or an o is of.
    """
    parts = unicodedata.normalize("NFKD", _FRACTION.sub(r"\1", name)).casefold().translate(_SAME_LOOK)
    letters = "".join(each for each in parts if each.isalnum())
    return _ZEROS.sub("", letters) or tidy_name(name).casefold()
