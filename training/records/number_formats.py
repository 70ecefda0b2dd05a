"""Number formats: what a cell shows for a value, where that is something else than the value.

A number that stands for a name is the name that a person reads: 7 in the format `"Team "00` is “Team 07”. A share such
as 78 % is kept as 0.78 and 100 % as 1, so a cell in per cents is read as the text that it shows: it is no count. Nor is
40,000 that is shown as 40 because the format leaves out thousands, or a number for which it shows words.
"""

from __future__ import annotations

import operator
import re
from datetime import date
from typing import Any

from model.outcomes.reading import ShownNumber

_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+|(?<=;)(?=;|$)|^(?=;)')
"""What a format says for numbers above zero, below zero, for zero and for texts, parted by semicolons."""
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_COMPARED = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_LOOKS = re.compile(r"\[[^\]]*\]|_.|\*.")
"""Colours, countries, conditions, and space as wide as a sign: how a number looks, not what it says."""
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_PLACES = re.compile(r"[0#?@]|General|[dmyhsge]", re.IGNORECASE)
"""Where the value itself is shown."""
_DAY, _YEAR = re.compile(r"(?<!d)d{1,2}(?!d)"), re.compile("[ye]")
_THOUSANDS = re.compile(r"[0#?](,+)[^0#?,]*$")
_DECIMALS = re.compile(r"0\.(0+)")
_ZEROS = re.compile(r"0{2,}")
_PART = re.compile(r'"(?P<words>[^"]*)"|\\(?P<sign>.)|(?P<digits>[0#]+)|(?P<plain>[-/() ])')
"""A part of a format of whole numbers: words, one sign, places for digits, or a sign that needs no mark."""


def shown(value: Any, number_format: str) -> Any:
    """A value as it is to be read, by the format of its cell.

    Args:
        number_format: of the cell, as a workbook keeps it.

    Returns:
        A text for a share, for a number with zeros before it and for one in whose place there are words; a
        `ShownNumber` where words or signs stand beside it; anything else as it is.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    section = _section(value, number_format)
    words, bare = "".join(a or b for a, b in _LITERAL.findall(section)), _LITERAL.sub("", section)
    if "%" in bare:
        return f"{value * 100:.6g}%"
    if "%" in words:
        return f"{value:g}%"
    if not _PLACES.search(bare):
        # Signs alone, such as a dash for nothing, leave the number what it is.
        return words if any(map(str.isalpha, words)) else value
    if thousands := _THOUSANDS.search(bare):
        return f"{value} ({value / 1000 ** len(thousands[1]):.6g})"
    if isinstance(value, float) and (decimals := _DECIMALS.fullmatch(section)):
        return f"{value:.{len(decimals[1])}f}"
    if not isinstance(value, int) or value < 0:
        return value
    if _ZEROS.fullmatch(section):
        return f"{value:0{len(section)}}"
    text = _beside_words(value, section)
    return value if text is None or text == str(value) else ShownNumber.of(value, text)


def shows_nothing(value: Any, number_format: str) -> bool:
    """Whether the format of a cell hides what is in it, as `;;;` does."""
    return not isinstance(value, bool) and ";" in number_format and not _section(value, number_format).strip()


def shows_part_of_day(value: Any, number_format: str) -> bool:
    """Whether a date is shown without its day or its year, so that nobody can see whether these are right."""
    if not isinstance(value, date):
        return False
    pattern = _LITERAL.sub("", _section(1, number_format)).lower()
    return bool(_PLACES.search(pattern)) and not (_DAY.search(pattern) and _YEAR.search(pattern))


def _section(value: Any, number_format: str) -> str:
    """The part of a format that is for this value, without how it looks."""
    parts = _SECTION.findall(number_format)
    numbers = parts[:3]
    if not isinstance(value, int | float):
        chosen = parts[3] if len(parts) > 3 else "@"
    elif any(map(_CONDITION.search, numbers)):
        chosen = next((part for part in numbers if _holds(value, part)), "")
    elif value == 0 and len(numbers) > 2:
        chosen = numbers[2]
    else:
        chosen = numbers[1] if value < 0 and len(numbers) > 1 else parts[0]
    return _LOOKS.sub("", chosen)


def _holds(value: float, section: str) -> bool:
    condition = _CONDITION.search(section)
    return condition is None or bool(_COMPARED[condition[1]](value, float(condition[2])))


def _beside_words(value: int, number_format: str) -> str | None:
    """The number with what its format puts around and between its digits; None for any other format."""
    parts = list(_PART.finditer(number_format))
    if "".join(part[0] for part in parts) != number_format or not any(part["digits"] for part in parts):
        return None
    digits, text = str(value), ""
    first = next(part for part in parts if part["digits"])
    for part in reversed(parts):
        places = part["digits"]
        if places:
            mine = digits if part is first else digits[-len(places) :]
            digits = digits[: len(digits) - len(mine)]
            text = mine.rjust(places.count("0"), "0") + text
        else:
            text = (part["words"] or part["sign"] or part["plain"] or "") + text
    return text
