"""Exact sums: whole numbers that records add up to, so that their sums are the same in any order and on any engine.

What a record is worth is a fraction, and sums of fractions depend on their order. So it is first rounded down to a
multiple of 1/`UNIT` of a member: every engine divides two doubles by IEEE 754, and from there on all is whole.
`training.records.aggregation` says the same in the language of databases.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

UNIT = 2**30
"""Parts of a member. 17 million records of the most that one can be worth still fit 63 bits."""
STEPS = 200
"""ρ is a multiple of 1/`STEPS`, so that it can be written as a whole number."""

TALLIES = ("successes", "failures", "records", "invited", "active", "days")
"""What is added up: effective members who were and were not active (in 1/`UNIT`), records, members, day numbers."""


def in_steps(alikeness: float) -> int:
    """ρ as a number of steps."""
    return round(alikeness * STEPS)


def tallied(invited: IntArray, active: IntArray, start: IntArray, alike: IntArray, alikeness: float) -> IntArray:
    """One row of `TALLIES` for each record.

    Args:
        start: in days since 1970-01-01.
        alike: how many records the community of each record has.
    """
    return np.column_stack([
        _in_units(active, invited, alike, alikeness),
        _in_units(invited - active, invited, alike, alikeness),
        np.ones(len(invited), dtype=np.int64),
        invited,
        active,
        day_number(start),
    ])  # fmt: skip


def day_number(days: IntArray) -> IntArray:
    """A number for each date that every engine can make from year, month and day."""
    dates = days.astype("datetime64[D]")
    years, months = dates.astype("datetime64[Y]"), dates.astype("datetime64[M]")
    year, month = years.astype(np.int64) + 1970, (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(year * 372 + month * 31 + day)


def _in_units(members: IntArray, invited: IntArray, alike: IntArray, alikeness: float) -> IntArray:
    """What so many of the invited members are worth: members / (1 + (invited - 1)ρ) / (1 + (alike - 1)/2)."""
    part = (members * (2 * UNIT * STEPS)).astype(np.float64) / (
        ((invited - 1) * in_steps(alikeness) + STEPS) * (alike + 1)
    )
    return np.floor(part).astype(np.int64)
