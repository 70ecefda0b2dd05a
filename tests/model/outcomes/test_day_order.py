"""The order of day and month: what one date proves, and which dates that puts in doubt."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from model.outcomes.day_order import may_be_turned_round, turned_round


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("1/31/2026", ("year_last",)),
        ("2026-31-01", ("year_first",)),
        ("2026/13/1", ("year_first",)),
        # A time or a year of two digits is refused, but shows the order all the same.
        ("1/31/2026 2:15 PM", ("year_last",)),
        ("2026-31-01T09:30:00", ("year_first",)),
        ("1/31/26", ("year_last",)),
        ("26-31-01", ("year_first",)),
        # 13 May 2011 as month-day-year, or 11 as the month of 2005: neither is how we read it.
        ("05/13/11", ("year_first", "year_last")),
        ("‎1–31–2026", ("year_last",)),
        ("2026-03-08", ()),
        ("31-1-2026", ()),
        ("3/8/2026", ()),
        ("31-01-26", ()),
        ("2026-02-30", ()),
        ("2026-32-13", ()),
        ("46028", ()),
        (46028, ()),
        (date(2026, 1, 31), ()),
        ("31 jan 2026", ()),
        ("2026-31-01-5", ("year_first",)),
        ("202-31-01", ()),
    ],
)
def test_what_a_date_proves(typed, places):
    assert turned_round(typed) == places


@pytest.mark.parametrize(
    ("typed", "year_first", "year_last"),
    [
        ("2026-03-08", True, False),
        ("3/8/2026", False, True),
        ("2026-03-03", False, False),
        ("2026-03-31", False, False),
        ("31-3-2026", False, False),
        # What a spreadsheet made a date of may have been written in either way.
        (datetime(2026, 3, 8), True, True),
        (date(2026, 3, 31), False, False),
        ("8 maart", False, False),
        (None, False, False),
    ],
)
def test_which_dates_are_in_doubt(typed, year_first, year_last):
    assert may_be_turned_round(typed, "year_first") is year_first
    assert may_be_turned_round(typed, "year_last") is year_last
