"""Instead: what a team can do where it cannot do what a hold asks, with the answer that follows.

It gives up something that members wanted, so it is no road, and it is only told where the decision stands better then.
"""

from __future__ import annotations

from model.advice.bundle.chooser import Bundle, Bundles, ChosenSet
from model.advice.possible_changes import Change, Changes
from model.advice.quick_scores import QuickScorer
from model.advice.roads import Road, RoadFinder
from model.domain.rules import Instead
from model.profiles.profile import Profile, channel_options
from model.scoring.advisor import Advisor, Recommendation


class InsteadFinder:
    """Tries what rules say that can be done instead."""

    def __init__(
        self, advisor: Advisor, bundles: Bundles, scorer: QuickScorer, changes: Changes, finder: RoadFinder
    ) -> None:
        self._advisor = advisor
        self._knowledge = advisor.knowledge
        self._bundles = bundles
        self._finder = finder
        self._scorer = scorer
        self._changes = changes

    def of(self, recommendation: Recommendation, bundle: Bundle | None) -> Road | None:
        """What to do instead, in the shape of a road; None where no hold names anything that helps.

        Args:
            bundle: the set for the same answers; None when no channel is left.
        """
        if self._uses_a_channel(recommendation.profile):
            return None
        rules = [self._knowledge.rule_by_id.get(each.name) for each in recommendation.readiness.findings]
        for instead in [rule.instead for rule in rules if rule and rule.instead]:
            if found := self._tried(instead, recommendation, bundle):
                return found
        return None

    def _uses_a_channel(self, profile: Profile) -> bool:
        """Whether members use a channel together now: nobody is told to give up what works."""
        return any(option.in_use for option in channel_options(profile, self._knowledge.questionnaire))

    def _tried(self, instead: Instead, now: Recommendation, before: Bundle | None) -> Road | None:
        profile = self._changes.answered({instead.question: instead.answer}, now.profile)
        then = self._advisor.recommend(profile, near=now.scores)
        bundle = self._bundles.choose(then)
        if bundle is None:
            return None
        if not self._is_better(now, before, then, bundle):
            return None
        chosen = ChosenSet(bundle.channels, bundle.uses)
        outcome = self._finder.outcome(now, before, then, bundle)
        return Road((self._change(instead, now),), profile, then.readiness.verdict, chosen, outcome)

    def _is_better(self, now: Recommendation, before: Bundle | None, then: Recommendation, bundle: Bundle) -> bool:
        """Whether less stands in the way of a start, and the set is one to work towards, as that of a road is."""
        fitting = self._scorer.of(then).fitting
        stood, stands = self._finder.standing(now, before), self._finder.standing(then, bundle)
        return (
            stands.verdict > 0
            and (stands.verdict, stands.settled) > (stood.verdict, stood.settled)
            and stands.first_wish
            and all(channel.id in fitting for channel in bundle.channels)
        )

    def _change(self, instead: Instead, now: Recommendation) -> Change:
        question = self._knowledge.questionnaire[instead.question]
        before = now.profile.codes(question.id)
        text = self._changes.text(question, before, instead.answer)
        answers = [(question.id, code) for code in instead.answer]
        return Change(question, before, instead.answer, answers, instead.who, instead.action, text, instead.cost)
