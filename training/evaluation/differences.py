"""Differences: how much better one prediction is than a rival on the same records, and how sure that is.

Chances and order are two things. Log loss looks at both: a prediction that has learned how often channels are used at
all beats one that has not, however badly it orders them. So the order is looked at by itself: log loss with the
intercept and the slope that suit each side best. A slope is never below 0: who orders upside down knows no order.
How sure a difference is comes from drawing whole communities again and again (the bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import optimize
from scipy.special import expit, log_expit

from training.evaluation.metrics import Prediction, losses
from training.learning.cells import RecordTable
from training.learning.design_matrix import FloatArray, IntArray

RESAMPLES = 2000
_TAIL, _ONE_SIDED = 0.05, 0.8
_AT_A_TIME = 2_000_000
"""Communities drawn at a time, over all draws."""
_FAR = 20.0


@dataclass(frozen=True)
class Difference:
    """A measure of one prediction minus that of a rival; below 0 is better.

    Attributes:
        low, high: 90 % interval.
        bound: below which it is with a chance of 80 %.
        communities: how many it was drawn from.
    """

    mean: float
    low: float
    high: float
    bound: float
    communities: int


@dataclass(frozen=True)
class Differences:
    """Everything by which a challenger is held against one rival.

    Attributes:
        chance: of log loss per member.
        order: of the same with the intercept and slope that suit each side best.
        pairs: of the share of pairs of channels inside a community that are placed the wrong way round.
        regret: of the share of active members that is lost by taking the channel that is placed first, of those tried.
            Both are None where no community tried two channels with different outcomes.
    """

    chance: Difference
    order: Difference
    pairs: Difference | None
    regret: Difference | None


class Resampling:
    """Draws of communities with return, the same for everything that is compared on these records.

    Args:
        tail: share of the draws that is left out at each end of an interval.
    """

    def __init__(self, table: RecordTable, seed: int = 0, tail: float = _TAIL) -> None:
        _, self.place = np.unique(table.unit, return_inverse=True)
        self.communities = int(self.place.max()) + 1
        self._seed = seed
        self._tail = tail

    def difference(self, gaps: FloatArray, sizes: FloatArray, place: IntArray | None = None) -> Difference:
        """The mean gap.

        Args:
            gaps: of each record, times its size.
            place: which community each is of, when they are not the records.
        """
        where = self.place if place is None else place
        used, inside = np.unique(where, return_inverse=True)
        gap, size = (np.bincount(inside, each).astype(np.float64) for each in (gaps, sizes))
        means = self._means(gap, size)
        low, bound, high = np.quantile(means, [self._tail, _ONE_SIDED, 1 - self._tail]).tolist()
        return Difference(float(gap.sum() / size.sum()), low, high, bound, len(used))

    def _means(self, gap: FloatArray, size: FloatArray) -> FloatArray:
        random, count = np.random.default_rng(self._seed), len(gap)
        means: list[FloatArray] = []
        rows = max(1, _AT_A_TIME // count)
        for first in range(0, RESAMPLES, rows):
            drawn = random.integers(count, size=(min(rows, RESAMPLES - first), count))
            means.append(gap[drawn].sum(axis=1) / size[drawn].sum(axis=1))
        return np.concatenate(means)


def compare(
    table: RecordTable, challenger: Prediction, rival: Prediction, alikeness: float, resampling: Resampling
) -> Differences:
    """Hold one prediction against another."""
    share, worth = table.active / table.invited, table.worth(alikeness)
    chance = losses(share, challenger.probability) - losses(share, rival.probability)
    order = order_losses(share, worth, challenger.order) - order_losses(share, worth, rival.order)
    return Differences(
        resampling.difference(worth * chance, worth),
        resampling.difference(worth * order, worth),
        _inside(table, challenger, rival, resampling, _wrong_pairs),
        _inside(table, challenger, rival, resampling, _regret),
    )


def known_order(table: RecordTable, challenger: Prediction, alikeness: float, seed: int = 0) -> Difference:
    """How much better the order is than none, which is one chance for everything; `high` is its 90 % bound."""
    share, worth = table.active / table.invited, table.worth(alikeness)
    gap = order_losses(share, worth, challenger.order) - order_losses(share, worth, np.zeros(len(table)))
    return Resampling(table, seed, tail=0.1).difference(worth * gap, worth)


def order_losses(share: FloatArray, worth: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Log loss of each record with the best intercept, and the best slope that is not below 0."""
    spread = float(np.std(log_odds)) or 1.0
    score = (log_odds - log_odds.mean()) / spread

    def loss(given: FloatArray) -> tuple[float, FloatArray]:
        fitted = given[0] + given[1] * score
        value = -worth @ (share * log_expit(fitted) + (1 - share) * log_expit(-fitted))
        gap = worth * (expit(fitted) - share)
        return float(value), np.array([gap.sum(), gap @ score])

    found = optimize.minimize(
        loss, np.array([0.0, 0.5]), jac=True, method="L-BFGS-B", bounds=[(-_FAR, _FAR), (0.0, _FAR)]
    )
    fitted = found.x[0] + found.x[1] * score
    return np.asarray(-(share * log_expit(fitted) + (1 - share) * log_expit(-fitted)))


# --- inside communities that tried more than one channel --------------------------------------------------------------


def _inside(
    table: RecordTable,
    challenger: Prediction,
    rival: Prediction,
    resampling: Resampling,
    measure: Callable[[FloatArray, FloatArray], tuple[float, int]],
) -> Difference | None:
    gaps, sizes, units = [], [], []
    for rows in tried_together(table):
        share = table.active[rows] / table.invited[rows]
        ours, count = measure(share, challenger.log_odds[rows])
        theirs, _ = measure(share, rival.log_odds[rows])
        if count:
            gaps.append(ours - theirs)
            sizes.append(count)
            units.append(resampling.place[rows[0]])
    if not gaps:
        return None
    return resampling.difference(np.array(gaps), np.array(sizes, dtype=np.float64), np.array(units))


def tried_together(table: RecordTable) -> Sequence[IntArray]:
    """Rows of each community that tried more than one channel."""
    order = np.argsort(table.community, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(table.community[order])) + 1)
    return [rows for rows in parts if len(np.unique(table.pairs.channel[rows])) > 1]


def _wrong_pairs(share: FloatArray, log_odds: FloatArray) -> tuple[float, int]:
    """(pairs with different outcomes that are placed the wrong way round, how many there are); equal is half wrong."""
    wrong, count = 0.0, 0
    for one, other in combinations(range(len(share)), 2):
        if share[one] != share[other]:
            placed = np.sign(log_odds[one] - log_odds[other]) * np.sign(share[one] - share[other])
            wrong, count = wrong + (1 - float(placed)) / 2, count + 1
    return wrong, count


def _regret(share: FloatArray, log_odds: FloatArray) -> tuple[float, int]:
    """(active share that is lost by the channel placed first, 1 community); nothing where all did equally well."""
    return float(share.max() - share[np.argmax(log_odds)]), int(share.max() > share.min())
