"""Data summary: what the records are about, and how selective they are; never who they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from model.domain.knowledge import Knowledge
from training.learning.cells import RecordTable
from training.learning.design_matrix import Featuriser, Pairs

ADVISED = 5
"""The channels that the rules advise most are so many."""
_SAMPLE = 2000
_UNANSWERED = 5


@dataclass(frozen=True)
class ChannelSummary:
    """How often a channel was tried, and what share of the invited members was active."""

    channel: str
    records: int
    communities: int
    share: float


@dataclass(frozen=True)
class DataSummary:
    """The records in numbers.

    Attributes:
        median: number of invited members of a usual record.
        channels: those that were tried, the most tried first.
        untried: ids of the others.
        unanswered: (question, share of the records without an answer), the least answered first.
        followed: share of the records about a channel that the rules advise most for that community.
    """

    first: date
    last: date
    invited: int
    active: int
    median: int
    channels: tuple[ChannelSummary, ...]
    untried: tuple[str, ...]
    unanswered: tuple[tuple[str, float], ...]
    followed: float


def summarise(table: RecordTable, featuriser: Featuriser) -> DataSummary:
    """Describe records; there must be one."""
    knowledge = featuriser.knowledge
    tried = [_channel(table, place, channel.id) for place, channel in enumerate(knowledge.channels)]
    return DataSummary(
        first=_day(int(table.start.min())),
        last=_day(int(table.start.max())),
        invited=int(table.invited.sum()),
        active=int(table.active.sum()),
        median=int(np.median(table.invited)),
        channels=tuple(sorted((each for each in tried if each.records), key=lambda each: -each.records)),
        untried=tuple(each.channel for each in tried if not each.records),
        unanswered=tuple(_unanswered(table, knowledge).items()),
        followed=_followed(table, featuriser),
    )


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _channel(table: RecordTable, place: int, name: str) -> ChannelSummary:
    rows = table.pairs.channel == place
    invited = float(table.invited[rows].sum())
    communities = len(np.unique(table.community[rows]))
    return ChannelSummary(
        name, int(rows.sum()), communities, float(table.active[rows].sum()) / invited if invited else 0
    )


def _unanswered(table: RecordTable, knowledge: Knowledge) -> Mapping[str, float]:
    shares = (table.pairs.profiles.masks[table.pairs.profile] == 0).mean(axis=0).tolist()
    asked = zip(knowledge.questionnaire, shares, strict=True)
    left = {question.id: share for question, share in asked if share > 0 and question.follows is None}
    return dict(sorted(left.items(), key=lambda item: -item[1])[:_UNANSWERED])


def _followed(table: RecordTable, featuriser: Featuriser) -> float:
    """Looked up for a sample of the records, evenly spread."""
    rows = np.linspace(0, len(table) - 1, min(len(table), _SAMPLE)).astype(np.int64)
    profiles, place = np.unique(table.pairs.profile[rows], return_inverse=True)
    channels = len(featuriser.knowledge.channels)
    every = Pairs(table.pairs.profiles, np.repeat(profiles, channels), np.tile(np.arange(channels), len(profiles)))
    expert = featuriser.rows(every).offset.reshape(len(profiles), channels)
    chosen = expert[place, table.pairs.channel[rows]]
    return float(np.mean((expert[place] > chosen[:, np.newaxis]).sum(axis=1) < ADVISED))
