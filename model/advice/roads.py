"""Roads: what a team can bring about when it cannot simply start, each with the answer that it would then get.

A road is one or two answers that levers bring about (`model.advice.possible_changes`). Each is tried with the engine
that gives every answer. It is only given when the decision stands better then and in no way worse, and when no part of
it does as much. Where a team can simply start, nothing is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.advice.bundle.chooser import Bundle, Bundles
from model.advice.possible_changes import Change, Changes, ReachableAnswer
from model.advice.quick_scores import QuickScorer
from model.advice.road_search import BEST, RoadSearch, Standing, standing_of
from model.domain.questions import Text
from model.domain.rules import Effect
from model.domain.wording import channel_names, said
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.launch_verdict import Verdict


@dataclass(frozen=True, slots=True)
class Road:
    """What a team can bring about, and the answer that follows.

    Attributes:
        recommendation, bundle: the whole answer for the changed profile.
        outcome: that answer in words.
        repeats: whether it only does what the verdict asks for, and leads to the same set of channels.
    """

    changes: tuple[Change, ...]
    recommendation: Recommendation
    bundle: Bundle
    outcome: Text
    repeats: bool


class RoadFinder:
    """Finds roads."""

    def __init__(self, advisor: Advisor, bundles: Bundles, scorer: QuickScorer, changes: Changes) -> None:
        self._advisor = advisor
        self._knowledge = advisor.knowledge
        self._bundles = bundles
        self._scorer = scorer
        self._changes = changes

    def of(self, recommendation: Recommendation, bundle: Bundle | None) -> tuple[Road, ...]:
        """At most two roads, the better one first; none where the team can simply start, or can do nothing about it.

        Args:
            bundle: the set for the same answers; None when no channel is left.
        """
        now = self.standing(recommendation, bundle)
        if now.decision == BEST:
            return ()
        profile = recommendation.profile
        search = RoadSearch(self._changes.sets(profile), now, self._scorer.of_profile(profile), self._bundles)
        return tuple([self._road(changes, recommendation, bundle) for changes in search.best()])

    def standing(self, recommendation: Recommendation, bundle: Bundle | None) -> Standing:
        """How the decision stands with the answers as they are."""
        effects = [each.effect for each in recommendation.readiness.findings if each.effect is not Effect.WARN]
        needs = recommendation.profile.codes(self._knowledge.needs.id)
        return standing_of(effects, bundle.channels if bundle else (), needs)

    def _road(self, changes: Sequence[ReachableAnswer], now: Recommendation, set_now: Bundle | None) -> Road:
        then = self._advisor.recommend(self._changes.applied(changes, now.profile))
        bundle = self._bundles.choose(then)
        assert bundle is not None
        described = tuple([self._changes.described(each, now.profile) for each in changes])
        asked = {each.action_of for each in now.readiness.findings}
        return Road(
            changes=described,
            recommendation=then,
            bundle=bundle,
            outcome=self._outcome(then, bundle),
            repeats=bundle.channels == (set_now and set_now.channels)
            and asked.issuperset(each.question.id for each in described),
        )

    def _outcome(self, then: Recommendation, bundle: Bundle) -> Text:
        names = channel_names(self._knowledge, [channel.id for channel in bundle.channels])
        if then.readiness.verdict is Verdict.GO:
            key = "advice_road_go_so_far" if then.readiness.so_far else "advice_road_go"
            return said(self._knowledge, key, channels=names)
        left = next(each.action for each in then.readiness.findings if each.action)
        return said(self._knowledge, "advice_road_fix_first", channels=names, action=left)
