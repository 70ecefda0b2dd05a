"""Wanted channel: whether a channel that a team has in mind is right for it, in one sentence that every page gives.

A channel of the advised set is right, where the team can start. Another one can work where it is not left out and as
much speaks for its use as against it, apart from what is said about copying, and no warning says not to start with it.
The transfer check looks at the same.
Otherwise it does not fit like this, and the smallest changes that would make it fit are given where a team can bring
some about. What is called better is always a channel of the set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from model.advice.bundle.chooser import Bundle
from model.advice.comparison import Comparison
from model.advice.quick_scores import EQUAL, QuickScorer, QuickScores
from model.advice.what_if import Plan, WhatIf
from model.domain.channels import Channel
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import Rule
from model.domain.wording import channel_names, clause, said
from model.scoring.advisor import Recommendation
from model.scoring.reasons import Reason
from model.scoring.scorer import Assessment

ALIKE = 0.2
"""Log-odds: a channel that ranks above another by less is no better choice. At most one in twenty members apart."""


class Suits(StrEnum):
    """Is the channel right for this community?"""

    YES = "yes"
    YES_BUT = "yes_but"
    NOT_LIKE_THIS = "not_like_this"


@dataclass(frozen=True, slots=True)
class WantedChannel:
    """The answer about one channel.

    Attributes:
        better: the channels of the set that fit better; none where it is right itself, or where no channel fits.
        plans: where it does not fit: the smallest changes after which it does.
    """

    channel: Channel
    suits: Suits
    better: tuple[str, ...]
    plans: tuple[Plan, ...]
    text: Text


class WantedChannels:
    """Answers about channels."""

    def __init__(self, scorer: QuickScorer, what_if: WhatIf) -> None:
        self._scorer = scorer
        self._knowledge: Knowledge = scorer.knowledge
        self._what_if = what_if
        self._comparison = Comparison(scorer)
        self._held_back = scorer.advisor.launch.held_back

    def of(self, recommendation: Recommendation, bundle: Bundle | None, channel_id: str) -> WantedChannel:
        """Whether this channel is right.

        Args:
            bundle: the set for the same answers; None when no channel is left.

        Raises:
            UnknownNameError: there is no such channel.
        """
        channel = self._knowledge.channel(channel_id)
        readiness = recommendation.readiness
        inside = bundle and (channel in bundle.channels or any(channel_id in each for each in bundle.equals.values()))
        if inside and not readiness.none_fits:
            if not recommendation.hypothetical:
                return WantedChannel(channel, Suits.YES, (), (), self._said("wanted_yes", channel))
            return WantedChannel(channel, Suits.YES_BUT, (), (), self._said("wanted_yes_but_not_yet", channel))
        assessment = recommendation.scores.assessment(self._scorer.place[channel_id])
        neutral = self._comparison.neutral(recommendation.profile)
        scores = self._scorer.of(recommendation).with_profile(neutral)
        waits = self._held_back.places(recommendation.profile.masks).get(assessment.place)
        if bundle and self.fits(scores, channel) and not waits:
            return self._yes_but(assessment, bundle, recommendation)
        plans = self._what_if.plans(neutral, scores, channel, lambda then: self._can_start(then, channel), -EQUAL)
        fitting = bundle.channels if bundle and not readiness.none_fits else ()
        better = [each for each in fitting if each.moment == channel.moment] or fitting
        names = tuple([each.id for each in better])
        return WantedChannel(channel, Suits.NOT_LIKE_THIS, names, tuple(plans), self._not_like_this(assessment, waits))

    def fits(self, scores: QuickScores, channel: Channel) -> bool:
        """Whether it is not left out, and as much speaks for its use as against it."""
        place = self._scorer.place[channel.id]
        return scores.log_odds_at(place) > -EQUAL and not scores.excludes(place)

    def _can_start(self, scores: QuickScores, channel: Channel) -> bool:
        """Whether it fits, and no warning says not to start with it."""
        place = self._scorer.place[channel.id]
        return self.fits(scores, channel) and place not in self._held_back.places(scores.masks)

    def _yes_but(self, wanted: Assessment, bundle: Bundle, recommendation: Recommendation) -> WantedChannel:
        """It can work, but the set does more, or one channel of it fits better."""
        channel = wanted.channel
        if recommendation.readiness.none_fits:
            return WantedChannel(channel, Suits.YES_BUT, (), (), self._said("wanted_yes_but_first_wish", channel))
        names = tuple([each.id for each in bundle.channels])
        alike = [each for each in bundle.channels if each.moment == wanted.moment]
        chosen = [recommendation.scores.assessment(self._scorer.place[each.id]) for each in alike]
        better = [each for each in chosen if each.score > wanted.score]
        if not better:
            key = "wanted_yes_but_set" if recommendation.scores.answers.needs else "wanted_yes_but_others"
            return WantedChannel(channel, Suits.YES_BUT, names, (), self._said(key, channel, names))
        best = max(better, key=lambda each: each.score)
        if best.score - wanted.score < ALIKE:
            text = self._said("wanted_yes_but_alike", channel, [best.channel.id])
            return WantedChannel(channel, Suits.YES_BUT, (), (), text)
        text = self._said("wanted_yes_but", channel, [best.channel.id], reason=self._advantage(best, wanted))
        return WantedChannel(channel, Suits.YES_BUT, (best.channel.id,), (), text)

    def _said(self, key: str, channel: Channel, better: Sequence[str] = (), **more: Text) -> Text:
        names = channel_names(self._knowledge, better)
        return said(self._knowledge, key, channel=channel.name, better=names, **more)

    def _advantage(self, best: Assessment, other: Assessment) -> Text:
        """What speaks for the one channel most, beside what speaks for the other too."""
        theirs = {each.name: each.contribution for each in other.reasons}
        mine = [each for each in best.reasons if each.contribution > max(0.0, theirs.get(each.name, 0.0))]
        reason = max(mine, key=lambda each: each.contribution - theirs.get(each.name, 0.0), default=None)
        return clause(self._knowledge, reason.text) if reason else said(self._knowledge, "wanted_more_speaks_for_it")

    def _not_like_this(self, wanted: Assessment, waits: Rule | None) -> Text:
        against = sorted([each for each in wanted.reasons if each.use < 0], key=_reason_against)
        if wanted.excluded_by:
            reason = clause(self._knowledge, wanted.excluded_by[0].text, most=2)
        elif waits:
            reason = clause(self._knowledge, waits.text)
        elif against:
            reason = clause(self._knowledge, against[0].text, most=2)
        else:
            reason = said(self._knowledge, "wanted_little_speaks_for_it")
        return self._said("wanted_not_like_this", wanted.channel, reason=reason)


def _reason_against(reason: Reason) -> tuple[bool, float]:
    """What an expert says of these answers explains more than what became of the channel elsewhere."""
    return reason.kind != "rule", reason.use
