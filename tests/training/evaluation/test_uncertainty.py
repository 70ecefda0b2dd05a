"""The mean probability is close to the integral that it stands for, and model and training say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from model.scoring.uncertainty import interval, mean_probability, sigmoid
from training.learning import fitting

LOG_ODDS = np.linspace(-8, 8, 129)
SPREADS = [0.01, 0.3, 0.6, 1.0]


def integral(log_odds, spread):
    """Σ over a fine grid; no quadrature rule is as simple to believe."""
    grid = np.linspace(-9, 9, 6001)
    density = np.exp(-(grid**2) / 2)
    return (expit(log_odds[:, np.newaxis] + spread * grid) @ density) / density.sum()


@pytest.mark.parametrize("spread", SPREADS)
def test_it_is_close_to_the_integral_and_inside_the_interval_and_grows(spread):
    means = np.array([mean_probability(each, spread**2) for each in LOG_ODDS.tolist()])
    bounds = np.array([interval(each, spread**2) for each in LOG_ODDS.tolist()])
    assert means == pytest.approx(integral(LOG_ODDS, spread), abs=0.01)
    assert (bounds[:, 0] <= means).all()
    assert (means <= bounds[:, 1]).all()
    assert (np.diff(means) > 0).all()


@given(st.floats(-40, 40), st.floats(-40, 40), st.floats(0, 30))
def test_higher_log_odds_never_have_a_lower_mean(one, other, variance):
    low, high = sorted((one, other))
    assert mean_probability(low, variance) <= mean_probability(high, variance)


@given(st.floats(-700, 700))
def test_without_variance_it_is_the_logistic(log_odds):
    assert mean_probability(log_odds, 0.0) == sigmoid(log_odds)
    assert fitting.mean_probability(np.array([log_odds]), np.zeros(1)) == pytest.approx(expit(log_odds), abs=1e-15)


def test_model_and_training_say_the_same():
    log_odds, spread = (each.ravel() for each in np.meshgrid(LOG_ODDS, [0.0, *SPREADS]))
    found = fitting.mean_probability(log_odds, spread**2)
    said = [mean_probability(each, by**2) for each, by in zip(log_odds.tolist(), spread.tolist(), strict=True)]
    assert found == pytest.approx(said, abs=1e-12)
