"""Likelihood: how likely a condition is to hold, kept for the answers that were just asked about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from model.domain.conditions import Masks
from model.domain.questions import Questionnaire
from model.memo import FEW, key_of, remember
from model.scoring.answer_classes import Ask


class Likelihood:
    """A condition that is asked again and again.

    Attributes:
        depends: places of the questions whose answers it looks at, also by way of an assumption.
    """

    def __init__(self, ask: Ask, questionnaire: Questionnaire) -> None:
        self.ask = ask
        self.depends = depends_on([ask], questionnaire)
        self._key = key_of(self.depends)
        self._memo: dict[Any, float] = {}

    def value(self, masks: Masks) -> float:
        """How likely it is that the condition holds; 1 or 0 when the answers decide."""
        key = self._key(masks)
        value = self._memo.get(key)
        if value is None:
            value = remember(self._memo, key, self.ask.probability(masks), FEW)
        return value


def depends_on(asks: Iterable[Ask], questionnaire: Questionnaire) -> tuple[int, ...]:
    """Places of the questions that conditions look at, with those that say what an unknown answer is taken for."""
    indices = {index for ask in asks for index in ask.indices}
    for index in sorted(indices):
        for assumption in questionnaire.questions[index].assumptions:
            indices.update(Ask(assumption.when, questionnaire).indices)
    return tuple(sorted(indices))
