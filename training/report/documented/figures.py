"""Pictures of the report on quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.report.figures import communities_axis
from training.report.plot import ACCENT, RULES, Axis, Plot, round_ticks
from training.report.texts import ReportTexts

_LOW, _HIGH = 0.4, 0.9
"""Shares of pairs between which all ways lie."""


def pairs_figure(figures: Mapping[str, Any], last: str, words: ReportTexts) -> str:
    """Share of pairs in the right order with its interval, one line per way of advising."""
    found = [each["pairs"] for each in figures.values()]
    low, high = min(0.5, *(each["low"] for each in found)) - 0.02, max(each["high"] for each in found) + 0.02
    across = Axis(low, high, [(tick, words.percent(tick)) for tick in round_ticks(low, high)], words("pairs"))
    names = [(place, words(f"way_{name}")) for place, name in enumerate(figures)]
    plot = Plot(690, 43 * len(figures) + 86, across, Axis(len(figures) - 0.5, -0.5, names))
    plot.line([(0.5, -0.5), (0.5, len(figures) - 0.5)], RULES, width=1.2, dashed=True)
    for place, (name, pairs) in enumerate(zip(figures, found, strict=True)):
        colour = ACCENT if name == last else RULES
        plot.line([(pairs["low"], place), (pairs["high"], place)], colour, width=3)
        plot.dot((pairs["value"], place), colour, 6)
    return plot.address()


def curve_figure(points: Sequence[Mapping[str, Any]], last: str, words: ReportTexts) -> str:
    """Share of pairs in the right order against the number of communities learned from."""
    ticks = [(tick, words.percent(tick)) for tick in round_ticks(_LOW, _HIGH)]
    communities = [point["communities"] for point in points]
    plot = Plot(520, 347, communities_axis(communities, words), Axis(_LOW, _HIGH, ticks, words("pairs")))
    for name in points[0]["figures"]:
        values = [point["figures"][name]["pairs"]["value"] for point in points]
        ours = name == last
        plot.line(
            list(zip(communities, values, strict=True)), ACCENT if ours else RULES, dashed=not ours,
            mark="dot" if ours else "square", name=words(f"way_{name}"),
        )  # fmt: skip
    return plot.address()
