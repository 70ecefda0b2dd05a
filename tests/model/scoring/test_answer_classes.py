"""Answer classes: few answers that show conditions everything that all answers could show."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.conditions import All, AnyOf, Chosen, CountAtLeast, Not, OnlyChosen, compile_condition, leaves
from model.scoring.answer_classes import distinct_answers
from tests import oracle
from tests.examples import examples
from tests.factories import minimal_content, minimal_knowledge, question


def _content():
    content = minimal_content()
    devices = question("devices", list("abcdef"), kind="multi", max=4)
    devices["options"][5]["counts_as"] = 3
    content["questions"].append(devices)
    return content


QUESTIONS = minimal_knowledge(**_content()).questionnaire


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


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.sampled_from(QUESTIONS.questions))
@settings(max_examples=examples(40))
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
    assert distinct_answers(asked, conditions, QUESTIONS, 2) == few[:3]
