"""Uncertainty: what is not known about the weights, as probabilities and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable

LEVEL = 0.9
"""Share of the belief that an interval holds."""
Z = 1.6448536269514722
"""95 % point of the standard normal: `LEVEL` lies between minus and plus this."""
_BLUR = math.pi / 8


def sigmoid(log_odds: float) -> float:
    """Probability of these log-odds, without overflow."""
    return (1 + math.tanh(log_odds / 2)) / 2


def mean_probability(log_odds: float, variance: float) -> float:
    """Mean of the logistic of a normal variable, to about 0.01 (D. MacKay, "The evidence framework applied to
    classification networks", Neural Computation 4(5), 1992, eq. 10).
    """
    return sigmoid(log_odds / math.sqrt(1 + _BLUR * variance))


def mean_probabilities(log_odds: Iterable[float], variances: Iterable[float]) -> list[float]:
    """`mean_probability` of several log-odds."""
    return [
        (1 + math.tanh(each / math.sqrt(4 + 4 * _BLUR * variance))) / 2
        for each, variance in zip(log_odds, variances, strict=True)
    ]


def interval(log_odds: float, variance: float) -> tuple[float, float]:
    """The probabilities between which the truth is believed to lie with probability `LEVEL`."""
    half = Z * math.sqrt(variance)
    return sigmoid(log_odds - half), sigmoid(log_odds + half)
