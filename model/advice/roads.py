"""Roads: what a team can bring about when it cannot simply start, each with the answer that it would then get.

A road is one or two answers that levers bring about (`model.advice.possible_changes`). Each is tried with the engine
that gives every answer. It is only given when the decision stands better then and in no way worse, when no part of it
does as much, and when the set that it ends in is one to work towards (`RoadSearch`). Where a team can simply start,
nothing is tried.

What the verdict asks for is said there, once: a road says only what follows, and one that does no more than that, with
the same set of channels, is not given.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from model.advice.bundle.chooser import Bundle, Bundles, ChosenSet
from model.advice.findings import FindingsOfAnswer
from model.advice.possible_changes import Change, Changes
from model.advice.quick_scores import QuickScorer
from model.advice.road_search import BEST, MOST, RoadCandidate, RoadSearch, Standing
from model.domain.channels import Channel
from model.domain.questions import Text
from model.domain.rules import Effect
from model.domain.wording import channel_names, clause, said, sentences
from model.profiles.profile import Profile, channel_options
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.launch_verdict import WORST_FIRST, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Road:
    """What a team can bring about, and the answer that follows.

    Attributes:
        profile: with the changed answers.
        verdict, chosen: the answer to it, as far as it is told.
        outcome: that answer in words.
    """

    changes: tuple[Change, ...]
    profile: Profile
    verdict: Verdict
    chosen: ChosenSet
    outcome: Text


class RoadFinder:
    """Finds roads."""

    def __init__(
        self,
        advisor: Advisor,
        bundles: Bundles,
        scorer: QuickScorer,
        changes: Changes,
        findings_of_answer: FindingsOfAnswer,
    ) -> None:
        self._advisor = advisor
        self._findings_of_answer = findings_of_answer
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
        channels = frozenset([channel.id for channel in bundle.channels]) if bundle else frozenset()
        scores = self._scorer.of(recommendation)
        search = RoadSearch(self._changes.sets(profile, MOST), now, channels, scores, self._bundles)
        found = search.best()
        told = self._findings_of_answer.of(recommendation, bundle) if found else ()
        asked = _asked(told)
        new = [each for each in found if not (asked >= each.questions and channels == each.channels)]
        return tuple([self._road(each, recommendation, bundle, told) for each in new])

    def standing(self, recommendation: Recommendation, bundle: Bundle | None) -> Standing:
        """How the decision stands with the answers as they are."""
        effects = [each.effect for each in recommendation.readiness.findings if each.effect is not Effect.WARN]
        needs = recommendation.profile.codes(self._knowledge.needs.id)
        return Standing.at_best(effects, needs).with_set(bundle.channels if bundle else (), needs)

    def _road(self, found: RoadCandidate, now: Recommendation, before: Bundle | None, told: Sequence[Finding]) -> Road:
        changes, scores, chosen = found.changes, found.scores, found.chosen
        assert scores is not None
        assert chosen is not None
        profile = self._changes.applied(changes, now.profile)
        verdict = WORST_FIRST[found.standing.verdict]
        asked, here = _asked(told), {channel.id for channel in before.channels} if before else set()
        steps = []
        for each in changes:
            step = self._changes.described(each, now.profile)
            # What comes along may name a channel, and that may be another one than the verdict speaks of.
            names_another = any(question.relation and code not in here for question, code in each.along)
            steps.append(self._referring(step) if each.question.id in asked and not names_another else step)
        if first := self._way_back(now, chosen):
            steps[0] = replace(steps[0], action=sentences(self._knowledge, [first, steps[0].action]))
        if verdict is Verdict.GO:
            so_far = not scores.needs or bool(self._advisor.launch.little_known(scores.masks))
            return Road(tuple(steps), profile, verdict, chosen, self._start(now, before, chosen.channels, so_far))
        # Only where something is left to do, the whole answer is needed to say what.
        then = self._advisor.recommend(profile, scores.whole)
        bundle = self._bundles.choose(then)
        assert bundle is not None
        return Road(tuple(steps), profile, verdict, chosen, self._rest(told, then, bundle))

    def _referring(self, change: Change) -> Change:
        """The same without what to do, which the verdict says already."""
        action = said(self._knowledge, "advice_road_step_said", label=clause(self._knowledge, change.question.label))
        return replace(change, action=action, asked=True)

    def _way_back(self, recommendation: Recommendation, chosen: ChosenSet) -> Text | None:
        """What to do before a set that holds the channel of now, where what was found leads away from that one."""
        rules = [self._knowledge.rule_by_id.get(each.name) for each in recommendation.readiness.findings]
        first = next((rule.way_back for rule in rules if rule and rule.way_back), None)
        options = channel_options(recommendation.profile, self._knowledge.questionnaire)
        now = {each.channel for each in options if each.relation == "current"}
        return first if any(channel.id in now for channel in chosen.channels) else None

    def outcome(self, now: Recommendation, before: Bundle | None, then: Recommendation, bundle: Bundle) -> Text:
        """The answer that follows, in words."""
        if then.readiness.verdict is Verdict.GO:
            return self._start(now, before, bundle.channels, then.readiness.so_far)
        return self._rest(self._findings_of_answer.of(now, before), then, bundle)

    def _start(self, now: Recommendation, before: Bundle | None, channels: Sequence[Channel], so_far: bool) -> Text:
        """That the team can start then; it names what that replaces, or both could be taken as one advice."""
        names = channel_names(self._knowledge, [channel.id for channel in channels])
        if so_far:
            return said(self._knowledge, "advice_road_go_so_far", channels=names)
        goes_on = before is None or any(channel in before.channels for channel in channels)
        if before and not goes_on and not (now.hypothetical or now.readiness.none_fits):
            replaced = channel_names(self._knowledge, [channel.id for channel in before.channels])
            return said(self._knowledge, "advice_road_go_in_place", channels=names, before=replaced)
        return said(self._knowledge, "advice_road_go", channels=names)

    def _rest(self, told: Sequence[Finding], then: Recommendation, bundle: Bundle) -> Text:
        """What is left to do then, beside what is told now."""
        names = channel_names(self._knowledge, [channel.id for channel in bundle.channels])
        now = {each.name for each in told}
        found = self._findings_of_answer.of(then, bundle)
        left = [each for each in found if each.effect is not Effect.WARN and each.name not in now]
        new = [each.action for each in left if each.action]
        if new:
            return said(self._knowledge, "advice_road_fix_first", channels=names, action=new[0])
        return said(self._knowledge, "advice_road_fix_rest", channels=names)


def _asked(told: Sequence[Finding]) -> Set[str]:
    """The questions whose answers the verdict, as it is told, asks to change."""
    return {each.action_of for each in told if each.action_of}
