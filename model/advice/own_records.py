"""Own records: what other communities of this installation experienced, as far as advice may look at it.

Every record counts, but only those with consent are shown, and of these nobody learns whose they are. A record is
compared with a community for the channel that it is about, by `model.advice.record_distance`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from model.advice.comparison import Factor
from model.advice.record_distance import ChannelView, RecordDistance
from model.advice.similar_cases import SHOWN, Similar
from model.domain.channels import Channel
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.wording import per_language
from model.memo import Memo
from model.outcomes.record import ChannelUse
from model.profiles.profile import Profile
from model.scoring.scorer import Scores

NEAR = 1.5
"""Log-odds: communities up to this far apart are called comparable."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A use of one of the channels, by a community that is like this one.

    Attributes:
        channel: that was used.
        text: what happened, in words.
        distance: in log-odds; 0 is alike in everything that matters.
        differences: the answers that differ or are unknown, the ones that matter most first.
    """

    use: ChannelUse
    channel: Channel
    text: Text
    distance: float
    differences: tuple[Factor, ...]


class RecordComparison(Protocol):
    """What records are compared with; `model.advice.advice.Advice` makes each part when it is first asked for."""

    @property
    def record_distance(self) -> RecordDistance: ...
    @property
    def similar(self) -> Similar: ...


class OwnRecords:
    """The newest records, ready to be compared under one artifact.

    Args:
        means: what they are compared with; as long as there are no records it is not asked for.
        uses: each use and whether it may be shown, the newest first.
    """

    def __init__(self, knowledge: Knowledge, means: RecordComparison, uses: Iterable[tuple[ChannelUse, bool]]) -> None:
        self._knowledge = knowledge
        self._means = means
        shown: defaultdict[str, list[tuple[ChannelView, ChannelUse]]] = defaultdict(list)
        counts: defaultdict[str, Counter[ChannelView]] = defaultdict(Counter)
        for use, may_be_shown in uses:
            view = means.record_distance.view(use.profile, use.channel)
            counts[use.channel][view] += 1
            if may_be_shown:
                shown[use.channel].append((view, use))
        self._shown: Mapping[str, Sequence[tuple[ChannelView, ChannelUse]]] = dict(shown)
        self._counts: Mapping[str, Counter[ChannelView]] = dict(counts)
        self._comparable: Memo[int] = Memo()

    def nearest(self, profile: Profile, channels: Iterable[str], shown: int = SHOWN) -> list[OwnRecord]:
        """The uses of these channels that may be shown and are most like this community, the nearest first."""
        found = []
        for channel in channels:
            uses = self._shown.get(channel)
            if uses:
                here = self._means.record_distance.view(profile, channel)
                found += [(here.distance(there), use) for there, use in uses]
        found.sort(key=lambda each: each[0])
        return [self._record(profile, distance, use) for distance, use in found[:shown]]

    def _record(self, profile: Profile, distance: float, use: ChannelUse) -> OwnRecord:
        return OwnRecord(
            use=use,
            channel=self._knowledge.channel(use.channel),
            text=_told(self._knowledge, use),
            distance=round(distance, 6),
            differences=self._means.similar.differences(use.profile, profile, (use.channel,)),
        )

    def comparable(self, profile: Profile, channel: str, known: Scores | None = None) -> int:
        """How many uses of a channel, shown or not, are by communities like this one: at most `NEAR` apart.

        Args:
            known: the scores for the profile, where these are there already.
        """
        counts = self._counts.get(channel)
        if not counts:
            return 0
        here = self._means.record_distance.view(profile, channel, known)
        return self._comparable.of(
            (channel, here),
            lambda: sum(count for there, count in counts.items() if here.distance(there) <= NEAR + _ROUNDING),
        )


def _told(knowledge: Knowledge, use: ChannelUse) -> Text:
    """What happened, in one or two sentences."""
    key = "own_record_counted" if use.counted else "own_record_used" if use.active else "own_record_not_used"

    def tell(language: str) -> str:
        messages = knowledge.messages[language]
        told = messages[key].format(active=use.active, invited=use.invited, year=use.year)
        if use.reason is None:
            return told
        return f"{told} {messages['own_record_reason'].format(reason=messages[f'not_used_{use.reason}'])}"

    return per_language(knowledge, tell)
