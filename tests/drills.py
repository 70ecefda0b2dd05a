"""Drills: tests that have a short form for every day and a full form for before a release.

`make drills` sets PLATFORM_FIT_DRILL to full and runs the files that import `size`: they get the marker `drill`.
A drill asks here how much it must do, so that nothing else has to know which form runs:

    KILLS = size(short=3, full=30)
"""

from __future__ import annotations

import os
from typing import TypeVar

FORMS = ("short", "full")
FORM = os.environ.get("PLATFORM_FIT_DRILL", "short")
if FORM not in FORMS:
    raise SystemExit(f"PLATFORM_FIT_DRILL is {FORM!r}, and can be: {', '.join(FORMS)}.")
FULL = FORM == "full"

T = TypeVar("T")


def size(short: T, full: T) -> T:
    """What fits the form that runs: a number of times, a list of cases, a limit."""
    return full if FULL else short
