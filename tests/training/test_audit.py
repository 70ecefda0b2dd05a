"""The audit says of each rule what the records say, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.rules import Effect
from tests.factories import minimal_knowledge, read
from training.audit import RuleVerdict
from training.pipeline import fit


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
    (finding,) = fit(outcomes(records[0], small, 0.8, 0.5), small).audit()
    assert finding.verdict is RuleVerdict.SUPPORTED
    assert finding.interval[0] > 0
    assert (finding.records, finding.communities) == (40, 40)


def test_a_rule_that_is_turned_round_is_contradicted_and_by_whom(small, records):
    (finding,) = fit(outcomes(records[0], small, 0.2, 0.6), small).audit()
    assert finding.verdict is RuleVerdict.CONTRADICTED
    assert finding.learned < 0 < finding.expert
    assert finding.against
    assert all(community.startswith("road-") for community in finding.against)


def test_a_rule_that_means_nothing_is_contradicted(small, records):
    (finding,) = fit(outcomes(records[0], small, 0.5, 0.5, number=300), small).audit()
    assert finding.verdict is RuleVerdict.CONTRADICTED
    assert finding.interval[0] < 0.2


def test_a_few_records_are_not_enough(small, records):
    (finding,) = fit(outcomes(records[0], small, 0.3, 0.5, number=4), small).audit()
    assert finding.verdict is RuleVerdict.OPEN
    assert finding.interval[0] < finding.learned < finding.interval[1]


def test_without_records_every_rule_is_open_at_its_expert_weight(untaught, knowledge):
    findings = untaught.audit()
    assert [finding.rule for finding in findings] == [rule.id for rule in knowledge.rules_with(Effect.LOG_ODDS)]
    for finding in findings:
        assert finding.verdict is RuleVerdict.OPEN
        assert finding.learned == finding.expert
        assert (finding.records, finding.communities, finding.against) == (0, 0, ())


def test_verdicts_in_a_world_with_wrong_rules_are_mostly_right(taught, world):
    said = {finding.rule for finding in taught.audit() if finding.verdict is RuleVerdict.CONTRADICTED}
    assert len(said - world.wrong_rules) <= len(said) * 0.2
    supported = {finding.rule for finding in taught.audit() if finding.verdict is RuleVerdict.SUPPORTED}
    assert len(supported & world.wrong_rules) <= len(supported) * 0.2
    assert supported
