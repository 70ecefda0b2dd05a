"""Plots are drawn where their numbers say."""

from __future__ import annotations

import re

import pytest

from training.report.plot import Axis, Plot, round_ticks


@pytest.fixture
def plot():
    """Axes from 0 to 10 and from 0 to 1, without words beside them: 14 pixels on the left."""
    return Plot(130, 168, Axis(0, 10, []), Axis(0, 1, []))


def test_points_lie_where_the_axes_say(plot):
    plot.line([(0, 0), (5, 0.5), (10, 1)], "#111")
    assert '<polyline points="14,112 64,62 114,12" fill="none" stroke="#111"' in plot.svg()


def test_an_axis_can_go_down():
    plot = Plot(130, 168, Axis(0, 10, []), Axis(3, -1, []))
    plot.dot((0, 3), "#111", 4)
    plot.dot((0, 0), "#222", 4)
    assert re.findall(r'cy="([\d.]+)"', plot.svg()) == ["112", "37"]


def test_ticks_and_names_are_written(plot):
    ticked = Plot(200, 168, Axis(0, 10, [(5, "five")], "people"), Axis(0, 1, [(1, "all")], "share"))
    ticked.line([(0, 0), (10, 1)], "#111", dashed=True, mark="dot", name="ours & theirs")
    assert re.findall(r">([^<>]+)</text>", ticked.svg()) == ["five", "all", "share", "people", "ours &amp; theirs"]
    assert ticked.svg().count("stroke-dasharray") == 2
    assert "dasharray" not in plot.svg()


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (112, 453, [200, 300, 400]),
        (0.555, 0.612, [0.56, 0.58, 0.6]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-0.3, 2.9, [0, 1, 2]),
        (7, 7, [7]),
    ],
)
def test_ticks_are_round_and_inside(low, high, ticks):
    assert round_ticks(low, high) == pytest.approx(ticks)
