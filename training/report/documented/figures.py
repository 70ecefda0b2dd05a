"""Pictures of the report on quality, as SVG that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context

from training.report.figures import ACCENT, INK, RULES, STYLE, data_address, plain_axes
from training.report.texts import ReportTexts


def pairs_figure(figures: Mapping[str, Any], last: str, words: ReportTexts) -> str:
    """Share of pairs in the right order with its interval, one line per way of advising."""
    with rc_context(STYLE):
        figure, axes = plain_axes(7.2, 0.45 * len(figures) + 0.9)
        axes.axvline(0.5, color=RULES, linestyle="--", linewidth=1)
        for place, (name, found) in enumerate(figures.items()):
            pairs = found["pairs"]
            colour = ACCENT if name == last else RULES
            axes.plot([pairs["low"], pairs["high"]], [place, place], color=colour, linewidth=2.5)
            axes.plot([pairs["value"]], [place], "o", color=colour, markersize=8)
        axes.set_yticks(range(len(figures)), [words(f"way_{name}") for name in figures])
        axes.set(ylim=(len(figures) - 0.5, -0.5), xlabel=words("pairs"))
        axes.xaxis.set_major_formatter(lambda value, _: words.percent(value))
        return data_address(figure)


def curve_figure(points: Sequence[Mapping[str, Any]], last: str, words: ReportTexts) -> str:
    """Share of pairs in the right order against the number of communities learned from."""
    with rc_context(STYLE):
        figure, axes = plain_axes(5.4, 3.6)
        communities = [point["communities"] for point in points]
        for name in points[0]["figures"]:
            values = [point["figures"][name]["pairs"]["value"] for point in points]
            colour, line = (ACCENT, "o-") if name == last else (RULES, "s--")
            axes.plot(communities, values, line, color=colour, label=words(f"way_{name}"))
        axes.set(xlabel=words("curve_x"), ylabel=words("pairs"))
        axes.set_ylim(0.4, 0.9)
        axes.yaxis.set_major_formatter(lambda value, _: words.percent(value))
        axes.legend(frameon=False, labelcolor=INK)
        return data_address(figure)
