"""Possible changes: the answers that a team's levers can bring about, in every combination of at most two.

Only questions with a lever count, and only what that lever can bring (`Lever.brings`, `Lever.adds`). An answer that
cannot be true beside another one is mended by the team first, so it is not changed, and no change makes one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from operator import itemgetter
from typing import NamedTuple

from model.advice.contradictions import Contradictions
from model.domain.conditions import Chosen, CountAtLeast, Masks, OnlyChosen, leaves
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Lever, Question, Text
from model.domain.rules import Effect
from model.domain.wording import answer_text, said, sentences
from model.memo import Memo
from model.profiles.profile import Profile, ProfileReader

Step = tuple[str | None, str]
"""The code that goes, if one does, and the code that comes."""


class Edit(NamedTuple):
    """One step in one answer: this code goes (or was assumed), that code comes."""

    question: str
    gone: str | None
    come: str


class ReachableAnswer(NamedTuple):
    """One answer that levers can bring about, and the edits that lead to it.

    Attributes:
        masks: (place of the question, mask) of all that changes with it.
        along: answers to questions that follow it, which come with it.
        dropped: questions that follow it and do not apply beside it.
    """

    question: Question
    mask: int
    codes: tuple[str, ...]
    edits: frozenset[Edit]
    masks: tuple[tuple[int, int], ...]
    along: tuple[tuple[Question, str], ...] = ()
    dropped: frozenset[str] = frozenset()

    @property
    def answers(self) -> list[tuple[str, str]]:
        """(question, code) of all that changes with it."""
        return [*[(self.question.id, code) for code in self.codes], *[(each.id, code) for each, code in self.along]]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that becomes another.

    Attributes:
        before, after: the codes; an empty `before` is unknown.
        answers: (question, code) of all that changes with it.
        who, action: who must act and what they do.
        cost: what that costs, where the knowledge says so.
        asked: whether the verdict asks for it, and says so with who does it.
    """

    question: Question
    before: tuple[str, ...]
    after: tuple[str, ...]
    answers: Sequence[tuple[str, str]]
    who: Text
    action: Text
    text: Text
    cost: Text | None = None
    asked: bool = False


class Changes:
    """The levers of some knowledge."""

    def __init__(self, knowledge: Knowledge, contradictions: Contradictions) -> None:
        self._knowledge = knowledge
        self._contradictions = contradictions
        self._reader = ProfileReader(knowledge.questionnaire, partial=True)
        self._looked_at = _looked_at(knowledge)
        self._places = {name: bits.index for name, bits in knowledge.questionnaire.layout.items()}
        self._following: dict[str, list[tuple[Question, frozenset[str]]]] = {}
        for question in knowledge.questionnaire:
            for of, asks in knowledge.questionnaire.needed_for(question.id):
                self._following.setdefault(of, []).append((question, asks))
        self._options_of: Memo[list[ReachableAnswer]] = Memo()

    def sets(self, profile: Profile, most: float = math.inf) -> list[tuple[ReachableAnswer, ...]]:
        """Every set of one or two changed answers, those with the fewest edits first.

        Args:
            most: edits of one set at most.
        """
        options = self.options(profile)
        sets: list[tuple[int, tuple[ReachableAnswer, ...]]]
        sets = [(len(each.edits), (each,)) for group in options for each in group if len(each.edits) <= most]
        for one, other in combinations(options, 2):
            for pair in product(one, other):
                edits = len(pair[0].edits) + len(pair[1].edits)
                if edits <= most and not _drops(*pair) and self._can_be_true(pair, profile.masks):
                    sets.append((edits, pair))
        sets.sort(key=itemgetter(0))
        return [each for _, each in sets]

    def options(self, profile: Profile) -> list[list[ReachableAnswer]]:
        """Per question with a lever the answers that the lever can bring about, the smallest change first."""
        found = []
        for index, question in enumerate(self._knowledge.questionnaire):
            if question.lever and not self._contradictions.has(index, profile.masks):
                current = self._current(index, question, question.lever, profile)
                reachable = self._options_of.get((question.id, current))
                if reachable is None:
                    reachable = self._options_of.put((question.id, current), list(self._options(question, current)))
                options = reachable
                if (index,) in self._contradictions.of_places:
                    options = [each for each in reachable if self._can_be_true([each], profile.masks)]
                if options:
                    found.append(options)
        return found

    def _can_be_true(self, changes: Sequence[ReachableAnswer], masks: Masks) -> bool:
        """Whether none of these answers contradicts another one; of several, where each by itself does not."""
        places = tuple([self._places[each.question.id] for each in changes])
        asking = self._contradictions.of_places.get(places)
        if asking is None:
            return True
        then = list(masks)
        for place, each in zip(places, changes, strict=True):
            then[place] = each.mask
        return not any(ask.holds(then) for ask in asking)

    def _current(self, index: int, question: Question, lever: Lever, profile: Profile) -> tuple[str, ...]:
        """The answer that changes: what was answered or is assumed. A follow-up that nobody answered stands where its
        lever starts, because without an answer it is "none".
        """
        answered = profile.codes(question.id)
        if answered:
            return answered
        if question.follows and question.follows[1].intersection(profile.codes(question.follows[0])):
            return tuple(lever.brings)[:1]
        assumed = self._knowledge.questionnaire.assumption(index, profile.masks)
        return (assumed.answer,) if assumed else ()

    def described(self, option: ReachableAnswer, profile: Profile) -> Change:
        """One changed answer in words: what the lever says of just these codes, or else of the question."""
        lever = option.question.lever
        assert lever is not None
        before = profile.codes(option.question.id)
        steps = [lever.step(edit.gone, edit.come) for edit in sorted(option.edits, key=lambda edit: edit.come)]
        told = [step for step in steps if step is not None] if None not in steps else []
        who = told[0].who if told else None
        return Change(
            option.question,
            before,
            option.codes,
            option.answers,
            who if who and all(step.who == who for step in told) else lever.who,
            sentences(self._knowledge, [step.action for step in told]) if told else lever.action,
            self.text(option.question, before, option.codes),
            sentences(self._knowledge, [step.cost for step in told]) if told else None,
        )

    def text(self, question: Question, before: tuple[str, ...], after: tuple[str, ...]) -> Text:
        """One changed answer in a sentence."""
        return said(
            self._knowledge,
            "advice_change",
            label=question.label,
            before=answer_text(self._knowledge, question, before),
            after=answer_text(self._knowledge, question, after),
        )

    def applied(self, changes: Sequence[ReachableAnswer], profile: Profile) -> Profile:
        """The profile with these answers in the place of its own."""
        along = {question.id: (code,) for each in changes for question, code in each.along}
        return self.answered({each.question.id: each.codes for each in changes} | along, profile)

    def answered(self, codes: Mapping[str, tuple[str, ...]], profile: Profile) -> Profile:
        """The profile with other answers to these questions, without answers to questions that no longer apply."""
        questions = self._knowledge.questionnaire
        raw = {name: list(each) if questions[name].kind == "multi" else each[0] for name, each in codes.items()}
        answers = {**profile.as_dict(), **raw}
        for question in questions:
            if any(
                answers.get(of, UNKNOWN) not in (*codes, UNKNOWN) for of, codes in questions.needed_for(question.id)
            ):
                answers.pop(question.id, None)
        profile_then = self._reader.read(answers)
        assert profile_then is not None
        return replace(profile_then, without=profile.without)

    def _options(self, question: Question, current: tuple[str, ...]) -> Iterable[ReachableAnswer]:
        lever = question.lever
        if lever is None or not current:
            return
        brings = [(code, come) for code in current for come in lever.brings.get(code, ()) if come not in current]
        adds = [come for come in lever.adds if come not in {*current, *(come for _, come in brings)}]
        steps: list[Step] = [*brings, *((None, come) for come in adds)]
        for number in range(1, len(steps) + 1 if question.kind == "multi" else 2):
            for chosen in combinations(steps, number):
                gone = [step[0] for step in chosen if step[0] is not None]
                if len(set(gone)) == len(gone):
                    codes = self._edited(question, current, chosen)
                    if 0 < len(codes) <= question.limit:
                        mask = sum(question.bit_of[code] for code in codes)
                        edits = frozenset(Edit(question.id, *step) for step in chosen)
                        along, dropped = self._along(lever, chosen), self._dropped(question, codes)
                        masks = [(question, mask), *((each, each.bit_of[code]) for each, code in along)]
                        masks += [(each, each.absent_mask) for each in dropped]
                        places = tuple([(self._places[each.id], mask) for each, mask in masks])
                        names = frozenset([each.id for each in dropped])
                        yield ReachableAnswer(question, mask, codes, edits, places, along, names)

    def _dropped(self, question: Question, codes: Sequence[str]) -> list[Question]:
        """Questions that do not apply beside this answer."""
        return [each for each, asks in self._following.get(question.id, ()) if asks.isdisjoint(codes)]

    def _along(self, lever: Lever, steps: Sequence[Step]) -> tuple[tuple[Question, str], ...]:
        taken = [lever.step(*step) for step in steps]
        questions = self._knowledge.questionnaire
        return tuple([(questions[name], code) for step in taken if step for name, code in step.along.items()])

    def _edited(self, question: Question, current: tuple[str, ...], steps: Sequence[Step]) -> tuple[str, ...]:
        """The answer after these steps; a code that no rule looks at is only said when nothing else is left."""
        gone = {step[0] for step in steps}
        codes = [code for code in current if code not in gone]
        codes += [come for _, come in steps if come not in codes and (question.id, come) in self._looked_at]
        return tuple(codes) or (steps[0][1],)


def _drops(one: ReachableAnswer, other: ReachableAnswer) -> bool:
    """Whether beside one of two changed answers the question of the other does not apply."""
    return other.question.id in one.dropped or one.question.id in other.dropped


def _looked_at(knowledge: Knowledge) -> frozenset[tuple[str, str]]:
    """(question, code) pairs that a rule can tell from others, other than to say that they cannot be true."""
    rules = [rule for rule in knowledge.rules if rule.effect is not Effect.CONTRADICTION]
    conditions = [condition for rule in rules for condition in (rule.when, rule.channel)]
    conditions += [term.when for term in knowledge.terms.values()]
    found: set[tuple[str, str]] = set()
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Chosen | OnlyChosen):
                found |= {(leaf.question, code) for code in leaf.codes}
            elif isinstance(leaf, CountAtLeast):
                found |= {(leaf.question, code) for code in knowledge.questionnaire[leaf.question].codes}
    return frozenset(found)
