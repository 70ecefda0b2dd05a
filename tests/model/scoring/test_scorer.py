"""Scoring: exactly additive, equal to the rules when all is known, and true to its bounds when it is not."""

import math

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from model.domain.questions import UNKNOWN
from model.domain.rules import Effect
from model.knowledge.loader import load_knowledge
from model.scoring.advisor import Advisor
from model.scoring.features import ATTRIBUTES, rule_feature, rule_strength
from model.scoring.scorer import Scorer
from model.scoring.uncertainty import sigmoid
from tests import oracle
from tests.factories import answers_to, raw_profiles, read
from tests.worlds import worlds

KNOWLEDGE = load_knowledge()
QUESTIONS = KNOWLEDGE.questionnaire
ADVISOR = Advisor(KNOWLEDGE)
SCORER = ADVISOR.scorer
PROFILES = raw_profiles(QUESTIONS)
COMPLETE = raw_profiles(QUESTIONS, known=lambda question: True)
CLOSE = 1e-6
NO_SHRINKING = (Phase.explicit, Phase.generate)


def _assess(raw, scorer=SCORER):
    return {each.channel.id: each for each in scorer.assess(read(scorer.knowledge.questionnaire, raw))}


@given(PROFILES)
def test_contributions_sum_to_the_log_odds(raw):
    for each in _assess(raw).values():
        parts = [reason.contribution for reason in each.reasons] + [part.contribution for part in each.undecided]
        assert each.log_odds == pytest.approx(math.fsum(parts), abs=CLOSE)


@given(COMPLETE)
@settings(max_examples=25)
def test_with_all_answers_the_score_is_the_sum_of_the_rules_that_fire(raw):
    for each in _assess(raw).values():
        assert each.log_odds == pytest.approx(oracle.log_odds(each.channel, raw, KNOWLEDGE), abs=CLOSE)
        assert each.undecided == ()
        assert each.low == each.high == each.log_odds
        excluded = {
            rule.id for rule in KNOWLEDGE.rules_with(Effect.EXCLUDE) if oracle.fires(rule, raw, KNOWLEDGE, each.channel)
        }
        assert {rule.id for rule in each.excluded_by} == excluded


@given(PROFILES)
def test_an_unknown_answer_leaves_the_score_between_its_bounds(raw):
    for each in _assess(raw).values():
        assert each.low <= each.log_odds <= each.high
        low, high = each.probability_range
        assert low <= each.probability <= high
        assert 0 < each.interval[0] < each.interval[1] < 1
        assert 0 < each.probability < 1
        for part in each.undecided:
            assert part.low <= 0 <= part.high


@given(PROFILES)
@settings(phases=NO_SHRINKING)
def test_the_interval_contains_the_probability(raw):
    for each in _assess(raw).values():
        assert each.interval[0] <= each.probability <= each.interval[1]


@st.composite
def one_answer_more(draw):
    """A profile, and the same with one unknown answer given."""
    raw = draw(PROFILES)
    unknown = [each for each in QUESTIONS if each.id not in oracle.known(raw) and each.follows is None]
    assume(unknown)
    asked = draw(st.sampled_from(unknown))
    return raw, {**raw, asked.id: draw(answers_to(asked))}


@given(one_answer_more())
def test_answering_one_question_never_leaves_the_stated_bounds(profiles):
    before, after = (_assess(raw) for raw in profiles)
    for channel, was in before.items():
        now = after[channel]
        assert was.low - CLOSE <= now.low
        assert now.high <= was.high + CLOSE


@given(one_answer_more())
@settings(phases=NO_SHRINKING)
def test_answering_one_question_never_leaves_the_stated_probabilities(profiles):
    before, after = (_assess(raw) for raw in profiles)
    for channel, was in before.items():
        low, high = was.probability_range
        assert low - CLOSE <= after[channel].probability <= high + CLOSE


SMALL = [each.id for each in QUESTIONS if each.kind == "single" and each.follows is None]


@given(st.data())
@settings(max_examples=20)
def test_bounds_are_those_of_all_completions(data):
    """Exact for up to three unknown answers.

    Two things are kept out. For unknown needs, function scores and rules are bounded apart, so those bounds may be
    wider. A rule about an unknown answer counts now and never later, so the score of now is part of the bounds.
    """
    opened = data.draw(st.lists(st.sampled_from(SMALL), min_size=1, max_size=3, unique=True))
    raw = data.draw(raw_profiles(QUESTIONS, known=lambda question: question.id not in opened))
    raw = {question: answer for question, answer in raw.items() if question != "copied_channel"}
    before = _assess(raw)
    completed = [_assess(later) for later in oracle.completions(raw, [QUESTIONS[each] for each in opened])]
    for channel, was in before.items():
        scores = [each[channel].log_odds for each in completed]
        assert was.low <= min(scores) + CLOSE
        if "sensitive_data" in raw:
            assert was.low == pytest.approx(min(scores), abs=CLOSE)
        assert was.high == pytest.approx(max(scores), abs=CLOSE)
        excluded = [each[channel].excluded for each in completed]
        assert was.excluded <= all(excluded)
        assert was.excluded or bool(was.may_be_excluded_by) == any(excluded)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=50)
def test_random_rules_on_random_answers(data):
    """The whole of scoring against the oracle, on knowledge that nobody wrote."""
    world = data.draw(worlds())
    questions = world.questionnaire
    raw = data.draw(raw_profiles(questions))
    answers = oracle.known(raw)
    assessed = _assess(raw, Scorer(world))
    unknown = [each for each in questions if each.id not in answers and each.follows is None]
    later = [oracle.known(each) for each in oracle.completions(raw, unknown)]
    now_only = {rule.id: rule.weight for rule in world.rules_with(Effect.LOG_ODDS) if rule.id == "asks-unknown"}
    for each in assessed.values():
        channel = each.channel
        scores = [oracle.log_odds(channel, answered, world) for answered in later]
        asks_now = "hosts" not in answers and now_only and channel.kind == "messenger"
        assert each.low <= min(scores) + CLOSE
        assert each.high >= max(scores) - CLOSE
        if "wishes" in answers and not asks_now:
            assert each.low == pytest.approx(min(scores), abs=CLOSE)
            assert each.high == pytest.approx(max(scores), abs=CLOSE)
        certain = {rule.id for rule in world.rules_with(Effect.EXCLUDE) if oracle.fires(rule, answers, world, channel)}
        possible = {
            rule.id
            for rule in world.rules_with(Effect.EXCLUDE)
            if any(oracle.fires(rule, answered, world, channel) for answered in later)
        }
        assert certain <= {rule.id for rule in each.excluded_by}
        assert possible <= {rule.id for rule in (*each.excluded_by, *each.may_be_excluded_by)}


@pytest.mark.slow
@given(st.data())
@settings(max_examples=40)
def test_the_expected_score_is_that_of_what_is_believed(data):
    world = data.draw(worlds(effects=("log_odds",)))
    questions = world.questionnaire
    raw = data.draw(raw_profiles(questions))
    answers = oracle.known(raw)
    unknown = [each for each in questions if each.id not in answers and each.follows is None]
    cells = [(answers, 1.0)]
    for asked in unknown:
        beliefs = oracle.belief(asked, answers, world)
        cells = [({**cell, asked.id: answer}, share * chance) for cell, share in cells for answer, chance in beliefs]
    for each in _assess(raw, Scorer(world)).values():
        expected = math.fsum(share * oracle.log_odds(each.channel, cell, world) for cell, share in cells)
        if any(rule.id == "asks-unknown" for rule in world.rules) and "hosts" not in answers:
            expected += -0.8 if each.channel.kind == "messenger" else 0
        assert each.log_odds == pytest.approx(expected, abs=CLOSE)


# --- features -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(PROFILES)
@settings(max_examples=25)
def test_features_are_the_numbers_behind_the_score(raw):
    for each in Scorer(KNOWLEDGE).assess(read(QUESTIONS, raw)):
        features, channel = each.features, each.channel
        assert features["intercept"] == features[f"channel:{channel.id}"] == 1
        assert features["trust"] == pytest.approx(each.log_odds, abs=CLOSE)
        assert sum(name.startswith("channel:") for name in features) == 1
        rules_by_feature = {rule_feature(rule): rule for rule in KNOWLEDGE.rules}
        fires = {
            name: features[name] / rule_strength(rule) for name, rule in rules_by_feature.items() if name in features
        }
        rules = math.fsum(rules_by_feature[name].weight * probability for name, probability in fires.items())
        needs = math.fsum(reason.contribution for reason in each.reasons if reason.kind == "need")
        needs += math.fsum(part.contribution for part in each.undecided if not part.rules)
        assert rules + needs == pytest.approx(each.log_odds, abs=CLOSE)
        assert all(0 < probability <= 1 for probability in fires.values())
        assert not [name for name in features if name.startswith("answer:")], "records have shown no pattern"


@pytest.mark.parametrize("channel", KNOWLEDGE.channels, ids=lambda channel: channel.id)
def test_attributes_as_features_lie_between_0_and_1(channel):
    assert all(0 <= scale(channel) <= 1 for scale in ATTRIBUTES.values())


@pytest.mark.slow
@given(PROFILES, PROFILES)
@settings(max_examples=25, phases=NO_SHRINKING)
def test_what_was_asked_before_does_not_change_an_assessment(first, second):
    used = Scorer(KNOWLEDGE)
    for raw in (first, second, first):
        used.assess(read(QUESTIONS, raw))
    for again, fresh in zip(
        used.assess(read(QUESTIONS, second)), Scorer(KNOWLEDGE).assess(read(QUESTIONS, second)), strict=True
    ):
        assert _told(again) == _told(fresh)


def _told(assessment):
    """Everything an assessment says; reasons are objects that compare by content."""
    told = ("log_odds", "low", "high", "variance", "prior_variance", "reasons", "undecided", "features")
    lists = ("excluded_by", "may_be_excluded_by", "advice")
    return {name: getattr(assessment, name) for name in (*told, *lists)}


def test_a_full_memo_forgets_without_a_trace(monkeypatch):
    monkeypatch.setattr("model.memo.KEPT", 3)
    monkeypatch.setattr("model.scoring.undecided_rules.OFTEN", 3)
    small = Scorer(KNOWLEDGE)
    for rhythm in QUESTIONS["rhythm"].codes:
        for size in ("s_15", "s_1000"):
            raw = {
                "work_setting": ["desk"],
                "login_tolerance": "low",
                "device_access": UNKNOWN,
                "rhythm": rhythm,
                "community_size": size,
            }
            profile = read(QUESTIONS, raw)
            expected = [_told(each) for each in Scorer(KNOWLEDGE).assess(profile)]
            assert [_told(each) for each in small.assess(profile)] == expected
    assert len(small._matcher._waits._together) <= 3


# --- probabilities --------------------------------------------------------------------------------------------------


def test_probabilities_without_overflow():
    assert sigmoid(0) == 0.5
    assert sigmoid(-1000) == 0
    assert sigmoid(1000) == 1
    assert sigmoid(2) + sigmoid(-2) == pytest.approx(1)


@given(PROFILES)
@settings(max_examples=30)
def test_without_records_the_rules_rank_and_nothing_is_learned(raw):
    ranked = [each.assessment for each in ADVISOR.recommend(read(QUESTIONS, raw)).channels]
    scores = [each.log_odds for each in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(each.records_share == 0 for each in ranked)
    assert all(each.probability > 0.5 for each in ranked if each.log_odds > 0)
    assert all(each.probability < 0.5 for each in ranked if each.log_odds < 0)


@given(PROFILES)
@settings(phases=NO_SHRINKING)
def test_without_records_probabilities_keep_the_order_of_the_rules(raw):
    ranked = [each.assessment.probability for each in ADVISOR.recommend(read(QUESTIONS, raw)).channels]
    assert ranked == sorted(ranked, reverse=True)
