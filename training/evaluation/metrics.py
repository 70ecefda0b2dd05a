"""Metrics: how well predictions foretell what happens in communities that were not learned from.

Records are judged on communities held out (no community is ever on both sides) and on the latest period. A record
counts for its effective number of members. Rivals are compared on the same records, community by community.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit
from scipy.stats import betabinom
from sklearn.model_selection import GroupKFold

from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray, FloatArray
from training.learning.fitting import mean_probability
from training.progress import Told

FOLDS = 5
LATEST_SHARE = 0.2
_BINS = 10
_RESAMPLES = 2000
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_COVERAGE_SAMPLE = 2000


@dataclass(frozen=True)
class Prediction:
    """Mean and variance of the log-odds of some records.

    Attributes:
        unsaid: standard deviation of what is not said of a community, which widens what is to be expected of it.
    """

    log_odds: FloatArray
    variance: FloatArray
    unsaid: float = 0.0

    @property
    def probability(self) -> FloatArray:
        return mean_probability(self.log_odds, self.variance)

    def take(self, rows: BoolArray) -> Prediction:
        return Prediction(self.log_odds[rows], self.variance[rows], self.unsaid)


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


@dataclass(frozen=True)
class Difference:
    """Log loss of one prediction minus that of a rival, with a 90 % interval over communities; below 0 is better."""

    mean: float
    low: float
    high: float
    communities: int


def held_out(
    table: RecordTable,
    recipes: Mapping[str, Recipe],
    folds: int = FOLDS,
    jobs: int = 1,
    told: Told = lambda share: None,
) -> Mapping[str, Prediction]:
    """Predict each record by what was learned without its community.

    Args:
        jobs: processes that fit folds at the same time.
        told: called after each fold.
    """
    splitter = GroupKFold(n_splits=min(folds, table.seen_communities))
    splits = list(splitter.split(table.community, groups=table.community))
    tasks = [(name, recipe, split) for name, recipe in recipes.items() for split in splits]
    # A generator gives results in the order of the tasks, each as soon as it and those before it are there.
    results = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(recipe)(table.take(train), table.take(test)) for _, recipe, (train, test) in tasks
    )
    predictions = {name: Prediction(np.zeros(len(table)), np.zeros(len(table))) for name in recipes}
    for done, ((name, _, (_, test)), found) in enumerate(zip(tasks, results, strict=True), 1):
        predictions[name].log_odds[test] = found.log_odds
        predictions[name].variance[test] = found.variance
        predictions[name] = replace(predictions[name], unsaid=found.unsaid)
        told(done / len(tasks))
    return predictions


def latest_period(table: RecordTable, share: float = LATEST_SHARE) -> tuple[BoolArray, BoolArray]:
    """(rows to learn from, rows to judge on): the latest share of the records, and older ones of other communities."""
    border = np.quantile(table.start, 1 - share, method="lower")
    late = table.start > border
    early = (table.start <= border) & ~np.isin(table.community, table.community[late])
    return early, late


def evaluate(table: RecordTable, prediction: Prediction, alikeness: float) -> Evaluation:
    """Compare predictions with what happened."""
    chance, worth, share = prediction.probability, table.worth(alikeness), table.active / table.invited
    bins = tuple(_calibration(chance, share, worth))
    compared, regret = _regret(table, prediction.log_odds, share)
    return Evaluation(
        records=len(table),
        communities=table.seen_communities,
        log_loss=float(np.average(_losses(share, chance), weights=worth)),
        brier=float(np.average(share * (1 - chance) ** 2 + (1 - share) * chance**2, weights=worth)),
        calibration=bins,
        calibration_error=sum(each.records * abs(each.expected - each.observed) for each in bins) / len(table),
        calibration_noise=sum(each.records * each.noise for each in bins) / len(table),
        compared=compared,
        regret=regret,
        coverage=_coverage(table, prediction, alikeness),
    )


def difference(
    table: RecordTable,
    challenger: Prediction,
    rival: Prediction,
    alikeness: float,
    seed: int = 0,
    told: Told = lambda share: None,
) -> Difference:
    """How much lower the log loss of the challenger is, by a paired bootstrap over communities."""
    share, worth = table.active / table.invited, table.worth(alikeness)
    gap = worth * (_losses(share, challenger.probability) - _losses(share, rival.probability))
    _, community = np.unique(table.community, return_inverse=True)
    count = int(community.max()) + 1
    gaps, sizes = np.bincount(community, gap, count), np.bincount(community, worth, count)
    generator = np.random.default_rng(seed)
    means = []
    for number in range(_RESAMPLES):
        if not number % 100:
            told(number / _RESAMPLES)
        drawn = np.bincount(generator.integers(count, size=count), minlength=count)
        means.append(float(drawn @ gaps / (drawn @ sizes)))
    low, high = np.quantile(means, [0.05, 0.95])
    return Difference(float(gaps.sum() / sizes.sum()), float(low), float(high), count)


def _losses(share: FloatArray, chance: FloatArray) -> FloatArray:
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
    active, invited, strength = table.active[rows], table.invited[rows], 1 / alikeness - 1
    spread = np.sqrt(prediction.variance[rows] + prediction.unsaid**2)
    for node, weight in zip(_NODES, _NODE_WEIGHTS / _NODE_WEIGHTS.sum(), strict=True):
        chance = expit(prediction.log_odds[rows] + node * spread)
        chance = np.clip(chance, 1e-4, 1 - 1e-4)
        yes, no = chance * strength, (1 - chance) * strength
        # Half of the probability of the outcome itself counts as below it, because counts are whole numbers.
        upto, itself = betabinom.cdf(active, invited, yes, no), betabinom.pmf(active, invited, yes, no)
        below += weight * (upto - itself / 2)
    return float(np.mean((below > 0.05) & (below < 0.95)))
