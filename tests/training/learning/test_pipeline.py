"""From records to a scorer: what must be true of it whatever the records are."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from model.domain.rules import Effect
from model.scoring.advisor import Advisor
from model.scoring.artifact import INTERCEPT, Artifact
from model.scoring.term_builder import rule_weight
from tests.factories import documented, minimal_knowledge, outcome, read, rule
from training.evaluation.rule_audit import audit_rules
from training.learning.design_matrix import Pairs, ProfileTable
from training.learning.documents import Documents
from training.learning.learn import learned_unsaid
from training.learning.pipeline import fit
from training.learning.served_numbers import ServedNumbers
from training.learning.starter import fit_starter


def everywhere(scorer, profiles):
    """(log-odds, variance) of these profiles with every channel, by the estimator."""
    knowledge = scorer.learned.featuriser.knowledge
    table = ProfileTable.of(profiles, knowledge)
    return scorer.learned.predict(Pairs.everywhere(table, len(knowledge.channels)))


def test_without_records_it_is_the_starter(untaught, knowledge, featuriser):
    starter = fit_starter(knowledge.evidence, featuriser)
    assert untaught.artifact.deviations == starter.deviations
    assert untaught.artifact.uncertainty == starter.uncertainty


def test_without_records_and_documents_it_is_the_rules_to_the_digit(records):
    knowledge = minimal_knowledge()
    untaught, rules = fit([], knowledge).advisor, Advisor(knowledge)
    profile = read(knowledge.questionnaire, {"place": "road", "wishes": ["talk"]})
    for ours, theirs in zip(untaught.scorer.assess(profile), rules.scorer.assess(profile), strict=True):
        assert (ours.log_odds, ours.score, ours.interval) == (theirs.log_odds, theirs.score, theirs.interval)


def test_what_no_rule_says_is_what_records_show_and_a_belief_that_fades():
    """A belief of 0.8, of whose variance half is left after 50 communities; 0.5 for ρ of 0.1 more than members have."""
    assert learned_unsaid(0.15, 0, 0.8) == pytest.approx(0.8)
    assert learned_unsaid(0.25, 50, 0.8) ** 2 == pytest.approx(0.32 + 0.5)
    assert learned_unsaid(0.25, 10**7, 0.8) ** 2 == pytest.approx(0.5, rel=1e-3)
    assert learned_unsaid(0.05, 50, 0.8) ** 2 == pytest.approx(0.32)


def test_numbers_of_a_fit_are_those_of_its_artifact(taught, featuriser):
    """So what judges a candidate foretells what it would serve; what nothing was learned of keeps its prior."""
    ours, served = taught.learned.numbers, ServedNumbers.of(taught.artifact, featuriser)
    assert len(taught.learned.seen) < len(featuriser.names)
    for name in ("deviations", "base", "own"):
        assert getattr(ours, name) == pytest.approx(getattr(served, name), abs=1e-12)
    assert ours.shared.toarray() == pytest.approx(served.shared.toarray(), abs=1e-12)


def test_the_artifact_scores_as_it_was_learned(taught, world):
    profiles = world.communities(30, unanswered=0.3)[1]
    log_odds, variance = everywhere(taught, profiles)
    artifact = Artifact.from_json(taught.artifact.to_json())
    served = [
        each for profile in profiles for each in Advisor(taught.advisor.knowledge, artifact).scorer.assess(profile)
    ]
    # A Scorer rounds each contribution to nine decimals, so that sums do not depend on their order.
    assert log_odds == pytest.approx([each.log_odds for each in served], abs=2e-8)
    assert variance == pytest.approx([each.variance for each in served], abs=1e-7)


def test_what_is_served_is_the_posterior_with_features_taken_one_by_one(taught, world):
    """Its variance is that of the whole posterior, but for how features other than base rates vary together."""
    profiles = world.communities(30, unanswered=0.3)[1]
    featuriser, found = taught.learned.featuriser, taught.learned.posterior
    pairs = Pairs.everywhere(ProfileTable.of(profiles, featuriser.knowledge), len(featuriser.knowledge.channels))
    X, width = featuriser.rows(pairs).X.toarray(), len(featuriser.names)
    log_odds, variance = everywhere(taught, profiles)
    assert log_odds == pytest.approx(featuriser.rows(pairs).offset + X @ found.mean[:width], abs=1e-4)
    whole = np.einsum("ij,jk,ik->i", X, found.covariance[:width, :width], X)
    # Nearly always features pull against each other, so that the variance comes out too large.
    assert np.mean(variance >= whole - 1e-3) > 0.9
    assert np.mean(variance - whole) < 0.15


def test_the_same_records_in_any_order_give_the_same_bytes(taught, records, knowledge):
    mixed = random.Random(3).sample(records, len(records))
    assert fit(mixed, knowledge, created="2026-11-24").artifact.to_json() == taught.artifact.to_json()


def test_the_covariance_is_positive_definite(taught):
    assert np.linalg.eigvalsh(taught.learned.posterior.covariance).min() > 0


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
        chances.append(probability(scorer, base.profile, base.channel))
    assert chances == sorted(chances)
    assert chances[0] < chances[2]


def test_outcomes_of_one_kind_only_are_no_problem(records, knowledge):
    scorer = fit([replace(record, active=record.invited) for record in records[:50]], knowledge)
    assert probability(scorer, records[0].profile, records[0].channel) > 0.5


def test_a_channel_that_nobody_tried_is_scored_by_what_it_is_like(records, knowledge):
    """Its base rate comes from channels of its family and kind, and is less sure than theirs."""
    known = {record.channel for record in records} | {
        outcome.channel for community in knowledge.evidence for outcome in community.outcomes
    }
    untried = [channel for channel in knowledge.channels if channel.id not in known - {"nextcloud", "miro"}]
    assert untried
    artifact = fit([record for record in records if record.channel not in ("nextcloud", "miro")], knowledge).artifact
    tried = sorted(known, key=lambda name: artifact.uncertainty.base[name])[:3]
    for channel in untried:
        assert artifact.deviations[f"channel:{channel.id}"] != 0
        assert artifact.uncertainty.base[channel.id] > max(artifact.uncertainty.base[name] for name in tried)


def test_knowledge_made_of_dictionaries_learns_too(records):
    knowledge = minimal_knowledge()
    profile = read(knowledge.questionnaire, {"place": "road", "wishes": ["talk"]})
    bad = replace(records[0], profile=profile, channel="chat", invited=40, active=1)
    scorer = fit([replace(bad, community=str(number)) for number in range(30)], knowledge)
    assert probability(scorer, profile, "chat") < Advisor(knowledge).scorer.assess(profile)[1].probability
    assert [finding.rule for finding in audit_rules(scorer.learned)] == ["road-chat"]


def test_an_artifact_tells_where_it_comes_from_and_nothing_of_communities(taught, records, knowledge):
    artifact, basis = taught.artifact, taught.artifact.basis
    assert (basis.records, artifact.created, artifact.knowledge) == (400, "2026-11-24", knowledge.score_fingerprint)
    assert basis.communities == len({record.community for record in records})
    assert (basis.documented, basis.documents) == (len(knowledge.evidence), knowledge.evidence_fingerprint)
    assert basis.trained_until == max(record.start for record in records).isoformat()
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


def test_every_channel_has_a_base_rate_and_each_other_number_its_variance(taught, knowledge):
    artifact = taught.artifact
    channels = {f"channel:{channel.id}" for channel in knowledge.channels}
    assert channels | {INTERCEPT} <= set(artifact.deviations)
    assert set(artifact.uncertainty.base) == {channel.id for channel in knowledge.channels}
    assert set(artifact.uncertainty.own) == set(artifact.deviations) - channels - {INTERCEPT}


# --- nothing is learned from what nobody said ---------------------------------------------------------------------


def test_no_rule_is_moved_that_no_record_and_no_document_answers(records, knowledge, featuriser):
    """For every rule: without those that say what it asks, it counts for its weight times the trust, to the digit."""
    artifact = fit(records[:60], knowledge).artifact
    table = ProfileTable.of([record.profile for record in records[:60]], knowledge)
    places = np.array([featuriser.channel_place[record.channel] for record in records[:60]])
    own = featuriser.rows(Pairs(table, np.arange(60), places)).X
    told = Documents.of(knowledge.evidence, featuriser).rows.X
    silent = 0
    for each in knowledge.rules_with(Effect.LOG_ODDS):
        name = f"rule:{each.id}"
        said = not each.fixed and any(X[:, [featuriser.place[name]]].nnz for X in (own, told))
        assert (name in artifact.deviations) == said
        if each.fixed:
            assert rule_weight(each, knowledge, artifact) == each.weight
        elif not said:
            silent += 1
            assert rule_weight(each, knowledge, artifact) == (0.3 + artifact.deviations["trust"]) * each.weight
    assert silent


@pytest.mark.parametrize("active", [0, 10])
def test_records_that_leave_a_question_open_do_not_move_what_hangs_on_it(records, active):
    """A rule about hosts, and records that never say who hosts: whatever happened, the rule stays as it was."""
    knowledge = minimal_knowledge(rules=[rule("hosts-chat", when={"hosts": "more"}, channel={"kind": "messenger"})])
    profile = read(knowledge.questionnaire, {"place": "road", "wishes": ["talk"]})
    made = [
        replace(records[0], community=str(number), profile=profile, channel="chat", invited=10, active=active)
        for number in range(40)
    ]
    artifact = fit(made, knowledge).artifact
    assert "rule:hosts-chat" not in artifact.deviations
    assert rule_weight(knowledge.rules[0], knowledge, artifact) == 0.3
    (finding,) = audit_rules(fit(made, knowledge).learned)
    assert (finding.records, finding.communities) == (0, 0)
    assert finding.learned == pytest.approx(0.3)


def test_documents_weigh_half_beside_own_records(records):
    """Stories of a forum that is used and a chat that is not, alone and beside a record of something else."""
    told = [documented(f"c{number}", {}, outcome("forum"), outcome("chat", "not_used")) for number in range(8)]
    knowledge = minimal_knowledge(evidence=told)
    profile = read(knowledge.questionnaire, {"place": "desk"})
    record = replace(records[0], profile=profile, channel="meeting", invited=2, active=1)
    alone, beside = (fit(own, knowledge).artifact.deviations for own in ([], [record]))
    apart = [each["channel:forum"] - each["channel:chat"] for each in (alone, beside)]
    assert 0.5 * apart[0] < apart[1] < 0.9 * apart[0]


def probability(scorer, profile, channel):
    """Chance that this channel is used, as the service would say it."""
    found = scorer.advisor.scorer.assess(profile)
    return next(each.probability for each in found if each.channel.id == channel)
