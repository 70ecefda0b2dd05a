"""From records to a scorer: what must be true of it whatever the records are."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.confidence import beats
from model.scoring.advisor import Advisor
from model.scoring.artifact import INTERCEPT, Artifact
from model.scoring.uncertainty import sigmoid
from tests.factories import minimal_knowledge, raw_profiles, read
from training.evaluation.rule_audit import audit_rules
from training.learning.design_matrix import Featuriser, Pairs, ProfileTable
from training.learning.pipeline import fit


def assessed(scorer, profile, channel):
    """What serving says of one channel."""
    (found,) = (each for each in scorer.advisor.scorer.assess(profile) if each.channel.id == channel)
    return found


def everywhere(scorer, profiles):
    """(log-odds, variance) of these profiles with every channel, by the estimator."""
    knowledge = scorer.learned.featuriser.knowledge
    table = ProfileTable.of(profiles, knowledge)
    return scorer.learned.predict(Pairs.everywhere(table, len(knowledge.channels)))


@given(data=st.data())
def test_without_records_it_is_the_rules_to_the_digit(untaught, advisor, knowledge, data):
    profile = read(knowledge.questionnaire, data.draw(raw_profiles(knowledge.questionnaire)))
    by_rules, found = advisor.recommend(profile), untaught.advisor.recommend(profile)
    assert [each.assessment.channel.id for each in found.channels] == [
        each.assessment.channel.id for each in by_rules.channels
    ]
    for ours, theirs in zip(found.channels, by_rules.channels, strict=True):
        assert ours.assessment.log_odds == theirs.assessment.log_odds
        assert ours.assessment.interval == theirs.assessment.interval
        assert (ours.rank, ours.tied) == (theirs.rank, theirs.tied)


def test_without_records_the_estimator_says_what_the_artifact_says(untaught, world):
    profiles = world.communities(20, unanswered=0.3)[1]
    log_odds, variance = everywhere(untaught, profiles)
    served = [each for profile in profiles for each in untaught.advisor.scorer.assess(profile)]
    assert log_odds == pytest.approx([each.log_odds for each in served], abs=1e-8)
    assert variance == pytest.approx([each.variance for each in served], rel=1e-6)


def test_the_artifact_scores_like_the_estimator(taught, world):
    profiles = world.communities(30, unanswered=0.3)[1]
    log_odds, variance = everywhere(taught, profiles)
    artifact = Artifact.from_json(taught.artifact.to_json())
    served = [
        each for profile in profiles for each in Advisor(taught.advisor.knowledge, artifact).scorer.assess(profile)
    ]
    table = ProfileTable.of(profiles, taught.advisor.knowledge)
    columns = taught.learned.columns(Pairs.everywhere(table, len(taught.advisor.knowledge.channels))).toarray()
    patterns = map(taught.learned.featuriser.pattern_name, taught.learned.fit.patterns)
    names = [INTERCEPT, *taught.learned.featuriser.names, *patterns]
    assert log_odds == pytest.approx(columns[:, 1] + columns @ [artifact.deviation(name) for name in names], abs=1e-9)
    # A Scorer rounds each contribution to nine decimals, so that sums do not depend on their order.
    assert log_odds == pytest.approx([each.log_odds for each in served], abs=2e-8)
    assert variance == pytest.approx([each.variance for each in served], rel=1e-5)


@given(data=st.data())
def test_contributions_sum_and_the_mean_lies_inside(taught, knowledge, data):
    profile = read(knowledge.questionnaire, data.draw(raw_profiles(knowledge.questionnaire)))
    for assessment in taught.advisor.scorer.assess(profile):
        told = [part.contribution for part in (*assessment.reasons, *assessment.undecided)]
        assert sum(told) == pytest.approx(assessment.log_odds, abs=1e-7)
        low, high = assessment.interval
        assert 0 <= low < sigmoid(assessment.log_odds) < high <= 1
        # Far out in a tail the usual formula for the mean of a logistic is a little too near to the middle.
        assert low - 0.005 < assessment.probability < high + 0.005


def test_the_same_records_in_any_order_give_the_same_bytes(taught, records, knowledge):
    mixed = random.Random(3).sample(records, len(records))
    assert fit(mixed, knowledge, created="2026-11-24").artifact.to_json() == taught.artifact.to_json()


def test_the_covariance_is_positive_definite(taught):
    assert np.linalg.eigvalsh(taught.learned.fit.posterior.covariance).min() > 0
    rows = taught.artifact.covariance.rows
    matrix = np.zeros((len(rows), len(rows)))
    for place, row in enumerate(rows):
        matrix[place, : len(row)] = matrix[: len(row), place] = row
    assert np.linalg.eigvalsh(matrix).min() > 0


def test_more_records_narrow(untaught, taught, records, knowledge, world):
    profiles = world.communities(40, unanswered=0.2)[1]
    some = fit(records[:60], knowledge)
    means = [everywhere(scorer, profiles)[1].mean() for scorer in (untaught, some, taught)]
    assert means == sorted(means, reverse=True)


def test_better_outcomes_raise_the_chance(records, knowledge):
    base = records[0]
    chances = []
    for active in (0, base.invited // 2, base.invited):
        scorer = fit([replace(base, active=active)], knowledge)
        chances.append(assessed(scorer, base.profile, base.channel).probability)
    assert chances == sorted(chances)
    assert chances[0] < chances[2]


def test_outcomes_of_one_kind_only_are_no_problem(records, knowledge):
    scorer = fit([replace(record, active=record.invited) for record in records[:50]], knowledge)
    assert assessed(scorer, records[0].profile, records[0].channel).probability > 0.5


def test_chance_of_beating_agrees_with_itself_and_with_the_ranking(taught, world):
    profile = world.communities(1, unanswered=0.2)[1][0]
    ranked = [each.assessment for each in taught.advisor.recommend(profile).channels]
    first, last = ranked[0], ranked[-1]
    assert beats(first, last, taught.artifact) > 0.5
    assert beats(first, last, taught.artifact) == pytest.approx(1 - beats(last, first, taught.artifact))
    assert beats(first, first, taught.artifact) == 0.5


def test_a_channel_that_nobody_tried_is_scored_by_what_it_is_like(records, knowledge, featuriser):
    """Its rules and patterns are learned from others; only its own deviation stays unknown."""
    channel = records[0].channel
    scorer = fit([record for record in records if record.channel != channel], knowledge)
    assert f"channel:{channel}" not in scorer.artifact.deviations
    profile = next(record.profile for record in records if record.channel == channel)
    found, by_rules = assessed(scorer, profile, channel), Advisor(knowledge).scorer.assess(profile)
    rules = by_rules[featuriser.channel_place[channel]]
    assert found.log_odds != rules.log_odds
    assert found.variance < rules.variance


def test_unknown_answers_count_by_how_likely_a_rule_fires():
    knowledge = minimal_knowledge()
    featuriser = Featuriser(knowledge)
    profile = read(knowledge.questionnaire, {"place": "road"})
    pairs = Pairs.everywhere(ProfileTable.of([profile], knowledge), 3)
    assert featuriser.matrix(pairs).toarray()[1].tolist() == pytest.approx([1.5, 1.0, 0.0, 1.0, 0.0])


def test_knowledge_made_of_dictionaries_learns_too(records):
    knowledge = minimal_knowledge()
    profile = read(knowledge.questionnaire, {"place": "road", "wishes": ["talk"]})
    bad = replace(records[0], profile=profile, channel="chat", invited=40, active=1)
    scorer = fit([replace(bad, community=str(number)) for number in range(30)], knowledge)
    assert assessed(scorer, profile, "chat").probability < Advisor(knowledge).scorer.assess(profile)[1].probability
    assert [finding.rule for finding in audit_rules(scorer.learned)] == ["road-chat"]


def test_an_artifact_tells_where_it_comes_from_and_nothing_of_communities(taught, records, knowledge):
    artifact = taught.artifact
    assert (artifact.records, artifact.created, artifact.knowledge) == (400, "2026-11-24", knowledge.score_fingerprint)
    assert artifact.communities == len({record.community for record in records})
    assert artifact.trained_until == max(record.start for record in records).isoformat()
    assert set(artifact.versions) == {"numpy", "platform-fit", "scikit-learn", "scipy"}
    told = [dict(test.profile) for test in artifact.self_test]
    assert told
    assert all(test.as_dict() not in told for test in (record.profile for record in records))
    text = artifact.to_json()
    assert all(f'"{record.community}"' not in text for record in records)
    assert len(text) < 100_000


def test_the_self_test_covers_the_documented_cases(taught, knowledge):
    tested = [(dict(test.profile), test.channel) for test in taught.artifact.self_test]
    for case in knowledge.cases:
        for experience in (*case.worked, *case.failed):
            assert (dict(case.profile), experience.channel) in tested


def test_only_what_records_speak_about_is_in_the_artifact(taught, records):
    tried = {f"channel:{record.channel}" for record in records}
    named = {name for name in taught.artifact.deviations if name.startswith("channel:")}
    assert named == tried
    assert INTERCEPT in taught.artifact.deviations
    assert set(taught.artifact.covariance.names) == set(taught.artifact.deviations)
