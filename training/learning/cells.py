"""Cells: records with the same answers and channel put together, counted by what they are worth.

Members of one community are alike, so k active of n invited tell less than n independent people would. With a
correlation ρ between members they are worth n / (1 + (n-1)ρ) of them (L. Kish, Survey Sampling, 1965). ρ is estimated
from the records by the beta-binomial distribution, under a prior near 0.15. Records of one community are alike too, and
count for fewer than they are (`record_groups`).

Records that fit in memory are a `RecordTable`. Of more of them, `training.records.aggregation` lets an engine make the
cells and holds a sample in memory; learning asks both for the same (`Evidence`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.special import betaln

from model.profiles.profile import Profile
from training.learning.design_matrix import BoolArray, Featuriser, FloatArray, IntArray, Pairs, ProfileTable
from training.learning.exact_sums import STEPS, TALLIES, UNIT, tallied
from training.learning.record_groups import TELLING, Labels, records_alike, same_communities, share_of_worth

ALIKENESS = 0.15
"""ρ that is believed before any record was seen."""
_PRIOR_STRENGTH = 40.0
"""Weight of that belief, as a number of observations."""
_EPOCH = date(1970, 1, 1).toordinal()
_GRID: FloatArray = np.arange(2, 121) / STEPS
_ROUGH = 10


class TrainingRecord(Protocol):
    """What learning needs to know of a record; `model.outcomes.record.OutcomeRecord` is one."""

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
    @property
    def source(self) -> str: ...
    @property
    def recorded_by(self) -> str: ...


@dataclass(frozen=True)
class RecordCells:
    """Distinct (profile, channel) pairs with what their records add up to.

    Attributes:
        pairs: one per cell, in an order that does not depend on the order of records.
        tallies: a row of `TALLIES` per cell.
    """

    pairs: Pairs
    tallies: IntArray

    def __len__(self) -> int:
        return len(self.pairs)

    @staticmethod
    def of(pairs: Pairs, tallies: IntArray) -> RecordCells:
        """Put together what has the same profile and channel; `tallies` has a row per pair."""
        channels = int(pairs.channel.max(initial=0)) + 1
        key = pairs.profile * channels + pairs.channel
        order = np.argsort(key, kind="stable")
        kept, first = np.unique(key[order], return_index=True)
        together = np.add.reduceat(tallies[order], first, axis=0) if len(kept) else tallies[:0]
        return RecordCells(Pairs(pairs.profiles, kept // channels, kept % channels), together)

    @cached_property
    def successes(self) -> FloatArray:
        """Effective numbers of members who were active."""
        return self._tally("successes") / UNIT

    @cached_property
    def failures(self) -> FloatArray:
        """Effective numbers of members who were not."""
        return self._tally("failures") / UNIT

    @property
    def records(self) -> IntArray:
        """Number of records in each cell."""
        return self._tally("records")

    def _tally(self, name: str) -> IntArray:
        return self.tallies[:, TALLIES.index(name)]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the cells: equal for equal records in any order, from any engine."""
        profiles, pairs = self.pairs.profiles, self.pairs
        digest = hashlib.sha256()
        for column in (profiles.masks, profiles.ranks, pairs.profile, pairs.channel, self.tallies):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


class Evidence(Protocol):
    """What learning asks of records, however many there are."""

    @property
    def sample(self) -> RecordTable:
        """Records in memory: all of them, or those of some communities."""

    @property
    def records(self) -> int:
        """How many records there are in all."""

    @property
    def seen_communities(self) -> int:
        """How many communities they come from."""

    @property
    def newest(self) -> date:
        """The latest start among them; there must be one."""

    def cells(self, alikeness: float) -> RecordCells:
        """All records put together. Asked last, because where the records are may be let go of then."""

    def release(self) -> None:
        """Let go of where the records are; all that is known of them by now stays."""


@dataclass(frozen=True)
class RecordTable:
    """Outcome records as columns, in an order that does not depend on how they came in.

    Attributes:
        pairs: the profile and channel of each record; equal profiles are one row of `pairs.profiles`.
        invited, active: members.
        community: place of the community in `communities`.
        start: days since 1970-01-01.
        source: the form or file of each record, and `reporter` who recorded it.
    """

    pairs: Pairs
    invited: FloatArray
    active: FloatArray
    community: IntArray
    start: IntArray
    communities: tuple[str, ...]
    source: Labels
    reporter: Labels

    def __len__(self) -> int:
        return len(self.pairs)

    @staticmethod
    def of(records: Iterable[TrainingRecord], featuriser: Featuriser) -> RecordTable:
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
        channel, invited, active, community, start = columns.T
        source, reporter = (Labels.of([getattr(each, name) for each in kept]) for name in ("source", "recorded_by"))
        return RecordTable.ordered(
            profiles, profile, channel, invited, active, community, start, communities, source, reporter
        )

    @staticmethod
    def ordered(
        profiles: ProfileTable,
        profile: IntArray,
        channel: IntArray,
        invited: IntArray,
        active: IntArray,
        community: IntArray,
        start: IntArray,
        communities: tuple[str, ...],
        source: Labels,
        reporter: Labels,
    ) -> RecordTable:
        """A table of these columns, in the order of the distinct `profiles`; `communities` is sorted."""
        order = np.lexsort((reporter.place, source.place, start, community, active, invited, channel, profile))
        return RecordTable(
            Pairs(profiles, profile[order], channel[order]),
            invited[order].astype(np.float64),
            active[order].astype(np.float64),
            community[order],
            start[order],
            communities,
            source.take(order),
            reporter.take(order),
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
            self.source.take(rows),
            self.reporter.take(rows),
        )

    def until(self, day: date) -> RecordTable:
        """The records that started on or before this day."""
        return self.take(self.start <= day.toordinal() - _EPOCH)

    @property
    def sample(self) -> RecordTable:
        """The same: all of these records are in memory."""
        return self

    @property
    def records(self) -> int:
        return len(self)

    @property
    def seen_communities(self) -> int:
        """How many communities these records come from."""
        return len(np.unique(self.community))

    @property
    def newest(self) -> date:
        """The latest start among these records; there must be one."""
        return date.fromordinal(int(self.start.max()) + _EPOCH)

    @cached_property
    def alike(self) -> IntArray:
        """How many of these records the community of each has."""
        return records_alike(self.community)

    @cached_property
    def unit(self) -> IntArray:
        """A number for each record, equal for its community and others that gave the same answers: never parted."""
        return same_communities(self.community, self.pairs.profile, self.pairs.profiles.known >= TELLING)

    @property
    def twins(self) -> int:
        """How many communities are, by their answers, another one under a second name."""
        return self.seen_communities - len(np.unique(self.unit))

    def worth(self, alikeness: float) -> FloatArray:
        """Effective number of members of each record."""
        return np.asarray(share_of_worth(self.alike) * self.invited / (1 + (self.invited - 1) * alikeness))

    def cells(self, alikeness: float) -> RecordCells:
        """The records put together; ρ is rounded to steps of 1/`STEPS`."""
        whole = (self.invited.astype(np.int64), self.active.astype(np.int64))
        return RecordCells.of(self.pairs, tallied(*whole, self.start, self.alike, alikeness))

    def release(self) -> None:
        """Nothing to let go of: they are in memory."""

    def estimated_alikeness(self, expected: FloatArray) -> float:
        """ρ given the share of members that is expected in each record: the maximum of its posterior.

        It is looked for among every tenth value first, and then among those around the best.
        """
        best = self._alikeness_of(_GRID[::_ROUGH], expected)
        return self._alikeness_of(_GRID[np.abs(_GRID - best) < _ROUGH / STEPS], expected)

    def _alikeness_of(self, values: FloatArray, expected: FloatArray) -> float:
        counted = self.invited > 1
        share = share_of_worth(self.alike)[counted, np.newaxis]
        invited, active = self.invited[counted, np.newaxis], self.active[counted, np.newaxis]
        chance = np.clip(expected[counted, np.newaxis], 1e-6, 1 - 1e-6)
        strength = 1 / values - 1
        likelihood = np.zeros(len(values))
        for first in range(0, len(invited), 4096):
            part = slice(first, first + 4096)
            yes, no = chance[part] * strength, (1 - chance[part]) * strength
            each = betaln(active[part] + yes, invited[part] - active[part] + no) - betaln(yes, no)
            likelihood += (share[part] * each).sum(axis=0)
        prior = ALIKENESS * _PRIOR_STRENGTH * np.log(values) + (1 - ALIKENESS) * _PRIOR_STRENGTH * np.log1p(-values)
        return float(values[np.argmax(likelihood + prior)])
