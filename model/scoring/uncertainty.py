"""Uncertainty: what is not known about the weights, as probabilities and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable

LEVEL = 0.9
"""Share of the belief that an interval holds."""
Z = 1.6448536269514722
"""95 % point of the standard normal: `LEVEL` lies between minus and plus this."""


def sigmoid(log_odds: float) -> float:
    """Probability of these log-odds, without overflow."""
    return (1 + math.tanh(log_odds / 2)) / 2


MIXTURE = ((0.25220, 0.90793), (0.58523, 0.57778), (0.16257, 0.36403))
"""(share, slope): the logistic function as a mixture of normal distribution functions, to 5 in 100,000 everywhere
(J. Monahan and L. Stefanski, "Normal scale mixture approximations to F*(z) and computation of the logistic-normal
integral", in N. Balakrishnan, ed., Handbook of the Logistic Distribution, 1992)."""
_FIRST, _SECOND, _THIRD = [share / 2 for share, _ in MIXTURE]
_SLOPES = [-slope / math.sqrt(2) for _, slope in MIXTURE]
"""The same for `erfc`, of which the normal distribution function is half."""


def mean_probability(log_odds: float, variance: float) -> float:
    """Mean of the logistic of a normal variable: exact without variance, otherwise to 5 in 100,000.

    It grows with the log-odds, and always lies inside the interval; in the far tail of a very wide belief, where the
    mean itself does not, it is the end of the interval. `training.learning.fitting` has the same for arrays.
    """
    return mean_probabilities((log_odds,), variance)[0]


def mean_probabilities(log_odds: Iterable[float], variance: float) -> list[float]:
    """`mean_probability` of several log-odds that are equally uncertain."""
    if not variance:
        return [sigmoid(each) for each in log_odds]
    half = Z * math.sqrt(variance)
    twice = 2 * variance
    a, b, c = _SLOPES
    a /= math.sqrt(1 + a * a * twice)
    b /= math.sqrt(1 + b * b * twice)
    c /= math.sqrt(1 + c * c * twice)
    means = []
    for each in log_odds:
        mean = _FIRST * math.erfc(a * each) + _SECOND * math.erfc(b * each) + _THIRD * math.erfc(c * each)
        low, high = sigmoid(each - half), sigmoid(each + half)
        means.append(low if mean < low else high if mean > high else mean)
    return means


def interval(log_odds: float, variance: float) -> tuple[float, float]:
    """The probabilities between which the truth is believed to lie with probability `LEVEL`."""
    half = Z * math.sqrt(variance)
    return sigmoid(log_odds - half), sigmoid(log_odds + half)
