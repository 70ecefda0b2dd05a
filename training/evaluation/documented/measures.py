"""All measures of one judge by name, each with what it is counted over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from training.evaluation.documented.metrics import (
    Calibration,
    Judged,
    Measure,
    Ratio,
    Separation,
    brier,
    log_loss,
    pairs,
    top,
)
from training.evaluation.documented.outcomes import BoolArray, DocumentedOutcomes, FloatArray

TOP = 3
"""Places of the ranking that count as found, online."""


class Measured(NamedTuple):
    """A measure of one judge.

    Attributes:
        items: how many pairs, channels or outcomes of each community it is about.
    """

    measure: Measure
    items: FloatArray


def measures(judged: Judged, table: DocumentedOutcomes) -> Mapping[str, Measured]:
    """Every measure, those that need no long work first.

    `pairs_open` and `log_loss_open` leave out what its owner or provider ended. `first_live` asks for the first place,
    because there are only three live channels. `log_loss_level` is log loss with the best intercept.
    """
    open_outcomes = ~table.closed
    calibration = Calibration(judged, table)
    outcomes = _rows(table, np.ones(len(table), dtype=bool))
    return {
        "pairs": _counted(pairs(judged, table)),
        "pairs_firm": _counted(pairs(judged, table, table.pairs.firm)),
        "pairs_open": _counted(pairs(judged, table, ~table.pairs.closed)),
        "top_online": _counted(top(judged, table, online=True, room=TOP)),
        "first_live": _counted(top(judged, table, online=False, room=1)),
        "log_loss": Measured(log_loss(judged, table), outcomes),
        "log_loss_open": Measured(log_loss(judged, table, open_outcomes), _rows(table, open_outcomes)),
        "brier": Measured(brier(judged, table), outcomes),
        "log_loss_level": Measured(calibration.loss, outcomes),
        "auc": Measured(Separation(judged, table), _rows(table, table.share != 0.5)),
        "slope": Measured(calibration.slope, outcomes),
    }


def _counted(ratio: Ratio) -> Measured:
    return Measured(ratio, ratio.count)


def _rows(table: DocumentedOutcomes, chosen: BoolArray) -> FloatArray:
    return table.by_community(chosen.astype(float), table.community)
