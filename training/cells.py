"""Cells: records with the same answers and channel put together, counted by what they are worth.

Members of one community are alike, so k active of n invited tell less than n independent people would. With a
correlation ρ between members they are worth n / (1 + (n-1)ρ) of them (L. Kish, Survey Sampling, 1965). ρ is estimated
from the records by the beta-binomial distribution, under a prior near 0.15.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from scipy.special import betaln

from model.profile import Profile
from training.design_matrix import BoolArray, Featuriser, FloatArray, IntArray, Pairs, ProfileTable

ALIKENESS = 0.15
"""ρ that is believed before any record was seen."""
_PRIOR_STRENGTH = 40.0
"""Weight of that belief, as a number of observations."""
_EPOCH = date(1970, 1, 1).toordinal()
_GRID = np.linspace(0.01, 0.6, 119)


class Outcome(Protocol):
    """What learning needs to know of a record; `model.outcomes.OutcomeRecord` is one."""

    @property
    def community(self) -> str: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def channel(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def invited(self) -> int: ...
    @property
    def active(self) -> int: ...


@dataclass(frozen=True)
class Cells:
    """Distinct (profile, channel) pairs with what their records are worth together.

    Attributes:
        pairs: one per cell, in an order that does not depend on the order of records.
        successes, failures: effective numbers of members who were and were not active.
        records: number of records in each cell.
    """

    pairs: Pairs
    successes: FloatArray
    failures: FloatArray
    records: IntArray

    def __len__(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True)
class RecordTable:
    """Outcome records as columns, in an order that does not depend on how they came in.

    Attributes:
        pairs: the profile and channel of each record; equal profiles are one row of `pairs.profiles`.
        invited, active: members.
        community: place of the community in `communities`.
        start: days since 1970-01-01.
    """

    pairs: Pairs
    invited: FloatArray
    active: FloatArray
    community: IntArray
    start: IntArray
    communities: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pairs)

    @staticmethod
    def of(records: Iterable[Outcome], featuriser: Featuriser) -> RecordTable:
        """Records about channels that the knowledge no longer holds are left out: no rule speaks about them."""
        kept = [record for record in records if record.channel in featuriser.channel_place]
        profiles, profile = ProfileTable.of([record.profile for record in kept], featuriser.knowledge).distinct()
        communities = tuple(sorted({record.community for record in kept}))
        place = {community: number for number, community in enumerate(communities)}
        columns = np.array(
            [
                (
                    featuriser.channel_place[record.channel],
                    record.invited,
                    record.active,
                    place[record.community],
                    record.start.toordinal() - _EPOCH,
                )
                for record in kept
            ],
            dtype=np.int64,
        ).reshape(-1, 5)
        order = np.lexsort((*columns.T[1:], columns[:, 0], profile))
        channel, invited, active, community, start = columns[order].T
        return RecordTable(
            Pairs(profiles, profile[order], channel),
            invited.astype(np.float64),
            active.astype(np.float64),
            community,
            start,
            communities,
        )

    def take(self, rows: IntArray | BoolArray) -> RecordTable:
        """These records, in the same order."""
        return RecordTable(
            self.pairs.take(rows),
            self.invited[rows],
            self.active[rows],
            self.community[rows],
            self.start[rows],
            self.communities,
        )

    def until(self, day: date) -> RecordTable:
        """The records that started on or before this day."""
        return self.take(self.start <= day.toordinal() - _EPOCH)

    @property
    def seen_communities(self) -> int:
        """How many communities these records come from."""
        return len(np.unique(self.community))

    @property
    def newest(self) -> date:
        """The latest start among these records; there must be one."""
        return date.fromordinal(int(self.start.max()) + _EPOCH)

    def worth(self, alikeness: float) -> FloatArray:
        """Effective number of members of each record."""
        return np.asarray(self.invited / (1 + (self.invited - 1) * alikeness))

    def cells(self, alikeness: float) -> Cells:
        """The records put together."""
        channels = int(self.pairs.channel.max(initial=0)) + 1
        key, cell = np.unique(self.pairs.profile * channels + self.pairs.channel, return_inverse=True)
        worth = self.worth(alikeness)
        share = self.active / self.invited
        successes: FloatArray = np.bincount(cell, worth * share, len(key)).astype(np.float64)
        failures: FloatArray = np.bincount(cell, worth * (1 - share), len(key)).astype(np.float64)
        pairs = Pairs(self.pairs.profiles, key // channels, key % channels)
        return Cells(pairs, successes, failures, np.bincount(cell, minlength=len(key)))

    def estimated_alikeness(self, expected: FloatArray) -> float:
        """ρ given the share of members that is expected in each record: the maximum of its posterior."""
        counted = self.invited > 1
        invited, active = self.invited[counted, np.newaxis], self.active[counted, np.newaxis]
        chance = np.clip(expected[counted, np.newaxis], 1e-6, 1 - 1e-6)
        strength = 1 / _GRID - 1
        likelihood = np.zeros(len(_GRID))
        for first in range(0, len(invited), 4096):
            part = slice(first, first + 4096)
            yes, no = chance[part] * strength, (1 - chance[part]) * strength
            likelihood += (betaln(active[part] + yes, invited[part] - active[part] + no) - betaln(yes, no)).sum(axis=0)
        prior = ALIKENESS * _PRIOR_STRENGTH * np.log(_GRID) + (1 - ALIKENESS) * _PRIOR_STRENGTH * np.log1p(-_GRID)
        return float(_GRID[np.argmax(likelihood + prior)])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the records."""
        digest = hashlib.sha256("\n".join(self.communities).encode())
        profiles, pairs = self.pairs.profiles, self.pairs
        columns = (profiles.masks, profiles.ranks, pairs.profile, pairs.channel)
        for column in (*columns, self.invited, self.active, self.community, self.start):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()
