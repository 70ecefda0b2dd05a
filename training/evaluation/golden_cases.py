"""Golden cases: the documented communities, which no amount of records may turn upside down.

For each case: a channel that worked is placed above every channel of its moment that failed; the best of those that
worked stays among the first of its moment, or near where the rules put it; and a case in which no channel could
help still ends in "do not launch yet".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.domain.cases import Case
from model.profiles.profile import ProfileReader
from model.scoring.advisor import Advisor, RankedChannel, Recommendation

FIRST = 5
"""How far down its moment the best channel that worked may be."""
SLACK = 2
"""Or how many places below where the rules put it."""


@dataclass(frozen=True)
class BrokenExpectation:
    """What a case shows and a ranking denies.

    Attributes:
        kind: "order" (a failed channel above one that worked), "place" (what worked is far down) or "launch".
        channels: the channels it is about, the better one first.
    """

    case: str
    kind: str
    channels: tuple[str, ...] = ()


def broken_expectations(advisor: Advisor, rules: Advisor) -> list[BrokenExpectation]:
    """Every expectation that this advisor breaks; `rules` is the advisor without records."""
    reader = ProfileReader(advisor.knowledge.questionnaire)
    broken: list[BrokenExpectation] = []
    for case in advisor.knowledge.cases:
        profile = reader.read(dict(case.profile))
        if profile is not None:
            broken += _of(case, advisor.recommend(profile), rules.recommend(profile))
    return broken


def _of(case: Case, found: Recommendation, usual: Recommendation) -> Iterator[BrokenExpectation]:
    if usual.hypothetical and not found.hypothetical:
        yield BrokenExpectation(case.id, "launch")
    ranks, by_rules = ranked_by_channel(found), ranked_by_channel(usual)
    worked = [each.channel for each in case.worked if each.channel in ranks]
    failed = [each.channel for each in case.failed if each.channel in ranks]
    for better in worked:
        for worse in failed:
            same_moment = ranks[better].assessment.moment == ranks[worse].assessment.moment
            if same_moment and ranks[better].rank >= ranks[worse].rank and by_rules[better].rank < by_rules[worse].rank:
                yield BrokenExpectation(case.id, "order", (better, worse))
    for moment in sorted({ranks[channel].assessment.moment for channel in worked}):
        inside = [channel for channel in worked if ranks[channel].assessment.moment == moment]
        best = min(inside, key=lambda channel: ranks[channel].rank_in_moment)
        allowed = max(FIRST, SLACK + min(by_rules[channel].rank_in_moment for channel in inside))
        if ranks[best].rank_in_moment > allowed:
            yield BrokenExpectation(case.id, "place", (best,))


def ranked_by_channel(recommendation: Recommendation) -> dict[str, RankedChannel]:
    """Channel id → its place, the best first."""
    return {each.assessment.channel.id: each for each in recommendation.channels}
