"""Contradictions: answers that cannot all be true. They are pointed out and never resolved: the team knows best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from model.domain.conditions import Chosen, Masks, OnlyChosen, leaves
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect, Rule
from model.profiles.profile import Profile
from model.scoring.compiled_conditions import CompiledCondition


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that cannot all be true.

    Attributes:
        answers: (question, code) of each.
    """

    rule: Rule
    answers: tuple[tuple[str, str], ...]

    def pointers(self, profile: Profile) -> list[str]:
        """Where these answers stand in a profile, as JSON pointers inside it."""
        return [_pointer(profile, question, code) for question, code in self.answers]


class Contradictions:
    """The contradictions that some knowledge can see.

    Attributes:
        of_places: places of one question or of two, in order → what can contradict their answers; no entry where
            nothing can.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._rules = [
            (rule, CompiledCondition(rule.when, knowledge.questionnaire))
            for rule in knowledge.rules_with(Effect.CONTRADICTION)
        ]
        self.of_places: dict[tuple[int, ...], list[CompiledCondition]] = {}
        for _, ask in self._rules:
            for places in [*combinations(ask.indices, 1), *combinations(ask.indices, 2)]:
                self.of_places.setdefault(places, []).append(ask)

    def of(self, profile: Profile) -> tuple[Contradiction, ...]:
        """What cannot all be true of these answers, in the order of the rules."""
        return tuple(
            [Contradiction(rule, _answers(rule, profile)) for rule, ask in self._rules if ask.holds(profile.masks)]
        )

    def has(self, place: int, masks: Masks) -> bool:
        """Whether the answer to the question at this place is one of some that cannot all be true."""
        return any(ask.holds(masks) for ask in self.of_places.get((place,), ()))


def _answers(rule: Rule, profile: Profile) -> tuple[tuple[str, str], ...]:
    """The chosen answers that the rule names, each once."""
    named = [
        (leaf.question, code)
        for leaf in leaves(rule.when)
        if isinstance(leaf, Chosen | OnlyChosen)
        for code in _matched(leaf, profile.codes(leaf.question))
    ]
    return tuple(dict.fromkeys(named))


def _matched(leaf: Chosen | OnlyChosen, chosen: Sequence[str]) -> Sequence[str]:
    """The chosen codes that this condition is about: with "only" all of them, or none."""
    named = [code for code in chosen if code in leaf.codes]
    return named if isinstance(leaf, Chosen) or len(named) == len(chosen) else ()


def _pointer(profile: Profile, question: str, code: str) -> str:
    answer = profile.answers[question]
    return f"/{question}" if isinstance(answer, str) else f"/{question}/{answer.index(code)}"
