"""Metrics: how well predictions foretell what happens in communities that were not learned from.

A record counts for its effective number of members. `evaluation.folds` makes predictions of communities that were kept
apart, `evaluation.differences` holds two of them against each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, gammaln

from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray, FloatArray, IntArray
from training.learning.fitting import mean_probability

_BINS = 10
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_COVERAGE_SAMPLE = 2000
_MOST_MEMBERS = 1000


@dataclass(frozen=True)
class Prediction:
    """Mean and variance of the log-odds of some records.

    Attributes:
        unsaid: standard deviation of what is not said of a community, which widens what is to be expected of it.
        level: log-odds that whoever foretold a record gives to all records on average. It differs between records only
            where different folds foretold them (`evaluation.folds`).
    """

    log_odds: FloatArray
    variance: FloatArray
    unsaid: float = 0.0
    level: FloatArray | float = 0.0

    @property
    def probability(self) -> FloatArray:
        return mean_probability(self.log_odds, self.variance)

    @property
    def order(self) -> FloatArray:
        """What orders the records: log-odds above the level, so that records of different folds can be compared."""
        return self.log_odds - self.level

    def take(self, rows: BoolArray) -> Prediction:
        level = np.broadcast_to(self.level, self.log_odds.shape)
        return Prediction(self.log_odds[rows], self.variance[rows], self.unsaid, level[rows])


Recipe = Callable[[RecordTable, RecordTable], Prediction]
"""Learns from the first table and predicts the second."""


@dataclass(frozen=True)
class CalibrationBin:
    """Records whose predicted probability lies in one tenth, with what was expected and what happened.

    Attributes:
        noise: the gap between the two that chance alone would give, on average.
    """

    low: float
    high: float
    records: int
    expected: float
    observed: float
    noise: float


@dataclass(frozen=True)
class Evaluation:
    """How good predictions were.

    Attributes:
        log_loss, brier: per effective member; lower is better.
        calibration: tenths of the predicted probability that hold records.
        calibration_error: average gap between expected and observed, by records.
        calibration_noise: the gap that chance alone would give.
        compared: communities that tried two channels or more.
        regret: how much more of the members were active on the best channel they tried than on the one that would
            have been advised among these; None without such communities.
        coverage: share of records (with members counted) inside the 90 % range that was predicted for them.
    """

    records: int
    communities: int
    log_loss: float
    brier: float
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float
    calibration_noise: float
    compared: int
    regret: float | None
    coverage: float | None


def evaluate(table: RecordTable, prediction: Prediction, alikeness: float) -> Evaluation:
    """Compare predictions with what happened."""
    chance, worth, share = prediction.probability, table.worth(alikeness), table.active / table.invited
    bins = tuple(_calibration(chance, share, worth))
    compared, regret = _regret(table, prediction.log_odds, share)
    return Evaluation(
        records=len(table),
        communities=table.seen_communities,
        log_loss=float(np.average(losses(share, chance), weights=worth)),
        brier=float(np.average(share * (1 - chance) ** 2 + (1 - share) * chance**2, weights=worth)),
        calibration=bins,
        calibration_error=sum(each.records * abs(each.expected - each.observed) for each in bins) / len(table),
        calibration_noise=sum(each.records * each.noise for each in bins) / len(table),
        compared=compared,
        regret=regret,
        coverage=_coverage(table, prediction, alikeness),
    )


def losses(share: FloatArray, chance: FloatArray) -> FloatArray:
    """Log loss of each record, per member."""
    chance = np.clip(chance, 1e-12, 1 - 1e-12)
    return np.asarray(-(share * np.log(chance) + (1 - share) * np.log1p(-chance)))


def _calibration(chance: FloatArray, share: FloatArray, worth: FloatArray) -> Sequence[CalibrationBin]:
    place = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    bins = []
    for number in range(_BINS):
        inside = place == number
        if inside.any():
            expected = float(np.average(chance[inside], weights=worth[inside]))
            # The mean absolute value of a normal variable is √(2/π) times its standard deviation.
            noise = math.sqrt(2 / math.pi * expected * (1 - expected) / float(worth[inside].sum()))
            observed = float(np.average(share[inside], weights=worth[inside]))
            bins.append(
                CalibrationBin(number / _BINS, (number + 1) / _BINS, int(inside.sum()), expected, observed, noise)
            )
    return bins


def _regret(table: RecordTable, log_odds: FloatArray, share: FloatArray) -> tuple[int, float | None]:
    """(communities that tried two channels, what choosing the channel with the higher score would have cost them)."""
    lost = []
    order = np.argsort(table.community, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(table.community[order])) + 1):
        if len(np.unique(table.pairs.channel[rows])) > 1:
            lost.append(float(share[rows].max() - share[rows[np.argmax(log_odds[rows])]]))
    return len(lost), float(np.mean(lost)) if lost else None


def _coverage(table: RecordTable, prediction: Prediction, alikeness: float) -> float | None:
    """Share of counted records whose active members lie between the 5 % and the 95 % point that was predicted."""
    rows = np.flatnonzero(table.invited >= 5)
    if not len(rows):
        return None
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _COVERAGE_SAMPLE)).astype(int)]
    below = np.zeros(len(rows))
    # Beyond a thousand members the binomial part is nothing beside the rest.
    scale, strength = np.minimum(1.0, _MOST_MEMBERS / table.invited[rows]), 1 / alikeness - 1
    active, invited = (np.round(each[rows] * scale) for each in (table.active, table.invited))
    spread = np.sqrt(prediction.variance[rows] + prediction.unsaid**2)
    for node, weight in zip(_NODES, _NODE_WEIGHTS / _NODE_WEIGHTS.sum(), strict=True):
        chance = expit(prediction.log_odds[rows] + node * spread)
        chance = np.clip(chance, 1e-4, 1 - 1e-4)
        yes, no = chance * strength, (1 - chance) * strength
        below += weight * _chance_below(active.astype(np.int64), invited, yes, no)
    return float(np.mean((below > 0.05) & (below < 0.95)))


def _chance_below(active: IntArray, invited: FloatArray, yes: FloatArray, no: FloatArray) -> FloatArray:
    """Beta-binomial chance of fewer active members, and half of that of just so many: counts are whole numbers.

    As `scipy.stats.betabinom` has it, which takes a second to load.
    """
    row = np.repeat(np.arange(len(active)), active + 1)
    count = np.arange(len(row)) - np.repeat(np.cumsum(active + 1) - active - 1, active + 1)
    of, a, b = invited[row], yes[row], no[row]
    ways = gammaln(of + 1) - gammaln(count + 1) - gammaln(of - count + 1)
    chance = np.exp(ways + betaln(count + a, of - count + b) - betaln(a, b))
    return np.bincount(row, np.where(count == active[row], chance / 2, chance), len(active)).astype(np.float64)
