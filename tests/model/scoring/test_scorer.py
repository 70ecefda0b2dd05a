"""Scoring: exactly additive, equal to the formula, silent about what nobody said, and true to its bounds."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from model.domain.questions import UNKNOWN
from model.domain.rules import Effect
from model.scoring.scorer import Scorer
from model.scoring.uncertainty import interval, mean_probability, sigmoid
from tests import oracle
from tests.examples import examples
from tests.factories import (
    answers_to,
    channel,
    minimal_content,
    minimal_knowledge,
    question,
    random_artifact,
    raw_profiles,
    read,
    rule,
)
from tests.packaged import KNOWLEDGE

QUESTIONS = KNOWLEDGE.questionnaire
RULES_ALONE = Scorer(KNOWLEDGE)
LEARNED = Scorer(KNOWLEDGE, random_artifact(KNOWLEDGE))
SCORERS = st.sampled_from([RULES_ALONE, LEARNED])
PROFILES = raw_profiles(QUESTIONS)
THIN = raw_profiles(QUESTIONS, known=lambda asked: asked.id in ("work_setting", "needs", "crosses_organisations"))
EITHER = st.one_of(PROFILES, THIN)
CLOSE = 1e-6
NO_SHRINKING = (Phase.explicit, Phase.generate)


def _assess(raw, scorer=RULES_ALONE):
    return {each.channel.id: each for each in scorer.assess(read(scorer.knowledge.questionnaire, raw))}


# --- the formula ----------------------------------------------------------------------------------------------------


@pytest.mark.no_cover
@given(EITHER, SCORERS)
@settings(max_examples=examples(40), phases=NO_SHRINKING)
def test_log_odds_and_score_are_those_of_the_formula(raw, scorer):
    answers = oracle.known(raw)
    for each in _assess(raw, scorer).values():
        expected = oracle.log_odds(each.channel, answers, KNOWLEDGE, scorer.artifact)
        assert each.log_odds == pytest.approx(expected, abs=CLOSE)
        assert each.score == pytest.approx(oracle.score(each.channel, answers, KNOWLEDGE, scorer.artifact), abs=CLOSE)


@given(EITHER, SCORERS)
def test_reasons_add_up_to_the_last_term(raw, scorer):
    for each in _assess(raw, scorer).values():
        assert math.fsum(reason.use for reason in each.reasons) == pytest.approx(each.log_odds, abs=1e-8)
        assert math.fsum(reason.contribution for reason in each.reasons) == pytest.approx(each.score, abs=1e-8)


@given(PROFILES)
@settings(max_examples=examples(25))
def test_exclusions_are_those_that_hold(raw):
    answers = oracle.assumed(oracle.known(raw), KNOWLEDGE)
    for each in _assess(raw).values():
        excluding = [
            rule.id
            for rule in KNOWLEDGE.rules_with(Effect.EXCLUDE)
            if oracle.fires(rule, answers, KNOWLEDGE, each.channel)
        ]
        assert sorted(rule.id for rule in each.excluded_by) == sorted(excluding)


def test_a_small_world_worked_out_by_hand():
    """trust 0.3 x weight 2 = 0.6; wishes talk (rank 1, score 3) and files (rank 0.5, score 0): best 1 - 0.5 = 0.5,
    all (1 + 0) / 1.5 - 0.5 = 1/6, times 2; a fixed rule of -1 in full; an order rule of -0.25 in the order alone.
    """
    world = minimal_knowledge(
        channels=[channel("forum", functions={"talk": 3, "files": 0})],
        rules=[
            rule("learnable", weight=2.0, when={"place": "road"}),
            rule("fixed", weight=-1.0, fixed=True, when={"place": "road"}),
            rule("careful", "order", weight=-0.25, when={"place": "road"}),
            rule("elsewhere", weight=5.0, when={"place": "desk"}),
        ],
    )
    (found,) = Scorer(world).assess(read(world.questionnaire, {"place": "road", "wishes": ["talk", "files"]}))
    assert found.log_odds == pytest.approx(0.6 + 0.5 - 1.0)
    assert found.score == pytest.approx(0.6 + 0.5 - 1.0 + 2 / 6 - 0.25)
    shares = {(each.kind, each.name): (round(each.use, 6), round(each.order, 6)) for each in found.reasons}
    assert shares == {
        ("rule", "learnable"): (0.6, 0.0),
        ("rule", "fixed"): (-1.0, 0.0),
        ("rule", "careful"): (0.0, -0.25),
        ("need", "talk"): (0.5, 0.666667),
        ("need", "files"): (0.0, -0.333333),
    }


# --- what nobody said -----------------------------------------------------------------------------------------------


SAID_OF_ALL = {"technical-tool", "telegram-caution", "one-group-is-simpler", "sector-platform-may-not-exist"}
"""Rules that hold of a channel while nothing was answered."""


def test_with_no_answers_every_channel_stands_at_its_base_rate():
    emptiest = {each.id: UNKNOWN for each in QUESTIONS if each.required} | {"work_setting": ["desk"]}
    for scorer in (RULES_ALONE, LEARNED):
        for each in _assess(emptiest, scorer).values():
            base = scorer.artifact.deviation("intercept") + scorer.artifact.deviation(f"channel:{each.channel.id}")
            assert {reason.kind for reason in each.reasons} <= {"records", "caution", "rule"}
            assert {told.name for told in each.reasons if told.kind == "rule"} <= SAID_OF_ALL
            base += math.fsum(reason.use for reason in each.reasons if reason.name.startswith("group:desk"))
            assert each.log_odds == pytest.approx(base, abs=CLOSE)


@st.composite
def one_answer_more(draw):
    """A profile, and the same with one unknown answer given."""
    raw = draw(PROFILES)
    unknown = [each for each in QUESTIONS if each.id not in oracle.known(raw) and each.follows is None]
    assume(unknown)
    asked = draw(st.sampled_from(unknown))
    return raw, {**raw, asked.id: draw(answers_to(asked))}, asked


@given(one_answer_more(), SCORERS)
@settings(phases=NO_SHRINKING)
def test_what_is_not_asked_of_an_answer_stays_as_it_was(profiles, scorer):
    """An answer only moves a channel through terms that look at it."""
    raw, more, asked = profiles
    index = QUESTIONS.layout[asked.id].index
    before, after = (scorer.scores(scorer.answers(read(QUESTIONS, each))) for each in (raw, more))
    for term, old, new in zip(scorer.terms, before.shares[1:], after.shares[1:], strict=True):
        if not term.looks_at(index):
            assert old is new or [each.name for each in _reasons(old)] == [each.name for each in _reasons(new)]


def _reasons(share):
    return [statement.reason for statement in share.statements]


@pytest.mark.no_cover
@given(EITHER)
def test_a_rule_that_waits_for_an_answer_adds_nothing(raw):
    answers = oracle.assumed(oracle.known(raw), KNOWLEDGE)
    for each in _assess(raw).values():
        told = {reason.name for reason in each.reasons if reason.kind == "rule"}
        for scored in KNOWLEDGE.rules_with(Effect.LOG_ODDS, Effect.ORDER):
            assert (scored.id in told) == (oracle.fires(scored, answers, KNOWLEDGE, each.channel) is True)


def test_who_works_away_from_a_desk_is_assumed_to_have_little_patience_for_logging_in():
    raw = {"work_setting": ["ward_shift"], "login_tolerance": UNKNOWN, "device_access": UNKNOWN}
    raw |= {"crosses_organisations": "many", "daily_tools": ["email"]}
    slack = _assess(raw)["slack"]
    reason = next(each for each in slack.reasons if each.name == "new-login-low-tolerance" or "frontline" in each.name)
    assert reason.assumed == ("login_tolerance",)
    known = _assess({**raw, "login_tolerance": "low"})["slack"]
    assert known.score == slack.score
    assert not any(each.assumed for each in known.reasons)


# --- unknown answers can still change it ------------------------------------------------------------------------------


@given(one_answer_more(), SCORERS)
@settings(phases=NO_SHRINKING, max_examples=examples(40))
def test_answering_one_question_never_leaves_the_stated_bounds(profiles, scorer):
    before, after = (_assess(raw, scorer) for raw in profiles[:2])
    for name, was in before.items():
        assert was.low - CLOSE <= after[name].log_odds <= was.high + CLOSE
        assert was.low - CLOSE <= was.log_odds <= was.high + CLOSE


@given(st.data(), SCORERS)
@settings(max_examples=examples(25), phases=NO_SHRINKING)
def test_bounds_hold_every_completion(data, scorer):
    raw = data.draw(PROFILES)
    before = _assess(raw, scorer)
    for _ in range(3):
        later = dict(raw)
        for asked in QUESTIONS:
            if asked.id not in oracle.known(raw) and asked.follows is None:
                later[asked.id] = data.draw(answers_to(asked))
        for name, now in _assess(later, scorer).items():
            assert before[name].low - CLOSE <= now.log_odds <= before[name].high + CLOSE


def test_swings_of_a_small_world_worked_out_by_hand():
    """trust 0.3: for the forum 0.3 x 2 + 1 (fixed) + 0.3 x 5 waits for the host, and a half of 0.3 x 4 each for two."""
    world = minimal_knowledge(
        channels=[channel("forum", kind="forum"), channel("wiki")],
        rules=[
            rule("learnable", weight=2.0, when={"hosts": "one"}),
            rule("fixed", weight=-1.0, fixed=True, when={"hosts": "one"}, channel={"id": "forum"}),
            rule("elsewhere", weight=5.0, when={"hosts": "more"}),
            rule("both", weight=4.0, when={"hosts": "one", "tools": "chat"}),
            rule("said", weight=6.0, when={"place": "road"}),
        ],
    )
    scorer, questions = Scorer(world), world.questionnaire
    hosts, tools, wishes = (questions.layout[name].index for name in ("hosts", "tools", "wishes"))
    known = {"place": "road", "hosts": "one", "tools": ["chat"], "wishes": ["talk"]}
    for left_out, both, wiki in (
        ((), {}, {}),
        (("hosts",), {hosts: 0.6 + 1 + 1.5 + 1.2}, {hosts: 0.6 + 1.5 + 1.2}),
        (("hosts", "tools"), {hosts: 0.6 + 1 + 1.5 + 0.6, tools: 0.6}, {hosts: 0.6 + 1.5 + 0.6, tools: 0.6}),
        (("wishes",), {wishes: math.inf}, {wishes: math.inf}),
    ):
        raw = {name: answer for name, answer in known.items() if name not in left_out}
        scores = scorer.scores(scorer.answers(read(questions, raw)))
        assert scores.swings({0, 1}) == pytest.approx(both)
        assert scores.swings({1}) == pytest.approx(wiki)


def test_open_for_a_channel_is_what_can_move_or_exclude_it():
    world = minimal_knowledge(
        channels=[channel("forum", kind="forum"), channel("wiki")],
        rules=[
            rule("moves", weight=2.0, when={"hosts": "one"}, channel={"id": "forum"}),
            rule("excludes", "exclude", when={"tools": "chat"}, channel={"id": "wiki"}),
            rule("told", "advice", when={"place": "road"}),
        ],
    )
    scorer, questions = Scorer(world), world.questionnaire
    hosts, tools = (questions.layout[name].index for name in ("hosts", "tools"))
    for raw, forum, wiki in (
        ({"place": "road", "wishes": ["talk"]}, {hosts}, {tools}),
        ({"place": "road", "wishes": ["talk"], "hosts": "more"}, set(), {tools}),
        ({"place": "road", "wishes": ["talk"], "hosts": "one", "tools": ["mail"]}, set(), set()),
    ):
        scores = scorer.scores(scorer.answers(read(questions, raw)))
        assert scores.open_for({0}) == forum
        assert scores.open_for({1}) == wiki
        assert scores.open_for({0, 1}) == forum | wiki


@given(raw_profiles(QUESTIONS, known=lambda asked: True))
@settings(max_examples=examples(15))
def test_with_all_answers_nothing_is_open(raw):
    for each in _assess(raw).values():
        assert each.undecided == ()
        assert each.low == each.high == each.log_odds


def test_too_many_combinations_only_widen_the_bounds(monkeypatch):
    raw = {"work_setting": ["desk"], "login_tolerance": UNKNOWN, "device_access": UNKNOWN}
    exact = _assess(raw, Scorer(KNOWLEDGE))
    monkeypatch.setattr("model.scoring.terms.LIMIT", 0)
    for name, wide in _assess(raw, Scorer(KNOWLEDGE)).items():
        assert wide.low <= exact[name].low + CLOSE
        assert wide.high >= exact[name].high - CLOSE


# --- use and fit are two things ---------------------------------------------------------------------------------------


@given(raw_profiles(QUESTIONS, known=lambda asked: asked.id != "needs"), st.data(), SCORERS)
@settings(max_examples=examples(30), phases=NO_SHRINKING)
def test_one_wish_more_takes_nothing_from_use_but_by_a_rule_about_wishes(raw, data, scorer):
    wishes = data.draw(st.permutations(KNOWLEDGE.needs.codes))
    number = data.draw(st.integers(1, 3))
    fewer, more = (_assess({**raw, "needs": list(wishes[:size])}, scorer) for size in (number, number + 1))
    for name, before in fewer.items():
        now = more[name]
        by_rules = _of_rules(now) - _of_rules(before)
        assert now.log_odds - before.log_odds >= by_rules - CLOSE


def _of_rules(assessment):
    return math.fsum(reason.use for reason in assessment.reasons if reason.kind == "rule")


@given(raw_profiles(QUESTIONS, known=lambda asked: asked.id != "needs"))
@settings(max_examples=examples(20))
def test_a_meeting_becomes_no_less_likely_when_members_also_want_files(raw):
    alone = _assess({**raw, "needs": ["events_meetings"]})["in_person"]
    both = _assess({**raw, "needs": ["events_meetings", "file_sharing"]})["in_person"]
    assert both.probability >= alone.probability


# --- what is fixed and what is learned --------------------------------------------------------------------------------


@pytest.mark.no_cover
@given(EITHER, st.integers(0, 3))
@settings(max_examples=examples(30))
def test_what_is_allowed_or_possible_counts_in_full_whatever_was_learned(raw, seed):
    for each in _assess(raw, Scorer(KNOWLEDGE, random_artifact(KNOWLEDGE, seed))).values():
        for reason in each.reasons:
            told = KNOWLEDGE.rule_by_id.get(reason.name)
            if told is not None and told.fixed:
                assert reason.use == told.weight
            if told is not None and told.effect is Effect.ORDER:
                assert (reason.use, reason.order) == (0.0, told.weight)


@given(EITHER)
@settings(max_examples=examples(30))
def test_a_rule_that_no_outcome_spoke_about_counts_its_weight_times_the_trust(raw):
    for each in _assess(raw).values():
        for reason in each.reasons:
            told = KNOWLEDGE.rule_by_id.get(reason.name)
            if told is not None and told.effect is Effect.LOG_ODDS and not told.fixed:
                assert reason.use == round(0.3 * told.weight, 9)


def test_what_is_proven_goes_before_its_equal_that_is_not():
    """Two equal channels, base rates with standard deviations 0.1 and 0.4: 1.645 x 0.3 = 0.4935 apart."""
    world = minimal_knowledge(channels=[channel("old", family="same"), channel("new", family="same")])
    artifact = random_artifact(world)
    known = artifact.uncertainty.own
    careful = type(artifact.uncertainty)({"old": 0.01, "new": 0.16}, known, {})
    equal = {**artifact.deviations, "channel:old": 0.2, "channel:new": 0.2}
    scorer = Scorer(world, replace(artifact, deviations=equal, uncertainty=careful))
    old, new = scorer.assess(read(world.questionnaire, {"place": "desk"}))
    assert old.log_odds == new.log_odds
    assert old.score - new.score == pytest.approx(1.6448536 * 0.3, abs=1e-6)
    assert [each.kind for each in new.reasons if each.order < 0] == ["caution"]


@pytest.mark.no_cover
@given(st.lists(EITHER, min_size=2, max_size=3))
@settings(max_examples=examples(15), phases=NO_SHRINKING)
def test_what_was_asked_before_does_not_change_an_assessment(profiles):
    used = Scorer(KNOWLEDGE)
    for raw in profiles:
        used.assess(read(QUESTIONS, raw))
    anew = _assess(profiles[0], Scorer(KNOWLEDGE))
    for name, again in _assess(profiles[0], used).items():
        fresh = anew[name]
        told = ("log_odds", "score", "low", "high", "variance", "probability")
        assert [getattr(again, each) for each in told] == [getattr(fresh, each) for each in told]
        assert [each.name for each in again.reasons] == [each.name for each in fresh.reasons]


# --- probabilities ----------------------------------------------------------------------------------------------------


def test_probabilities_without_overflow():
    assert sigmoid(0) == 0.5
    assert sigmoid(-1000) == 0
    assert sigmoid(1000) == 1
    assert sigmoid(2) + sigmoid(-2) == pytest.approx(1)


def test_a_mean_chance_by_hand():
    """2 / sqrt(1 + pi / 8 * 4) = 1.247; the logistic of it is 0.777. By simulation the mean is 0.779."""
    assert mean_probability(2, 4) == pytest.approx(0.777, abs=0.0005)
    chance = random.Random(1)
    drawn = [sigmoid(chance.gauss(2, 2)) for _ in range(40_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean_probability(2, 4), abs=0.01)


@given(EITHER, SCORERS)
@settings(max_examples=examples(30), phases=NO_SHRINKING)
def test_the_interval_holds_the_chance(raw, scorer):
    for each in _assess(raw, scorer).values():
        low, high = each.interval
        assert 0 < low < each.probability < high < 1
        assert each.variance >= 0


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3))
def test_more_uncertainty_never_makes_a_chance_more_extreme(log_odds, less, more):
    less, more = sorted((less, more))
    assert abs(mean_probability(log_odds, more) - 0.5) <= abs(mean_probability(log_odds, less) - 0.5) + 1e-12
    assert interval(log_odds, more)[0] <= interval(log_odds, less)[0] + 1e-12


def test_an_unanswered_follow_up_means_none_and_not_unknown():
    world = minimal_knowledge(
        questions=[
            *minimal_content()["questions"],
            question("which", ["a", "b"], follows={"hosts": ["more"]}),
        ],
        rules=[rule("is-a", weight=1.0, when={"which": "a"}, channel={"id": "forum"})],
    )
    (forum, *_) = Scorer(world).assess(read(world.questionnaire, {"place": "road", "hosts": "one"}))
    assert forum.undecided == () or all("which" not in each.questions for each in forum.undecided)
