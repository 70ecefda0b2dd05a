"""Conditions: compiled tests against the plain tables of three-valued logic, on random trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.domain.conditions import (
    ALWAYS,
    NEVER,
    All,
    Among,
    AnyOf,
    Attribute,
    Between,
    Chosen,
    Constant,
    CountAtLeast,
    Not,
    OnlyChosen,
    Unanswered,
    UnknownCount,
    all_of,
    any_of,
    compile_condition,
    leaves,
    negate,
    questions_of,
)
from tests import oracle
from tests.factories import minimal_knowledge, raw_profiles, read

WORLD = minimal_knowledge()
QUESTIONS = WORLD.questionnaire


def _leaf_on(question):
    codes = st.frozensets(st.sampled_from(question.codes), min_size=1)
    kinds = [st.builds(Chosen, st.just(question.id), codes), st.just(Unanswered(question.id))]
    if question.kind == "multi":
        kinds += [
            st.builds(OnlyChosen, st.just(question.id), codes),
            st.builds(CountAtLeast, st.just(question.id), st.integers(1, 6)),
        ]
    return st.one_of(kinds)


LEAVES = st.one_of(
    *(_leaf_on(question) for question in QUESTIONS),
    st.builds(UnknownCount, st.integers(0, 4)),
    st.sampled_from([ALWAYS, NEVER]),
)


def _parts(inner):
    return st.lists(inner, max_size=3).map(tuple)


TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.builds(All, _parts(inner)), st.builds(AnyOf, _parts(inner)), st.builds(Not, inner)),
    max_leaves=8,
)
PROFILES = raw_profiles(QUESTIONS)


def _decide(condition, raw):
    return compile_condition(condition, QUESTIONS.layout)(read(QUESTIONS, raw).masks)


@given(TREES, PROFILES)
def test_compiled_condition_decides_as_the_tables_do(tree, raw):
    assert _decide(tree, raw) is oracle.holds(tree, oracle.known(raw), WORLD)


@given(st.lists(TREES, max_size=4), PROFILES)
def test_combining_leaves_out_only_what_changes_nothing(trees, raw):
    assert _decide(all_of(trees), raw) is _decide(All(tuple(trees)), raw)
    assert _decide(any_of(trees), raw) is _decide(AnyOf(tuple(trees)), raw)
    for tree in trees:
        assert _decide(negate(tree), raw) is _decide(Not(tree), raw)


@given(
    TREES.filter(lambda tree: not any(isinstance(leaf, Unanswered | UnknownCount) for leaf in leaves(tree))), PROFILES
)
def test_a_decision_stays_whatever_the_unknown_answers_will_be(tree, raw):
    decision = _decide(tree, raw)
    if decision is not None:
        open_questions = [each for each in QUESTIONS if each.id not in oracle.known(raw)]
        assert all(_decide(tree, later) is decision for later in oracle.completions(raw, open_questions))


@pytest.mark.parametrize(
    ("chosen", "number", "decision"),
    [
        (["chat"], 1, True),
        (["chat"], 2, False),
        (["chat", "mail"], 2, True),
        (["many"], 3, True),
        (["many"], 4, False),
        (["chat", "many"], 4, True),
        (["chat", "many"], 5, False),
        (["chat", "mail", "many"], 5, True),
    ],
)
def test_options_count_for_what_they_are_worth(chosen, number, decision):
    """In this question "many" is worth three."""
    assert _decide(CountAtLeast("tools", number), {"place": "desk", "tools": chosen}) is decision


def test_the_absence_of_a_follow_up_counts_for_nothing(knowledge):
    raw = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"], "copied_from": "no"}
    masks = read(knowledge.questionnaire, raw).masks
    layout = knowledge.questionnaire.layout
    for condition in (
        CountAtLeast("copied_channel", 1),
        Chosen("copied_channel", frozenset(["embrace"])),
        OnlyChosen("copied_channel", frozenset(["embrace"])),
        Unanswered("copied_channel"),
    ):
        assert compile_condition(condition, layout)(masks) is False


def test_a_condition_on_a_channel_must_be_applied_to_one_first():
    with pytest.raises(TypeError, match="apply it to one first"):
        compile_condition(Attribute("kind", Among(frozenset(["live"]))), QUESTIONS.layout)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Between(1, 2), [1, 1.5, 2], [0, 3, None, "1"]),
        (Between(None, 2), [-5, 2], [2.1]),
        (Between(1, None), [1, 99], [0.9, None]),
    ],
)
def test_bounds_include_their_ends_and_refuse_what_is_no_number(bounds, inside, outside):
    assert all(bounds.accepts(value) for value in inside)
    assert not any(bounds.accepts(value) for value in outside)


def test_constants_settle_and_double_negation_goes():
    leaf = Chosen("place", frozenset(["desk"]))
    assert all_of([]) == ALWAYS
    assert any_of([]) == NEVER
    assert all_of([leaf, NEVER]) == NEVER
    assert any_of([leaf, ALWAYS]) == ALWAYS
    assert all_of([leaf, All((leaf,)), ALWAYS]) == leaf
    assert negate(negate(leaf)) == leaf
    assert negate(Constant(True)) == NEVER
    assert questions_of(All((leaf, Not(Unanswered("hosts")), UnknownCount(1)))) == {"place", "hosts"}
