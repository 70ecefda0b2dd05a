"""Sources: what the verdict would be without the records of one form or file, or of one reporter.

Records that are wrong confirm each other, so they do not stand out among themselves. They do by what they make of the
rest: when the other communities are foretold better without them than with them, they do harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.differences import Difference, Resampling, chance_difference
from training.evaluation.gate import FEWEST_COMMUNITIES
from training.evaluation.metrics import Prediction
from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray
from training.learning.record_groups import Labels
from training.progress import Told

SMALLEST, LARGEST = 0.1, 0.8
"""Shares of the records between which a source can be left out and something is left to see."""
MOST = 5
"""Sources, and reporters, that are looked at: those with the most records."""

_ALARM = 0.05
"""Chance that any of them is called harmful although none is; so the more are looked at, the surer each must be."""

Foretell = Callable[[RecordTable], tuple[Mapping[str, Prediction], bool]]
"""Judges records by themselves: way → prediction, and whether a check fails there."""


@dataclass(frozen=True)
class WithoutSource:
    """What is known of the records of one source or reporter.

    Attributes:
        kind: "source" or "reporter".
        harm: log loss on all other records when these are learned from too, minus that without them. The more sources
            are looked at, the wider is its interval.
        fails: whether a check fails without these records.
    """

    kind: str
    name: str
    records: int
    communities: int
    harm: Difference
    fails: bool

    @property
    def harmful(self) -> bool:
        return self.harm.low > 0 and self.harm.communities >= FEWEST_COMMUNITIES


def look_at_sources(
    table: RecordTable,
    challenger: str,
    predictions: Mapping[str, Prediction],
    alikeness: float,
    foretell: Foretell,
    told: Told = lambda share: None,
) -> Iterator[WithoutSource]:
    """Each larger source and reporter, left out in turn.

    Args:
        challenger: its name among the predictions, which were made with all records.
        told: called after each.
    """
    kinds = {"source": table.source, "reporter": table.reporter}
    larger = [(kind, labels, place) for kind, labels in kinds.items() for place in _larger(labels)]
    for done, (kind, labels, place) in enumerate(larger, 1):
        mine: BoolArray = labels.place == place
        rest = table.take(~mine)
        if len(np.unique(rest.unit)) > 1:
            alone, fails = foretell(rest)
            with_mine = predictions[challenger].take(~mine)
            draws = Resampling(rest, tail=_ALARM / len(larger))
            harm = chance_difference(rest, with_mine, alone[challenger], alikeness, draws)
            communities = len(np.unique(table.community[mine]))
            yield WithoutSource(kind, labels.names[place], int(mine.sum()), communities, harm, fails)
        told(done / len(larger))


def _larger(labels: Labels) -> Sequence[int]:
    counts = np.bincount(labels.place, minlength=len(labels.names))
    inside = (counts >= SMALLEST * counts.sum()) & (counts <= LARGEST * counts.sum())
    order = np.argsort(-counts, kind="stable")
    return [int(place) for place in order if inside[place]][:MOST]
