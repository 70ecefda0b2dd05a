"""Reasons: what speaks for a channel and against it, as pages tell it; what says the same of one wish is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from model.domain.conditions import Chosen
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import is_opinion
from model.scoring.reasons import Reason
from model.scoring.scorer import Assessment

Citation = tuple[int, str, str]
"""A source: its number in the list, its id and its title."""


class ReasonGroup(NamedTuple):
    """Reasons that are told as one, by the words of the first.

    Attributes:
        contribution: what they add together to the score that ranks channels.
    """

    reasons: tuple[Reason, ...]
    contribution: float

    @property
    def key(self) -> str:
        """Tells this group from others with the same first reason."""
        return " ".join([f"{each.name} {each.contribution}" for each in self.reasons[1:]])


class ReasonLists(NamedTuple):
    """What speaks for a channel (`pro`) and against it (`con`), the weightiest first."""

    pro: Sequence[ReasonGroup]
    con: Sequence[ReasonGroup]


@dataclass(frozen=True, slots=True)
class ShownReason:
    """A group with what it rests on.

    Attributes:
        strength: how heavy it is, 1 (a little) to 3 (a lot).
        grade: what it rests on, as codes of `GRADES` (`service.web.labels`).
        assumed: whether an unknown answer was taken for something to get here.
    """

    text: Text
    contribution: float
    strength: int
    grade: tuple[str, ...]
    opinion: bool
    sources: Sequence[Citation]
    assumed: bool


class ReasonGrouper:
    """Puts reasons together that say the same.

    How well a channel serves a wish is one reason, and a rule about that wish alone is another one. To a reader both
    say the same, so they are told by the words of the rule, which says more.
    """

    def __init__(self, knowledge: Knowledge, cited: Callable[[Iterable[str]], Sequence[Citation]]) -> None:
        self._knowledge = knowledge
        self._cited = cited
        self._needs_of: Mapping[str, frozenset[str]] = {
            rule.id: rule.when.codes
            for rule in knowledge.rules
            if isinstance(rule.when, Chosen) and rule.when.question == knowledge.needs.id
        }

    def lists(self, assessment: Assessment) -> ReasonLists:
        """Everything that speaks for a channel and against it."""
        return ReasonLists(
            self._side([reason for reason in assessment.reasons if reason.contribution > 0]),
            self._side([reason for reason in assessment.reasons if reason.contribution < 0]),
        )

    def shown(self, group: ReasonGroup) -> ShownReason:
        """A group with what it rests on."""
        rule_by_id, functions = self._knowledge.rule_by_id, self._knowledge.functions
        grounds = [rule_by_id.get(each.name) or functions.get(each.name) for each in group.reasons]
        grade = tuple(dict.fromkeys(code for ground in grounds if ground for code in ground.grade))
        if group.reasons[0].kind == "records":
            grade = ("records",)
        size = abs(group.contribution)
        return ShownReason(
            text=group.reasons[0].text,
            contribution=group.contribution,
            strength=3 if size >= 0.6 else 2 if size >= 0.25 else 1,
            grade=grade,
            opinion=any(grounds) and is_opinion(grade),
            sources=self._cited(dict.fromkeys(source for ground in grounds if ground for source in ground.sources)),
            assumed=any(each.assumed for each in group.reasons),
        )

    def _side(self, reasons: Sequence[Reason]) -> list[ReasonGroup]:
        """The groups of reasons that all speak for a channel, or all against it."""
        needs = {reason.name: reason for reason in reasons if reason.kind == "need"}
        told: list[ReasonGroup] = []
        for reason in reasons:
            need = needs.pop(self._need_of(reason, needs), None)
            if need is not None:
                told.append(ReasonGroup((reason, need), reason.contribution + need.contribution))
            elif reason.kind != "need":
                told.append(ReasonGroup((reason,), reason.contribution))
        told += [ReasonGroup((need,), need.contribution) for need in needs.values()]
        return sorted(told, key=lambda group: -abs(group.contribution))

    def _need_of(self, reason: Reason, needs: Iterable[str]) -> str:
        """The need that a rule is about, if it is about one that has a reason of its own."""
        about = self._needs_of.get(reason.name)
        return next((need for need in needs if need in about), "") if about else ""
