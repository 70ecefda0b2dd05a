"""Answer classes: answers to a question that some conditions cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from model.domain.conditions import (
    Chosen,
    Condition,
    CountAtLeast,
    Decision,
    OnlyChosen,
    compile_condition,
    leaves,
)
from model.domain.questions import Question, Questionnaire

AnswerLeaf = Chosen | OnlyChosen | CountAtLeast


def distinct_answers(
    question: Question, conditions: Iterable[Condition], questionnaire: Questionnaire, enough: int | None = None
) -> tuple[int, ...]:
    """One mask for every way in which the conditions can see a known answer to a question.

    Args:
        enough: with more ways than this, only so many and one are given. The tools that members use can be seen in tens
            of thousands of ways, and who has no use for so many need not wait for them.
    """
    asked = _leaves_on(question, conditions)
    tests = [compile_condition(leaf, questionnaire.layout) for leaf in asked]
    filled = [0] * len(questionnaire.questions)
    index = questionnaire.layout[question.id].index
    seen: dict[tuple[Decision, ...], int] = {}
    for filled[index] in _answers(question, asked):
        seen.setdefault(tuple([test(filled) for test in tests]), filled[index])
        if enough is not None and len(seen) > enough:
            break
    return tuple(seen.values())


def _leaves_on(question: Question, conditions: Iterable[Condition]) -> frozenset[AnswerLeaf]:
    return frozenset(
        leaf
        for condition in conditions
        for leaf in leaves(condition)
        if isinstance(leaf, Chosen | OnlyChosen | CountAtLeast) and leaf.question == question.id
    )


def _answers(question: Question, asked: Iterable[Condition]) -> Iterator[int]:
    """Masks of possible answers, enough to show the conditions everything they can tell apart.

    Options that every condition treats alike are interchangeable, so only their number matters, and only up to
    the highest number that a condition counts to.
    """
    if question.kind == "single":
        yield from question.bit_of.values()
        return
    highest = max((leaf.number for leaf in asked if isinstance(leaf, CountAtLeast)), default=1)
    alike: dict[tuple[object, ...], list[int]] = {}
    for option in question.options:
        treatment = tuple(
            option.code in leaf.codes if isinstance(leaf, Chosen | OnlyChosen) else option.counts_as for leaf in asked
        )
        alike.setdefault(treatment, []).append(question.bit_of[option.code])
    heaps: Sequence[list[int]] = list(alike.values())
    for numbers in product(*(range(min(len(heap), highest) + 1) for heap in heaps)):
        if 0 < sum(numbers) <= question.limit:
            yield sum(sum(heap[:number]) for heap, number in zip(heaps, numbers, strict=True))
