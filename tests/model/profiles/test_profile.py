"""Profiles: the quick gate and the gate that words mistakes have one verdict, and every mistake is named at once."""

import json
import math
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES
from model.domain.questions import UNKNOWN
from model.errors import ProfileError
from model.profiles.profile import ProfileReader
from model.profiles.validation import CODES, ProfileGate, profile_schema
from tests.examples import examples
from tests.factories import raw_profiles
from tests.packaged import KNOWLEDGE

QUESTIONS = KNOWLEDGE.questionnaire
READER = ProfileReader(QUESTIONS)
SCHEMA = profile_schema(KNOWLEDGE)
ALL_CODES = sorted({code for question in QUESTIONS for code in question.allowed})

MINIMAL = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"]}

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(),
    st.text(max_size=3),
    st.lists(
        st.one_of(st.none(), st.integers(0, 1), st.sampled_from(ALL_CODES), st.lists(st.text(max_size=1))), max_size=3
    ),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)


@st.composite
def nearly_right(draw):
    """A right profile with up to three things changed."""
    raw = dict(draw(raw_profiles(QUESTIONS)))
    for _ in range(draw(st.integers(0, 3))):
        question = draw(st.sampled_from(QUESTIONS.questions))
        match draw(st.integers(0, 6)):
            case 0:
                raw.pop(question.id, None)
            case 1:
                raw[question.id] = draw(JUNK)
            case 2:
                raw[question.id] = draw(st.sampled_from(ALL_CODES))
            case 3:
                raw[question.id] = draw(st.lists(st.sampled_from(question.allowed), max_size=7))
            case 4:
                raw[draw(st.sampled_from([question.id + "x", "", "a/b", "~", 7]))] = draw(st.sampled_from(ALL_CODES))
            case 5:
                raw[question.id] = draw(st.sampled_from([UNKNOWN, [UNKNOWN], [UNKNOWN, UNKNOWN], [], "", [""]]))
            case 6:
                raw[question.id] = draw(st.sampled_from(question.codes))
    return raw


@given(st.one_of(nearly_right(), JUNK))
@settings(max_examples=examples(400))
def test_both_gates_have_one_verdict(raw):
    assert (READER.read(raw) is None) == bool(SCHEMA.validate(raw))


@given(raw_profiles(QUESTIONS))
def test_right_answers_pass_and_come_back_as_sent(raw):
    profile = ProfileGate(KNOWLEDGE).load(raw)
    known = {question: answer for question, answer in raw.items() if answer not in (UNKNOWN, [UNKNOWN])}
    assert profile.as_dict() == known
    assert READER.read({**MINIMAL, **profile.as_dict()}) is not None
    for question, mask in zip(QUESTIONS, profile.masks, strict=True):
        assert set(question.chosen(mask)) == set(profile.codes(question.id))
        assert (mask == question.absent_mask) == (question.id not in known)


@given(st.dictionaries(st.sampled_from([question.id for question in QUESTIONS]), JUNK, max_size=5))
@settings(max_examples=examples(30))
def test_every_refusal_says_where_and_why_and_never_repeats_the_value(raw):
    gate = ProfileGate(KNOWLEDGE)
    with pytest.raises(ProfileError) as caught:
        gate.load(raw, pointer="/profile")
    for problem in caught.value.problems:
        assert problem.pointer.startswith("/profile")
        assert problem.code in CODES
        assert problem.message
    assert {"/profile/work_setting", "/profile/login_tolerance", "/profile/device_access"} - {
        f"/profile/{name}" for name in raw
    } <= {problem.pointer for problem in caught.value.problems}


WRONG = [
    pytest.param([], "", "not_an_object", id="a list"),
    pytest.param(None, "", "not_an_object", id="nothing"),
    pytest.param("work_setting", "", "not_an_object", id="a word"),
    pytest.param({**MINIMAL, "colour": "red"}, "/colour", "unknown_field", id="unknown question"),
    pytest.param({**MINIMAL, "a/b~c": "red"}, "/a~1b~0c", "unknown_field", id="escaped pointer"),
    pytest.param({"login_tolerance": "high", "device_access": ["tablet"]}, "/work_setting", "required", id="required"),
    pytest.param({**MINIMAL, "rhythm": None}, "/rhythm", "null", id="null"),
    pytest.param({**MINIMAL, "work_setting": None}, "/work_setting", "null", id="required null"),
    pytest.param({**MINIMAL, "rhythm": 1}, "/rhythm", "wrong_type", id="number"),
    pytest.param({**MINIMAL, "rhythm": math.nan}, "/rhythm", "wrong_type", id="not a number"),
    pytest.param({**MINIMAL, "needs": math.inf}, "/needs", "wrong_type", id="infinity"),
    pytest.param({**MINIMAL, "rhythm": ["daily"]}, "/rhythm", "wrong_type", id="list for a single choice"),
    pytest.param({**MINIMAL, "needs": "quick_contact"}, "/needs", "wrong_type", id="word for a multiple choice"),
    pytest.param({**MINIMAL, "needs": {"quick_contact": 1}}, "/needs", "wrong_type", id="object"),
    pytest.param({**MINIMAL, "needs": ["quick_contact", 3]}, "/needs/1", "wrong_type", id="number in a list"),
    pytest.param({**MINIMAL, "needs": [math.nan]}, "/needs/0", "wrong_type", id="not a number in a list"),
    pytest.param({**MINIMAL, "needs": [["quick_contact"]]}, "/needs/0", "wrong_type", id="list in a list"),
    pytest.param({**MINIMAL, "rhythm": "hourly"}, "/rhythm", "not_allowed", id="unknown code"),
    pytest.param({**MINIMAL, "rhythm": "Daily"}, "/rhythm", "not_allowed", id="capital"),
    pytest.param({**MINIMAL, "needs": ["sing"]}, "/needs/0", "not_allowed", id="unknown code in a list"),
    pytest.param({**MINIMAL, "needs": []}, "/needs", "none_chosen", id="empty list"),
    pytest.param({**MINIMAL, "work_setting": ["desk", "desk"]}, "/work_setting", "chosen_twice", id="twice"),
    pytest.param(
        {**MINIMAL, "work_setting": ["desk", "classroom", "ward_shift"]}, "/work_setting", "too_many", id="too many"
    ),
    pytest.param({**MINIMAL, "needs": [UNKNOWN, "co_writing"]}, "/needs", "unknown_with_others", id="unknown and more"),
    pytest.param(
        {**MINIMAL, "copied_from": "no", "copied_channel": "embrace"},
        "/copied_channel",
        "does_not_apply",
        id="follow-up that does not apply",
    ),
]


@pytest.mark.parametrize(("raw", "pointer", "code"), WRONG)
def test_each_mistake_has_its_code_and_place(gate, raw, pointer, code):
    with pytest.raises(ProfileError) as caught:
        gate.load(raw)
    assert [(problem.pointer, problem.code) for problem in caught.value.problems] == [(pointer, code)]


def test_every_code_has_an_example_here():
    assert {parameter.values[2] for parameter in WRONG} == set(CODES)


def test_all_mistakes_are_named_at_once_with_what_is_allowed(gate):
    with pytest.raises(ProfileError) as caught:
        gate.load({"login_tolerance": "maybe", "needs": ["sing", "co_writing", 4], "colour": "red"})
    found = {problem.pointer: problem for problem in caught.value.problems}
    assert set(found) == {"/login_tolerance", "/needs/0", "/needs/2", "/colour", "/work_setting", "/device_access"}
    assert found["/login_tolerance"].allowed == ("none", "low", "medium", "high", UNKNOWN)
    assert found["/work_setting"].allowed == (*QUESTIONS["work_setting"].codes, UNKNOWN)
    assert found["/colour"].allowed == tuple(QUESTIONS.by_id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mistakes_are_worded_in_the_asked_language(gate, knowledge, language):
    with pytest.raises(ProfileError) as caught:
        gate.load({**MINIMAL, "work_setting": ["desk", "classroom", "ward_shift"]}, language)
    assert caught.value.problems[0].message == knowledge.messages[language]["error_too_many"].format(limit=2)


@pytest.mark.parametrize(
    ("follow_up", "before", "codes"),
    [(each.id, *needed) for each in QUESTIONS for needed in QUESTIONS.needed_for(each.id)],
)
def test_an_answer_that_does_not_apply_names_the_question_that_it_follows(gate, follow_up, before, codes):
    other = next(code for code in QUESTIONS[before].codes if code not in codes)
    with pytest.raises(ProfileError) as caught:
        gate.load({**MINIMAL, before: other, follow_up: QUESTIONS[follow_up].codes[0]})
    [problem] = caught.value.problems
    label = QUESTIONS[next(QUESTIONS.needed_for(follow_up))[0]].label["en"]
    assert problem.message == f"This question only applies after another answer to “{label}”."


@pytest.mark.parametrize("unknown", [UNKNOWN, [UNKNOWN], None], ids=["word", "list", "absent"])
def test_an_absent_answer_and_an_explicit_unknown_are_the_same(gate, unknown):
    explicit = {**MINIMAL, "needs": unknown, "rhythm": UNKNOWN} if unknown else MINIMAL
    assert gate.load(explicit) == gate.load(MINIMAL)


def test_a_mapping_with_an_order_is_a_mapping(gate):
    assert gate.load(OrderedDict(MINIMAL)) == gate.load(MINIMAL)


def test_numbers_that_json_does_not_know_are_refused(gate):
    with pytest.raises(ProfileError):
        gate.load(json.loads('{"work_setting": NaN, "login_tolerance": Infinity, "device_access": [-Infinity]}'))
