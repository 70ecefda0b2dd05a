"""Trace: what became of every rule, in agreement with the oracle and with the reasons."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.conditions import All
from model.domain.rules import Effect
from model.scoring.features import CHANNEL_EFFECTS
from model.scoring.rule_trace import trace
from model.scoring.scorer import Scorer
from tests import oracle
from tests.examples import examples
from tests.factories import minimal_knowledge, raw_profiles, read, rule
from tests.packaged import KNOWLEDGE
from tests.worlds import worlds

SCORER = Scorer(KNOWLEDGE)


def _lines(raw, knowledge):
    return {(line.rule, line.channel): line for line in trace(read(knowledge.questionnaire, raw), knowledge)}


@given(st.data())
@settings(max_examples=examples(40))
def test_statuses_are_those_of_the_tables(data):
    world = data.draw(worlds())
    raw = data.draw(raw_profiles(world.questionnaire))
    answers = oracle.known(raw)
    lines = _lines(raw, world)
    assert set(lines) == {
        (rule.id, channel.id) for rule in world.rules_with(*CHANNEL_EFFECTS) for channel in world.channels
    }
    for (rule_id, channel_id), line in lines.items():
        found = world.rule_by_id[rule_id]
        channel = world.channel_by_id[channel_id]
        parts = [
            oracle.holds(part, answers, world, channel)
            for condition in (found.when, found.channel)
            for part in (condition.parts if isinstance(condition, All) else (condition,))
        ]
        unmet = parts.count(False)
        expected = (
            ("undecided" if None in parts else "fired")
            if not unmet
            else "near_miss"
            if unmet == 1 and None not in parts
            else "not_applicable"
        )
        assert line.status == expected, (rule_id, channel_id)
        if expected == "undecided":
            assert line.questions
            assert not set(line.questions) & set(answers)
        else:
            assert expected == "near_miss" or line.questions == ()


@given(raw_profiles(KNOWLEDGE.questionnaire))
@settings(max_examples=examples(15))
def test_fired_rules_are_reasons_and_undecided_ones_wait(raw):
    by_channel: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (rule_id, channel), line in _lines(raw, KNOWLEDGE).items():
        by_channel[channel][line.status].add(rule_id)
    for each in SCORER.assess(read(KNOWLEDGE.questionnaire, raw)):
        lines = by_channel[each.channel.id]
        scored = {rule.id for rule in KNOWLEDGE.rules_with(Effect.LOG_ODDS, Effect.ORDER)}
        reasons = {reason.name: reason for reason in each.reasons if reason.kind == "rule"}
        assert lines["fired"] & scored == {name for name, reason in reasons.items() if not reason.assumed}
        assert {name for name, reason in reasons.items() if reason.assumed} <= lines["undecided"]
        assert lines["fired"] & {rule.id for rule in KNOWLEDGE.rules_with(Effect.EXCLUDE)} == {
            rule.id for rule in each.excluded_by
        }
        assert {rule.id for rule in each.may_be_excluded_by} <= lines["undecided"]


def test_a_near_miss_names_the_question_that_is_in_the_way():
    world = minimal_knowledge(
        rules=[rule("near", when={"place": "road", "hosts": "one"}, channel={"kind": "messenger", "new_login": 0})]
    )
    assert _lines({"place": "desk", "hosts": "one"}, world)["near", "chat"].questions == ("place",)
    assert _lines({"place": "road", "hosts": "one"}, world)["near", "forum"].status == "near_miss"
    assert _lines({"place": "road", "hosts": "one"}, world)["near", "forum"].questions == ()
    assert _lines({"place": "desk", "hosts": "one"}, world)["near", "forum"].status == "not_applicable"
    assert _lines({"place": "road"}, world)["near", "chat"].questions == ("hosts",)
    assert _lines({"place": "desk"}, world)["near", "chat"].status == "not_applicable"
