"""Outline: the quick scores are those of scoring, also after answers changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.quick_scores import Outline
from model.domain.channels import MOMENTS
from tests.model.advice.advised import BOTH, PROFILES, QUESTIONS, read


def _same_as_scoring(outline: Outline, advice, profile) -> None:
    recommendation = advice.advisor.recommend(profile)
    for place, assessment in enumerate(advice.advisor.scorer.assess(profile)):
        assert outline.scores[place] == pytest.approx(assessment.log_odds, abs=1e-6)
        assert outline.excluded[place] == len(assessment.excluded_by)
    for moment in MOMENTS:
        assert set(outline.first(moment)) == set(recommendation.best[moment])
    assert outline.verdict() == recommendation.readiness.verdict


@given(PROFILES, st.sampled_from(BOTH))
def test_it_says_what_scoring_says(raw, advice):
    profile = read(raw)
    _same_as_scoring(advice.outliner.outline(profile), advice, profile)


@given(PROFILES, PROFILES, st.sampled_from(BOTH))
def test_going_from_one_profile_to_another_says_what_scoring_says_of_the_other(raw, other_raw, advice):
    profile, other = read(raw), read(other_raw)
    changed = {
        index: mask
        for index, (mask, before) in enumerate(zip(other.masks, profile.masks, strict=True))
        if mask != before
    }
    base = advice.outliner.outline(profile)
    _same_as_scoring(base.after(changed, other.codes("needs")), advice, other)
    _same_as_scoring(base, advice, profile)


@given(PROFILES, st.sampled_from(BOTH))
def test_the_lead_is_the_distance_to_the_best_other_channel_of_the_moment(raw, advice):
    outline = advice.outliner.outline(read(raw))
    for moment in MOMENTS:
        first = outline.first(moment)
        for place, name in advice.outliner.places[moment]:
            if not outline.excluded[place]:
                lead = outline.lead(place)
                assert (lead > 0) == (first == (name,)) or lead == 0
                assert (lead == 0) == (name in first and len(first) > 1)


def test_every_question_that_a_rule_looks_at_matters_and_no_other():
    for advice in BOTH:
        outliner = advice.outliner
        for question in QUESTIONS:
            index = outliner.index[question.id]
            rows = [row for row in outliner.rows if index in row.depends]
            asks = [ask for group in outliner.readiness for _, ask in group if index in ask.indices]
            learned = any(
                name.startswith(f"answer:{question.id}=") and value
                for name, value in advice.advisor.artifact.deviations.items()
            )
            assert outliner.matters(index) == bool(rows or asks or learned)
