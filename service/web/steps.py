"""Steps: which questions stand together on a screen, and which come next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from model.domain.questions import Question, Questionnaire

LONG_LIST = 10
"""From this many options a question counts as two."""
PER_STEP = 3
_BETWEEN_STEPS, BETWEEN_QUESTIONS = "~", "."

Order = Callable[[Sequence[Question]], Iterable[Question]]
"""Gives the questions that were not asked yet in the order in which they matter; a step takes the first few."""


@dataclass(frozen=True, slots=True)
class FormProgress:
    """How far a visitor is: the steps that were shown, and the one to show now."""

    seen: tuple[tuple[str, ...], ...]
    now: tuple[str, ...]

    @property
    def asked(self) -> frozenset[str]:
        return frozenset(question for step in self.seen for question in step)

    @property
    def seen_text(self) -> str:
        return _BETWEEN_STEPS.join(BETWEEN_QUESTIONS.join(step) for step in self.seen)

    @property
    def now_text(self) -> str:
        return BETWEEN_QUESTIONS.join(self.now)

    def back(self) -> FormProgress | None:
        """The step before, or None on the first one."""
        return FormProgress(self.seen[:-1], self.seen[-1]) if self.seen else None

    def done(self) -> FormProgress:
        """This step added to those that were shown; the next one is still to be chosen."""
        return FormProgress((*self.seen, self.now), ())


def read_progress(seen: str, now: str, questionnaire: Questionnaire) -> FormProgress:
    """Progress out of an address; names that do not exist, or come twice, are left out."""
    known = dict.fromkeys(question.id for question in questionnaire)
    steps = []
    for part in [*seen.split(_BETWEEN_STEPS)[: len(known)], now]:
        names = [name for name in dict.fromkeys(part.split(BETWEEN_QUESTIONS)) if known.pop(name, 0) is None]
        steps.append(tuple(names))
    return FormProgress(tuple(step for step in steps[:-1] if step), steps[-1])


def next_step(progress: FormProgress, questionnaire: Questionnaire, order: Order) -> tuple[str, ...]:
    """The questions to ask now; none when all were asked.

    A follow-up stands beside the question that it follows. Few teams get any, so together they count as one.
    """
    asked = progress.asked
    waiting = [question for question in questionnaire if question.id not in asked and not question.follows]
    required = [question for question in waiting if question.required]
    if required:
        return tuple(question.id for question in required)
    step: list[str] = []
    room = PER_STEP
    for question in order(waiting):
        together = questionnaire.together(question.id)
        weight = _weight(question) + (len(together) > 1)
        if step and weight > room:
            break
        step += together
        room -= weight
    return tuple(step)


def in_screen_order(waiting: Sequence[Question]) -> Sequence[Question]:
    """The order of the questionnaire itself."""
    return waiting


def count(questions: Iterable[Question]) -> int:
    """How many questions there are to answer; a follow-up is part of the question that it follows."""
    return sum(1 for question in questions if not question.follows)


def _weight(question: Question) -> int:
    return 2 if len(question.options) >= LONG_LIST else 1
