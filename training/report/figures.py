"""Figures of the report, as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.evaluation.learning_curve import CurvePoint
from training.evaluation.metrics import CalibrationBin
from training.report.texts import ReportTexts

INK, RULES, ACCENT = "#1f2933", "#6b7785", "#0b5fa5"
STYLE: Any = {
    "svg.hashsalt": "platform-fit",  # the same figure gives the same bytes
    "font.size": 11,
    "axes.edgecolor": RULES,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def calibration_figure(bins: Sequence[CalibrationBin], words: ReportTexts) -> str:
    """Foretold against seen share, with the number of records beside each point; as a data address."""
    with rc_context(STYLE):
        figure, axes = plain_axes(5.4, 4.6)
        axes.plot([0, 1], [0, 1], color=RULES, linestyle="--", linewidth=1)
        most = max(each.records for each in bins)
        for each in bins:
            axes.plot(
                [each.expected], [each.observed], "o", color=ACCENT, markersize=5 + 9 * (each.records / most) ** 0.5
            )
            left = each.observed < each.expected
            axes.annotate(
                str(each.records), (each.expected, each.observed), (11 if left else -11, -3),
                textcoords="offset points", ha="left" if left else "right", color=INK, fontsize=10,
            )  # fmt: skip
        axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xlabel=words("foretold"), ylabel=words("seen"))
        ticks = [0, 0.25, 0.5, 0.75, 1]
        axes.set_xticks(ticks, [words.percent(tick) for tick in ticks])
        axes.set_yticks(ticks, [words.percent(tick) for tick in ticks])
        return data_address(figure)


def curve_figure(points: Sequence[CurvePoint], words: ReportTexts) -> str:
    """Log loss against the number of communities learned from; as a data address."""
    with rc_context(STYLE):
        figure, axes = plain_axes(5.4, 3.6)
        communities = [point.communities for point in points]
        axes.plot(
            communities, [point.rules for point in points], color=RULES, linestyle="--", label=words("way_rules_only")
        )
        axes.plot(
            communities, [point.challenger for point in points], "o-", color=ACCENT, label=words("way_challenger")
        )
        axes.set(xlabel=words("curve_x"), ylabel=words("log_loss"))
        axes.margins(y=0.25)
        axes.yaxis.set_major_formatter(lambda value, _: words.number(value, 2 if axes.get_ylim()[1] > 1 else 3))
        axes.legend(frameon=False)
        return data_address(figure)


def plain_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty picture, in inches, with a light grid."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(color="#e4e8ec", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def data_address(figure: Figure) -> str:
    """The picture as the address of an image."""
    content = io.BytesIO()
    figure.savefig(content, format="svg", metadata={"Date": None}, transparent=True)
    return "data:image/svg+xml;base64," + base64.b64encode(content.getvalue()).decode()
