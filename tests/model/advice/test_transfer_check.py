"""Transfer check and factors: what differs, what it does, and whether a success carries over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.comparison import Comparison
from model.advice.transfer_check import Carry
from model.errors import UnknownNameError
from tests.model.advice.advised import ADVICE, ADVISOR, BOTH, PROFILES, is_said, of_case, read, with_answers
from tests.packaged import KNOWLEDGE

CHANNELS = st.sampled_from([channel.id for channel in KNOWLEDGE.channels])


def test_embrace_does_not_carry_over_from_set_up_to_2diabeat():
    check = ADVICE.transfers.check("set-up", "embrace", of_case("2diabeat"))
    assert check.verdict is Carry.DO_NOT_CARRY_OVER
    assert {factor.question.id for factor in check.factors[:2]} == {"daily_tools", "login_tolerance"}
    assert all(factor.status != "same" and factor.difference < 0 for factor in check.factors[:2])
    assert check.there == "worked"
    assert check.first == ("teams",)
    assert check.wanted.plans == ()
    assert check.wanted.text["en"].startswith("Embrace: not like this, because ")


def test_what_worked_carries_over_to_a_community_just_like_it():
    check = ADVICE.transfers.check(of_case("set-up"), "embrace", of_case("set-up"))
    assert check.verdict is Carry.CARRY_OVER
    assert check.source is None
    assert check.there == "not_told"
    assert all(factor.difference == 0 for factor in check.factors)


def test_a_channel_that_levers_make_fit_is_adapted():
    target = with_answers(of_case("2diabeat"), sensitive_data="identifiable_clients")
    check = ADVICE.transfers.check("malawi", "whatsapp_group", target)
    assert check.verdict is Carry.ADAPT
    assert [rule.id for rule in check.excluded_by] == ["patient-data-consumer-app"]
    assert check.factors[0].question.id == "sensitive_data"
    assert check.factors[0].excludes
    assert {change.question.id for change in check.wanted.plans[0].changes} == {"sensitive_data"}


def test_the_warning_is_the_case_in_which_a_copied_channel_failed():
    check = ADVICE.transfers.check("set-up", "embrace", of_case("present"))
    assert check.warning is not None
    assert check.warning.case.id == "2diabeat"
    assert ADVICE.transfers.check("2diabeat", "teams", of_case("set-up")).warning is None


@given(st.sampled_from(KNOWLEDGE.cases), CHANNELS, PROFILES, st.sampled_from(BOTH))
def test_a_verdict_says_what_the_score_says(case, channel_id, raw, advice):
    target = read(raw)
    check = advice.transfers.check(case.id, channel_id, target)
    bundle = advice.bundles.choose(advice.advisor.recommend(target))
    advised = [each.id for each in bundle.channels] if bundle else []
    advised += [name for names in bundle.equals.values() for name in names] if bundle else []
    waits = KNOWLEDGE.channel_place[channel_id] in ADVISOR.launch.held_back.places(target.masks)
    fits = channel_id in advised or (not check.excluded_by and check.log_odds_here >= 0 and not waits)
    unknown = bool(advice.advisor.recommend(target).readiness.answer_first) and not check.excluded_by
    assert (check.verdict is Carry.TOO_LITTLE_KNOWN) == unknown
    assert (check.verdict is Carry.CARRY_OVER) == (fits and not unknown)
    assert (check.verdict is Carry.ADAPT) == bool(check.wanted.plans)
    assert is_said(check.wanted.text)
    neutral = Comparison(advice.quick_scorer).neutral(target)
    for plan in check.wanted.plans:
        changed = with_answers(
            neutral,
            **{
                each.question.id: each.after if each.question.kind == "multi" else each.after[0]
                for each in plan.changes
            },
        )
        found = next(each for each in advice.advisor.scorer.assess(changed) if each.channel.id == channel_id)
        assert not found.excluded_by
        assert found.log_odds >= -1e-6


@given(PROFILES, PROFILES, CHANNELS, st.sampled_from(BOTH))
def test_shares_add_up_to_the_scores_in_both_communities(raw, other, channel_id, advice):
    comparison = Comparison(advice.quick_scorer)
    there, here = comparison.neutral(read(raw)), comparison.neutral(read(other))
    factors = comparison.factors(channel_id, there, here)
    scores = [
        next(each for each in advice.advisor.scorer.assess(profile) if each.channel.id == channel_id)
        for profile in (there, here)
    ]
    # What holds for the channel whatever is answered, such as its base rate, is no factor.
    scorer, place = advice.advisor.scorer, advice.quick_scorer.place[channel_id]
    answers = scorer.answers(there)
    always = scorer.base.use_of(place) + sum(
        term.at(answers).use_of(place) for term in scorer.terms if not term.indices
    )
    assert sum(each.contribution_there for each in factors) + always == pytest.approx(scores[0].log_odds, abs=1e-4)
    assert sum(each.contribution_here for each in factors) + always == pytest.approx(scores[1].log_odds, abs=1e-4)
    gaps = [abs(each.difference) for each in factors if not each.excludes]
    assert gaps == pytest.approx(sorted(gaps, reverse=True), abs=2e-6)
    for each in factors:
        assert is_said(each.text)
        known = each.question.id in there.answers and each.question.id in here.answers
        assert (each.status == "unknown") == (not known)
        if each.status == "same":
            assert each.difference == pytest.approx(0, abs=1e-6)


@given(PROFILES, PROFILES, CHANNELS)
def test_the_way_back_has_the_opposite_differences(raw, other, channel_id):
    comparison = Comparison(ADVICE.quick_scorer)
    there, here = read(raw), read(other)
    one = {each.question.id: each.difference for each in comparison.factors(channel_id, there, here)}
    back = {each.question.id: each.difference for each in comparison.factors(channel_id, here, there)}
    for name in one.keys() | back.keys():
        assert one.get(name, 0.0) == pytest.approx(-back.get(name, 0.0), abs=1e-5)


@given(PROFILES, CHANNELS)
def test_answers_about_copying_are_no_factor(raw, channel_id):
    factors = Comparison(ADVICE.quick_scorer).factors(channel_id, of_case("2diabeat"), read(raw))
    assert not {"copied_from", "copied_channel"} & {each.question.id for each in factors}


def test_wrong_names_are_refused_with_those_that_exist():
    with pytest.raises(UnknownNameError, match="no case called 'atlantis'"):
        ADVICE.transfers.check("atlantis", "embrace", of_case("set-up"))
    with pytest.raises(UnknownNameError, match="no channel called 'pigeon'"):
        ADVICE.transfers.check("set-up", "pigeon", of_case("set-up"))
