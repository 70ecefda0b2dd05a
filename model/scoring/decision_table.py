"""Decision table: whether each of many conditions holds, asked of the same answers at once.

Every condition is written as alternatives ("or") of clauses ("and"), each about the answer to one question; Kleene's
logic is a distributive lattice in which De Morgan's laws hold, so that changes no decision. What all clauses about one
answer say is one look at bits, one bit for each condition, and so is putting these together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from model.domain.conditions import (
    All,
    AnyOf,
    Condition,
    Constant,
    Masks,
    Not,
    Test,
    UnknownCount,
    all_of,
    any_of,
    compile_condition,
    leaves,
    literal_of,
    negate,
    questions_of,
)
from model.domain.questions import Questionnaire

LIMIT = 64
"""Alternatives of one condition at most; one with more, which no rule has, is asked on its own."""
MASKS = 64
"""Answers to one question that are kept: all that a single choice has, and of several choices the latest."""

Clauses = Mapping[str, Condition]
"""Question → what must hold of its answer."""


class Decisions(NamedTuple):
    """What was decided, one bit for each condition in their order, the first one the lowest.

    Attributes:
        holds: the conditions that hold.
        waits: those that unknown answers decide.
    """

    holds: int
    waits: int


class DecisionTable:
    """Some conditions, ready to be asked again and again.

    Attributes:
        bits: the bit of each condition.
        indices: places of the questions that they look at.
    """

    def __init__(self, conditions: Sequence[Condition], questionnaire: Questionnaire) -> None:
        names = frozenset().union(*map(questions_of, conditions))
        self.indices = tuple(sorted([questionnaire.layout[name].index for name in names]))
        found = [_alternatives(condition) for condition in conditions]
        # Behind the first alternatives of all conditions come the second ones of those that have two, and so on. The
        # conditions with the most alternatives go first, so that each of these layers has the same order.
        many = [len(each) if each else 0 for each in found]
        in_order = sorted(range(len(found)), key=lambda place: -many[place])
        self.bits = [0] * len(found)
        for number, place in enumerate(in_order):
            self.bits[place] = 1 << number
        self._all = (1 << len(found)) - 1
        self._never = sum(bit for bit, each in zip(self.bits, found, strict=True) if each == [])
        self._more: list[tuple[int, int]] = []
        self._start = 0
        clauses: dict[str, list[tuple[int, Condition]]] = {}
        offset = 0
        for layer in range(max(many, default=0)):
            width = sum(number > layer for number in many)
            if layer:
                self._more.append((offset, (1 << width) - 1))
            for place in in_order[:width]:
                slot = self.bits[place] << offset
                self._start |= slot
                for question, clause in (found[place] or ())[layer].items():
                    clauses.setdefault(question, []).append((slot, clause))
            offset += width if layer else len(found)
        self._asked = [
            (questionnaire.layout[name].index, _Answer(name, told, questionnaire)) for name, told in clauses.items()
        ]
        self._alone = [
            (bit, compile_condition(condition, questionnaire.layout))
            for bit, condition, each in zip(self.bits, conditions, found, strict=True)
            if each is None
        ]

    def at(self, masks: Masks) -> Decisions:
        """What these answers decide."""
        true, false = self._start, 0
        for index, answer in self._asked:
            lets, rules_out = answer[masks[index]]
            true &= lets
            false |= rules_out
        holds, fails = true & self._all, false & self._all
        for offset, width in self._more:
            holds |= true >> offset & width
            fails &= false >> offset | ~width
        fails |= self._never
        for bit, test in self._alone:
            decision = test(masks)
            if decision:
                holds |= bit
            elif decision is False:
                fails |= bit
        return Decisions(holds, self._all & ~(holds | fails))


class _Answer(dict[int, tuple[int, int]]):
    """Mask of the answer to one question → bits of the clauses that it lets hold, and of those that it rules out.

    A plain dictionary, because it is looked into more often than anything else.
    """

    def __init__(self, question: str, clauses: Sequence[tuple[int, Condition]], questionnaire: Questionnaire) -> None:
        self._index = questionnaire.layout[question].index
        self._unknown = (0,) * len(questionnaire.questions)
        # A literal about any of some options holds when one chosen option lets it; one about none when all of them do.
        self._literals = self._any_of = 0
        together: dict[Condition, int] = {}
        for slot, clause in clauses:
            together[clause] = together.get(clause, 0) | slot
        self._tests: list[tuple[int, Test]] = []
        self._of_several: list[tuple[int, Test]] = []
        for clause, slots in together.items():
            test, literal = compile_condition(clause, questionnaire.layout), literal_of(clause, questionnaire.layout)
            self._tests.append((slots, test))
            if literal is None:
                self._of_several.append((slots, test))
                continue
            self._literals |= slots
            if literal.chosen:
                self._any_of |= slots

    def __missing__(self, mask: int) -> tuple[int, int]:
        if not mask & (mask - 1):
            self[mask] = found = self._decided(mask, self._tests)
            return found
        # What is said of several options follows from what is said of each, but for clauses that are no literals.
        some, every, rest = 0, -1, mask
        while rest:
            bit = rest & -rest
            rest ^= bit
            lets, _ = self[bit]
            some |= lets
            every &= lets
        literals = some & self._any_of | every & ~self._any_of | ~self._literals
        lets, rules_out = self._decided(mask, self._of_several)
        if len(self) >= MASKS:
            self.clear()
        self[mask] = found = lets & literals, rules_out | ~literals
        return found

    def _decided(self, mask: int, tests: Iterable[tuple[int, Test]]) -> tuple[int, int]:
        masks = [*self._unknown]
        masks[self._index] = mask
        lets, rules_out = -1, 0
        for slots, test in tests:
            decision = test(masks)
            if not decision:
                lets &= ~slots
            if decision is False:
                rules_out |= slots
        return lets, rules_out


def _alternatives(condition: Condition) -> Sequence[Clauses] | None:
    """The condition as alternatives of clauses; None where it takes more than `LIMIT`, or asks how much is unknown."""
    match condition:
        case Constant(value):
            return [{}] if value else []
        case Not(Constant(value)):
            return [] if value else [{}]
        case Not(Not(part)):
            return _alternatives(part)
        case Not(All(parts)):
            return _alternatives(any_of(map(negate, parts)))
        case Not(AnyOf(parts)):
            return _alternatives(all_of(map(negate, parts)))
    if any(isinstance(leaf, UnknownCount) for leaf in leaves(condition)):
        return None
    questions = questions_of(condition)
    if len(questions) == 1:
        return [dict.fromkeys(questions, condition)]
    assert isinstance(condition, All | AnyOf)
    if isinstance(condition, AnyOf):
        return _either(condition.parts)
    found: Sequence[Clauses] = [{}]
    for part in condition.parts:
        more = _alternatives(part)
        if more is None or len(found) * len(more) > LIMIT:
            return None
        found = [_both(one, other) for one, other in product(found, more)]
    return found


def _either(parts: Sequence[Condition]) -> Sequence[Clauses] | None:
    """The alternatives of all parts; those about one question alone are one clause."""
    alone: dict[str, Condition] = {}
    found: list[Clauses] = []
    for part in parts:
        more = _alternatives(part)
        if more is None:
            return None
        for clauses in more:
            if len(clauses) == 1:
                [(question, clause)] = clauses.items()
                alone[question] = any_of([alone[question], clause]) if question in alone else clause
            else:
                found.append(clauses)
    found += [{question: clause} for question, clause in alone.items()]
    return found if len(found) <= LIMIT else None


def _both(one: Clauses, other: Clauses) -> Clauses:
    found = dict(one)
    for question, clause in other.items():
        found[question] = all_of([found[question], clause]) if question in found else clause
    return found
