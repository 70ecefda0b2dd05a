"""Quick scores are those of scoring, also after answers changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from model.advice.quick_scores import QuickScores
from model.domain.channels import MOMENTS
from tests.examples import examples
from tests.model.advice.advised import BOTH, PROFILES, QUESTIONS, read


def _same_as_scoring(found: QuickScores, advice, profile) -> None:
    recommendation = advice.advisor.recommend(profile)
    for place, assessment in enumerate(advice.advisor.scorer.assess(profile)):
        assert found.scores[place] == assessment.score
        assert found.log_odds[place] == assessment.log_odds
        assert (place in found.excluded) == bool(assessment.excluded_by)
    for moment in MOMENTS:
        assert set(found.first(moment)) == set(recommendation.best[moment])
    assert found.ranked() == [each.assessment.place for each in recommendation.channels]
    assert found.verdict() == recommendation.readiness.verdict


@given(PROFILES, st.sampled_from(BOTH))
@settings(max_examples=examples(30))
def test_they_say_what_scoring_says(raw, advice):
    profile = read(raw)
    _same_as_scoring(advice.quick_scorer.of_profile(profile), advice, profile)


@given(PROFILES, PROFILES, st.sampled_from(BOTH))
@settings(max_examples=examples(30))
def test_going_from_one_profile_to_another_says_what_scoring_says_of_the_other(raw, other_raw, advice):
    profile, other = read(raw), read(other_raw)
    changed = {
        index: mask
        for index, (mask, before) in enumerate(zip(other.masks, profile.masks, strict=True))
        if mask != before
    }
    base = advice.quick_scorer.of_profile(profile)
    for place, assessment in enumerate(advice.advisor.scorer.assess(other)):
        after = base.after(changed, other.codes("needs"))
        assert after.log_odds_at(place) == assessment.log_odds
        assert after.excludes(place) == bool(assessment.excluded_by)
    _same_as_scoring(base.after(changed, other.codes("needs")), advice, other)
    _same_as_scoring(base, advice, profile)


@given(PROFILES, st.sampled_from(BOTH))
@settings(max_examples=examples(30))
def test_the_lead_is_the_distance_to_the_best_other_channel_of_the_moment(raw, advice):
    found = advice.quick_scorer.of_profile(read(raw))
    for moment in MOMENTS:
        first = found.first(moment)
        for place, name in advice.quick_scorer.places[moment]:
            if place not in found.excluded:
                lead = found.lead(place)
                assert (lead > 0) == (first == (name,)) or lead == 0
                assert (lead == 0) == (name in first and len(first) > 1)


def test_every_question_that_is_looked_at_matters():
    """Where members work decides about nearly everything; a launch rule looks at the shared interest."""
    scorer = BOTH[0].quick_scorer
    assert scorer.matters(scorer.index["work_setting"])
    assert scorer.matters(scorer.index["shared_interest"]), "a launch rule looks at it"
    looked_at = {index for term in scorer.advisor.scorer.terms for index in term.indices}
    for question in QUESTIONS:
        index = scorer.index[question.id]
        if index in looked_at:
            assert scorer.matters(index)
