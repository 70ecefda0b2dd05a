"""Satisfiability: every kind of profile that some conditions can tell apart, so that rules can be proved, not tried.

Answers that a condition treats alike stand for each other (`model.scoring.answer_classes.distinct_answers`). Going
through one profile per kind is therefore as good as going through all profiles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product

from model.domain.conditions import (
    Condition,
    Masks,
    Unanswered,
    UnknownCount,
    compile_condition,
    leaves,
    questions_of,
)
from model.domain.questions import Question, Questionnaire
from model.scoring.answer_classes import distinct_answers

_ANSWERED = 1


def situations(conditions: Sequence[Condition], questionnaire: Questionnaire) -> Iterator[Masks]:
    """The masks of one profile of every kind.

    Only what the conditions look at is answered in every way. An answer is left unknown where a condition asks
    whether it is.
    """
    asked = [each for each in questionnaire if any(each.id in questions_of(condition) for condition in conditions)]
    found = [leaf for condition in conditions for leaf in leaves(condition)]
    counting = any(isinstance(leaf, UnknownCount) for leaf in found)
    asked_unknown = {leaf.question for leaf in found if isinstance(leaf, Unanswered)}
    choices = [
        _choices(each, conditions, questionnaire, can_be_unknown=counting or each.id in asked_unknown) for each in asked
    ]
    names = {each.id for each in asked}
    following = [(each, of, codes) for each in asked for of, codes in questionnaire.needed_for(each.id) if of in names]
    places = [questionnaire.layout[each.id].index for each in asked]
    for others in _others(asked, questionnaire) if counting else [[_ANSWERED] * len(questionnaire.questions)]:
        masks = list(others)
        for combination in product(*choices):
            for place, mask in zip(places, combination, strict=True):
                masks[place] = mask
            if all(_applies(each, of, codes, masks, questionnaire) for each, of, codes in following):
                yield tuple(masks)


def ever(condition: Condition, questionnaire: Questionnaire) -> bool:
    """Whether some profile makes the condition hold."""
    return witness(condition, questionnaire) is not None


def witness(condition: Condition, questionnaire: Questionnaire) -> Masks | None:
    """The masks of a profile that makes the condition hold, or None when no profile does."""
    test = compile_condition(condition, questionnaire.layout)
    return next((masks for masks in situations([condition], questionnaire) if test(masks)), None)


def always(condition: Condition, questionnaire: Questionnaire) -> bool:
    """Whether the condition holds whatever is answered."""
    test = compile_condition(condition, questionnaire.layout)
    return all(test(masks) for masks in situations([condition], questionnaire))


def equivalent(one: Condition, other: Condition, questionnaire: Questionnaire) -> bool:
    """Whether no profile makes one condition hold without the other."""
    if one == other:
        return True
    first, second = (compile_condition(each, questionnaire.layout) for each in (one, other))
    return all(bool(first(masks)) == bool(second(masks)) for masks in situations([one, other], questionnaire))


def _choices(
    question: Question, conditions: Sequence[Condition], questionnaire: Questionnaire, can_be_unknown: bool
) -> tuple[int, ...]:
    known = distinct_answers(question, conditions, questionnaire)
    if question.follows is not None:
        return (*known, question.absent_mask)
    unknown_possible = question.unknown_allowed or not question.required
    return (*known, 0) if can_be_unknown and unknown_possible else known


def _applies(
    question: Question, needed: str, codes: Collection[str], masks: Masks, questionnaire: Questionnaire
) -> bool:
    """Whether a follow-up question has an answer only where the one that it needs allows it."""
    layout = questionnaire.layout
    before = masks[layout[needed].index]
    own = masks[layout[question.id].index]
    return own == question.absent_mask or not before or bool(before & layout[needed].mask(codes))


def _others(asked: Sequence[Question], questionnaire: Questionnaire) -> Iterator[list[int]]:
    """Masks of all other questions: once with none of them unknown, once with one, and so on up to all of them."""
    optional = [
        bits.index
        for name, bits in questionnaire.layout.items()
        if bits.optional and name not in {each.id for each in asked}
    ]
    masks = [_ANSWERED] * len(questionnaire.questions)
    yield list(masks)
    for place in optional:
        masks[place] = 0
        yield list(masks)
