"""Interview: what is asked next, and that "you can stop" is never contradicted."""

import re
from itertools import product
from math import prod, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.advice.advice import Advice
from model.advice.change_risk import estimate
from model.domain.questions import UNKNOWN
from model.errors import ProfileError
from model.profiles.validation import ProfileGate, ReadProfile
from model.scoring.advisor import Advisor
from tests.examples import examples
from tests.factories import answers_to, raw_profiles
from tests.model.advice.advised import ADVICE, BOTH, PROFILES, QUESTIONS, is_said, of_case
from tests.packaged import KNOWLEDGE

GATE = ProfileGate(KNOWLEDGE)
FULL = raw_profiles(QUESTIONS, known=lambda question: True)


def _read(raw) -> ReadProfile:
    return GATE.read_partial(raw)


def _next(raw, advice=ADVICE):
    partial = _read(raw)
    return advice.interview.next(partial.profile, partial.asked)


def _decision(raw, advice=ADVICE):
    recommendation = advice.advisor.recommend(_read(raw).profile)
    return {moment: set(names) for moment, names in recommendation.best.items()}, recommendation.readiness.verdict


def _applicable(raw) -> list[str]:
    """The questions that a form would show for these answers."""
    return [
        question.id
        for question in QUESTIONS
        if question.follows is None or raw.get(question.follows[0]) in question.follows[1]
    ]


@st.composite
def half_done(draw, most_open: int):
    """Answers to nearly all questions, and how those that are left out would be answered."""
    full = draw(FULL)
    left_out = draw(st.lists(st.sampled_from(sorted(full)), min_size=1, max_size=most_open, unique=True))
    kept = {name: answer for name, answer in full.items() if name not in left_out}
    said = {name: UNKNOWN if draw(st.integers(0, 4)) == 0 and QUESTIONS[name].unknown_allowed else answer
            for name, answer in kept.items()}  # fmt: skip
    follow_ups = [question for question in QUESTIONS if question.follows]
    for question in follow_ups:
        assert question.follows is not None
        if said.get(question.follows[0], UNKNOWN) not in question.follows[1]:
            said.pop(question.id, None)
    return said


def test_required_questions_come_first_and_in_their_order():
    raw: dict[str, object] = {}
    asked = []
    for _ in range(3):
        found = _next(raw)
        assert found.question is not None
        assert not found.stop
        asked.append(found.question.id)
        raw[found.question.id] = ["desk"] if found.question.id == "work_setting" else UNKNOWN
    assert asked == [question.id for question in QUESTIONS if question.required]
    assert _next(raw).question.id not in asked


@given(PROFILES)
def test_a_partial_profile_reads_like_a_whole_one_without_the_missing_answers(raw):
    whole = GATE.load(raw)
    without = {name: answer for name, answer in raw.items() if not QUESTIONS[name].required}
    partial = _read(without)
    assert partial.asked == set(without)
    assert partial.profile.answers == {
        name: answer for name, answer in whole.answers.items() if not QUESTIONS[name].required
    }
    assert _read(raw).profile == whole
    known = partial.profile.answers
    assert partial.profile.chosen == sum(1 if isinstance(each, str) else len(each) for each in known.values())


def test_a_wrong_answer_in_a_partial_profile_is_named():
    with pytest.raises(ProfileError) as caught:
        GATE.read_partial({"rhythm": "hourly"}, "nl", "/profile")
    assert [each.pointer for each in caught.value.problems] == ["/profile/rhythm"]
    with pytest.raises(ProfileError):
        GATE.read_partial(["not", "a", "profile"])


@settings(max_examples=examples(25))
@given(PROFILES, st.sampled_from(BOTH))
def test_the_question_is_an_open_one_and_tells_most(raw, advice):
    found = _next(raw, advice)
    still_open = [name for name in _applicable(raw) if name not in raw]
    assert list(found.open) == still_open
    assert is_said(found.text)
    if found.question is None:
        assert still_open == []
        assert found.stop
        return
    assert found.question.id in still_open
    assert 0 <= found.changes <= 1
    assert bool(found.parts) == (found.changes > 0)


@settings(max_examples=examples(10))
@given(PROFILES)
def test_how_much_a_question_tells_is_how_often_its_answers_change_the_outcome(raw):
    found = _next(raw)
    assume(found.question is not None and not found.question.required)
    now = _decision(raw)
    changed = 0.0
    for code in found.question.codes:
        answer = [code] if found.question.kind == "multi" else code
        changed += (_decision({**raw, found.question.id: answer}) != now) / len(found.question.codes)
    # The bundle belongs to the decision too, so the figure may be higher, never lower.
    assert found.changes >= changed - 1e-6
    if "bundle" not in found.parts:
        assert found.changes == pytest.approx(changed, abs=1e-6)


def test_the_set_is_only_named_where_an_answer_changes_nothing_else():
    """Who meets otherwise also gets another set; the first of the two says enough."""
    answers = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["private_phone"]}
    found = _next({**answers, "present_state": "nothing"})
    assert (found.question.id, found.parts) == ("meeting_barrier", ("live",))
    assert found.text["en"] == "Your answer can still change the best way to meet."


def test_an_unknown_answer_is_not_asked_for_again():
    raw: dict[str, object] = {"work_setting": ["desk"]}
    raw |= {question.id: UNKNOWN for question in QUESTIONS if question.unknown_allowed and not question.follows}
    found = _next(raw)
    assert (found.question, found.stop, found.risk.certain, found.open) == (None, True, True, ())
    assert found.text["en"] == "You have answered every question."


def test_a_follow_up_is_asked_only_after_what_it_follows():
    raw = of_case("set-up").as_dict()
    assert "copied_channel" not in _next(raw).open
    assert "copied_channel" in _next({**raw, "copied_from": "other_kind"}).open
    assert "copied_channel" not in _next({**raw, "copied_from": "no"}).open


@settings(max_examples=examples(60))
@given(half_done(most_open=5), st.data(), st.sampled_from(BOTH))
def test_certain_means_that_no_answers_change_first_place_or_verdict(raw, data, advice):
    found = _next(raw, advice)
    if not found.risk.certain:
        return
    assert found.stop
    assert found.risk.share == 0
    now = _decision(raw, advice)
    for _ in range(4):
        later = dict(raw)
        for question in QUESTIONS:
            if question.id in _applicable(later) and question.id not in later:
                later[question.id] = data.draw(answers_to(question))
        assert _decision(later, advice) == now


def _completions(raw):
    """Every completion with its probability: each option equally likely, one option for multiple choice."""
    names = [name for name in _applicable(raw) if name not in raw]
    options = [
        [[code] if QUESTIONS[name].kind == "multi" else code for code in QUESTIONS[name].codes] for name in names
    ]
    share = 1 / prod(len(each) for each in options)
    for answers in product(*options):
        completed = {**raw, **dict(zip(names, answers, strict=True))}
        late = [name for name in _applicable(completed) if name not in completed]
        if late:
            for each, rest in _completions(completed):
                yield each, share * rest
        else:
            yield completed, share


def sampling(share):
    """Five standard errors of a share that is counted over 150 draws, or over as many as bring 30 changes."""
    draws = min(150, 30 / share) if share else 150
    return max(0.05, 5 * sqrt(share * (1 - share) / draws))


@pytest.mark.parametrize(
    ("draws", "share"),
    [([False] * 150, 0), ([True, *[False] * 149], 1 / 150), ([True] * 150, 1), ([False, True] * 75, 29 / 59)],
)
def test_a_risk_is_estimated_from_draws_until_thirty_changed_something(draws, share):
    assert estimate(draws) == share


def test_drawing_ends_once_enough_changed():
    draws = iter([True] * 150)
    estimate(draws)
    assert len(list(draws)) == 120


@settings(max_examples=examples(20))
@given(half_done(most_open=2), st.sampled_from(BOTH))
def test_the_risk_is_about_the_share_of_completions_that_change_the_outcome(raw, advice):
    risk = _next(raw, advice).risk
    assume(not any(QUESTIONS[name].required for name in _applicable(raw) if name not in raw))
    now = _decision(raw, advice)
    share = sum(share for completed, share in _completions(raw) if _decision(completed, advice) != now)
    assert risk.share == pytest.approx(share, abs=sampling(share))
    if risk.certain:
        assert share == 0


@settings(max_examples=examples(20))
@given(PROFILES)
def test_the_question_alone_is_the_same(raw):
    partial = _read(raw)
    assert ADVICE.interview.question(partial.profile, partial.asked) == _next(raw).question


@pytest.mark.no_cover
@settings(max_examples=examples(10))
@given(PROFILES)
def test_the_same_answers_have_the_same_risk(raw):
    """Also in another worker, and whatever was asked before."""
    partial = _read(raw)
    fresh = Advice(Advisor(KNOWLEDGE)).interview.next(partial.profile, partial.asked)
    assert fresh.risk == _next(raw).risk == _next(raw).risk


ONE_OPEN = [question.id for question in QUESTIONS if not question.required and question.follows is None]


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("name", ONE_OPEN)
@settings(max_examples=examples(8))
@given(full=FULL, advice=st.sampled_from(BOTH))
def test_with_one_question_open_the_risk_covers_what_its_answers_change(name, full, advice):
    left_out = KNOWLEDGE.questionnaire.together(name)
    raw = {each: answer for each, answer in full.items() if each in _applicable(full) and each not in left_out}
    risk = _next(raw, advice).risk
    now = _decision(raw, advice)
    mass = sum(share for completed, share in _completions(raw) if _decision(completed, advice) != now)
    assert risk.share == pytest.approx(mass, abs=sampling(mass))
    if mass:
        assert name in risk.questions


@pytest.mark.no_cover
@settings(max_examples=examples(60))
@given(half_done(most_open=4))
def test_stopping_is_allowed_below_a_stated_risk(raw):
    found = _next(raw)
    if any(QUESTIONS[name].required for name in found.open):
        return
    assert found.stop == (found.risk.share < 0.05)
    names = {question.id for question in QUESTIONS}
    assert set(found.risk.questions) <= names - {name for name, answer in raw.items() if answer != UNKNOWN}
    assert bool(found.risk.questions) != found.risk.certain
    if found.stop and not found.risk.certain:
        stated = int(re.findall(r"hoogstens (\d+)%", found.text["nl"])[0])
        assert stated - 1 < 100 * found.risk.share <= stated + 1e-6


@pytest.mark.parametrize("case", ["set-up", "icuconnect", "malawi"])
def test_an_interview_ends_before_the_form_does(case):
    answers = of_case(case).as_dict()
    raw: dict[str, object] = {}
    while not (found := _next(raw)).stop:
        assert found.question is not None
        raw[found.question.id] = answers.get(found.question.id, UNKNOWN)
    assert len(raw) < len(_applicable(answers))
    assert _decision(raw) == _decision(answers)
