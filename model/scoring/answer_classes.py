"""Completions: what unknown answers may turn out to be, how likely a condition is, and how far a sum can go.

Beliefs: an unknown answer is taken for what its question assumes; without an assumption every option is equally
likely, and for multiple choice exactly one option is chosen. Bounds: over every answer that could be given, whatever
is believed. They are exact for questions that few rules connect (the usual case). Where the combinations are more
than `LIMIT`, each rule is bounded by itself, which can only widen the bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from model.domain.conditions import (
    All,
    AnyOf,
    Chosen,
    Condition,
    Constant,
    CountAtLeast,
    Decision,
    Masks,
    Not,
    OnlyChosen,
    Test,
    Unanswered,
    all_of,
    any_of,
    compile_condition,
    leaves,
    negate,
    questions_of,
)
from model.domain.questions import Question, Questionnaire

AnswerLeaf = Chosen | OnlyChosen | CountAtLeast

LIMIT = 512
"""Combinations of answers that are tried at most for one group of connected questions."""


def _answered(condition: Condition, unknown: frozenset[str]) -> Condition:
    """The condition with every `Unanswered` settled: true for these questions, false for all others."""

    def settle(leaf: Condition) -> Condition:
        return Constant(leaf.question in unknown) if isinstance(leaf, Unanswered) else leaf

    return _each_leaf(condition, settle)


def _each_leaf(condition: Condition, change: Callable[[Condition], Condition]) -> Condition:
    """The condition with other leaves."""
    match condition:
        case Not(part):
            return negate(_each_leaf(part, change))
        case All(parts):
            return all_of(_each_leaf(part, change) for part in parts)
        case AnyOf(parts):
            return any_of(_each_leaf(part, change) for part in parts)
        case _:
            return change(condition)


class Ask:
    """A condition on the answers, ready to be asked in every way that scoring needs.

    Attributes:
        condition: the condition.
        questions: the questions it looks at.
        indices: their places among the masks.
    """

    def __init__(self, condition: Condition, questionnaire: Questionnaire) -> None:
        self.condition = condition
        self.questions = questions_of(condition)
        self.indices = tuple(sorted(questionnaire.layout[question].index for question in self.questions))
        self._questionnaire = questionnaire
        self._mentions_unknown = any(isinstance(leaf, Unanswered) for leaf in leaves(condition))

    @cached_property
    def leaves(self) -> Mapping[int, frozenset[AnswerLeaf]]:
        """Place of a question → the leaves that look at a known answer to it."""
        return {index: _leaves_on(self._questionnaire.questions[index], [self.condition]) for index in self.indices}

    @cached_property
    def now(self) -> Test:
        """Whether it holds for the answers as they are."""
        return compile_condition(self.condition, self._questionnaire.layout)

    @cached_property
    def later(self) -> Test:
        """Whether it holds once everything is answered; None where the answers still decide."""
        return compile_condition(_answered(self.condition, frozenset()), self._questionnaire.layout)

    def left(self, masks: Masks) -> Condition:
        """What remains to be asked of the unknown answers, once they are given."""

        def settle(leaf: Condition) -> Condition:
            decision = compile_condition(leaf, self._questionnaire.layout)(masks)
            return leaf if decision is None else Constant(decision)

        return _each_leaf(_answered(self.condition, frozenset()), settle)

    def unknown(self, masks: Masks) -> int:
        """The questions that it looks at and that have no answer, as bits."""
        return bits_of([index for index in self.indices if not masks[index]])

    def probability(self, masks: Masks) -> float:
        """How likely it is that the condition holds, unknown answers being what is believed of them."""
        decision = self.now(masks)
        if decision is not None:
            return float(decision)
        unknown = [index for index in self.indices if not masks[index]]
        test = self._with_unknown(masks)
        filled = list(masks)
        total = 0.0
        for combination in product(*(self._belief(index, masks) for index in unknown)):
            for index, (mask, _) in zip(unknown, combination, strict=True):
                filled[index] = mask
            if test(filled):
                total += math.prod(likelihood for _, likelihood in combination)
        return round(total, 12)

    def _belief(self, index: int, masks: Masks) -> Sequence[tuple[int, float]]:
        """(mask, probability) pairs for the unknown answer to the question at this place."""
        question = self._questionnaire.questions[index]
        assumption = self._questionnaire.assumption(index, masks)
        if assumption is not None:
            return ((question.bit_of[assumption.answer], 1.0),)
        return self._uniform[index]

    @cached_property
    def _uniform(self) -> Mapping[int, Sequence[tuple[int, float]]]:
        """Per question one mask for every way this condition can see a single option, with its share of the options."""
        uniform = {}
        for index in self.indices:
            question = self._questionnaire.questions[index]
            seen: dict[tuple[Decision, ...], list[int]] = {}
            tests = _tests_of([self.condition], question, self._questionnaire)
            filled = [0] * len(self._questionnaire.questions)
            for filled[index] in question.bit_of.values():
                seen.setdefault(tuple(test(filled) for test in tests), []).append(filled[index])
            uniform[index] = [(masks[0], len(masks) / len(question.options)) for masks in seen.values()]
        return uniform

    def _with_unknown(self, masks: Masks) -> Test:
        """The test in which "is unknown" is settled by the answers as they are now."""
        if not self._mentions_unknown:
            return self.now
        unknown = frozenset(
            question for question in self.questions if not masks[self._questionnaire.layout[question].index]
        )
        return compile_condition(_answered(self.condition, unknown), self._questionnaire.layout)


def _leaves_on(question: Question, conditions: Iterable[Condition]) -> frozenset[AnswerLeaf]:
    return frozenset(
        leaf
        for condition in conditions
        for leaf in leaves(condition)
        if isinstance(leaf, Chosen | OnlyChosen | CountAtLeast) and leaf.question == question.id
    )


def _tests_of(conditions: Iterable[Condition], question: Question, questionnaire: Questionnaire) -> list[Test]:
    """The tests of every leaf that looks at this question."""
    return [compile_condition(leaf, questionnaire.layout) for leaf in _leaves_on(question, conditions)]


class Bounding:
    """Bounds of weighted sums of conditions over all completions of the unknown answers."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._classes: dict[tuple[int, frozenset[AnswerLeaf]], tuple[int, ...]] = {}

    def bounds(
        self, weighted: Sequence[tuple[Ask, float]], unknown: Sequence[int], masks: Masks
    ) -> tuple[float, float]:
        """Lowest and highest sum of the weights of the conditions that will hold.

        Args:
            unknown: places of all unknown answers that they look at.
        """
        choices = [self._distinct(index, weighted) for index in unknown]
        if math.prod(len(choice) for choice in choices) > LIMIT:
            return self._each_by_itself(weighted, masks)
        filled = list(masks)
        sums = []
        for combination in product(*choices):
            for index, mask in zip(unknown, combination, strict=True):
                filled[index] = mask
            sums.append(sum(weight for ask, weight in weighted if ask.later(filled)))
        return min(sums), max(sums)

    @staticmethod
    def _each_by_itself(weighted: Sequence[tuple[Ask, float]], masks: Masks) -> tuple[float, float]:
        low = high = 0.0
        for ask, weight in weighted:
            # `later` takes 0 for unknown, and says None where a completion decides.
            decision: Decision = ask.later(masks)
            low += weight if decision else min(weight, 0) if decision is None else 0
            high += weight if decision else max(weight, 0) if decision is None else 0
        return low, high

    def _distinct(self, index: int, weighted: Iterable[tuple[Ask, float]]) -> tuple[int, ...]:
        question = self._questionnaire.questions[index]
        asked = frozenset().union(*(ask.leaves.get(index, ()) for ask, _ in weighted))
        key = (index, asked)
        if key not in self._classes:
            self._classes[key] = distinct_answers(question, asked, self._questionnaire)
        return self._classes[key]


def distinct_answers(
    question: Question, conditions: Iterable[Condition], questionnaire: Questionnaire
) -> tuple[int, ...]:
    """One mask for every way in which the conditions can see a known answer to a question."""
    asked = _leaves_on(question, conditions)
    tests = _tests_of(asked, question, questionnaire)
    filled = [0] * len(questionnaire.questions)
    index = questionnaire.layout[question.id].index
    seen: dict[tuple[Decision, ...], int] = {}
    for filled[index] in _answers(question, asked):
        seen.setdefault(tuple(test(filled) for test in tests), filled[index])
    return tuple(seen.values())


def connected(sets: Sequence[int]) -> list[tuple[tuple[int, ...], int]]:
    """Sets (as bits) that share an element belong together: (their places, all their elements), the lowest first."""
    groups: list[tuple[tuple[int, ...], int]] = []
    for place, elements in enumerate(sets):
        members: tuple[int, ...] = ()
        apart = []
        for group in groups:
            if group[1] & elements:
                members += group[0]
                elements |= group[1]
            else:
                apart.append(group)
        groups = [*apart, ((*members, place), elements)]
    if len(groups) > 1:
        groups.sort(key=lambda group: group[1] & -group[1])
    return groups


def bits_of(places: Iterable[int]) -> int:
    """A set of places as bits."""
    return sum([1 << place for place in places])


def places_of(bits: int) -> tuple[int, ...]:
    """The places in a set of bits, in order."""
    return tuple([place for place in range(bits.bit_length()) if bits >> place & 1])


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
