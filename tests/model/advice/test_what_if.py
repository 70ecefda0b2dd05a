"""What if: a lever really changes the outcome, nothing is left out, and hinges are hinges."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.errors import UnknownNameError
from model.profiles.profile import Profile
from tests.examples import examples
from tests.model.advice.advised import (
    ADVICE,
    ADVISOR,
    BOTH,
    PROFILES,
    QUESTIONS,
    contradicted,
    is_said,
    of_case,
    read,
    waits,
    with_answers,
)
from tests.packaged import KNOWLEDGE

THIN = {"work_setting": ["mobile_field"], "login_tolerance": "unknown", "device_access": "unknown"}
FORBIDDEN_PHONE = {**THIN, "device_access": ["private_phone"], "it_policy": ["no_private_phone"]}
CHANNELS = st.sampled_from([channel.id for channel in KNOWLEDGE.channels])


def _changed(profile: Profile, changes) -> Profile:
    """The profile after these changes, read anew from raw answers."""
    return with_answers(
        profile,
        **{each.question.id: each.after if each.question.kind == "multi" else each.after[0] for each in changes},
    )


def _stands(profile: Profile, channel_id: str, advice=ADVICE) -> str:
    recommendation = advice.advisor.recommend(profile)
    channel = KNOWLEDGE.channel(channel_id)
    if any(each.channel is channel for each in recommendation.excluded):
        return "excluded"
    return "first" if channel_id in recommendation.best[channel.moment] else "behind"


@given(PROFILES, CHANNELS, st.sampled_from(BOTH))
def test_a_plan_brings_what_it_says_and_no_part_of_it_does(raw, channel_id, advice):
    profile = read(raw)
    levers = advice.what_if.levers(advice.advisor.recommend(profile), channel_id)
    assert levers is not None
    assert levers.place == _stands(profile, channel_id, advice)
    assert is_said(levers.text)
    for plan in levers.plans:
        then = _stands(_changed(profile, plan.changes), channel_id, advice)
        assert then == ("first" if plan.result == "first" else "behind")
        assert (plan.lead >= 0) == (then == "first")
        for part in combinations(plan.changes, len(plan.changes) - 1):
            less = _changed(profile, part)
            still = _stands(less, channel_id, advice)
            enough = still == "first" if plan.result == "first" else still != "excluded"
            assert not enough or waits(channel_id, less)
        assert not waits(channel_id, _changed(profile, plan.changes))
        for change in plan.changes:
            assert is_said(change.text)
            assert is_said(change.action)
            assert is_said(change.who)
            assert change.before == profile.codes(change.question.id)
    if levers.nearest is not None:
        assert not any(plan.result == "first" for plan in levers.plans)
        then = _stands(_changed(profile, levers.nearest.changes), channel_id, advice)
        assert then == "behind"


@settings(max_examples=examples(12))
@given(PROFILES, CHANNELS)
def test_nothing_you_can_change_means_that_no_reachable_answers_would_do_it(raw, channel_id):
    profile = read(raw)
    levers = ADVICE.what_if.levers(ADVISOR.recommend(profile), channel_id)
    assert levers is not None
    if levers.place == "first" or levers.plans:
        return
    reachable = [_reachable(profile, question) for question in QUESTIONS if question.lever]
    sets: list[tuple[tuple[str, object], ...]] = [(each,) for answers in reachable for each in answers]
    sets += [pair for one, other in combinations(reachable, 2) for pair in product(one, other)]
    for answers in sets:
        changed = with_answers(profile, **dict(answers))
        if not contradicted(changed) & dict(answers).keys() and not waits(channel_id, changed):
            assert _stands(changed, channel_id) == levers.place, answers


def _reachable(profile: Profile, question) -> list[tuple[str, object]]:
    """The answers that one step of a lever brings about, told from the knowledge in the plainest way; none where the
    answer cannot be true.
    """
    if question.id in contradicted(profile):
        return []
    current = profile.codes(question.id)
    if not current:
        index = QUESTIONS.layout[question.id].index
        assumption = QUESTIONS.assumption(index, profile.masks)
        current = (assumption.answer,) if assumption else ()
    if not current and question.follows and profile.answers.get(question.follows[0]) in question.follows[1]:
        current = tuple(question.lever.brings)[:1]
    if question.kind == "single":
        return [(question.id, come) for code in current for come in question.lever.brings.get(code, ())]
    found: list[tuple[str, object]] = []
    if current:
        for come in question.lever.adds:
            if come not in current and not any(come in question.lever.brings.get(code, ()) for code in current):
                found.append((question.id, (*current, come)))
        for code in current:
            for come in set(question.lever.brings.get(code, ())) - set(current):
                others = tuple(each for each in current if each != code)
                found.append((question.id, others if others and come == "no_limits" else (*others, come)))
    return [(name, answer) for name, answer in found if len(answer) <= question.limit]  # type: ignore[arg-type]


@given(PROFILES)
def test_changes_stay_within_what_levers_bring(raw):
    profile = read(raw)
    for options in ADVICE.what_if._changes.options(profile):
        for option in options:
            question, lever = option.question, option.question.lever
            assert lever is not None
            assert 0 < len(option.codes) <= question.limit
            assert option.mask == sum(question.bit_of[code] for code in option.codes)
            for edit in option.edits:
                allowed = lever.adds if edit.gone is None else lever.brings[edit.gone]
                assert edit.come in allowed


@given(PROFILES)
@example(FORBIDDEN_PHONE)
def test_no_change_makes_or_touches_answers_that_cannot_be_true(raw):
    profile = read(raw)
    found = contradicted(profile)
    for changes in ADVICE.changes.sets(profile):
        then = ADVICE.changes.applied(changes, profile)
        assert not any(each.question.id in found for each in changes)
        assert contradicted(then) <= found


def test_a_limit_that_goes_beside_another_one_just_goes():
    """Guests may come in, but their own phone is still forbidden: that is not "no limits"."""
    profile = read({**THIN, "crosses_organisations": "few", "it_policy": ["no_private_phone", "no_external_guests"]})
    (options,) = [group for group in ADVICE.changes.options(profile) if group[0].question.id == "it_policy"]
    assert [option.codes for option in options] == [("no_private_phone",)]


def test_an_own_phone_is_nothing_that_an_employer_gives():
    profile = read({**THIN, "device_access": ["no_smartphone"]})
    (options,) = [group for group in ADVICE.changes.options(profile) if group[0].question.id == "device_access"]
    assert {code for option in options for code in option.codes} == {"work_phone", "tablet"}


def test_no_lever_brings_a_channel_first_that_was_not_made_for_the_data():
    raw = {**THIN, "work_setting": ["classroom"], "sensitive_data": "identifiable_clients"}
    levers = ADVICE.what_if.levers(ADVISOR.recommend(read({**raw, "device_access": ["shared_computer"]})), "teams")
    assert levers is not None
    for plan in (*levers.plans, *([levers.nearest] if levers.nearest else [])):
        assert {change.question.id for change in plan.changes} & {"sensitive_data"}


@given(PROFILES, st.frozensets(CHANNELS, max_size=28))
@example(THIN, frozenset(KNOWLEDGE.channel_by_id) - {"viva_engage"})
def test_what_a_team_left_out_itself_is_not_what_it_asks_about(raw, without):
    profile = replace(read(raw), without=without)
    assert ADVICE.what_if.loser(ADVISOR.recommend(profile)) not in without


def test_nothing_brings_embrace_to_2diabeat():
    levers = ADVICE.what_if.levers(ADVISOR.recommend(of_case("2diabeat")))
    assert levers is not None
    assert (levers.channel.id, levers.place, levers.plans) == ("embrace", "behind", ())
    assert levers.text["en"].startswith("No step that a team can take would bring Embrace to first place.")
    assert levers.text["nl"].startswith("Geen stap die een team zelf kan zetten brengt Embrace op de eerste plaats.")


def test_an_agreement_on_personal_data_brings_a_messenger_back():
    profile = with_answers(of_case("2diabeat"), sensitive_data="identifiable_clients")
    levers = ADVICE.what_if.levers(ADVISOR.recommend(profile), "whatsapp_group")
    assert levers is not None
    assert levers.place == "excluded"
    [change] = levers.plans[0].changes
    assert (change.question.id, change.after) == ("sensitive_data", ("anonymised_cases",))
    assert change.who["en"] == "the programme team"


def test_the_channel_that_a_team_asks_about_is_the_copied_one_or_the_first_platform_that_lost():
    copied = ADVISOR.recommend(of_case("2diabeat"))
    assert ADVICE.what_if.loser(copied) == "embrace"
    not_copied = ADVISOR.recommend(with_answers(of_case("2diabeat"), copied_from=None, copied_channel=None))
    assert ADVICE.what_if.loser(not_copied) == "sector_community"


def test_a_channel_in_first_place_needs_no_lever():
    levers = ADVICE.what_if.levers(ADVISOR.recommend(of_case("2diabeat")), "teams")
    assert levers is not None
    assert (levers.place, levers.plans, levers.nearest) == ("first", (), None)


def test_a_channel_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UnknownNameError, match="no channel called 'pigeon'"):
        ADVICE.what_if.levers(ADVISOR.recommend(of_case("set-up")), "pigeon")


@settings(max_examples=examples(15))
@given(PROFILES, st.sampled_from(BOTH))
def test_a_hinge_moves_first_place_and_other_single_answers_do_not(raw, advice):
    profile = read(raw)
    hinges = advice.what_if.hinges(profile)
    found = {(each.question.id, each.instead, each.moment) for each in hinges}
    assert len(found) == len(hinges)
    now = advice.advisor.recommend(profile).best
    for each in hinges:
        answer = each.instead if each.question.kind == "multi" else each.instead[0]
        then = advice.advisor.recommend(_with_plain(profile, each.question.id, answer)).best
        assert set(each.first_now) == set(now[each.moment])
        assert set(each.first_then) == set(then[each.moment])
        assert not set(now[each.moment]) <= set(then[each.moment])
        assert is_said(each.text)
    for question in QUESTIONS:
        if question.kind == "single" and question.id in profile.answers and not question.follows:
            for code in question.codes:
                if code != profile.answers[question.id]:
                    then = advice.advisor.recommend(_with_plain(profile, question.id, code)).best
                    for moment in now:
                        moved = not set(now[moment]) <= set(then[moment])
                        assert moved == ((question.id, (code,), moment) in found)


def _with_plain(profile: Profile, name: str, answer: object) -> Profile:
    """One other answer, and every other one as it was, even where the gate would see a contradiction."""
    codes = (answer,) if isinstance(answer, str) else tuple(answer)  # type: ignore[arg-type]
    question = QUESTIONS[name]
    masks = list(profile.masks)
    masks[QUESTIONS.layout[name].index] = sum(question.bit_of[code] for code in codes)
    kept = codes if question.kind == "multi" else codes[0]
    chosen = profile.chosen - len(profile.codes(name)) + len(codes)
    return Profile({**profile.answers, name: kept}, tuple(masks), chosen)
