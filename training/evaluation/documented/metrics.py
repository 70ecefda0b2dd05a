"""Metrics: what a judge was right about, in a form that can be worked out for many resamples at once.

Every measure takes `weights`, one row per resample and one column per community: how often the community is in it.
ChannelScores have one layer per repeat of the folds; where there are more, their average counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from training.evaluation.documented.outcomes import BoolArray, DocumentedOutcomes, FloatArray, PlaceArray

_SURE = 1e-6
"""A stated chance is kept this far from 0 and 1, so that one surprise cannot outweigh all else."""
_STEPS = 8
_SAME = 0.5
"""Log-odds: a judge whose chances lie closer together has no slope."""


class Judged(NamedTuple):
    """What one judge said of every community, judged by others only.

    Attributes:
        order, chance: repeat × community × channel; see `judges.ChannelScores`.
    """

    order: FloatArray
    chance: FloatArray


@dataclass(frozen=True)
class Ratio:
    """A share or an average, as a sum and a count per community."""

    total: FloatArray
    count: FloatArray

    def __call__(self, weights: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            return np.asarray((weights @ self.total) / (weights @ self.count))


Measure = Callable[[FloatArray], FloatArray]
"""Weights (resample × community) → value per resample; not a number where nothing is left to measure."""


def known(judged: Judged, table: DocumentedOutcomes) -> BoolArray:
    """Per community whether the judge said something of every channel that was tried there."""
    silent = np.isnan(judged.chance[0, table.community, table.channel])
    found: BoolArray = table.by_community(silent.astype(float), table.community) == 0
    return found


def pairs(judged: Judged, table: DocumentedOutcomes, chosen: BoolArray | None = None) -> Ratio:
    """Share of pairs inside a community that are put in the right order; a tie counts half.

    Args:
        chosen: the pairs that count; all, if not given.
    """
    pair = table.pairs
    right = _in_order(judged, pair.community, table.channel[pair.better], table.channel[pair.worse])
    counted = np.ones(len(right)) if chosen is None else chosen.astype(float)
    return Ratio(
        table.by_community(np.where(counted > 0, right, 0), pair.community),
        table.by_community(counted, pair.community),
    )


def _in_order(judged: Judged, community: PlaceArray, better: PlaceArray, worse: PlaceArray) -> FloatArray:
    high, low = judged.order[:, community, better], judged.order[:, community, worse]
    return np.asarray(((high > low) + 0.5 * (high == low)).mean(0))


def top(judged: Judged, table: DocumentedOutcomes, online: bool, room: int) -> Ratio:
    """Share of the channels that were used which are among the first few of their moment.

    Of channels with equal scores for which there is not enough room, each counts for its share of the room. An excluded
    channel is not in it.

    Args:
        online: whether it is about channels that people use each at their own time, or about those used together.
        room: how many are the first few.
    """
    rows = (table.share == 1) & (table.online[table.channel] == online)
    community, channel = table.community[rows], table.channel[rows]
    same_moment = judged.order[:, :, table.online == online][:, community]
    own = judged.order[:, community, channel][..., None]
    above, equal = (same_moment > own).sum(-1), (same_moment == own).sum(-1)
    inside = np.clip((room - above) / np.maximum(equal, 1), 0, 1) * np.isfinite(own[..., 0])
    return Ratio(table.by_community(inside.mean(0), community), table.by_community(np.ones(len(community)), community))


def log_loss(judged: Judged, table: DocumentedOutcomes, chosen: BoolArray | None = None) -> Ratio:
    """Average surprise at what happened, in nats; partly used is half a success.

    Args:
        chosen: the outcomes that count; all, if not given.
    """
    chance = stated(judged, table)
    return _average(-(table.share * np.log(chance) + (1 - table.share) * np.log1p(-chance)), table, chosen)


def brier(judged: Judged, table: DocumentedOutcomes) -> Ratio:
    """Average squared distance between the stated chance and what happened."""
    return _average((stated(judged, table) - table.share) ** 2, table)


def stated(judged: Judged, table: DocumentedOutcomes) -> FloatArray:
    """The chance that was stated for each outcome, per repeat."""
    return np.clip(judged.chance[:, table.community, table.channel], _SURE, 1 - _SURE)


def _average(losses: FloatArray, table: DocumentedOutcomes, chosen: BoolArray | None = None) -> Ratio:
    weight = table.weight if chosen is None else table.weight * chosen
    return Ratio(
        table.by_community(np.nan_to_num(losses.mean(0)) * weight, table.community),
        table.by_community(weight, table.community),
    )


@dataclass(frozen=True)
class Separation:
    """AUC: how often a channel that was used had a higher chance than one that was not, over all communities."""

    judged: Judged
    table: DocumentedOutcomes

    def __call__(self, weights: FloatArray) -> FloatArray:
        table, chance = self.table, stated(self.judged, self.table)
        good, bad = np.flatnonzero(table.share == 1), np.flatnonzero(table.share == 0)
        higher = chance[:, good, None] > chance[:, None, bad]
        wins = (higher + 0.5 * (chance[:, good, None] == chance[:, None, bad])).mean(0)
        for_good, for_bad = weights[:, table.community[good]], weights[:, table.community[bad]]
        with np.errstate(invalid="ignore"):
            return np.asarray(((for_good @ wins) * for_bad).sum(1) / (for_good.sum(1) * for_bad.sum(1)))


@dataclass(frozen=True)
class Calibration:
    """What the stated log-odds are worth: the best intercept and slope of what happened on them.

    Slope 1 and intercept 0 are right; a slope below 1 says that chances are too extreme.
    """

    judged: Judged
    table: DocumentedOutcomes

    def slope(self, weights: FloatArray) -> FloatArray:
        """The best slope; not a number for a judge that says nearly the same of everything."""
        said = self._log_odds[~np.isnan(self._log_odds)]
        if not said.size or np.ptp(said) < _SAME:
            return np.full(len(weights), np.nan)
        return self._fit(weights, free=True)[1]

    def loss(self, weights: FloatArray) -> FloatArray:
        """Log loss with the best intercept, slope left at 1: what is printed is a success too often, the same for all.

        One number is learned from the outcomes that it is judged on.
        """
        log_odds, share, weight = self._rows(weights)
        intercept, _ = self._fit(weights, free=False)
        fitted = intercept[:, None] + log_odds
        with np.errstate(invalid="ignore"):
            losses = np.logaddexp(0, fitted) - share * fitted
            return np.asarray((weight * losses).sum(1) / weight.sum(1))

    @cached_property
    def _log_odds(self) -> FloatArray:
        return np.asarray(logit(stated(self.judged, self.table)))

    def _rows(self, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(log-odds, what happened, weight per resample), one column per repeat and outcome."""
        table = self.table
        log_odds = self._log_odds
        repeats = len(log_odds)
        weight = np.tile(weights[:, table.community] * table.weight, repeats) / repeats
        return np.nan_to_num(log_odds).ravel(), np.tile(table.share, repeats), weight

    def _fit(self, weights: FloatArray, free: bool) -> tuple[FloatArray, FloatArray]:
        """(intercept, slope) per resample by Newton's method; the slope stays 1 unless it is free."""
        log_odds, share, weight = self._rows(weights)
        intercept, slope = np.zeros(len(weights)), np.full(len(weights), 0.5 if free else 1.0)
        # A resample may hold nothing, or only one kind of outcome: that is not a number in the end.
        with np.errstate(all="ignore"):
            for _ in range(_STEPS):
                chance = expit(intercept[:, None] + slope[:, None] * log_odds)
                gap, curve = weight * (share - chance), weight * chance * (1 - chance)
                first, none = gap.sum(1), curve.sum(1)
                if not free:
                    intercept = intercept + first / none
                    continue
                second, one, two = gap @ log_odds, curve @ log_odds, curve @ log_odds**2
                apart = none * two - one**2
                intercept = intercept + (two * first - one * second) / apart
                slope = slope + (none * second - one * first) / apart
        return intercept, slope
