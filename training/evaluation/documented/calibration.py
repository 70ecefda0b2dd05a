"""Calibration: stated chances beside what happened, in bands of equally many outcomes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from training.evaluation.documented.metrics import Judged, stated
from training.evaluation.documented.outcomes import DocumentedOutcomes
from training.evaluation.metrics import CalibrationBin

_BANDS = 8


def bands(judged: Judged, table: DocumentedOutcomes) -> Sequence[CalibrationBin]:
    """The bands from low to high; equal chances stay together, so there may be fewer than eight."""
    chance = stated(judged, table)
    there = ~np.isnan(chance)
    share, weight = (
        np.broadcast_to(table.share, chance.shape)[there],
        np.broadcast_to(table.weight, chance.shape)[there],
    )
    chance = chance[there]
    if not chance.size:
        return []
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, _BANDS + 1)))
    place = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, max(len(edges) - 2, 0))
    found = []
    for number in np.unique(place):
        inside = place == number
        expected = float(np.average(chance[inside], weights=weight[inside]))
        records = round(int(inside.sum()) / len(judged.chance))
        found.append(
            CalibrationBin(
                low=float(chance[inside].min()),
                high=float(chance[inside].max()),
                records=records,
                expected=expected,
                observed=float(np.average(share[inside], weights=weight[inside])),
                # The mean absolute value of a normal variable is √(2/π) times its standard deviation.
                noise=math.sqrt(2 / math.pi * expected * (1 - expected) / max(records, 1)),
            )
        )
    return found
