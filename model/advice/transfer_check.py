"""Transfer check: a channel worked in one community; will its success carry over to another?

It carries over when the channel is right here, or can work here, as `model.advice.wanted_channel` says everywhere. When
not, but changes that the team can make would bring that about, the advice is to adapt. Otherwise: do not carry over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from model.advice.comparison import Comparison, Factor, exclusions_at
from model.advice.quick_scores import QuickScorer
from model.advice.similar_cases import Similar, SimilarCase, case_profile
from model.advice.wanted_channel import Suits, WantedChannel
from model.domain.cases import Case
from model.domain.channels import Channel
from model.domain.knowledge import Knowledge
from model.domain.rules import Rule
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation

Wanted = Callable[[Recommendation, str], WantedChannel | None]
"""Gives the answer about a channel."""
Experience = Literal["worked", "failed", "not_told"]


class Carry(StrEnum):
    """Does the success carry over?"""

    CARRY_OVER = "carry_over"
    ADAPT = "adapt"
    DO_NOT_CARRY_OVER = "do_not_carry_over"
    TOO_LITTLE_KNOWN = "too_little_known"


@dataclass(frozen=True, slots=True)
class TransferCheck:
    """The comparison and what follows from it.

    Attributes:
        source: the documented case, when the channel comes from one.
        there: what that case tells of the channel; "not_told" also when the source is a profile.
        factors: every answer that matters for this channel, the largest difference first.
        log_odds_there, log_odds_here: the score of the channel in both, without what is said about copying.
        wanted: whether the channel is right here, what fits better, and what would make it fit.
        excluded_by: the exclusions that fire here.
        first: the channels that fit best here, of the same moment.
        warning: the nearest case in which copying a channel failed.
    """

    source: Case | None
    channel: Channel
    there: Experience
    verdict: Carry
    factors: tuple[Factor, ...]
    log_odds_there: float
    log_odds_here: float
    wanted: WantedChannel
    excluded_by: tuple[Rule, ...]
    first: tuple[str, ...]
    warning: SimilarCase | None


class Transfers:
    """Makes transfer checks."""

    def __init__(self, scorer: QuickScorer, similar: Similar, wanted: Wanted) -> None:
        self._scorer = scorer
        self._knowledge: Knowledge = scorer.knowledge
        self._wanted = wanted
        self._similar = similar
        self._comparison = Comparison(scorer)

    def check(self, source: str | Profile, channel_id: str, target: Profile) -> TransferCheck:
        """Compare the source with the target for one channel.

        Args:
            source: id of a documented case, or the answers of the community where the channel worked.
            channel_id: the channel that worked there.
            target: the answers of the community that wants to use it.

        Raises:
            UnknownNameError: there is no such case or channel.
        """
        channel = self._knowledge.channel(channel_id)
        case = self._knowledge.case(source) if isinstance(source, str) else None
        profile = case_profile(case, self._knowledge) if case else source
        assert isinstance(profile, Profile)
        there, here = self._comparison.neutral(profile), self._comparison.neutral(target)
        factors = tuple(self._comparison.factors(channel_id, there, here))
        place = self._scorer.place[channel_id]
        before, now = self._scorer.of_profile(there), self._scorer.of_profile(here)
        recommendation = self._scorer.advisor.recommend(target)
        wanted = self._wanted(recommendation, channel_id)
        assert wanted is not None
        return TransferCheck(
            source=case,
            channel=channel,
            there=_experience(case, channel_id),
            verdict=_verdict(wanted, recommendation),
            wanted=wanted,
            factors=factors,
            log_odds_there=round(before.log_odds[place], 6),
            log_odds_here=round(now.log_odds[place], 6),
            excluded_by=self._exclusions(here, place),
            first=now.first(channel.moment),
            warning=self._warning(case, channel_id, target),
        )

    def _exclusions(self, here: Profile, place: int) -> tuple[Rule, ...]:
        answers = self._scorer.advisor.scorer.answers(here)
        return tuple(
            rule for term in self._scorer.advisor.scorer.terms for rule in exclusions_at(term.at(answers), place)
        )

    def _warning(self, source: Case | None, channel_id: str, target: Profile) -> SimilarCase | None:
        """The nearest case where a copied channel failed; one with this channel goes before others."""
        failed = [case for case in self._knowledge.cases if case is not source and self._copied_in_vain(case)]
        same = [case for case in failed if any(each.channel == channel_id for each in case.failed)]
        nearest = self._similar.cases(target, (channel_id,), shown=1, among=same or failed)
        return nearest[0] if nearest else None

    def _copied_in_vain(self, case: Case) -> bool:
        failed = {each.channel for each in case.failed}
        return any(
            option.channel in failed and case.profile.get(question.id) == option.code
            for question in self._knowledge.questionnaire
            for option in question.options
            if option.relation == "copied"
        )


def _verdict(wanted: WantedChannel, recommendation: Recommendation) -> Carry:
    if wanted.suits is not Suits.NOT_LIKE_THIS:
        return Carry.TOO_LITTLE_KNOWN if recommendation.readiness.answer_first else Carry.CARRY_OVER
    return Carry.ADAPT if wanted.plans else Carry.DO_NOT_CARRY_OVER


def _experience(case: Case | None, channel_id: str) -> Experience:
    if case is not None:
        if any(each.channel == channel_id for each in case.worked):
            return "worked"
        if any(each.channel == channel_id for each in case.failed):
            return "failed"
    return "not_told"
