"""Applied: the rules of some knowledge, each applied to every channel once, for all who ask them again and again."""

from __future__ import annotations

from collections.abc import Sequence

from model.domain.conditions import Condition
from model.domain.knowledge import Knowledge
from model.domain.rules import Rule
from model.scoring.answer_classes import Ask
from model.scoring.features import rule_terms


class Applied:
    """What remains of the rules for each channel.

    Attributes:
        terms: per channel the rules that can say something about it, each with what remains to be asked of the answers;
            the same object for equal conditions, because making one ready to be asked takes time and memory.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        asks: dict[Condition, Ask] = {}
        terms: list[list[tuple[Rule, Ask]]] = []
        for channel in knowledge.channels:
            terms.append([])
            for term in rule_terms(channel, knowledge):
                ask = asks.get(term.when) or Ask(term.when, knowledge.questionnaire)
                asks[term.when] = ask
                terms[-1].append((term.rule, ask))
        self.terms: Sequence[Sequence[tuple[Rule, Ask]]] = terms
