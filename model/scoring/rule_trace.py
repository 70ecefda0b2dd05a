"""Rule trace: for every rule and channel what became of it, for readers who want to check a result.

Statuses: `fired`; `near_miss` (one part of the condition is not met, all others are: which); `undecided` (unknown
answers decide: which); `not_applicable`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from model.domain.conditions import NEVER, All, Condition, all_of, compile_condition, questions_of
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.profiles.profile import Profile
from model.scoring.features import CHANNEL_EFFECTS

Status = Literal["fired", "near_miss", "undecided", "not_applicable"]


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What became of one rule for one channel.

    Attributes:
        questions: the unknown answers that decide (undecided), or the questions of the part that is not met (near
            miss; empty when it is an attribute of the channel).
    """

    rule: str
    channel: str
    status: Status
    questions: tuple[str, ...] = ()


def trace(profile: Profile, knowledge: Knowledge) -> Iterator[TraceLine]:
    """One line for each pair of a channel and a rule that moves or excludes channels."""
    for rule in knowledge.rules_with(*CHANNEL_EFFECTS):
        for channel in knowledge.channels:
            parts = [
                for_channel(part, channel, knowledge.relation_context)
                for condition in (rule.when, rule.channel)
                for part in (condition.parts if isinstance(condition, All) else (condition,))
            ]
            status, questions = _status(parts, profile, knowledge)
            yield TraceLine(rule.id, channel.id, status, questions)


def _status(parts: list[Condition], profile: Profile, knowledge: Knowledge) -> tuple[Status, tuple[str, ...]]:
    layout = knowledge.questionnaire.layout
    decisions = [compile_condition(part, layout)(profile.masks) for part in parts]
    unmet = [part for part, decision in zip(parts, decisions, strict=True) if decision is False]
    waiting = [part for part, decision in zip(parts, decisions, strict=True) if decision is None]
    if not unmet and not waiting:
        return "fired", ()
    if not unmet:
        asked = questions_of(all_of(waiting))
        return "undecided", tuple(
            question.id for question in knowledge.questionnaire if question.id in asked - profile.answers.keys()
        )
    if len(unmet) == 1 and not waiting:
        return "near_miss", () if unmet[0] == NEVER else tuple(sorted(questions_of(unmet[0])))
    return "not_applicable", ()
