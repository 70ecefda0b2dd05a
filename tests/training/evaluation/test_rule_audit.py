"""The audit says of each rule what the records say, and how sure that is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bench.simulate import is_shown
from bench.world import World, WorldSettings
from model.domain.rules import Effect
from tests.factories import minimal_knowledge, read
from training.evaluation.rule_audit import (
    FEWEST_COMMUNITIES,
    RuleVerdict,
    WeightBelief,
    audit_rules,
    beliefs,
    less_unsaid,
    verdict_on,
)
from training.learning.pipeline import fit


def outcomes(record, knowledge, share_on_the_road: float, share_at_a_desk: float, number: int = 80):
    """Communities that all try the chat: the rule `road-chat` says it does better on the road."""
    made = []
    for place in range(number):
        where = "road" if place % 2 else "desk"
        share = share_on_the_road if where == "road" else share_at_a_desk
        profile = read(knowledge.questionnaire, {"place": where, "wishes": ["talk"], "hosts": "one"})
        # A few communities differ from the rest, as they do.
        active = round(30 * (share if place % 10 < 9 else 1 - share))
        community = f"{where}-{place}"
        made.append(replace(record, community=community, profile=profile, channel="chat", invited=30, active=active))
    return made


@pytest.fixture(scope="module")
def small():
    return minimal_knowledge()


def test_a_rule_that_holds_is_supported(small, records):
    (finding,) = audit_rules(fit(outcomes(records[0], small, 0.8, 0.5), small).learned)
    assert finding.verdict is RuleVerdict.SUPPORTED
    assert finding.interval[0] > 0
    assert (finding.records, finding.communities) == (40, 40)


def test_a_rule_that_is_turned_round_is_contradicted_and_by_whom(small, records):
    (finding,) = audit_rules(fit(outcomes(records[0], small, 0.2, 0.6), small).learned)
    assert finding.verdict is RuleVerdict.CONTRADICTED
    assert finding.learned < 0 < finding.expert
    # All of them are named: those that did as the others of their kind, and not the four that differ.
    assert len(finding.against) > 10
    assert all(community.startswith("road-") for community in finding.against)


def test_a_rule_that_means_nothing_is_contradicted_when_it_counts_for_much(records):
    """What counts for little, what no rule says may hide."""
    for trust, verdict in ((0.9, RuleVerdict.CONTRADICTED), (0.3, RuleVerdict.OPEN)):
        knowledge = minimal_knowledge(trust=trust)
        told = outcomes(records[0], knowledge, 0.5, 0.5, number=300)
        (finding,) = audit_rules(fit(told, knowledge).learned)
        assert finding.expert == pytest.approx(trust)
        assert finding.verdict is verdict
        assert finding.interval[0] < 0.2


def test_records_show_what_a_rule_does_whatever_that_is(records):
    knowledge = minimal_knowledge(trust=0.9)
    for share, number, shown in ((0.8, 300, True), (0.2, 300, True), (0.2, 4, False), (0.2, 0, False)):
        learned = fit(outcomes(records[0], knowledge, share, 0.5, number=number), knowledge).learned
        assert is_shown(learned, *audit_rules(learned)) is shown


def test_a_few_records_are_not_enough(small, records):
    (finding,) = audit_rules(fit(outcomes(records[0], small, 0.3, 0.5, number=4), small).learned)
    assert finding.verdict is RuleVerdict.OPEN
    assert finding.interval[0] < finding.learned < finding.interval[1]


def test_one_community_decides_nothing_however_many_records_it_has(small, records):
    alone = [
        replace(record, community="the same", invited=200, active=190)
        for record in outcomes(records[0], small, 0.9, 0.5, number=60)
    ]
    (finding,) = audit_rules(fit(alone, small).learned)
    assert finding.records == 30
    assert finding.verdict is RuleVerdict.OPEN


def test_belief_before_the_records_is_no_evidence():
    sure = WeightBelief(1.0, 0.2)
    assert sure.chance_below(0) < 1e-6
    assert verdict_on(sure, sure, communities=1000) is RuleVerdict.OPEN
    doubtful = WeightBelief(0.0, 0.2)
    assert doubtful.chance_below(0.5) > 0.99
    assert verdict_on(doubtful, doubtful, communities=1000) is RuleVerdict.OPEN


def test_a_verdict_takes_evidence_and_communities():
    before = WeightBelief(1.0, 0.8)
    right, wrong = WeightBelief(0.9, 0.2), WeightBelief(-0.1, 0.2)
    assert verdict_on(before, right, FEWEST_COMMUNITIES) is RuleVerdict.SUPPORTED
    assert verdict_on(before, wrong, FEWEST_COMMUNITIES) is RuleVerdict.CONTRADICTED
    for after in (right, wrong):
        assert verdict_on(before, after, FEWEST_COMMUNITIES - 1) is RuleVerdict.OPEN
    # Less than half, and yet in the direction that experts say: the clearer of both is said.
    assert verdict_on(before, WeightBelief(0.2, 0.05), 100) is RuleVerdict.CONTRADICTED


def test_what_no_rule_says_is_left_however_many_records_there_are():
    before = WeightBelief(1.0, 0.8)
    assert less_unsaid(before, before, 0.3) == before
    seen = WeightBelief(0.0, 0.1)
    assert less_unsaid(before, seen, 0.0).share == pytest.approx(seen.share)
    assert less_unsaid(before, seen, 0.0).error == pytest.approx(seen.error)
    exact = less_unsaid(before, WeightBelief(0.0, 1e-6), 0.3)
    # Two normal beliefs put together: 1.0 with variance 0.64, and 0.0 with 0.3.
    assert exact.share == pytest.approx(0.3 / 0.94, rel=1e-3)
    assert exact.error == pytest.approx((0.64 * 0.3 / 0.94) ** 0.5, rel=1e-3)


def test_other_rules_are_no_evidence_about_a_rule(untaught):
    """A rule that never fired is believed as much as the others made experts trusted, before and after alike."""
    fired = {finding.rule: finding.records for finding in audit_rules(untaught.learned)}
    told = untaught.learned.documents.rows.X
    never = [
        rule
        for rule in untaught.learned.featuriser.rules
        if not fired[rule.id] and not told[:, [untaught.learned.featuriser.place[f"rule:{rule.id}"]]].nnz
    ]
    assert never
    for rule in never:
        before, after = beliefs(untaught.learned, rule)
        assert before.share == pytest.approx(after.share)
        assert before.share != 1
        assert before.error == pytest.approx(after.error)


def test_without_records_every_rule_is_open_and_counts_for_its_weight_times_the_trust(untaught, knowledge):
    findings = audit_rules(untaught.learned)
    learnable = [rule for rule in knowledge.rules_with(Effect.LOG_ODDS) if not rule.fixed]
    assert [finding.rule for finding in findings] == [rule.id for rule in learnable]
    for finding, rule in zip(findings, learnable, strict=True):
        assert finding.verdict is RuleVerdict.OPEN
        assert finding.expert == pytest.approx(0.3 * rule.weight)
        assert (finding.records, finding.communities, finding.against) == (0, 0, ())


@pytest.mark.slow
def test_verdicts_in_worlds_with_wrong_rules_are_mostly_right(featuriser, knowledge):
    """In one world there are too few verdicts to tell."""
    right: Counter[RuleVerdict] = Counter()
    wrong: Counter[RuleVerdict] = Counter()
    for seed in (7, 8):
        world = World(featuriser, seed, WorldSettings())
        for finding in audit_rules(fit(world.records(1500), knowledge).learned):
            is_wrong = finding.rule in world.wrong_rules
            if finding.verdict in (RuleVerdict.SUPPORTED, RuleVerdict.CONTRADICTED):
                mistaken = is_wrong is (finding.verdict is RuleVerdict.SUPPORTED)
                (wrong if mistaken else right)[finding.verdict] += 1
    assert right[RuleVerdict.SUPPORTED] >= 3
    assert right[RuleVerdict.CONTRADICTED] >= 1
    assert wrong.total() <= 0.2 * right.total()
