"""Readiness: whether to launch at all, what to fix first, and which unknown answers could still change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import READINESS_EFFECTS, Effect, Rule
from model.memo import key_of, remember
from model.profiles.profile import Profile
from model.scoring.answer_classes import Ask
from model.scoring.scorer import Assessment


class Verdict(StrEnum):
    """May this community open a channel?"""

    GO = "go"
    FIX_FIRST = "fix_first"
    DO_NOT_LAUNCH_YET = "do_not_launch_yet"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against launching now.

    Attributes:
        effect: stop, hold or warn.
        name: the rule, or what was found in the ranking ("no-channel-left", "no-channel-fits", or
            "no-channel-fits-yet" while unknown answers can still change that).
        action: what to do about it first.
        action_of: the question whose answer that action changes.
    """

    effect: Effect
    name: str
    text: Text
    action: Text | None = None
    action_of: str | None = None
    sources: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The launch verdict with its grounds.

    Attributes:
        findings: the most serious first.
        may_change: questions with an unknown answer that could make a stop or a hold fire.
        little_known: the finding that too many answers are unknown, where that is so.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    may_change: tuple[str, ...]
    little_known: Finding | None = None

    @property
    def so_far(self) -> bool:
        """Whether nothing speaks against launching only as far as the little goes that is known."""
        return self.verdict is Verdict.GO and self.little_known is not None

    @property
    def wording(self) -> str:
        """The name of the message that says the verdict."""
        return "verdict_go_so_far" if self.so_far else f"verdict_{self.verdict}"


class ReadinessRules:
    """The readiness rules of some knowledge, compiled."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        rules = knowledge.rules_with(*READINESS_EFFECTS)
        asks = [(rule, Ask(rule.when, knowledge.questionnaire)) for rule in rules]
        self._asks = [(rule, ask) for rule, ask in asks if ask.indices]
        # Only how many answers are unknown can be asked without asking for one of them.
        self._asks_of_all = [(rule, ask) for rule, ask in asks if not ask.indices]
        self._answers = key_of(sorted({index for _, ask in self._asks for index in ask.indices}))
        self._memo: dict[Any, tuple[tuple[Finding, ...], tuple[str, ...]]] = {}

    def look_at(self, profile: Profile, ranked: Sequence[Assessment]) -> Readiness:
        """The verdict for these answers and the channels that remain, the best first."""
        key = self._answers(profile.masks)
        found = self._memo.get(key)
        if found is None:
            found = remember(self._memo, key, self._look_at_answers(profile.masks))
        known, may_change = found
        of_all = [_finding(rule) for rule, ask in self._asks_of_all if ask.now(profile.masks)]
        findings = [*known, *of_all]
        if not ranked:
            findings.append(self._found(Effect.STOP, "no-channel-left"))
        elif ranked[0].log_odds < 0:
            open_still = any(each.high >= 0 for each in ranked)
            findings.append(self._found(Effect.HOLD, "no-channel-fits-yet" if open_still else "no-channel-fits"))
        findings.sort(key=_seriousness)
        return Readiness(_verdict(findings), tuple(findings), may_change, of_all[0] if of_all else None)

    def _look_at_answers(self, masks: Masks) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """What the rules about single answers find, and the unknown answers that could make a stop or hold fire."""
        findings, may_change = [], set[int]()
        for rule, ask in self._asks:
            decision = ask.now(masks)
            if decision:
                findings.append(_finding(rule))
            elif decision is None and rule.effect is not Effect.WARN:
                may_change.update(index for index in ask.indices if not masks[index])
        questions = self._knowledge.questionnaire.questions
        return tuple(findings), tuple(questions[index].id for index in sorted(may_change))

    def _found(self, effect: Effect, name: str) -> Finding:
        key = name.replace("-", "_")
        messages = self._knowledge.messages
        return Finding(
            effect,
            name,
            {language: words[key] for language, words in messages.items()},
            {language: words[f"{key}_action"] for language, words in messages.items()},
        )


def _seriousness(finding: Finding) -> int:
    return READINESS_EFFECTS.index(finding.effect)


def _finding(rule: Rule) -> Finding:
    return Finding(rule.effect, rule.id, rule.text, rule.action, rule.action_of, rule.sources, rule.grade)


def _verdict(findings: Sequence[Finding]) -> Verdict:
    effects = {finding.effect for finding in findings}
    if Effect.STOP in effects:
        return Verdict.DO_NOT_LAUNCH_YET
    return Verdict.FIX_FIRST if Effect.HOLD in effects else Verdict.GO
