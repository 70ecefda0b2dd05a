"""Draws of whole sources, and what they say of how sure a figure is."""

import numpy as np
import pytest

from training.evaluation.documented.metrics import Ratio
from training.evaluation.documented.resampling import difference, draws, figure


def test_the_first_draw_is_everything_once_and_communities_of_a_source_go_together():
    drawn = draws(np.array([0, 1, 1, 2]), seed=1, resamples=50)
    assert drawn.shape == (51, 4)
    assert drawn[0].tolist() == [1, 1, 1, 1]
    assert (drawn[:, 1] == drawn[:, 2]).all()
    assert (drawn[1:, [0, 1, 3]].sum(1) == 3).all()


def test_a_seed_gives_the_same_draws():
    source = np.arange(30)
    assert (draws(source, 5) == draws(source, 5)).all()
    assert (draws(source, 5) != draws(source, 6)).any()


def test_an_interval_is_about_what_theory_says():
    # 60 of 100 right: the standard error is 4.9 %, so 90 % lies within 8.1 % on each side.
    right, count = np.repeat([1.0, 0.0], [60, 40]), np.ones(100)
    found = figure(Ratio(right, count), draws(np.arange(100), 0), count)
    assert (found.value, found.count) == (0.6, 100)
    assert found.low == pytest.approx(0.52, abs=0.02)
    assert found.high == pytest.approx(0.68, abs=0.02)


def test_what_is_the_same_for_both_makes_no_difference():
    right, count = np.repeat([1.0, 0.0], [60, 40]), np.ones(100)
    better = right.copy()
    better[-10:] = 1
    weights = draws(np.arange(100), 0)
    same = difference(Ratio(right, count), Ratio(right, count), weights, count)
    more = difference(Ratio(better, count), Ratio(right, count), weights, count)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert more.value == pytest.approx(0.1)
    assert more.low is not None
    assert more.high is not None
    assert 0 < more.low < 0.1 < more.high < 0.2


def test_nothing_to_measure_is_no_figure():
    found = figure(Ratio(np.zeros(3), np.zeros(3)), draws(np.arange(3), 0), np.zeros(3))
    assert (found.value, found.low, found.high, found.count) == (None, None, None, 0)
