"""Matching: which rules fire for which channels, when some answers are unknown.

A `Matcher` applies every rule to every channel once, when it is made. What remains are conditions on the answers,
grouped in blocks that look at the same questions. A block says, per channel, which rules fire whatever the unknown
answers will be, and which wait for them. Rules of one channel that wait, together, make a `Waiting`: what is expected
of them and how far they can move the score. Both are kept, because the same partial answers come back in ever new
profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

from model.completions import Ask, Bounding
from model.conditions import Masks
from model.features import rule_feature, rule_strength, rule_terms
from model.knowledge.base import Knowledge
from model.reasons import DIGITS, Undecided
from model.rules import Effect, Rule

KEPT = 512
"""Entries per memo; a full memo is emptied, which costs a few milliseconds and bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """What unknown answers mean for one channel.

    Attributes:
        assumed: (rule, questions) for rules that fire as things stand but may stop doing so.
        undecided: what else the answers can change, in groups that share no question.
        may_exclude: exclusion rules that may fire.
    """

    assumed: tuple[tuple[Rule, tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...]
    may_exclude: tuple[Rule, ...]


NOTHING_WAITS = Waiting((), (), ())


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One condition of one rule and the channels (with the rule's bit there) for which it remains."""

    ask: Ask
    rule: Rule
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """Rows of one block that wait for unknown answers, for one channel or more, each with its probability."""

    rows: tuple[tuple[_Row, float], ...]
    unknown: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a block says for some answers: per channel the bits of the rules that fire, and the rows that wait."""

    fired: list[int] | None
    waits: tuple[tuple[int, _Open], ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """Conditions that look at the same questions, with what they said before."""

    key: Callable[[Masks], Any]
    rows: tuple[_Row, ...]
    memo: dict[Any, _Looked] = field(default_factory=dict)


class Matcher:
    """The rules of some knowledge, applied to each of its channels.

    Args:
        weight: what a rule adds to the log-odds when it fires.
    """

    def __init__(self, knowledge: Knowledge, weight: Callable[[Rule], float]) -> None:
        self._questionnaire = knowledge.questionnaire
        self._weight = weight
        self.terms = tuple(rule_terms(channel, knowledge) for channel in knowledge.channels)
        self._bounding = Bounding(knowledge.questionnaire)
        self._blocks = self._make_blocks()
        self._together: dict[tuple[_Open, ...], Waiting] = {}
        self._connected: dict[tuple[_Open, ...], Waiting] = {}
        self._no_bits = [0] * len(knowledge.channels)

    def match(self, masks: Masks) -> tuple[list[int], list[Waiting]]:
        """Per channel: the bits of the rules that fire for certain, and what waits for unknown answers.

        Bit i belongs to the i-th of the channel's `terms`.
        """
        seen = self._with_assumptions(masks)
        fired = []
        waits: list[tuple[_Open, ...]] = [()] * len(self._no_bits)
        for block in self._blocks:
            key = block.key(seen)
            looked = block.memo.get(key)
            if looked is None:
                looked = remember(block.memo, key, self._look_at(block, masks))
            if looked.fired is not None:
                fired.append(looked.fired)
            for place, open_rows in looked.waits:
                waits[place] += (open_rows,)
        bits = [sum(column) for column in zip(*fired, strict=True)] if fired else self._no_bits
        return bits, [self._waiting(opened, masks) if opened else NOTHING_WAITS for opened in waits]

    def _with_assumptions(self, masks: Masks) -> Masks:
        """The masks with what unknown answers are taken for as negative numbers, so that memos can tell."""
        assumptions = self._questionnaire.assumptions(masks)
        if not assumptions:
            return masks
        seen = list(masks)
        for question, assumption in assumptions:
            seen[self._questionnaire.layout[question.id].index] = -question.bit_of[assumption.answer]
        return seen

    def _make_blocks(self) -> tuple[_Block, ...]:
        """Rules with the same remaining condition become one row, rows with the same questions one block."""
        rows: dict[tuple[Any, str], tuple[Rule, list[tuple[int, int]]]] = {}
        for place, terms in enumerate(self.terms):
            for bit, term in enumerate(terms):
                _, places = rows.setdefault((term.when, term.rule.id), (term.rule, []))
                places.append((place, 1 << bit))
        asks: dict[Any, Ask] = {}
        grouped: dict[tuple[int, ...], list[_Row]] = {}
        for (condition, _), (rule, places) in rows.items():
            ask = asks.setdefault(condition, Ask(condition, self._questionnaire))
            grouped.setdefault(ask.indices, []).append(_Row(ask, rule, tuple(places)))
        return tuple(_Block(key_of(indices), tuple(group)) for indices, group in grouped.items())

    def _look_at(self, block: _Block, masks: Masks) -> _Looked:
        fired = list(self._no_bits)
        waits: dict[int, list[tuple[_Row, float]]] = {}
        for row in block.rows:
            later, probability = row.ask.later(masks), row.ask.probability(masks)
            for place, bit in row.places:
                if later is None or float(later) != probability:
                    waits.setdefault(place, []).append((row, probability))
                elif later:
                    fired[place] |= bit
        shared: dict[tuple[tuple[_Row, float], ...], _Open] = {}
        return _Looked(
            fired if any(fired) else None,
            tuple(
                (place, shared.setdefault(tuple(rows), _Open(tuple(rows), self._unknown(block, masks))))
                for place, rows in waits.items()
            ),
        )

    @staticmethod
    def _unknown(block: _Block, masks: Masks) -> frozenset[int]:
        return frozenset(index for index in block.rows[0].ask.indices if not masks[index])

    # --- what waits ------------------------------------------------------------------------------------------

    def _waiting(self, opened: tuple[_Open, ...], masks: Masks) -> Waiting:
        """What these rows mean together, put together from groups that share no unknown answer."""
        found = self._together.get(opened)
        if found is None:
            groups = sorted(_share_unknown(opened), key=lambda group: min(min(each.unknown) for each in group))
            found = remember(self._together, opened, _joined([self._group(group, masks) for group in groups]))
        return found

    def _group(self, opened: tuple[_Open, ...], masks: Masks) -> Waiting:
        found = self._connected.get(opened)
        if found is None:
            rows = [row for each in opened for row in each.rows]
            found = remember(self._connected, opened, self._look_together(rows, masks))
        return found

    def _look_together(self, rows: Sequence[tuple[_Row, float]], masks: Masks) -> Waiting:
        unknown = [question.id for question, mask in zip(self._questionnaire, masks, strict=True) if not mask]
        return Waiting(
            assumed=tuple(
                (row.rule, tuple(question for question in unknown if question in row.ask.questions))
                for row, probability in rows
                if probability == 1
            ),
            undecided=self._undecided([each for each in rows if each[0].rule.effect is Effect.LOG_ODDS], masks),
            may_exclude=tuple(row.rule for row, _ in rows if row.rule.effect is Effect.EXCLUDE),
        )

    def _undecided(self, rows: Sequence[tuple[_Row, float]], masks: Masks) -> tuple[Undecided, ...]:
        weighted = [(row.ask, self._weight(row.rule)) for row, _ in rows]
        groups = []
        for bounds in self._bounding.groups(weighted, masks):
            members = [(*rows[member], weighted[member][1]) for member in bounds.members]
            counted = sum(weight * probability for _, probability, weight in members)
            expected = [(row.rule, probability, weight) for row, probability, weight in members if 0 < probability < 1]
            groups.append(
                Undecided(
                    questions=bounds.questions,
                    rules=tuple((row.rule.id, round(probability, DIGITS)) for row, probability, _ in members),
                    contribution=round(sum(weight * probability for _, probability, weight in expected), DIGITS),
                    low=round(min(bounds.low - counted, 0.0), DIGITS),
                    high=round(max(bounds.high - counted, 0.0), DIGITS),
                    expert=sum(rule.weight * probability for rule, probability, _ in expected),
                    features=tuple(
                        (rule_feature(rule), rule_strength(rule) * probability) for rule, probability, _ in expected
                    ),
                )
            )
        return tuple(groups)


def _share_unknown(opened: Iterable[_Open]) -> list[tuple[_Open, ...]]:
    """Groups of open rows in which each shares an unknown answer with another."""
    groups: list[tuple[frozenset[int], tuple[_Open, ...]]] = []
    for each in opened:
        touching = [group for group in groups if group[0] & each.unknown]
        groups = [group for group in groups if not group[0] & each.unknown]
        unknown = each.unknown.union(*(group[0] for group in touching))
        groups.append((unknown, (*(member for group in touching for member in group[1]), each)))
    return [members for _, members in groups]


def _joined(parts: Sequence[Waiting]) -> Waiting:
    return Waiting(
        tuple(assumed for part in parts for assumed in part.assumed),
        tuple(undecided for part in parts for undecided in part.undecided),
        tuple(rule for part in parts for rule in part.may_exclude),
    )


def key_of(indices: Iterable[int]) -> Callable[[Masks], Any]:
    """A function that picks these masks, as something a memo can look up."""
    picked = tuple(indices)
    return itemgetter(*picked) if picked else lambda masks: ()


_Kept = TypeVar("_Kept")


def remember(memo: dict[Any, _Kept], key: Any, value: _Kept, at_most: int | None = None) -> _Kept:
    """Put a value into a memo of at most so many entries, `KEPT` unless told otherwise."""
    if len(memo) >= (at_most or KEPT):
        memo.clear()
    memo[key] = value
    return value
