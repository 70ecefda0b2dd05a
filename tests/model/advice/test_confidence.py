"""Confidence: the chance that the first beats the second, and the words for it."""

import math
import random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.confidence import ConfidenceRater, beats
from model.domain.channels import MOMENTS
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact, Basis, PriorScales, Uncertainty
from tests.factories import minimal_knowledge, rule
from tests.model.advice.advised import ADVISOR, BOTH, LEARNED, PROFILES, is_said, of_case, read
from tests.packaged import KNOWLEDGE


@given(PROFILES, st.sampled_from(BOTH), st.sampled_from(MOMENTS))
def test_the_first_probably_beats_the_second(raw, advice, moment):
    recommendation = advice.advisor.recommend(read(raw))
    found = advice.confidence_rater.of(recommendation, moment)
    ranked = [each.assessment for each in recommendation.channels if each.assessment.moment == moment]
    if found is None:
        assert not ranked
        return
    assert found.first is ranked[0].channel
    assert 0.5 <= found.probability <= 1
    if found.second is not None:
        waiting = advice.advisor.launch.held_back.places(recommendation.profile.masks)
        needs = recommendation.profile.codes("needs")[:1]
        second = next(
            each
            for each in ranked[1:]
            if each.place not in waiting
            and each.probability >= 0.39
            and all(each.channel.functions[need] >= 2 for need in needs)
        )
        assert found.second is second.channel
        assert found.probability + beats(second, ranked[0], advice.advisor.artifact) == pytest.approx(1)
        assert (found.probability == 0.5) == (ranked[0].score == second.score)
    assert is_said(found.lead)
    assert is_said(found.basis)


def test_it_is_worked_out_by_hand():
    """Scores 1 apart; variances 0.5 and 0.25 and twice 1 squared for what is unsaid: 1 / sqrt(2.75) = 0.603."""
    first, second = (SimpleNamespace(score=score, variance=spread) for score, spread in ((0.4, 0.5), (-0.6, 0.25)))
    assert beats(cast(Any, first), cast(Any, second), ADVISOR.artifact) == pytest.approx(0.7268, abs=5e-4)


@pytest.mark.parametrize("advice", BOTH)
def test_it_is_how_often_the_first_wins_when_scores_are_drawn_from_the_belief(advice):
    chance = random.Random(11)
    recommendation = advice.advisor.recommend(of_case("2diabeat"))
    first, second = (each.assessment for each in recommendation.channels[:2])
    unsaid = advice.advisor.artifact.scales.unsaid

    def drawn(assessment) -> float:
        return chance.gauss(assessment.score, math.sqrt(assessment.variance)) + chance.gauss(0, unsaid)

    wins = sum(drawn(first) > drawn(second) for _ in range(4000))
    assert beats(first, second, advice.advisor.artifact) == pytest.approx(wins / 4000, abs=0.025)


@pytest.mark.parametrize(
    ("lead", "word"),
    [(0.0, "about as much"), (0.5, "about as much"), (1.0, "expect more"), (2.0, "expect more"), (6.0, "clearly more")],
)
def test_words_follow_the_chance(lead, word):
    """Below 70 % two channels are close, and from 90 % on the first is clearly better."""
    knowledge = minimal_knowledge(rules=[rule("better", "order", weight=lead or 1e-9, channel={"id": "forum"})])
    advisor = Advisor(knowledge)
    found = ConfidenceRater(advisor).of(advisor.recommend(read({"place": "road"}, knowledge)))
    assert found is not None
    assert (found.first.id, word in found.lead["en"]) == ("forum", True), found


def test_without_records_it_rests_on_rules():
    found = BOTH[0].confidence_rater.of(ADVISOR.recommend(of_case("set-up")))
    assert found is not None
    assert (found.records, found.records_share, found.comparable) == (0, 0, None)


def test_with_records_it_says_how_many():
    found = LEARNED.confidence_rater.of(LEARNED.advisor.recommend(of_case("set-up")))
    assert found is not None
    assert "12 communities" in found.basis["en"]
    assert "40" in found.basis["nl"]
    assert found.records_share > 0


def test_records_that_leave_little_uncertain_make_it_surer():
    tight = Uncertainty(base={channel.id: 1e-4 for channel in KNOWLEDGE.channels})
    scales = PriorScales(trust=0.01, rule=0.01, group=0.01, fit=0.01, unsaid=0.01)
    sure = Artifact(
        "sure", KNOWLEDGE.score_fingerprint, basis=Basis(records=900, communities=300), uncertainty=tight, scales=scales
    )
    before = BOTH[0].confidence_rater.of(ADVISOR.recommend(of_case("2diabeat")))
    surer = Advisor(KNOWLEDGE, sure)
    after = ConfidenceRater(surer).of(surer.recommend(of_case("2diabeat")))
    assert before is not None
    assert after is not None
    assert after.first is before.first
    assert after.probability > before.probability


def test_the_only_channel_left_has_nothing_to_beat():
    knowledge = minimal_knowledge(rules=[rule("no-chat", "exclude", channel={"kind": "messenger"})])
    advisor = Advisor(knowledge)
    found = ConfidenceRater(advisor).of(advisor.recommend(read({"place": "road"}, knowledge)))
    assert found is not None
    assert (found.first.id, found.second, found.probability) == ("forum", None, 1.0)
    assert is_said(found.lead, knowledge)


def test_no_channel_of_a_moment_means_no_confidence():
    knowledge = minimal_knowledge(rules=[rule("no-live", "exclude", channel={"kind": "live"})])
    advisor = Advisor(knowledge)
    recommendation = advisor.recommend(read({"place": "road"}, knowledge))
    assert ConfidenceRater(advisor).of(recommendation, "live") is None
