"""Wording of figures: shares as percentages, the rest as decimals, with their interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from training.report.texts import ReportTexts

_SHARES = frozenset(("pairs", "pairs_firm", "pairs_open", "pairs_care", "top_online", "first_live"))
"""Measures that are a share of something that can be counted."""


def percent(value: float | None, words: ReportTexts, sign: bool = False) -> str:
    """As a percentage; a difference, which has a sign, in percentage points without a unit."""
    if value is None:
        return "–"
    return words.number(100 * value, 0, sign) + ("" if sign else " %")


def decimal(value: float | None, words: ReportTexts, sign: bool = False) -> str:
    """With two decimals."""
    return words.number(value, 2, sign)


def either(measure: str) -> Callable[..., str]:
    """How this measure is written."""
    return percent if measure in _SHARES else decimal


def with_interval(measure: str, figure: Mapping[str, Any], words: ReportTexts, sign: bool = False) -> tuple[str, str]:
    """(the value, its interval)."""
    value, low, high = (figure[name] for name in ("value", "low", "high"))
    if value is None:
        return "–", ""
    written = either(measure)
    if low is None:
        return written(value, words, sign), ""
    if measure in _SHARES:
        ends = (words.number(100 * low, 0, sign), percent(high, words, sign))
    else:
        ends = (decimal(low, words, sign), decimal(high, words, sign))
    return written(value, words, sign), f"{ends[0]} … {ends[1]}"
