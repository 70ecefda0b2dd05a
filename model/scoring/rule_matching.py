"""Matching: which rules fire for which channels, when some answers are unknown.

What remains of rules that are applied to every channel once (`model.scoring.compiled_rules`) are lines: one condition
on the answers, with the channels for which one rule then fires. Lines that look at the same questions are a block. A
block only sees of an answer what its conditions ask of it, so it is in few states, and what it says in each is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from model.domain.conditions import Masks, Test, compile_condition
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect, Rule
from model.memo import key_of, remember
from model.scoring.answer_classes import AnswerLeaf, Ask, places_of
from model.scoring.columns import Columns
from model.scoring.compiled_rules import Applied
from model.scoring.features import rule_feature, rule_strength
from model.scoring.reasons import DIGITS, Reason
from model.scoring.statements import Statement
from model.scoring.undecided_rules import NOTHING_WAITS, Open, Waiting, Waits

Places = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One condition of one rule, and the channels for which it remains.

    Attributes:
        statement: what is said when it holds; None for a rule that moves no score.
    """

    ask: Ask
    rule: Rule
    places: Places
    statement: Statement | None


class Said(NamedTuple):
    """What a block says for some answers.

    Attributes:
        adds: to the columns.
        rules: exclusions and advice that fire, and the channels that they are about.
        waits: what waits, and for which channels.
    """

    adds: int
    statements: Sequence[Statement]
    rules: Sequence[tuple[Rule, Places]]
    waits: Sequence[tuple[Open, Places]]


_SILENCE = Said(0, (), (), ())


class Match(NamedTuple):
    """What all rules say for some answers; `waits` has one entry per channel."""

    adds: int
    statements: list[Statement]
    rules: list[tuple[Rule, Places]]
    waits: list[Waiting]


class _View(dict[int, int]):
    """What some conditions see of one answer: mask → a number that is the same where they see the same.

    An unknown answer has the mask 0, or that of what it is taken for as a negative number.
    """

    def __init__(self, index: int, tests: Sequence[Test], questions: int) -> None:
        super().__init__()
        self.index = index
        self._tests = tests
        self._questions = questions

    def __missing__(self, mask: int) -> int:
        masks = [0] * self._questions
        masks[self.index] = abs(mask)
        seen = sum(1 << place for place, test in enumerate(self._tests) if test(masks))
        return remember(self, mask, seen if mask > 0 else -1 if mask == 0 else -2 - seen)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that look at the same questions, with what they said before; `key` picks what they see."""

    key: Callable[[Sequence[int]], Any]
    lines: tuple[_Line, ...]
    memo: dict[Any, Said] = field(default_factory=dict)


class Matcher:
    """The rules of some knowledge, applied to each of its channels.

    Args:
        applied: the same, channel by channel.
        weight: what a rule adds to the log-odds when it fires.
    """

    def __init__(
        self, knowledge: Knowledge, applied: Applied, weight: Callable[[Rule], float], columns: Columns
    ) -> None:
        self._questionnaire = knowledge.questionnaire
        self._weight = weight
        self._columns = columns
        self._channels = len(knowledge.channels)
        self._waits = Waits(knowledge, weight)
        self._reasons: dict[Any, Reason] = {}
        self._assumed: dict[Any, Statement] = {}
        self._views: dict[tuple[int, frozenset[AnswerLeaf]], _View] = {}
        self._blocks = self._make_blocks(self._make_lines(applied))

    def match(self, masks: Masks) -> Match:
        """What the rules say for these answers."""
        known = self._with_assumptions(masks)
        seen = [view[known[view.index]] for view in self._views.values()]
        adds = 0
        statements: list[Statement] = []
        rules: list[tuple[Rule, Places]] = []
        waits: list[list[Open]] = [[] for _ in range(self._channels)]
        for block in self._blocks:
            key = block.key(seen)
            said = block.memo.get(key)
            if said is None:
                said = remember(block.memo, key, self._ask(block.lines, masks))
            if said is _SILENCE:
                continue
            adds += said.adds
            statements += said.statements
            rules += said.rules
            for opened, places in said.waits:
                for place in places:
                    waits[place].append(opened)
        together = self._waits.together
        waiting = [together(tuple(opened), masks) if opened else NOTHING_WAITS for opened in waits]
        return Match(adds, statements, rules, waiting)

    def _with_assumptions(self, masks: Masks) -> Masks:
        """The masks with what unknown answers are taken for as negative numbers, so that memos can tell."""
        assumptions = self._questionnaire.assumptions(masks)
        if not assumptions:
            return masks
        seen = list(masks)
        for question, assumption in assumptions:
            seen[self._questionnaire.layout[question.id].index] = -question.bit_of[assumption.answer]
        return seen

    # --- made once ---------------------------------------------------------------------------------------------------

    def _make_lines(self, applied: Applied) -> list[_Line]:
        remains: dict[tuple[Ask, str], tuple[Rule, list[int]]] = {}
        for place, terms in enumerate(applied.terms):
            for rule, ask in terms:
                remains.setdefault((ask, rule.id), (rule, []))[1].append(place)
        lines = []
        for (ask, _), (rule, places) in remains.items():
            statement = self._statement(rule, places) if rule.effect is Effect.LOG_ODDS else None
            lines.append(_Line(ask, rule, tuple(places), statement))
        return lines

    def _make_blocks(self, lines: Iterable[_Line]) -> list[_Block]:
        grouped: dict[tuple[int, ...], list[_Line]] = {}
        for line in lines:
            grouped.setdefault(line.ask.indices, []).append(line)
        return [
            _Block(key_of([self._view(index, group) for index in indices]), tuple(group))
            for indices, group in grouped.items()
        ]

    def _view(self, index: int, lines: Iterable[_Line]) -> int:
        """The place among the views of how these lines see the answer to the question at this place."""
        asked = frozenset[AnswerLeaf]().union(*(line.ask.leaves[index] for line in lines))
        if (index, asked) not in self._views:
            tests = [compile_condition(leaf, self._questionnaire.layout) for leaf in asked]
            self._views[index, asked] = _View(index, tests, len(self._questionnaire.questions))
        return list(self._views).index((index, asked))

    # --- what a block says -------------------------------------------------------------------------------------------

    def _ask(self, lines: Iterable[_Line], masks: Masks) -> Said:
        statements, rules, waits = [], [], []
        for line in lines:
            later, probability = line.ask.later(masks), line.ask.probability(masks)
            waiting = later is None or float(later) != probability
            if waiting and line.rule.effect is not Effect.ADVICE:
                waits.append((self._waits.open(line.rule, line.ask, probability, masks), line.places))
            if line.statement is not None and probability == 1:
                statements.append(self._assuming(line, masks) if waiting else line.statement)
            elif later and not waiting:
                rules.append((line.rule, line.places))
        if not statements and not rules and not waits:
            return _SILENCE
        return Said(sum(each.adds for each in statements), statements, rules, waits)

    def _assuming(self, line: _Line, masks: Masks) -> Statement:
        """What is said when a line holds as things stand but may stop doing so."""
        unknown = line.ask.unknown(masks)
        found = self._assumed.get((line, unknown))
        if found is None:
            questions = tuple(self._questionnaire.questions[index].id for index in places_of(unknown))
            found = remember(self._assumed, (line, unknown), self._statement(line.rule, line.places, questions))
        return found

    def _statement(self, rule: Rule, places: Iterable[int], assumed: tuple[str, ...] = ()) -> Statement:
        key = rule.id, assumed
        reason = self._reasons.get(key)
        if reason is None:
            features = ((rule_feature(rule), rule_strength(rule)),)
            reason = Reason("rule", rule.id, round(self._weight(rule), DIGITS), rule.text, assumed, features)
            self._reasons[key] = reason
        return Statement.of(reason, places, self._columns, rule.weight)
