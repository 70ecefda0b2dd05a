"""Uncertainty: what is not known about the weights, as probabilities and intervals."""

from __future__ import annotations

import math

LEVEL = 0.9
"""Share of the belief that an interval holds."""
_Z = 1.6448536269514722  # 95 % point of the standard normal


def sigmoid(log_odds: float) -> float:
    """Probability of these log-odds, without overflow."""
    return (1 + math.tanh(log_odds / 2)) / 2


def mean_probability(log_odds: float, variance: float) -> float:
    """Mean of the logistic of a normal variable (D. MacKay, Neural Computation 4(5), 1992, eq. 10)."""
    return sigmoid(log_odds / math.sqrt(1 + math.pi * variance / 8))


def interval(log_odds: float, variance: float) -> tuple[float, float]:
    """The probabilities between which the truth is believed to lie with probability `LEVEL`."""
    half = _Z * math.sqrt(variance)
    return sigmoid(log_odds - half), sigmoid(log_odds + half)
