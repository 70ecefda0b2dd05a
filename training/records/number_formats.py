"""Number formats: what a cell shows for a number, where that is more than its digits.

A number that stands for a name is the name that a person reads: 7 in the format `"Team "00` is “Team 07”. A share such
as 78 % is kept as 0.78 and 100 % as 1, so a cell in per cents is read as the text that it shows: it is no count. Nor is
40,000 that is shown as 40 because the format leaves out thousands, or a 0 for which it shows words.
"""

from __future__ import annotations

import re
from typing import Any

from model.outcomes.reading import ShownNumber

_LOOKS = re.compile(r"\[[^\]]*\]|_.|\*.")
"""Colours, countries, conditions, and space as wide as a sign: how a number looks, not what it says."""
_QUOTED = re.compile(r'"([^"]*)"')
_THOUSANDS = re.compile(r"[0#?](,+)[^0#?,]*$")
_DECIMALS = re.compile(r"0\.(0+)")
_ZEROS = re.compile(r"0{2,}")
_PART = re.compile(r'"(?P<words>[^"]*)"|\\(?P<sign>.)|(?P<digits>[0#]+)|(?P<plain>[-/() ])')
"""A part of a format of whole numbers: words, one sign, places for digits, or a sign that needs no mark."""


def shown(value: Any, number_format: str) -> Any:
    """A value as it is to be read, by the format of its cell.

    Args:
        number_format: of the cell, as a workbook keeps it; only the part for numbers above zero counts.

    Returns:
        A text for a share and for a number with zeros before it; a `ShownNumber` where words or signs stand beside it;
        anything else as it is.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    above, *others = _LOOKS.sub("", number_format).split(";")
    if above.rstrip().endswith("%"):
        return f"{value * 100:.6g}%"
    if value == 0 and len(others) > 1 and any(map(str.isalpha, "".join(_QUOTED.findall(others[1])))):
        return "".join(_QUOTED.findall(others[1]))
    if thousands := _THOUSANDS.search(_QUOTED.sub("", above)):
        return f"{value} ({value / 1000 ** len(thousands[1]):.6g})"
    if isinstance(value, float) and (decimals := _DECIMALS.fullmatch(above)):
        return f"{value:.{len(decimals[1])}f}"
    if not isinstance(value, int) or value < 0:
        return value
    if _ZEROS.fullmatch(above):
        return f"{value:0{len(above)}}"
    text = _beside_words(value, above)
    return value if text is None or text == str(value) else ShownNumber.of(value, text)


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
