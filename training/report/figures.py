"""Figures of the report."""

from __future__ import annotations

from collections.abc import Sequence

from training.evaluation.learning_curve import CurvePoint
from training.evaluation.metrics import CalibrationBin
from training.report.plot import ACCENT, RULES, Axis, Plot, round_ticks
from training.report.texts import ReportTexts

_ROOM = 0.25
"""Above and below a curve, as a share of its height."""
_LEAST_HEIGHT = 0.01


def calibration_figure(bins: Sequence[CalibrationBin], words: ReportTexts) -> str:
    """Foretold against seen share, with the number of records beside each point; as a data address."""
    ticks = [(tick, words.percent(tick)) for tick in (0, 0.25, 0.5, 0.75, 1)]
    plot = Plot(520, 443, Axis(-0.05, 1.05, ticks, words("foretold")), Axis(-0.05, 1.05, ticks, words("seen")))
    plot.line([(0, 0), (1, 1)], RULES, width=1.2, dashed=True)
    most = max(each.records for each in bins)
    for each in bins:
        point = (each.expected, each.observed)
        plot.dot(point, ACCENT, 3 + 6 * (each.records / most) ** 0.5)
        plot.text(point, str(each.records), 14 if each.observed < each.expected else -14)
    return plot.address()


def curve_figure(points: Sequence[CurvePoint], words: ReportTexts) -> str:
    """Log loss against the number of communities learned from; as a data address."""
    values = [value for point in points for value in (point.rules, point.challenger)]
    height = max(max(values) - min(values), _LEAST_HEIGHT)
    low, high = min(values) - _ROOM * height, max(values) + _ROOM * height
    digits = 2 if high > 1 else 3
    up = Axis(low, high, [(tick, words.number(tick, digits)) for tick in round_ticks(low, high)], words("log_loss"))
    plot = Plot(520, 347, communities_axis([point.communities for point in points], words), up)
    plot.line([(point.communities, point.rules) for point in points], RULES, dashed=True, name=words("way_rules_only"))
    plot.line(
        [(point.communities, point.challenger) for point in points], ACCENT, mark="dot", name=words("way_challenger")
    )
    return plot.address()


def communities_axis(numbers: Sequence[int], words: ReportTexts) -> Axis:
    """Numbers of communities learned from, with some room at both ends."""
    room = 0.04 * (max(numbers) - min(numbers) or 1)
    ticks = [(tick, f"{tick:.0f}") for tick in round_ticks(min(numbers), max(numbers))]
    return Axis(min(numbers) - room, max(numbers) + room, ticks, words("curve_x"))
