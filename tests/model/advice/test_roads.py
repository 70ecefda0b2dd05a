"""Roads: what a road promises is what the engine answers, it is strictly better, and a team can bring it about."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.domain.rules import Effect
from tests.model.advice.advised import (
    ADVICE,
    BOTH,
    KNOWLEDGE,
    PROFILES,
    QUESTIONS,
    is_said,
    of_case,
    read,
    with_answers,
)

GOOD = 2

RECOGNISABLE = {
    "work_setting": ["mobile_field"],
    "needs": ["quick_contact", "file_sharing"],
    "sensitive_data": "identifiable_clients",
    "login_tolerance": "low",
    "device_access": ["work_phone"],
    "daily_tools": ["whatsapp", "teams"],
    "needs_evidence": "asked_members",
    "core_group": "active",
    "facilitation_capacity": "h2_8",
    "shared_interest": "strong",
}
VERDICTS = ("do_not_launch_yet", "fix_first", "go")


def decision_of(recommendation, bundle):
    """What makes a decision good, told in the plainest way: each part is better when it is larger."""
    serious = [each for each in recommendation.readiness.findings if each.effect in (Effect.STOP, Effect.HOLD)]
    wishes = recommendation.profile.codes("needs")
    channels = bundle.channels if bundle else ()
    served = [wish for wish in wishes if any(channel.functions[wish] >= GOOD for channel in channels)]
    return (
        VERDICTS.index(recommendation.readiness.verdict),
        -len(serious),
        not wishes or wishes[0] in served,
        any(channel.kind != "broadcast" for channel in channels),
    ), len(served)


def changed_answers(road):
    return {
        change.question.id: change.after if change.question.kind == "multi" else change.after[0]
        for change in road.changes
    }


@settings(max_examples=40)
@given(PROFILES, st.sampled_from(BOTH))
@example(RECOGNISABLE, ADVICE)
def test_a_road_promises_what_the_engine_answers_and_is_strictly_better(raw, advice):
    profile = read(raw)
    recommendation = advice.advisor.recommend(profile)
    roads = advice.roads(recommendation)
    before, served = decision_of(recommendation, advice.bundles.choose(recommendation))
    assert len(roads) <= 2
    for road in roads:
        then = advice.advisor.recommend(with_answers(profile, **changed_answers(road)))
        bundle = advice.bundles.choose(then)
        assert road.recommendation.readiness == then.readiness
        assert road.bundle == bundle
        after, served_then = decision_of(then, bundle)
        assert after[0] > 0, "a road that ends in not starting is none"
        if before[0]:  # what a set would do where nobody can start counts for nothing
            assert after != before
            assert served_then >= served
            assert all(now <= later for now, later in zip(before, after, strict=True))
        assert is_said(road.outcome)


@settings(max_examples=40)
@given(PROFILES)
@example(RECOGNISABLE)
def test_a_road_asks_only_what_a_team_can_bring_about(raw):
    """Each step is one that a lever brings, no answer stays what it was, and no road is part of another."""
    profile = read(raw)
    roads = ADVICE.roads(ADVICE.advisor.recommend(profile))
    for road in roads:
        assert 1 <= len(road.changes) <= 2
        for change in road.changes:
            lever = change.question.lever
            assert lever is not None
            assert set(change.after) != set(change.before)
            assumed = {question.id: each.answer for question, each in QUESTIONS.assumptions(profile.masks)}
            # A follow-up that nobody answered stands where its lever starts.
            start = [] if change.question.follows is None else list(lever.brings)[:1]
            now = change.before or tuple(start) or (assumed[change.question.id],)
            brought = {code for gone in now for code in lever.brings.get(gone, ())} | set(lever.adds)
            assert set(change.after) <= {*now, *brought}
            assert is_said(change.action)
            assert is_said(change.cost)
            assert is_said(change.who)
    steps = [{(change.question.id, *change.after) for change in road.changes} for road in roads]
    assert len(steps) < 2 or not (steps[0] <= steps[1] or steps[1] <= steps[0])


@settings(max_examples=8, deadline=None)
@given(PROFILES)
@example(RECOGNISABLE)
def test_no_other_small_set_of_changes_does_more(raw):
    """Told by trying every one."""
    profile = read(raw)
    now = ADVICE.advisor.recommend(profile)
    before, served = decision_of(now, ADVICE.bundles.choose(now))
    best = None
    for changes in ADVICE.changes.sets(profile):
        if sum(len(each.edits) for each in changes) <= 2:
            then = ADVICE.advisor.recommend(ADVICE.changes.applied(changes, profile))
            after, served_then = decision_of(then, ADVICE.bundles.choose(then))
            worse = served_then < served or any(one > other for one, other in zip(before, after, strict=True))
            if after[0] and (not before[0] or (after != before and not worse)):
                best = max(after, best or after)
    found = [decision_of(road.recommendation, road.bundle)[0] for road in ADVICE.roads(now)]
    assert found[:1] == ([best] if best else [])


def test_a_community_that_can_start_has_no_roads():
    assert ADVICE.roads(ADVICE.advisor.recommend(of_case("set-up"))) == ()


def test_nurses_with_recognisable_patients_can_agree_that_nobody_is():
    roads = ADVICE.roads(ADVICE.advisor.recommend(read(RECOGNISABLE)))
    first = roads[0]
    assert [(change.question.id, change.after) for change in first.changes] == [
        ("sensitive_data", ("anonymised_cases",))
    ]
    assert {channel.id for channel in first.bundle.channels} == {"teams"}
    assert first.outcome["en"] == "Then you can start with Microsoft Teams."


def test_two_steps_are_one_road_where_each_alone_is_not_enough():
    profile = with_answers(of_case("set-up"), needs_evidence="assumed", core_group="none")
    (road,) = ADVICE.roads(ADVICE.advisor.recommend(profile))
    assert {change.question.id for change in road.changes} == {"needs_evidence", "core_group"}
    assert road.recommendation.readiness.verdict == "go"
    assert road.repeats, "the verdict asks for the same two steps"


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each.lever], ids=lambda each: each.id)
def test_every_step_of_a_lever_says_what_to_do_and_what_it_costs(question):
    lever = question.lever
    steps = [(gone, come) for gone, comes in lever.brings.items() for come in comes]
    for gone, come in [*steps, *((None, come) for come in lever.adds)]:
        step = lever.step(gone, come)
        assert step is not None, (gone, come)
        assert is_said(step.action, KNOWLEDGE)
        assert is_said(step.cost, KNOWLEDGE)
