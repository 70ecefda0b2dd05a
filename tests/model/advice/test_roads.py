"""Roads: what a road promises is what the engine answers, it is strictly better, and a team can bring it about."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.domain.rules import Effect
from model.profiles.channel_choice import ChannelChoice
from model.scoring.launch_verdict import LEAST
from tests.examples import examples
from tests.model.advice.advised import ADVICE, BOTH, PROFILES, QUESTIONS, is_said, of_case, read, waits, with_answers
from tests.packaged import KNOWLEDGE

GOOD = 2
THIN = {"work_setting": ["desk"], "login_tolerance": "unknown", "device_access": "unknown"}

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


def ends_well(recommendation, bundle):
    """Whether to work towards it: every channel may well be used, none waits, and the first wish is served."""
    wishes = recommendation.profile.codes("needs")
    chances = {each.assessment.channel.id: each.assessment.log_odds for each in recommendation.channels}
    return (
        bundle is not None
        and not recommendation.readiness.none_fits
        and all(chances[channel.id] >= LEAST for channel in bundle.channels)
        and not any(waits(channel.id, recommendation.profile) for channel in bundle.channels)
        and (not wishes or any(channel.functions[wishes[0]] >= GOOD for channel in bundle.channels))
    )


def same_set(now, then, advice=ADVICE):
    """Whether both are answered with the same channels."""
    sets = [advice.bundles.choose(each) for each in (now, then)]
    names = [{channel.id for channel in each.channels} if each else set() for each in sets]
    return names[0] == names[1]


def is_news(now, then, advice=ADVICE):
    """Whether the verdict or the set is another one."""
    return now.readiness.verdict != then.readiness.verdict or not same_set(now, then, advice)


def only_asked(now, changes):
    """Whether the verdict asks for all of this."""
    return {each.action_of for each in now.readiness.findings} >= {each.question.id for each in changes}


def answered(road):
    """What the engine answers where the road ends."""
    return ADVICE.advisor.recommend(road.profile)


def changed_answers(road):
    return {
        change.question.id: change.after if change.question.kind == "multi" else change.after[0]
        for change in road.changes
    }


@settings(max_examples=examples(40))
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
        assert road.profile == then.profile
        assert road.verdict == then.readiness.verdict
        assert (road.chosen.channels, road.chosen.uses) == (bundle.channels, bundle.uses)
        told = advice.road_finder.outcome(recommendation, advice.bundles.choose(recommendation), then, bundle)
        assert road.outcome == told
        after, served_then = decision_of(then, bundle)
        assert ends_well(then, bundle)
        assert is_news(recommendation, then, advice)
        assert after[0] > 0, "a road that ends in not starting is none"
        if before[0]:  # what a set would do where nobody can start counts for nothing
            assert after != before
            assert served_then >= served
            assert all(now <= later for now, later in zip(before, after, strict=True))
        assert is_said(road.outcome)


@settings(max_examples=examples(40))
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


APPROVED = {**RECOGNISABLE, "data_approval": "approved", "approved_channel": "siilo"}


@settings(max_examples=examples(20), deadline=None)
@given(PROFILES)
@example(APPROVED)
def test_what_is_tried_are_the_answers_of_the_profile_with_these_changes(raw):
    """A follow-up question that does not apply any more has no answer."""
    profile = read(raw)
    scores = ADVICE.quick_scorer.of_profile(profile)
    for changes in ADVICE.changes.sets(profile, 2):
        assert scores.with_changes(changes).masks == ADVICE.changes.applied(changes, profile).masks


@settings(max_examples=examples(8), deadline=None)
@given(PROFILES)
@example(RECOGNISABLE)
def test_no_other_small_set_of_changes_does_more(raw):
    """Told by trying every one."""
    profile = read(raw)
    now = ADVICE.advisor.recommend(profile)
    before, served = decision_of(now, ADVICE.bundles.choose(now))
    best, repeated = None, False
    for changes in ADVICE.changes.sets(profile):
        if sum(len(each.edits) for each in changes) <= 2:
            then = ADVICE.advisor.recommend(ADVICE.changes.applied(changes, profile))
            after, served_then = decision_of(then, ADVICE.bundles.choose(then))
            worse = served_then < served or any(one > other for one, other in zip(before, after, strict=True))
            better = after[0] and (not before[0] or (after != before and not worse))
            if better and ends_well(then, ADVICE.bundles.choose(then)) and is_news(now, then):
                if best is None or after > best:
                    best, repeated = after, False
                repeated |= after == best and only_asked(now, changes) and same_set(now, then)
    found = [decision_of(then := answered(road), ADVICE.bundles.choose(then))[0] for road in ADVICE.roads(now)]
    assert found[:1] == ([best] if best else []) or repeated


def test_a_community_that_can_start_has_no_roads():
    assert ADVICE.roads(ADVICE.advisor.recommend(of_case("set-up"))) == ()


def test_nurses_with_recognisable_patients_can_agree_that_nobody_is():
    roads = ADVICE.roads(ADVICE.advisor.recommend(read(RECOGNISABLE)))
    first = roads[0]
    assert [(change.question.id, change.after) for change in first.changes] == [
        ("sensitive_data", ("anonymised_cases",))
    ]
    assert {channel.id for channel in first.chosen.channels} == {"teams"}
    assert first.outcome["en"] == "Then you can start with Microsoft Teams, in place of Siilo."


def test_another_answer_to_the_same_question_is_another_way_when_it_comes_out_as_well():
    """A phone or a tablet from work: which of them is for the team to say."""
    raw = {"login_tolerance": "high", "device_access": ["shared_computer"], "needs": ["learning_content"]}
    roads = ADVICE.roads(ADVICE.advisor.recommend(read({"work_setting": ["outdoors"], **raw})))
    assert [[(change.question.id, change.after) for change in road.changes] for road in roads] == [
        [("device_access", ("shared_computer", "work_phone"))],
        [("device_access", ("shared_computer", "tablet"))],
    ]


def test_a_road_that_only_does_what_the_verdict_asks_for_is_not_given():
    profile = with_answers(of_case("set-up"), needs_evidence="assumed", core_group="none")
    recommendation = ADVICE.advisor.recommend(profile)
    assert {each.action_of for each in recommendation.readiness.findings} >= {"needs_evidence", "core_group"}
    assert ADVICE.roads(recommendation) == ()


@settings(max_examples=examples(40))
@given(PROFILES)
@example({**THIN, "work_setting": ["desk"], "needs_evidence": "assumed"})
@example({**THIN, "work_setting": ["not_working"], "core_group": "none"})
def test_an_action_is_said_once(raw):
    """A step that the verdict asks for refers to it; what else is still needed is not said again."""
    recommendation = ADVICE.advisor.recommend(read(raw))
    told = ADVICE.overview(recommendation).findings
    asked = {each.action_of: each.action["en"] for each in told if each.action}
    for road in ADVICE.roads(recommendation):
        steps = {change.question.id: change.action["en"] for change in road.changes}
        for name in steps.keys() & asked.keys():
            refers = f"first (see above): {QUESTIONS[name].label['en'].lower()}."
            assert steps[name].lower().endswith(refers) or (name == "data_approval" and "approve Siilo" in steps[name])
        assert not any(action in f"{steps} {road.outcome['en']}" for action in asked.values())
        assert not (only_asked(recommendation, road.changes) and same_set(recommendation, answered(road)))


OUTDOORS = {"work_setting": ["outdoors"], "sensitive_data": "identifiable_clients"}
NOT_WORKING = {"work_setting": ["not_working"], "facilitation_capacity": "none"}
HOME = {"work_setting": ["volunteer_home"], "needs": ["quick_contact"], "login_tolerance": "none"}


@pytest.mark.parametrize(
    ("raw", "only", "step"),
    [
        pytest.param(OUTDOORS, "teams", "data_approval", id="a channel not made for recognisable clients"),
        pytest.param(NOT_WORKING, "teams", "facilitation_capacity", id="the same set and verdict"),
        pytest.param(
            {**HOME, "daily_tools": ["calls_sms"], "facilitation_capacity": "none", "community_size": "s_250"},
            None,
            "facilitation_capacity",
            id="no channel fits",
        ),
        pytest.param(
            {"work_setting": ["mobile_field"], "needs": ["archived_discussion"], "shared_interest": "separate"},
            "plek",
            "shared_interest",
            id="the channel for the first wish has to wait",
        ),
    ],
)
def test_no_road_ends_there(raw, only, step):
    profile = ChannelChoice((only,) if only else ()).applied(read({**THIN, **raw}), KNOWLEDGE)
    roads = ADVICE.roads(ADVICE.advisor.recommend(profile))
    assert not any(step in {change.question.id for change in road.changes} for road in roads)


def test_what_else_the_verdict_asks_for_is_not_said_again():
    raw = {**OUTDOORS, "needs": ["co_writing"], "facilitation_capacity": "none", "shared_interest": "separate"}
    (road,) = ADVICE.roads(ADVICE.advisor.recommend(read({**THIN, **raw})))
    assert [change.action["en"] for change in road.changes] == [
        "Agree that nobody can be recognised in what members share.",
        "First (see above): shared interest.",
    ]
    assert road.outcome["en"] == (
        "Then in-person meet-ups and Google Workspace would fit. "
        "Do the other things that are asked before the start too."
    )


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each.lever], ids=lambda each: each.id)
def test_every_step_of_a_lever_says_what_to_do_and_what_it_costs(question):
    lever = question.lever
    steps = [(gone, come) for gone, comes in lever.brings.items() for come in comes]
    for gone, come in [*steps, *((None, come) for come in lever.adds)]:
        step = lever.step(gone, come)
        assert step is not None, (gone, come)
        assert is_said(step.action, KNOWLEDGE)
        assert is_said(step.cost, KNOWLEDGE)
