"""How many examples a property is tried on in `make quick`: at most a few, also where it states a number of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import is_hypothesis_test, settings

PROFILE = "quick"
MOST = 5


def bound(test: Any) -> None:
    """Let a property try no more examples than the profile has: what it states itself goes before any profile.

    Hypothesis has no setting for that. Its own plugin for pytest changes the settings of a test in the same place.
    """
    if is_hypothesis_test(test):
        stated = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = settings(stated, max_examples=min(stated.max_examples, MOST))
