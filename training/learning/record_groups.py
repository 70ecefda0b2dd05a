"""Record groups: which records belong together, so that nobody outvotes the rest.

Many records of one community are not as many witnesses: m of them count as m / (1 + (m - 1)/2), so a community never
counts as two others together. Communities that gave exactly the same answers, and enough of them, are most likely one
community under two names; what is learned from the one must not be judged on the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from training.learning.design_matrix import BoolArray, FloatArray, IntArray

TELLING = 8
"""Known answers from which two communities do not answer alike by chance."""


@dataclass(frozen=True)
class Labels:
    """A name for each record, such as its source.

    Attributes:
        place: of each record, in `names`.
    """

    place: IntArray
    names: tuple[str, ...]

    @staticmethod
    def of(values: Sequence[str]) -> Labels:
        """The names in alphabetical order."""
        names = tuple(sorted(set(values)))
        number = {name: place for place, name in enumerate(names)}
        return Labels(np.array([number[value] for value in values], dtype=np.int64), names)

    @staticmethod
    def none(records: int) -> Labels:
        """So many records of which nothing is said."""
        return Labels(np.zeros(records, dtype=np.int64), ("",))

    def take(self, rows: IntArray | BoolArray) -> Labels:
        return Labels(self.place[rows], self.names)


def records_alike(community: IntArray) -> IntArray:
    """How many records the community of each record has."""
    return np.bincount(community, minlength=1)[community] if len(community) else community


def share_of_worth(alike: IntArray) -> FloatArray:
    """What is left of the worth of a record that is one of so many of its community."""
    return np.asarray(2 / (alike + 1))


def same_communities(community: IntArray, profile: IntArray, telling: BoolArray) -> IntArray:
    """A number for each record, equal for records of one community and of its twins.

    Args:
        telling: for each profile whether it holds so many answers that equal ones are no chance.
    """
    communities, profiles = int(community.max(initial=-1)) + 1, len(telling)
    rows = np.flatnonzero(telling[profile])
    edges = sparse.coo_array(
        (np.ones(len(rows)), (community[rows], communities + profile[rows])), shape=(communities + profiles,) * 2
    )
    _, component = connected_components(edges, directed=False)
    return np.asarray(component[community], dtype=np.int64)
