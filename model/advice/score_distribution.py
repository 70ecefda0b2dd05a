"""Spreads: how a score, or the difference between two, is distributed over what open answers may turn out to be.

Beliefs are those of an interview: every option of an open question is equally likely, and for multiple choice one
option is chosen. Rules that share no open question are independent, so their distributions are convolved exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from model.advice.quick_scores import Outline, Outliner, Row, waits_for_silence
from model.domain.conditions import Chosen, CountAtLeast, Masks, OnlyChosen, compile_condition, leaves
from model.memo import FEW, remember
from model.scoring.answer_classes import Ask, bits_of, connected, places_of
from model.scoring.needs import extremes

LIMIT = 512
"""Combinations of answers that are tried at most for rules that share open questions; above it, the worst counts."""
_DIGITS = 6

Spread = Mapping[float, float]
"""A distribution: value → probability."""
Weighted = tuple[Row, float]
_Leaf = Chosen | OnlyChosen | CountAtLeast


class Sum(NamedTuple):
    """A score, or the difference between two, as far as open answers move it.

    Attributes:
        rest: what they do not move.
        terms: (row, weight) of the rules that wait for them.
        own: place of an open question → what each option adds by itself: how well a need is served, what records say.
        low, high: the least and most that `own` can add, also when several options are chosen.
    """

    rest: float
    terms: Sequence[Weighted]
    own: Mapping[int, Sequence[float]]
    low: float = 0.0
    high: float = 0.0


class Setting(NamedTuple):
    """What is known and what is open.

    Attributes:
        base: the outline as things stand.
        masks: its answers, with every open one unknown.
        open: places of the open questions.
    """

    base: Outline
    masks: tuple[int, ...]
    open: frozenset[int]


Chance = tuple[float, frozenset[int]]
"""How probable something is at most, and the open questions that it waits for."""


class Spreads:
    """Works out distributions for one outliner."""

    def __init__(self, outliner: Outliner) -> None:
        self._outliner = outliner
        self._questions = outliner.knowledge.questionnaire.questions
        self._needs = outliner.index[outliner.knowledge.needs.id]
        self._leaves = {row: self._leaves_of(row.ask) for row in outliner.rows}
        self._classes: dict[Any, Sequence[tuple[int, float]]] = {}

    def sum(self, setting: Setting, plus: int, minus: int | None = None) -> Sum:
        """A channel's score, or how far it is ahead of another one."""

        def between(values: Sequence[float]) -> float:
            return values[plus] - (values[minus] if minus is not None else 0.0)

        def weight(row: Row) -> float:
            return row.pushes.get(plus, 0.0) - (row.pushes.get(minus, 0.0) if minus is not None else 0.0)

        terms = [(row, moved) for row in self._outliner.rows_on(setting.open) if (moved := weight(row))]
        rest = between(setting.base.scores) - sum(moved * row.value(setting.base.masks) for row, moved in terms)
        own: dict[int, list[float]] = {}
        low = high = 0.0
        for index in setting.open:
            question = self._questions[index]
            learned = [
                sum(between(added) for bit, added in self._outliner.learned_by(index) if bit == each)
                for each in question.bit_of.values()
            ]
            if any(learned):
                own[index] = learned
                least, most = extremes(sorted(learned), [1.0] * question.limit)
                low, high = low + least, high + most
        if self._needs in setting.open:
            rest -= between(self._outliner.fits(()))
            fits = [between(self._outliner.fits((code,))) for code in self._questions[self._needs].codes]
            ranks = self._outliner.knowledge.fit_weights.ranks
            least, most = extremes(sorted(fits), [rank / ranks[0] for rank in ranks])
            low, high = low + least, high + most
            learned = own.get(self._needs, [0.0] * len(fits))
            own[self._needs] = [fit + added for fit, added in zip(fits, learned, strict=True)]
        return Sum(rest, terms, own, low, high)

    def chance(self, setting: Setting, total: Sum, event: Callable[[float], bool]) -> Iterator[Chance]:
        """How probable it is that the sum ends where `event` says; nothing when that is impossible.

        An event holds beyond a bound or anywhere but at 0, so it is impossible when it holds at neither end.
        """
        if not any(event(end) for end in self._ends(setting, total)):
            return
        waits_for = setting.open.intersection(index for row, _ in total.terms for index in row.depends)
        spread: Spread = {round(total.rest, _DIGITS): 1.0}
        for rows, places in self._groups(setting, total):
            found = self._spread(setting, total, rows, places)
            if found is None:
                yield 1.0, setting.open
                return
            spread = _convolved(spread, found)
        waits_for |= total.own.keys()
        yield sum(probability for value, probability in spread.items() if event(value)), waits_for

    def holds(self, setting: Setting, ask: Ask) -> Iterator[Chance]:
        """How probable it is that a condition that is undecided now will hold."""
        places = sorted(setting.open.intersection(ask.indices))
        if not places or ask.now(setting.masks) is not None:
            return
        leaves_ = self._leaves_of(ask)
        classes = [self._classes_of(index, leaves_[index]) for index in places]
        probability = math.fsum(
            share for share, masks in _combinations(setting.masks, places, classes) if ask.now(masks)
        )
        if probability:
            yield probability, frozenset(places)

    def _ends(self, setting: Setting, total: Sum) -> tuple[float, float]:
        """The lowest and highest value that any answers could lead to, every rule taken by itself."""
        low, high = total.rest + total.low, total.rest + total.high
        for row, weight in total.terms:
            decision = None if waits_for_silence(row.ask) else row.ask.later(setting.masks)
            low += weight if decision else min(weight, 0.0) if decision is None else 0.0
            high += weight if decision else max(weight, 0.0) if decision is None else 0.0
        return low, high

    def _groups(self, setting: Setting, total: Sum) -> Iterator[tuple[list[Weighted], tuple[int, ...]]]:
        """What shares open questions: (terms, the questions)."""
        sets = [bits_of(setting.open.intersection(row.depends)) for row, _ in total.terms]
        sets += [1 << index for index in total.own]
        for members, shared in connected(sets):
            yield [total.terms[member] for member in members if member < len(total.terms)], places_of(shared)

    def _spread(self, setting: Setting, total: Sum, rows: Sequence[Weighted], places: Sequence[int]) -> Spread | None:
        """The distribution of what a group adds; None when there are too many combinations."""
        own = [(index, total.own[index]) for index in places if index in total.own]
        asked = [frozenset[_Leaf]().union(*(self._leaves[row].get(index, ()) for row, _ in rows)) for index in places]
        classes = [
            self._classes_of(index, leaves_, tuple(total.own.get(index, ())))
            for index, leaves_ in zip(places, asked, strict=True)
        ]
        if math.prod(map(len, classes)) > LIMIT:
            return None
        spread: dict[float, float] = {}
        for share, masks in _combinations(setting.masks, places, classes):
            value = sum(weight * row.value(masks) for row, weight in rows)
            value += sum(added[masks[index].bit_length() - 1] for index, added in own)
            value = round(value, _DIGITS)
            spread[value] = spread.get(value, 0.0) + share
        return spread

    # --- answers that rules can tell apart -----------------------------------------------------------------------

    def _leaves_of(self, ask: Ask) -> Mapping[int, frozenset[_Leaf]]:
        """Per question the leaves that look at it, in the condition or in an assumption about its answers."""
        conditions = [ask.condition]
        for index in ask.indices:
            conditions += [assumption.when for assumption in self._questions[index].assumptions]
        found: dict[int, set[_Leaf]] = {}
        for condition in conditions:
            for leaf in leaves(condition):
                if isinstance(leaf, _Leaf):
                    found.setdefault(self._outliner.index[leaf.question], set()).add(leaf)
        return {index: frozenset(leaves_) for index, leaves_ in found.items()}

    def _classes_of(
        self, index: int, asked: frozenset[_Leaf], own: tuple[float, ...] = ()
    ) -> Sequence[tuple[int, float]]:
        """(mask, share of the options) for every way in which these leaves can see one chosen option.

        Args:
            own: what each option adds by itself; options that add different amounts are kept apart.
        """
        key = (index, asked, own)
        found = self._classes.get(key)
        if found is None:
            question, layout = self._questions[index], self._outliner.knowledge.questionnaire.layout
            tests = [compile_condition(leaf, layout) for leaf in asked]
            filled = [0] * len(self._questions)
            seen: dict[tuple[object, ...], list[int]] = {}
            for place, filled[index] in enumerate(question.bit_of.values()):
                seen.setdefault((*own[place : place + 1], *(test(filled) for test in tests)), []).append(filled[index])
            shares = [(masks[0], len(masks) / len(question.codes)) for masks in seen.values()]
            found = remember(self._classes, key, shares, FEW)
        return found


def _combinations(
    masks: Masks, places: Sequence[int], classes: Sequence[Sequence[tuple[int, float]]]
) -> Iterator[tuple[float, list[int]]]:
    """Every combination of answers at these places, with its probability; the same list is used again and again."""
    filled = list(masks)
    for combination in product(*classes):
        for index, (mask, _) in zip(places, combination, strict=True):
            filled[index] = mask
        yield math.prod(share for _, share in combination), filled


def _convolved(left: Spread, right: Spread) -> Spread:
    """The distribution of the sum of two independent values."""
    total: dict[float, float] = {}
    for one, probability in left.items():
        for other, share in right.items():
            value = round(one + other, _DIGITS)
            total[value] = total.get(value, 0.0) + probability * share
    return total
