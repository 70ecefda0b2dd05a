"""Findings: of the stops, holds and warnings that fire, those about something that the answer names.

A warning about channels is told where it keeps one out of the set, or where the answer names one that it is about: in
the set, as what could serve a wish, as what the team wants to copy or has now. Elsewhere it would only take attention
away from what matters. A warning about the community itself is always told.

A hold about channels is told where the set has one, or waits with one for the first wish: what is to be done first for
an app is not what is to be done for a talk in a room. The verdict is that of all holds, so where none of them would be
left, all are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from model.advice.bundle.chooser import MEETING_FIRST, Bundle
from model.domain.conditions import ALWAYS, Condition, Masks
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect, Rule
from model.domain.wording import channel_names, said, sentences
from model.profiles.profile import Profile, channel_options
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.decision_table import DecisionTable
from model.scoring.held_back import places_by_condition
from model.scoring.launch_verdict import FIRST_WISH_WAITS, LEAST, Finding

MOST_NAMES = 3
"""A warning about more channels than this is about most of what the answer names, and a list of them says no more."""

Subjects = Mapping[str, frozenset[int]]
"""Name of a finding about channels → places of the channels that it is about."""


class FindingsOfAnswer:
    """Chooses the findings to tell."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._knowledge = knowledge = advisor.knowledge
        about = [
            (rule.id, ask, places)
            for rule in knowledge.rules_with(Effect.WARN, Effect.HOLD)
            if _channels_of(rule) != ALWAYS and rule.bundle != MEETING_FIRST
            for ask, places in places_by_condition(_channels_of(rule), knowledge)
        ]
        self._table = DecisionTable([ask for _, ask, _ in about], knowledge.questionnaire)
        self._about: dict[str, list[tuple[int, frozenset[int]]]] = {}
        for bit, (name, _, places) in zip(self._table.bits, about, strict=True):
            self._about.setdefault(name, []).append((bit, places))

    def of(self, recommendation: Recommendation, bundle: Bundle | None) -> tuple[Finding, ...]:
        """The findings that concern the answer.

        Args:
            bundle: the set for the same answers; None when there is none.
        """
        findings = recommendation.readiness.findings
        if not any(each.name in self._about for each in findings):
            return findings
        named = frozenset(self._named(recommendation, bundle))
        about = self._subjects(findings, recommendation.profile.masks)
        kept = self._with_some_holds(findings, about, bundle)
        return tuple(self._told(kept, about, named, recommendation.scores.excluded.keys()))

    def _with_some_holds(
        self, findings: Sequence[Finding], subjects: Subjects, bundle: Bundle | None
    ) -> Sequence[Finding]:
        """The findings, without holds about channels that are neither in the set nor what the first wish waits for."""
        if bundle is None:
            return findings
        place = self._knowledge.channel_place
        chosen = {place[channel.id] for channel in bundle.channels}
        waiting = {place[bundle.first_wish_waits_for]} if bundle.first_wish_waits_for else set[int]()
        kept = []
        for each in findings:
            about = subjects.get(each.name, chosen) if each.effect is Effect.HOLD else chosen
            if about & chosen:
                kept.append(each)
            elif about & waiting:
                kept.append(replace(each, of_waiting=True))
        if any(each.of_waiting for each in kept):
            # That the first wish waits is said with what it waits for.
            kept = [each for each in kept if each.name != FIRST_WISH_WAITS]
        return kept if any(each.effect is Effect.HOLD for each in kept) else findings

    def _told(
        self, findings: Iterable[Finding], subjects: Subjects, named: Set[int], excluded: Set[int]
    ) -> Iterator[Finding]:
        for each in findings:
            if each.name not in subjects or each.effect is Effect.HOLD:
                yield each
                continue
            about = subjects[each.name] & named
            if not self._holds_back(each):
                if about:
                    yield each
            # Who hears that a channel is left out need not hear that it has to wait.
            elif about := about - excluded:
                yield self._with_names(each, about)

    def _subjects(self, findings: Iterable[Finding], masks: Masks) -> Subjects:
        """What those of these that are about channels are about, with these answers."""
        holds, waits = self._table.at(masks)
        return {
            each.name: frozenset().union(*[places for bit, places in self._about[each.name] if (holds | waits) & bit])
            for each in findings
            if each.name in self._about
        }

    def _holds_back(self, finding: Finding) -> bool:
        """Whether it says not to start with a channel. Who reads that must see which one is meant."""
        return self._knowledge.rule_by_id[finding.name].channel != ALWAYS

    def _with_names(self, finding: Finding, about: Set[int]) -> Finding:
        ids = tuple([self._knowledge.channels[place].id for place in sorted(about)])
        if len(ids) > MOST_NAMES:
            return replace(finding, about=ids)
        about_names = said(self._knowledge, "advice_finding_about", channels=channel_names(self._knowledge, ids))
        return replace(finding, text=sentences(self._knowledge, [finding.text, about_names]), about=ids)

    def _named(self, recommendation: Recommendation, bundle: Bundle | None) -> Iterator[int]:
        """Places of the channels that the answer names, or waits with."""
        place = self._knowledge.channel_place
        yield from (place[name] for name in _asked_about(recommendation.profile, self._knowledge))
        if bundle is None:
            return
        yield from (place[channel.id] for channel in bundle.channels)
        yield from (place[name] for later in bundle.later for name in later.channels)
        yield from (place[each.instead] for each in bundle.uncovered if each.instead)
        readiness = recommendation.readiness
        if readiness.every_waits or any(each.name == FIRST_WISH_WAITS for each in readiness.findings):
            serving = self._advisor.serving_first(recommendation.scores.answers.needs)
            yield from (
                each.assessment.place
                for each in recommendation.channels
                if each.assessment.log_odds >= LEAST and (serving is None or each.assessment.place in serving)
            )


def _channels_of(rule: Rule) -> Condition:
    """Which channels a warning is about; `ALWAYS` where it is about the community."""
    return rule.channel if rule.channel != ALWAYS else rule.concerns


def _asked_about(profile: Profile, knowledge: Knowledge) -> Collection[str]:
    """The channels that the team names in its answers: what it wants to copy, what it has now, what was approved."""
    return [each.channel for each in channel_options(profile, knowledge.questionnaire) if each.channel]
