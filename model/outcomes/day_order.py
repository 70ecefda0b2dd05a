"""Day order: whether day and month stand the other way round than they are read, which only a whole column can tell.

Dates are read as year-month-day or day-month-year. One that can only be meant otherwise, such as 2026-31-01 or
1/31/2026, puts all those in doubt that have their year in the same place and could be turned round too.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from model.outcomes.reading import plain_day

YearPlace = Literal["year_first", "year_last"]

DATE = r"^([0-9]{1,4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,4})([^0-9]|$)"
"""A date in three numbers, whatever follows: also one with a time or a short year shows what comes first."""
_DATE = re.compile(DATE)


def turned_round(value: Any) -> tuple[YearPlace, ...]:
    """Where the year of a date stands that can only be read with day and month the other way round.

    Both places where a year of two digits can be in either; nothing where the date can be read as it stands.
    """
    found = _DATE.search(plain_day(value)) if isinstance(value, str) else None
    if found is None:
        return ()
    first, second, third = found.group(1, 2, 3)
    if _can_be(first, second, third) or _can_be(third, second, first):
        return ()
    otherwise: dict[YearPlace, bool] = {
        "year_first": _can_be(first, third, second),
        "year_last": _can_be(third, first, second),
    }
    return tuple(place for place, can_be in otherwise.items() if can_be)


def may_be_turned_round(value: Any, place: YearPlace) -> bool:
    """Whether a date with its year there would be another one with day and month the other way round.

    A spreadsheet may have made any text a date already, so a date is in doubt for either place.
    """
    if isinstance(value, date):
        return value.day <= 12 and value.day != value.month
    found = _DATE.search(plain_day(value)) if isinstance(value, str) else None
    if found is None:
        return False
    year, two = (found[1], found.group(2, 3)) if place == "year_first" else (found[3], found.group(1, 2))
    return len(year) == 4 and max(map(int, two)) <= 12 and int(two[0]) != int(two[1])


def _can_be(year: str, month: str, day: str) -> bool:
    return len(year) in (2, 4) and max(len(month), len(day)) <= 2 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
