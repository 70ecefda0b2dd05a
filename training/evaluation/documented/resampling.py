"""Resampling: how sure a measure is, by drawing whole sources again and again (the bootstrap).

Two judges are held against each other in the same draws, so that what makes a draw hard is hard for both.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from training.evaluation.documented.metrics import Measure
from training.evaluation.documented.outcomes import FloatArray, PlaceArray

RESAMPLES = 500
_TAIL = 0.05


@dataclass(frozen=True)
class Estimate:
    """A measure with its 90 % interval.

    Attributes:
        value, low, high: None where there is nothing to measure.
        count: the pairs, channels or outcomes that it is about.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int


def draws(source: PlaceArray, seed: int, resamples: int = RESAMPLES) -> FloatArray:
    """How often each community is in each draw: the first row is all of them once, the others are drawn with return."""
    sources = int(source.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(sources, np.full(sources, 1 / sources), size=resamples)
    return np.vstack([np.ones(sources), drawn])[:, source]


def figure(measure: Measure, weights: FloatArray, items: FloatArray) -> Estimate:
    """The measure with its interval.

    Args:
        weights: of `draws`, or those with some communities left out.
        items: what there is to count per community.
    """
    return _figure(measure(weights), weights, items)


def difference(measure: Measure, rival: Measure, weights: FloatArray, items: FloatArray) -> Estimate:
    """How much higher the measure is than that of a rival."""
    return _figure(measure(weights) - rival(weights), weights, items)


def _figure(values: FloatArray, weights: FloatArray, items: FloatArray) -> Estimate:
    count = int(items @ weights[0])
    if not count or not np.isfinite(values[0]):
        return Estimate(None, None, None, count)
    with warnings.catch_warnings():
        # A small group may be missing from every draw.
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanquantile(values[1:], (_TAIL, 1 - _TAIL))
    return Estimate(_number(values[0]), _number(low), _number(high), count)


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
