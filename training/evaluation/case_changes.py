"""Case changes: what happens to the advice for the documented communities, and which numbers made it so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.domain.cases import Case
from model.domain.questions import Text
from model.profiles.profile import Profile, ProfileReader
from model.scoring.advisor import Advisor, RankedChannel
from model.scoring.artifact import INTERCEPT
from model.scoring.features import channel_feature
from model.scoring.scorer import Assessment
from training.evaluation.golden_cases import BrokenExpectation, ranked_by_channel

FIRST = 5
"""Places from the top that are compared."""
_CAUSES = 2
_MOVES = 6
_SMALLEST = 0.05
"""Changes of the score below this are not told."""


@dataclass(frozen=True)
class ReasonShift:
    """What now counts differently for a channel.

    Attributes:
        kind, name: of the reason. "channel" is what outcomes say of the channel by itself, without what they say of all
            channels together.
        text: the reason in words; None for "channel".
        before, after: share of the score.
    """

    kind: str
    name: str
    text: Text | None
    before: float
    after: float


@dataclass(frozen=True)
class RankMove:
    """A channel that got another place.

    Attributes:
        story: "worked" or "failed" when the case tells so, otherwise empty.
        chance_before, chance_after: probability of use.
        causes: the largest first.
    """

    channel: str
    story: str
    before: int
    after: int
    chance_before: float
    chance_after: float
    causes: tuple[ReasonShift, ...]


@dataclass(frozen=True)
class CaseChange:
    """One documented community.

    Attributes:
        first_before, first_after: the channels in front, in order.
        broken: what the case shows and the new ranking denies.
    """

    case: str
    name: Text
    first_before: tuple[str, ...]
    first_after: tuple[str, ...]
    moves: tuple[RankMove, ...]
    broken: tuple[BrokenExpectation, ...]


def case_changes(before: Advisor, after: Advisor, broken: Sequence[BrokenExpectation]) -> tuple[CaseChange, ...]:
    """What the new numbers do to each documented community."""
    reader = ProfileReader(after.knowledge.questionnaire)
    changes = []
    for case in after.knowledge.cases:
        profile = reader.read(dict(case.profile))
        if profile is not None:
            changes.append(_change(case, profile, before, after, [each for each in broken if each.case == case.id]))
    return tuple(changes)


def _change(
    case: Case, profile: Profile, before: Advisor, after: Advisor, broken: Iterable[BrokenExpectation]
) -> CaseChange:
    general = [advisor.artifact.deviation(INTERCEPT) for advisor in (before, after)]
    old, new = (ranked_by_channel(advisor.recommend(profile)) for advisor in (before, after))
    story = {each.channel: "failed" for each in case.failed} | {each.channel: "worked" for each in case.worked}
    first_before, first_after = list(old)[:FIRST], list(new)[:FIRST]
    told = [channel for channel in new if channel in {*first_before, *first_after, *story} and channel in old]
    moves = [
        _move(channel, story.get(channel, ""), old[channel], new[channel], general)
        for channel in told
        if old[channel].rank != new[channel].rank
    ]
    # Those that the case tells of first, then the largest moves; shown in the new order.
    most = sorted(moves, key=lambda move: (not move.story, -abs(move.after - move.before)))[:_MOVES]
    moves = [move for move in moves if move in most]
    return CaseChange(case.id, case.name, tuple(first_before), tuple(first_after), tuple(moves), tuple(broken))


def _move(channel: str, story: str, old: RankedChannel, new: RankedChannel, general: Sequence[float]) -> RankMove:
    return RankMove(
        channel, story, old.rank, new.rank, old.assessment.probability, new.assessment.probability,
        _causes(old.assessment, new.assessment, general),
    )  # fmt: skip


def _causes(old: Assessment, new: Assessment, general: Sequence[float]) -> tuple[ReasonShift, ...]:
    before, after = _shares(old, general[0]), _shares(new, general[1])
    texts = {(str(reason.kind), reason.name): reason.text for each in (old, new) for reason in each.reasons}
    causes = [
        ReasonShift(*key, texts.get(key), before.get(key, 0.0), after.get(key, 0.0))
        for key in sorted({**before, **after})
        if abs(after.get(key, 0.0) - before.get(key, 0.0)) >= _SMALLEST
    ]
    causes.sort(key=lambda cause: -abs(cause.after - cause.before))
    return tuple(causes[:_CAUSES])


def _shares(assessment: Assessment, general: float) -> Mapping[tuple[str, str], float]:
    shares: defaultdict[tuple[str, str], float] = defaultdict(float)
    own = channel_feature(assessment.channel)
    for reason in assessment.reasons:
        if reason.name == own:
            shares["channel", own] += reason.contribution - general
        else:
            shares[str(reason.kind), reason.name] += reason.contribution
    return shares
