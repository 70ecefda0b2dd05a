"""Sources: what the others teach of the records of one form or file, or of one reporter.

Records that are wrong confirm each other, so they do not stand out among themselves. They do beside the rest: learn
from all others, and see whether what these call likely was used more in the records of this one, or less. That is seen
long before the harm that wrong records do to what is learned. Records that say nothing are not found this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from training.evaluation.differences import Difference, Resampling
from training.evaluation.gate import FEWEST_COMMUNITIES
from training.evaluation.metrics import Recipe
from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray, FloatArray
from training.learning.record_groups import Labels
from training.progress import Told

SMALLEST, LARGEST = 0.1, 0.8
"""Shares of the records between which a source can be left out and something is left to see."""
MOST = 5
"""Sources, and reporters, that are looked at: those with the most records."""

FEWEST_OWN = 10
"""Communities of a source, below which its records contradict nobody."""

_ALARM = 0.05
"""Chance that any of them is said to contradict the others although none does; so the more are looked at, the surer
each must be."""

_TINY = 1e-9
"""So that records of one channel and one profile, which have no slope, have a slope of 0."""

Fails = Callable[[RecordTable], bool]
"""Judges records by themselves: whether a check fails there."""


@dataclass(frozen=True)
class WithoutSource:
    """What is known of the records of one source or reporter.

    Attributes:
        kind: "source" or "reporter".
        slope: share of members that was active more in these records for each log-odds more that the others foretell.
            The more sources are looked at, the wider is its interval.
        rest: communities of the others.
        fails: whether a check fails without these records.
    """

    kind: str
    name: str
    records: int
    communities: int
    slope: Difference
    rest: int
    fails: bool

    @property
    def contradicts(self) -> bool:
        """Whether the others foretell these records the wrong way round."""
        return self.slope.high < 0 and self.slope.communities >= FEWEST_OWN and self.rest >= FEWEST_COMMUNITIES


def look_at_sources(
    table: RecordTable,
    challenger: Recipe,
    alikeness: float,
    fails: Fails,
    told: Told = lambda share: None,
) -> Iterator[WithoutSource]:
    """Each larger source and reporter, left out in turn.

    Args:
        challenger: learns from the others.
        told: called after each.
    """
    kinds = {"source": table.source, "reporter": table.reporter}
    larger = [(kind, labels, place) for kind, labels in kinds.items() for place in _larger(labels)]
    for done, (kind, labels, place) in enumerate(larger, 1):
        own: BoolArray = labels.place == place
        rest, mine = table.take(~own), table.take(own)
        units = len(np.unique(rest.unit))
        if units > 1:
            slope = _slope(mine, challenger(rest, mine).log_odds, alikeness, _ALARM / len(larger))
            yield WithoutSource(kind, labels.names[place], len(mine), mine.seen_communities, slope, units, fails(rest))
        told(done / len(larger))


def _slope(table: RecordTable, log_odds: FloatArray, alikeness: float, tail: float) -> Difference:
    """The slope of a straight line through the outcomes of these records, over what was foretold."""
    share, worth = table.active / table.invited, table.worth(alikeness)
    along = log_odds - np.average(log_odds, weights=worth)
    above = share - np.average(share, weights=worth)
    return Resampling(table, tail=tail).difference(worth * along * above, worth * along**2 + _TINY)


def _larger(labels: Labels) -> Sequence[int]:
    counts = np.bincount(labels.place, minlength=len(labels.names))
    inside = (counts >= SMALLEST * counts.sum()) & (counts <= LARGEST * counts.sum())
    order = np.argsort(-counts, kind="stable")
    return [int(place) for place in order if inside[place]][:MOST]
