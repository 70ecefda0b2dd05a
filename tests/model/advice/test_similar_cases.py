"""Similar cases: near is what differs little in what matters."""

import pytest
from hypothesis import given

from model.advice.similar_cases import channels_in_question
from model.errors import UnknownNameError
from tests.factories import raw_profiles
from tests.model.advice.advised import ADVICE, ADVISOR, PROFILES, QUESTIONS, is_said, of_case, read, with_answers
from tests.packaged import KNOWLEDGE

UNKNOWN = 0.2

CHANNELS = ("embrace", "in_person")


@given(raw_profiles(QUESTIONS, known=lambda question: question.follows is None))
def test_a_community_that_is_known_in_full_is_no_distance_from_itself(raw):
    profile = read(raw)
    assert ADVICE.similar.distance(profile, profile, CHANNELS) == 0
    assert ADVICE.similar.differences(profile, profile, CHANNELS) == ()


@given(PROFILES, PROFILES)
def test_there_and_back_is_as_far(raw, other):
    one, two = read(raw), read(other)
    there = ADVICE.similar.distance(one, two, CHANNELS)
    assert there == pytest.approx(ADVICE.similar.distance(two, one, CHANNELS), abs=1e-5)
    assert there >= 0


@pytest.mark.no_cover
@given(PROFILES)
def test_cases_come_nearest_first_with_the_answers_that_differ(raw):
    profile = read(raw)
    cases = ADVICE.similar.cases(profile, CHANNELS, shown=len(KNOWLEDGE.cases))
    assert {each.case.id for each in cases} == {case.id for case in KNOWLEDGE.cases}
    distances = [each.distance for each in cases]
    assert distances == sorted(distances)
    for each in cases:
        assert bool(each.differences) == (each.distance > 0)
        assert all(factor.status != "same" and is_said(factor.text) for factor in each.differences)
    assert ADVICE.similar.cases(profile, CHANNELS) == cases[:3]


@pytest.mark.parametrize("case", [case.id for case in KNOWLEDGE.cases])
def test_the_nearest_case_to_a_case_is_itself(case):
    channels = channels_in_question(ADVISOR.recommend(of_case(case)))
    assert ADVICE.similar.cases(of_case(case), channels)[0].case.id == case


def test_an_unknown_answer_counts_at_least_a_little():
    known = with_answers(of_case("set-up"), daily_tools=("email",), community_size="s_50")
    less = with_answers(known, community_size=None)
    assert (
        ADVICE.similar.distance(known, less, ("embrace",))
        >= ADVICE.similar.distance(known, known, ("embrace",)) + UNKNOWN * 0.99
    )


def test_the_channels_in_question_are_the_best_ones_and_the_one_asked_about():
    recommendation = ADVISOR.recommend(of_case("2diabeat"))
    assert channels_in_question(recommendation) == ("teams", "in_person")
    assert channels_in_question(recommendation, "embrace") == ("embrace", "teams", "in_person")


def test_a_channel_that_does_not_exist_is_refused():
    with pytest.raises(UnknownNameError, match="no channel called 'pigeon'"):
        ADVICE.similar.cases(of_case("set-up"), ("pigeon",))
