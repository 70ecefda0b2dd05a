"""Matching: which rules fire for which channels, when some answers are unknown.

A `Matcher` applies every rule to every channel once, when it is made. What remains are conditions on the answers,
grouped in blocks that look at the same questions. Matching takes two steps, each with a memo, because the same
partial answers come back in ever new profiles:

1. a block whose questions are all answered says, per channel, which rules fire (one bit per rule);
2. questions with an unknown answer that are connected by a rule are looked at together: per channel, which rules fire
   all the same, which are undecided, and how far they can move the score (`Waiting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

from model.completions import Ask, Bounding
from model.conditions import Masks
from model.features import rule_terms
from model.knowledge.base import Knowledge
from model.reasons import Undecided
from model.rules import Effect, Rule

DIGITS = 9
"""Decimals that log-odds are rounded to, so that sums do not depend on the order of their parts."""
_KEPT_AT_MOST = 2048
"""Entries per memo; a full memo is emptied, which costs a few milliseconds and bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """What connected unknown answers mean for one channel.

    Attributes:
        fired: bits of rules that fire whatever the answers will be.
        provisional: (bit, questions) of rules that fire as things stand but may stop doing so.
        undecided: the rest, in groups.
        may_exclude: bits of exclusion rules that may fire.
    """

    fired: int
    provisional: tuple[tuple[int, tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...]
    may_exclude: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One condition of one rule and the channels (with the rule's bit there) for which it remains."""

    ask: Ask
    rule: Rule
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Block:
    """Conditions that look at the same questions, with what they said before."""

    key: Callable[[Masks], Any]
    indices: frozenset[int]
    rows: tuple[_Row, ...]
    memo: dict[Any, list[int] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Component:
    """Unknown questions that rules connect, the blocks that look at them, and what they meant before."""

    key: Callable[[Masks], Any]
    blocks: tuple[_Block, ...]
    memo: dict[Any, list[Waiting | None] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Plan:
    """Which blocks can be decided and which unknown questions belong together, for one set of unknown questions."""

    decided: tuple[_Block, ...]
    components: tuple[_Component, ...]


class Matcher:
    """The rules of some knowledge, applied to each of its channels.

    Args:
        weight: what a rule adds to the log-odds when it fires.
    """

    def __init__(self, knowledge: Knowledge, weight: Callable[[Rule], float]) -> None:
        self._knowledge = knowledge
        self._weight = weight
        self.terms = tuple(rule_terms(channel, knowledge) for channel in knowledge.channels)
        self._bounding = Bounding(knowledge.questionnaire)
        self._blocks = self._make_blocks()
        self._plans: dict[tuple[bool, ...], _Plan] = {}
        self._interned: dict[Any, Waiting] = {}
        self._no_bits = [0] * len(knowledge.channels)
        self._nothing_waits: list[tuple[Waiting | None, ...]] = [()] * len(knowledge.channels)

    def match(self, masks: Masks) -> tuple[list[int], list[tuple[Waiting | None, ...]]]:
        """Per channel: the bits of the rules that fire, and what waits for unknown answers.

        Bit i belongs to the i-th of the channel's `terms`. Bits of rules that fire whatever an unknown answer will be
        are found in `Waiting.fired`.
        """
        plan = self._plan(masks)
        fired = [bits for block in plan.decided if (bits := self._fired(block, masks))]
        waiting = [waits for part in plan.components if (waits := self._waiting(part, masks))]
        return (
            [sum(column) for column in zip(*fired, strict=True)] if fired else self._no_bits,
            list(zip(*waiting, strict=True)) if waiting else self._nothing_waits,
        )

    def _make_blocks(self) -> tuple[_Block, ...]:
        """Rules with the same remaining condition become one row, rows with the same questions one block."""
        rows: dict[tuple[Any, str], list[tuple[int, int]]] = {}
        for place, terms in enumerate(self.terms):
            for bit, term in enumerate(terms):
                rows.setdefault((term.when, term.rule.id), []).append((place, 1 << bit))
        asks: dict[Any, Ask] = {}
        grouped: dict[tuple[int, ...], list[_Row]] = {}
        for (condition, rule_id), places in rows.items():
            ask = asks.setdefault(condition, Ask(condition, self._knowledge.questionnaire))
            row = _Row(ask, self._knowledge.rule_by_id[rule_id], tuple(places))
            grouped.setdefault(ask.indices, []).append(row)
        return tuple(_Block(key_of(indices), frozenset(indices), tuple(group)) for indices, group in grouped.items())

    def _plan(self, masks: Masks) -> _Plan:
        unknown = tuple(not mask for mask in masks)
        plan = self._plans.get(unknown)
        if plan is None:
            if len(self._plans) >= _KEPT_AT_MOST:
                self._plans.clear()
            plan = self._plans[unknown] = self._make_plan({i for i, is_unknown in enumerate(unknown) if is_unknown})
        return plan

    def _make_plan(self, unknown: set[int]) -> _Plan:
        decided, groups = [], list[tuple[set[int], list[_Block]]]()
        for block in self._blocks:
            waits_for = block.indices & unknown
            if not waits_for:
                decided.append(block)
                continue
            touching = [group for group in groups if group[0] & waits_for]
            merged = set(waits_for).union(*(group[0] for group in touching))
            blocks = [block, *(each for group in touching for each in group[1])]
            groups = [group for group in groups if group not in touching]
            groups.append((merged, blocks))
        components = tuple(
            _Component(key_of(sorted(frozenset().union(*(block.indices for block in blocks)))), tuple(blocks))
            for _, blocks in groups
        )
        return _Plan(tuple(decided), components)

    def _fired(self, block: _Block, masks: Masks) -> list[int] | None:
        """Per channel the bits of the rules that fire, or None when none does anywhere."""
        key = block.key(masks)
        try:
            return block.memo[key]
        except KeyError:
            bits = list(self._no_bits)
            for row in block.rows:
                if row.ask.now(masks):
                    for place, bit in row.places:
                        bits[place] |= bit
            return remember(block.memo, key, bits if any(bits) else None)

    def _waiting(self, component: _Component, masks: Masks) -> list[Waiting | None] | None:
        """Per channel what the unknown answers of this component mean, or None when they mean nothing anywhere."""
        key = component.key(masks)
        try:
            return component.memo[key]
        except KeyError:
            found = self._look_at(component, masks)
            return remember(component.memo, key, found if any(found) else None)

    def _look_at(self, component: _Component, masks: Masks) -> list[Waiting | None]:
        fired = list(self._no_bits)
        open_rows: list[list[tuple[_Row, int, float]]] = [[] for _ in self._no_bits]
        for block in component.blocks:
            for row in block.rows:
                later, probability = row.ask.later(masks), row.ask.probability(masks)
                for place, bit in row.places:
                    if later is None or float(later) != probability:
                        open_rows[place].append((row, bit, probability))
                    elif later:
                        fired[place] |= bit
        return [
            self._intern(bits, rows, masks) if bits or rows else None
            for bits, rows in zip(fired, open_rows, strict=True)
        ]

    def _intern(self, fired: int, rows: Sequence[tuple[_Row, int, float]], masks: Masks) -> Waiting:
        """The `Waiting` with this content; equal content is one object, so that assessments can be shared."""
        unknown = self._unknown_questions(masks)
        provisional = tuple(
            (bit, tuple(question for question in unknown if question in row.ask.questions))
            for row, bit, probability in rows
            if probability == 1
        )
        may_exclude = sum(bit for row, bit, _ in rows if row.rule.effect is Effect.EXCLUDE)
        undecided = self._undecided(
            [(row, probability) for row, _, probability in rows if row.rule.effect is Effect.LOG_ODDS], masks
        )
        content = (fired, provisional, undecided, may_exclude)
        if len(self._interned) >= _KEPT_AT_MOST * 4:
            self._interned.clear()
        return self._interned.setdefault(content, Waiting(*content))

    def _undecided(self, rows: Sequence[tuple[_Row, float]], masks: Masks) -> tuple[Undecided, ...]:
        weighted = [(row.ask, self._weight(row.rule)) for row, _ in rows]
        groups = []
        for bounds in self._bounding.groups(weighted, masks):
            members = [(*rows[member], weighted[member][1]) for member in bounds.members]
            counted = sum(weight * probability for _, probability, weight in members)
            expected = sum(weight * probability for _, probability, weight in members if probability < 1)
            groups.append(
                Undecided(
                    questions=bounds.questions,
                    rules=tuple((row.rule.id, round(probability, DIGITS)) for row, probability, _ in members),
                    contribution=round(expected, DIGITS),
                    low=round(min(bounds.low - counted, 0.0), DIGITS),
                    high=round(max(bounds.high - counted, 0.0), DIGITS),
                )
            )
        return tuple(groups)

    def _unknown_questions(self, masks: Masks) -> list[str]:
        return [question.id for question, mask in zip(self._knowledge.questionnaire, masks, strict=True) if not mask]


def key_of(indices: Iterable[int]) -> Callable[[Masks], Any]:
    """A function that picks these masks, as something a memo can look up."""
    picked = tuple(indices)
    return itemgetter(*picked) if picked else lambda masks: ()


_Kept = TypeVar("_Kept")


def remember(memo: dict[Any, _Kept], key: Any, value: _Kept) -> _Kept:
    if len(memo) >= _KEPT_AT_MOST:
        memo.clear()
    memo[key] = value
    return value
