"""Launch verdict: whether to launch at all, what to fix first, and which unknown answers could still change that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.questions import Questionnaire, Text
from model.domain.rules import READINESS_EFFECTS, Effect, Rule
from model.domain.wording import said
from model.memo import Memo, key_of
from model.profiles.profile import Profile
from model.scoring.compiled_conditions import CompiledCondition
from model.scoring.decision_table import DecisionTable
from model.scoring.held_back import HeldBack
from model.scoring.scorer import Assessment

NO_CHANNEL_LEFT = "no-channel-left"
"""The finding that all channels are excluded."""
NO_CHANNEL_FITS, NO_CHANNEL_FITS_YET = "no-channel-fits", "no-channel-fits-yet"
"""Findings that no channel for what members want most will probably be used."""
FIRST_WISH_WAITS, EVERY_CHANNEL_WAITS = "first-wish-waits", "every-channel-waits"
"""Findings that warnings hold back every channel for the first wish, or all that fits."""
MANY_OPEN = 3
"""From this many unknown answers that can still stop a start, "you can start" says so."""
LEAST = -0.405
"""Log-odds of use that some channel must reach, or none fits: four in ten. Below it pages say "probably not"."""


class Verdict(StrEnum):
    """May this community open a channel?"""

    GO = "go"
    FIX_FIRST = "fix_first"
    DO_NOT_LAUNCH_YET = "do_not_launch_yet"


WORST_FIRST = (Verdict.DO_NOT_LAUNCH_YET, Verdict.FIX_FIRST, Verdict.GO)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against launching now.

    Attributes:
        effect: stop, hold or warn.
        name: the rule, or what was found in the ranking ("no-channel-left", "no-channel-fits", or
            "no-channel-fits-yet" while unknown answers can still change that, "first-wish-waits" where a warning
            holds back every channel for it, or "every-channel-waits" where one holds back all that fits).
        action: what to do about it first.
        action_of: the question whose answer that action changes.
        who: who does that.
        brief_action: the action in a few words.
        of_waiting: whether it is about a channel that the set waits with, and about none of the set.
        proviso: what to say between that action and the channels, where these only suit one outcome of it.
        about: ids of the channels of the answer that a warning says not to start with.
        answer_first: where too little is known for any advice: the questions to answer first.
    """

    effect: Effect
    name: str
    text: Text
    action: Text | None = None
    action_of: str | None = None
    grade: tuple[str, ...] = ()
    answer_first: tuple[str, ...] = ()
    proviso: Text | None = None
    who: Text | None = None
    brief_action: Text | None = None
    of_waiting: bool = False
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The launch verdict with its grounds.

    Attributes:
        findings: the most serious first.
        may_change: questions with an unknown answer that could make a stop or a hold fire.
        little_known: the finding that too many answers are unknown, where that is so.
        wish_known: whether it is known what members want.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    may_change: tuple[str, ...]
    little_known: Finding | None = None
    wish_known: bool = True

    @property
    def so_far(self) -> bool:
        """Whether nothing speaks against launching only as far as the little goes that is known."""
        return self.verdict is Verdict.GO and not (self.wish_known and self.little_known is None)

    @property
    def too_early(self) -> bool:
        """Whether it is too early to choose, because nobody said what members want."""
        return self.so_far and not self.wish_known

    @property
    def answer_first(self) -> tuple[str, ...]:
        """The questions to answer first, where so little is known that nothing can be advised; none otherwise."""
        return next((each.answer_first for each in self.findings if each.answer_first), ())

    @property
    def none_fits(self) -> bool:
        """Whether a set of channels only shows what comes nearest: there is nothing to start with."""
        return self.every_waits or any(each.name in (NO_CHANNEL_FITS, NO_CHANNEL_FITS_YET) for each in self.findings)

    @property
    def every_waits(self) -> bool:
        """Whether there are channels that fit, and warnings hold back all of them."""
        return any(each.name == EVERY_CHANNEL_WAITS for each in self.findings)

    @property
    def wording(self) -> str:
        """The name of the message that says the verdict."""
        if self.so_far:
            return "verdict_go_without_wish" if self.too_early else "verdict_go_so_far"
        first = self.findings[0] if self.findings else None
        if first and first.answer_first:
            return "verdict_nothing_known"
        if any(each.name == NO_CHANNEL_LEFT for each in self.findings):
            return "verdict_no_channel_left"
        if self.verdict is Verdict.GO and len(self.may_change) >= MANY_OPEN:
            return "verdict_go_as_far_as_known"
        # What can be begun with is there, so "fix this first" would say too much.
        return "verdict_first_wish_waits" if first and first.name == FIRST_WISH_WAITS else f"verdict_{self.verdict}"


class LaunchRules:
    """The readiness rules of some knowledge, compiled.

    Attributes:
        held_back: the warnings about channels.
        indices: places of the questions that the launch rules look at.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.held_back = HeldBack(knowledge)
        rules = knowledge.rules_with(*READINESS_EFFECTS)
        compiled = [(rule, CompiledCondition(rule.when, knowledge.questionnaire)) for rule in rules]
        asking = [(rule, condition) for rule, condition in compiled if condition.indices]
        # Only how many answers are unknown can be asked without asking for one of them.
        self._rules_of_all = [
            (_finding(rule, knowledge.questionnaire), condition)
            for rule, condition in compiled
            if not condition.indices
        ]
        self._table = DecisionTable([condition.condition for _, condition in asking], knowledge.questionnaire)
        self._rules = [
            (bit, _finding(rule, knowledge.questionnaire), condition.indices)
            for bit, (rule, condition) in zip(self._table.bits, asking, strict=True)
        ]
        self._serious = [rule for rule in self._rules if rule[1].effect is not Effect.WARN]
        # The interview asks for these alone, of many answers that are mostly the same.
        self._serious_answers = key_of(sorted({index for _, _, indices in self._serious for index in indices}))
        self._serious_memo: Memo[list[Effect]] = Memo()
        self.indices = self._table.indices

    def look_at(
        self, profile: Profile, ranked: Sequence[Assessment], serving: Collection[int] | None = None
    ) -> Readiness:
        """The verdict for these answers and the channels that remain, the best first.

        Args:
            serving: places of the channels that serve the first wish well; None while no wish is known.
        """
        known, may_change = self._known(profile.masks)
        of_all = self.little_known(profile.masks)
        findings = [*known, *of_all]
        usable = [each.place for each in ranked if each.log_odds >= LEAST]
        fitting = [place for place in usable if serving is None or place in serving]
        if not ranked:
            findings.append(self._found(Effect.STOP, NO_CHANNEL_LEFT))
        elif not fitting:
            open_still = any(each.high >= LEAST for each in ranked if serving is None or each.place in serving)
            name = NO_CHANNEL_FITS_YET if open_still else NO_CHANNEL_FITS
            findings.append(self._found(Effect.HOLD, name, "_first_wish" if usable else ""))
        elif self._all_wait(profile.masks, fitting):
            every = self._all_wait(profile.masks, usable)
            findings.append(self._found(Effect.HOLD, EVERY_CHANNEL_WAITS if every else FIRST_WISH_WAITS))
        findings.sort(key=_seriousness)
        verdict = verdict_of([each.effect for each in findings])
        return Readiness(verdict, tuple(findings), may_change, of_all[0] if of_all else None, serving is not None)

    def little_known(self, masks: Masks) -> list[Finding]:
        """That too many answers are unknown, where that is so."""
        return [finding for finding, condition in self._rules_of_all if condition.holds(masks)]

    def serious(
        self, masks: Masks, log_odds: Mapping[int, float], serving: Collection[int] | None = None
    ) -> Sequence[Effect]:
        """Only the stops and holds that `look_at` would find, from the answers.

        Args:
            log_odds: of use, by place, of the channels that are not excluded.
            serving: as for `look_at`.
        """
        found = self.serious_at_least(masks)
        if not log_odds:
            return [*found, Effect.STOP]
        fitting = [place for place, each in log_odds.items() if each >= LEAST and (serving is None or place in serving)]
        return [*found, Effect.HOLD] if self._all_wait(masks, fitting) else found

    def _all_wait(self, masks: Masks, fitting: Iterable[int]) -> bool:
        """Whether warnings hold back all of these channels; true of none."""
        return self.held_back.places(masks).keys() >= set(fitting)

    def serious_at_least(self, masks: Masks) -> list[Effect]:
        """The stops and holds that the answers alone lead to, whatever the channels."""
        return self._serious_memo.of(self._serious_answers(masks), lambda: self._serious_effects(masks))

    def in_the_way(self, masks: Masks) -> list[tuple[Effect, frozenset[int]]]:
        """The same, each with the places of the questions that it looks at: as long as these stay, it does."""
        holds, _ = self._table.at(masks)
        return [(each.effect, frozenset(indices)) for bit, each, indices in self._serious if holds & bit]

    def _serious_effects(self, masks: Masks) -> list[Effect]:
        holds, _ = self._table.at(masks)
        return [each.effect for bit, each, _ in self._serious if holds & bit]

    def _known(self, masks: Masks) -> tuple[list[Finding], tuple[str, ...]]:
        """What the rules about single answers find, and the unknown answers that could make a stop or hold fire."""
        holds, waits = self._table.at(masks)
        findings, may_change = [], set[int]()
        for bit, finding, indices in self._rules:
            if holds & bit:
                findings.append(finding)
            elif waits & bit and finding.effect is not Effect.WARN:
                may_change.update([index for index in indices if not masks[index]])
        questions = self._knowledge.questionnaire.questions
        return findings, tuple([questions[index].id for index in sorted(may_change)])

    def _found(self, effect: Effect, name: str, of: str = "") -> Finding:
        """A finding of the ranking.

        Args:
            of: the end of the message's name, where it says this of some channels only.
        """
        key = name.replace("-", "_")
        return Finding(effect, name, said(self._knowledge, f"{key}{of}"), said(self._knowledge, f"{key}_action"))


def _seriousness(finding: Finding) -> int:
    return READINESS_EFFECTS.index(finding.effect)


def _finding(rule: Rule, questionnaire: Questionnaire) -> Finding:
    lever = questionnaire[rule.action_of].lever if rule.action_of else None
    return Finding(
        rule.effect,
        rule.id,
        rule.text,
        rule.action,
        rule.action_of,
        rule.grade,
        rule.answer_first,
        rule.proviso,
        rule.who or (lever.who if lever else None),
        rule.brief_action,
    )


def verdict_of(effects: Collection[Effect]) -> Verdict:
    """The verdict that follows from what was found."""
    if Effect.STOP in effects:
        return Verdict.DO_NOT_LAUNCH_YET
    return Verdict.FIX_FIRST if Effect.HOLD in effects else Verdict.GO
