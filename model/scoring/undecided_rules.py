"""Waiting: what unknown answers can still change for one channel, and how far.

A rule waits when unknown answers can still change what it says. Of all conditions and answers only few different
things remain to be asked; each is one `Open`. Those of one channel together are a `Waiting`. Rules that share an
unknown answer are bounded together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect, Rule
from model.memo import remember
from model.scoring.answer_classes import Ask, Bounding, connected, places_of
from model.scoring.features import rule_feature, rule_strength
from model.scoring.reasons import DIGITS, Undecided, in_units

OFTEN = 4096
"""Entries of the memo of what waits for one channel: there are many, and they are small."""


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """What remains to be asked before a rule is settled; the same object whenever the same remains.

    Attributes:
        ask: the whole condition.
        probability: how likely it is to hold.
        unknown: the questions that it looks at and that have no answer, as bits.
    """

    rule: Rule
    ask: Ask
    probability: float
    unknown: int


class Waiting(NamedTuple):
    """What unknown answers mean for one channel.

    Attributes:
        undecided: what they can change, in groups that share no question.
        may_exclude: exclusion rules that may fire, in the order of the knowledge.
        expected, low, high, expert: what all of `undecided` adds, in units of 1e-9 log-odds.
        squares: the same of the squared values of the features.
    """

    undecided: tuple[Undecided, ...] = ()
    may_exclude: tuple[Rule, ...] = ()
    expected: int = 0
    low: int = 0
    high: int = 0
    expert: int = 0
    squares: int = 0

    @staticmethod
    def of(part: Undecided) -> Waiting:
        expected = in_units(part.contribution)
        return Waiting(
            (part,),
            expected=expected,
            low=expected + in_units(part.low),
            high=expected + in_units(part.high),
            expert=in_units(part.expert),
            squares=sum(in_units(value * value) for _, value in part.features),
        )

    def plus(self, other: Waiting) -> Waiting:
        """Both of them, which share no question."""
        return Waiting(
            self[0] + other[0],
            self[1] + other[1],
            self[2] + other[2],
            self[3] + other[3],
            self[4] + other[4],
            self[5] + other[5],
            self[6] + other[6],
        )


NOTHING_WAITS = Waiting()


class Waits:
    """Works out what waits, and keeps it: it comes back in ever new profiles.

    Args:
        weight: what a rule adds to the log-odds when it fires.
    """

    def __init__(self, knowledge: Knowledge, weight: Callable[[Rule], float]) -> None:
        self._questions = knowledge.questionnaire.questions
        self._weight = weight
        self._features = {rule.id: rule_feature(rule) for rule in knowledge.rules}
        self._order = {rule.id: place for place, rule in enumerate(knowledge.rules)}
        self._bounding = Bounding(knowledge.questionnaire)
        self._opens: dict[Any, Open] = {}
        self._together: dict[tuple[Open, ...], Waiting] = {}
        self._groups: dict[tuple[Open, ...], Waiting] = {}

    def open(self, rule: Rule, ask: Ask, probability: float, masks: Masks) -> Open:
        """What remains of a rule's condition for these answers."""
        unknown = ask.unknown(masks)
        key = rule.id, ask, ask.left(masks), probability, unknown
        found = self._opens.get(key)
        if found is None:
            found = remember(self._opens, key, Open(rule, ask, probability, unknown))
        return found

    def together(self, opened: tuple[Open, ...], masks: Masks) -> Waiting:
        """What the rules that wait mean together, for one channel."""
        found = self._together.get(opened)
        if found is None:
            found = remember(self._together, opened, self._look_at(opened, masks), OFTEN)
        return found

    def _look_at(self, opened: Sequence[Open], masks: Masks) -> Waiting:
        moving = [each for each in opened if each.rule.effect is Effect.LOG_ODDS]
        parts = [
            self._group(tuple([moving[place] for place in places]), unknown, masks)
            for places, unknown in connected([each.unknown for each in moving])
        ]
        if len(moving) < len(opened):
            excluding = [each.rule for each in opened if each.rule.effect is Effect.EXCLUDE]
            excluding.sort(key=lambda rule: self._order[rule.id])
            parts.append(Waiting(may_exclude=tuple(excluding)))
        return reduce(Waiting.plus, parts)

    def _group(self, opened: tuple[Open, ...], unknown: int, masks: Masks) -> Waiting:
        """What rules mean that share unknown answers."""
        found = self._groups.get(opened)
        if found is None:
            found = remember(
                self._groups, opened, Waiting.of(self._undecided(opened, places_of(unknown), masks)), OFTEN
            )
        return found

    def _undecided(self, opened: Sequence[Open], unknown: Sequence[int], masks: Masks) -> Undecided:
        members = [(each.rule, each.probability, self._weight(each.rule)) for each in opened]
        weighted = [(each.ask, weight) for each, (_, _, weight) in zip(opened, members, strict=True)]
        low, high = self._bounding.bounds(weighted, unknown, masks)
        counted = sum(weight * probability for _, probability, weight in members)
        expected = [(rule, probability, weight) for rule, probability, weight in members if 0 < probability < 1]
        return Undecided(
            questions=tuple(self._questions[index].id for index in unknown),
            rules=tuple((rule.id, round(probability, DIGITS)) for rule, probability, _ in members),
            contribution=round(sum(weight * probability for _, probability, weight in expected), DIGITS),
            low=round(min(low - counted, 0.0), DIGITS),
            high=round(max(high - counted, 0.0), DIGITS),
            expert=sum(rule.weight * probability for rule, probability, _ in expected),
            features=tuple(
                (self._features[rule.id], rule_strength(rule) * probability) for rule, probability, _ in expected
            ),
        )
