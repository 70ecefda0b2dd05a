"""Completions: probabilities and bounds over unknown answers, against going through all of them."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.conditions import (
    All,
    AnyOf,
    Chosen,
    CountAtLeast,
    Not,
    OnlyChosen,
    Unanswered,
    compile_condition,
    leaves,
)
from model.scoring import answer_classes as completions
from model.scoring.answer_classes import Ask, Bounding, connected, distinct_answers, places_of
from tests import oracle
from tests.factories import minimal_content, minimal_knowledge, question, raw_profiles, read, text


def _content():
    content = minimal_content()
    devices = question("devices", list("abcdef"), kind="multi", max=4)
    devices["options"][5]["counts_as"] = 3
    content["questions"].append(devices)
    content["questions"][2]["assume"] = [{"when": {"place": "road"}, "answer": "more", "text": text("More.")}]
    return content


WORLD = minimal_knowledge(**_content())
QUESTIONS = WORLD.questionnaire


def _leaf_on(asked):
    codes = st.frozensets(st.sampled_from(asked.codes), min_size=1)
    kinds: list[Any] = [st.builds(Chosen, st.just(asked.id), codes)]
    if asked.kind == "multi":
        kinds += [
            st.builds(OnlyChosen, st.just(asked.id), codes),
            st.builds(CountAtLeast, st.just(asked.id), st.integers(1, 5)),
        ]
    return st.one_of(kinds)


CONDITIONS = st.recursive(
    st.one_of(*(_leaf_on(asked) for asked in QUESTIONS)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
WEIGHTED = st.lists(st.tuples(CONDITIONS, st.integers(-30, 30).map(lambda tenths: tenths / 10)), min_size=1, max_size=5)
PROFILES = raw_profiles(QUESTIONS)


def _unknown(raw):
    return [each for each in QUESTIONS if each.id not in oracle.known(raw)]


def _groups(weighted, raw):
    """(places in `weighted`, places of questions, bounds) of the conditions that share unknown answers."""
    masks = read(QUESTIONS, raw).masks
    asks = [(Ask(condition, QUESTIONS), weight) for condition, weight in weighted]
    for members, unknown in connected([ask.unknown(masks) for ask, _ in asks]):
        places = places_of(unknown)
        yield members, places, Bounding(QUESTIONS).bounds([asks[each] for each in members], places, masks)


def _bounds(weighted, raw):
    return [bounds for _, _, bounds in _groups(weighted, raw)]


def _sums(weighted, raw, open_questions):
    """The weighted sum for every completion."""
    tests = [(compile_condition(condition, QUESTIONS.layout), weight) for condition, weight in weighted]
    for later in oracle.completions(raw, open_questions):
        masks = read(QUESTIONS, later).masks
        yield sum(weight for test, weight in tests if test(masks))


@given(WEIGHTED, PROFILES)
@settings(max_examples=40)
def test_bounds_are_the_lowest_and_highest_sum_over_all_answers(weighted, raw):
    asked = set().union(*(Ask(condition, QUESTIONS).questions for condition, _ in weighted))
    sums = list(_sums(weighted, raw, [each for each in _unknown(raw) if each.id in asked]))
    bounds = _bounds(weighted, raw)
    assert sum(low for low, _ in bounds) == pytest.approx(min(sums))
    assert sum(high for _, high in bounds) == pytest.approx(max(sums))


@given(WEIGHTED, PROFILES)
def test_groups_share_no_unknown_question_and_leave_no_condition_out(weighted, raw):
    groups = list(_groups(weighted, raw))
    asked = [index for _, unknown, _ in groups for index in unknown]
    assert len(asked) == len(set(asked))
    assert sorted(member for members, _, _ in groups for member in members) == list(range(len(weighted)))


@given(CONDITIONS, PROFILES)
def test_what_is_left_of_a_condition_asks_the_unknown_answers_only(condition, raw):
    ask, masks = Ask(condition, QUESTIONS), read(QUESTIONS, raw).masks
    left = Ask(ask.left(masks), QUESTIONS)
    assert set(left.indices) <= set(places_of(ask.unknown(masks)))
    for later in oracle.completions(raw, [each for each in _unknown(raw) if each.id in ask.questions]):
        completed = read(QUESTIONS, later).masks
        assert left.later(completed) is ask.later(completed)


@given(WEIGHTED, PROFILES)
@settings(max_examples=30)
def test_too_many_combinations_only_widen_the_bounds(weighted, raw):
    exact = _bounds(weighted, raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completions, "LIMIT", 0)
        wide = _bounds(weighted, raw)
    for tight, loose in zip(exact, wide, strict=True):
        assert loose[0] <= tight[0] + 1e-9
        assert loose[1] >= tight[1] - 1e-9


@given(CONDITIONS, PROFILES)
@settings(max_examples=40)
def test_probability_sums_what_is_believed_of_each_answer(condition, raw):
    answers = oracle.known(raw)
    open_questions = [each for each in _unknown(raw) if each.id in Ask(condition, QUESTIONS).questions]
    expected = 0.0
    cells = [(dict(answers), 1.0)]
    for asked in open_questions:
        cells = [
            ({**cell, asked.id: answer}, share * likelihood)
            for cell, share in cells
            for answer, likelihood in oracle.belief(asked, answers, WORLD)
        ]
    expected = math.fsum(share for cell, share in cells if oracle.holds(condition, cell, WORLD))
    assert Ask(condition, QUESTIONS).probability(read(QUESTIONS, raw).masks) == pytest.approx(expected, abs=1e-9)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.sampled_from(QUESTIONS.questions))
@settings(max_examples=40)
def test_distinct_answers_show_conditions_all_that_answers_can_show(conditions, asked):
    tests = [
        compile_condition(leaf, QUESTIONS.layout)
        for condition in conditions
        for leaf in leaves(condition)
        if getattr(leaf, "question", None) == asked.id
    ]
    place = QUESTIONS.layout[asked.id].index

    def seen(mask):
        masks = [0] * len(QUESTIONS.questions)
        masks[place] = mask
        return tuple(test(masks) for test in tests)

    bits = QUESTIONS.layout[asked.id]
    every = {
        seen(bits.mask([answer] if isinstance(answer, str) else answer)) for answer in oracle.possible_answers(asked)
    }
    few = distinct_answers(asked, conditions, QUESTIONS)
    assert {seen(mask) for mask in few} == every
    assert len(few) == len(every)


def test_a_condition_on_an_unknown_answer_holds_now_and_not_later():
    ask = Ask(Unanswered("hosts"), QUESTIONS)
    masks = read(QUESTIONS, {"place": "road"}).masks
    assert ask.now(masks) is True
    assert ask.later(masks) is False
    assert ask.probability(masks) == 1


def test_an_assumption_takes_the_place_of_equal_chances():
    ask = Ask(Chosen("hosts", frozenset(["more"])), QUESTIONS)
    assert ask.probability(read(QUESTIONS, {"place": "road"}).masks) == 1
    assert ask.probability(read(QUESTIONS, {"place": "desk"}).masks) == 0.5
