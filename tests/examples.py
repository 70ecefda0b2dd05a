"""How many examples a property is tried on: as many as it states, and in `make quick` a few at most."""

from __future__ import annotations

from hypothesis import settings

PROFILE = "quick"
MOST = 5


def examples(stated: int) -> int:
    """What a property gives as `max_examples`: a number that it states itself goes before any profile of Hypothesis."""
    return min(stated, MOST) if settings.get_current_profile_name() == PROFILE else stated
