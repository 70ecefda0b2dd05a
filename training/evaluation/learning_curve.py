"""Learning curve: what more communities bring, from a few of them to all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.evaluation.metrics import Recipe, evaluate
from training.learning.cells import RecordTable
from training.learning.design_matrix import IntArray
from training.progress import Told, part_told

_SHARES = (0.125, 0.25, 0.5, 1.0)
_FEWEST_FOR_CURVE = 20
_LOTS = 3


@dataclass(frozen=True)
class CurvePoint:
    """How well communities were foretold that were kept apart, after learning from so many others."""

    communities: int
    records: int
    challenger: float
    rules: float


def learning_curve(
    table: RecordTable, challenger: Recipe, rules: Recipe, alikeness: float, seed: int, told: Told
) -> tuple[CurvePoint, ...]:
    """Learn from ever more communities and predict one fifth that was kept apart by lot; the mean of a few lots."""
    generator = np.random.default_rng(seed)
    known = np.unique(table.unit)
    if len(known) < _FEWEST_FOR_CURVE:
        return ()
    lots = [
        _one_curve(table, challenger, rules, alikeness, generator.permutation(known), part_told(told, lot, _LOTS))
        for lot in range(_LOTS)
    ]
    return tuple(
        CurvePoint(
            communities=points[0].communities,
            records=round(float(np.mean([point.records for point in points]))),
            challenger=float(np.mean([point.challenger for point in points])),
            rules=float(np.mean([point.rules for point in points])),
        )
        for points in zip(*lots, strict=True)
    )


def _one_curve(
    table: RecordTable, challenger: Recipe, rules: Recipe, alikeness: float, communities: IntArray, told: Told
) -> list[CurvePoint]:
    apart = len(communities) // 5
    asked = table.take(np.isin(table.unit, communities[:apart]))
    by_rules = evaluate(asked, rules(asked, asked), alikeness).log_loss
    points = [CurvePoint(0, 0, by_rules, by_rules)]
    for share in _SHARES:
        chosen = communities[apart : apart + round(share * (len(communities) - apart))]
        known = table.take(np.isin(table.unit, chosen))
        loss = evaluate(asked, challenger(known, asked), alikeness).log_loss
        points.append(CurvePoint(len(chosen), len(known), loss, by_rules))
        told(share)
    return points
