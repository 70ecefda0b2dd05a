"""Outcomes of all communities as arrays: one row per channel that was tried, and the pairs inside a community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt

from model.domain.channels import Channel
from training.evaluation.documented.communities import LEVELS, SHARES, WEIGHTS, Community, fold_names

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
PlaceArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class OutcomePairs:
    """Two channels of one community of which one did better.

    Attributes:
        better, worse: rows of the outcomes.
        community: place of the community.
        firm: one was used, the other was not or was abandoned; otherwise one of the two was partly used.
        closed: one of the two was ended by its owner or provider.
    """

    better: PlaceArray
    worse: PlaceArray
    community: PlaceArray
    firm: BoolArray
    closed: BoolArray


class DocumentedOutcomes:
    """Every outcome, by place of its community and of its channel.

    Attributes:
        source: place of a community → number of its source; communities of one source share it.
        online: place of a channel → whether it is one that people use each at their own time.
        share: 1 used, 0.5 partly, 0 not used or abandoned.
        weight: how much it counts where chances are judged.
    """

    def __init__(self, communities: Sequence[Community], channels: Sequence[Channel]) -> None:
        place_of = {channel.id: place for place, channel in enumerate(channels)}
        self.communities = tuple(communities)
        self.source: PlaceArray = np.unique(fold_names(communities), return_inverse=True)[1]
        self.online: BoolArray = np.array([channel.moment == "online" for channel in channels])
        rows = [
            (place, each.documented, outcome)
            for place, each in enumerate(communities)
            for outcome in each.documented.outcomes
        ]
        self.community: PlaceArray = np.array([place for place, _, _ in rows], dtype=np.intp)
        self.channel: PlaceArray = np.array([place_of[outcome.channel] for _, _, outcome in rows], dtype=np.intp)
        self.share: FloatArray = np.array([SHARES[outcome.result] for _, _, outcome in rows])
        self.level: PlaceArray = np.array([LEVELS[outcome.result] for _, _, outcome in rows], dtype=np.intp)
        self.weight: FloatArray = np.array([WEIGHTS[documented.strength] for _, documented, _ in rows])
        self.closed: BoolArray = np.array([outcome.closed for _, _, outcome in rows])
        self.pairs = self._pairs()

    def __len__(self) -> int:
        return len(self.community)

    def by_community(self, values: FloatArray, community: PlaceArray) -> FloatArray:
        """The sum of values per community."""
        return np.bincount(community, values, len(self.communities)).astype(float)

    def _pairs(self) -> OutcomePairs:
        first = np.searchsorted(self.community, range(len(self.communities) + 1))
        found = [
            (better, worse)
            for start, end in pairwise(first)
            for better, worse in permutations(range(start, end), 2)
            # One channel that did well in one group of a community and badly in another says nothing of an order.
            if self.level[better] > self.level[worse] and self.channel[better] != self.channel[worse]
        ]
        better, worse = np.array(found, dtype=np.intp).reshape(-1, 2).T
        return OutcomePairs(
            better,
            worse,
            self.community[better],
            self.level[better] - self.level[worse] == 2,
            self.closed[better] | self.closed[worse],
        )
