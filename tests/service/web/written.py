"""What a page shows, as it is written in the knowledge: with plain hyphens."""

from __future__ import annotations

from service.web.hyphens import NOT_BROKEN


def as_written(shown: str) -> str:
    """The same text with the hyphens that can be typed."""
    return shown.replace(NOT_BROKEN, "-")
