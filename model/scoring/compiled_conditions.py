"""Compiled conditions: a condition on the answers, ready to be asked again and again."""

from __future__ import annotations

from collections.abc import Iterable

from model.domain.conditions import Condition, Masks, compile_condition, questions_of
from model.domain.questions import Questionnaire


class CompiledCondition:
    """A condition on the answers.

    Attributes:
        condition: the condition.
        indices: places of the questions that it looks at.
        holds: whether it holds for answer masks; None where unknown answers decide.
    """

    def __init__(self, condition: Condition, questionnaire: Questionnaire) -> None:
        self.condition = condition
        self.indices = tuple(sorted(questionnaire.layout[question].index for question in questions_of(condition)))
        self.holds = compile_condition(condition, questionnaire.layout)


class Assumptions:
    """What unknown answers are taken for, as far as these questions go.

    Args:
        indices: places of the questions.

    Attributes:
        looked_at: their places, with those of the questions that an assumption about them rests on.
    """

    def __init__(self, indices: Iterable[int], questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        indices = sorted(indices)
        self._assumed = [index for index in indices if questionnaire.questions[index].assumptions]
        looked_at = set(indices)
        for index in self._assumed:
            for assumption in questionnaire.questions[index].assumptions:
                looked_at.update(CompiledCondition(assumption.when, questionnaire).indices)
        self.looked_at = tuple(sorted(looked_at))

    def filled(self, masks: Masks) -> Masks:
        """The answers with what is assumed in the place of unknown ones; the same object where nothing is."""
        found: list[int] | None = None
        for index in self._assumed:
            if not masks[index]:
                assumption = self._questionnaire.assumption(index, masks)
                if assumption is not None:
                    found = list(masks) if found is None else found
                    found[index] = self._questionnaire.questions[index].bit_of[assumption.answer]
        return masks if found is None else found
