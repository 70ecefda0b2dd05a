"""Documented use: the counts, the rule that says how sure it is, and what is known beside each rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.documented import DocumentedUses, documented_profile
from model.domain.conditions import ALWAYS
from model.profiles.profile import ProfileReader
from tests.factories import documented, minimal_knowledge, outcome, rule

KINDS = ("paper", "news", "practice", "report")


def community(number: int, *outcomes, kind: str = "", **more):
    """One of many; kinds of source take turns unless told otherwise."""
    name = f"c{number}"
    source = {"title": name, "url": f"https://example.org/{name}", "kind": kind or KINDS[number % 4], "read": "full"}
    return documented(name, {"place": "desk"}, *outcomes, **{"source": source, **more})


def use_of_forum(*entries):
    return DocumentedUses(minimal_knowledge(evidence=list(entries))).of_channel("forum")


def many(number: int, result: str = "used", first: int = 0, stand_in: str = "", **more):
    instead = {"stand_in": stand_in} if stand_in else {}
    return [community(each, outcome("forum", result, **instead), **more) for each in range(first, first + number)]


def test_nothing_documented_is_level_0():
    found = use_of_forum()
    assert (found.communities, found.certainty, found.share, found.doubts) == (0, 0, None, ())


@pytest.mark.parametrize(("number", "level"), [(1, 1), (2, 1), (3, 2), (7, 2), (8, 3), (15, 3), (16, 4), (40, 4)])
def test_more_strong_and_equal_evidence_is_surer(number, level):
    found = use_of_forum(*many(number, strength="strong"))
    # One or two communities come from one or two kinds of source, which cannot take off what is not there.
    assert found.certainty == level
    assert (found.communities, found.used, found.share) == (number, number, 1.0)


@pytest.mark.parametrize(("strength", "weight"), [("strong", 1.0), ("moderate", 0.7), ("weak", 0.4)])
def test_weaker_evidence_weighs_less(strength, weight):
    """Against one strong failure: the share tells the weights apart."""
    found = use_of_forum(community(0, outcome("forum"), strength=strength), community(1, outcome("forum", "not_used")))
    assert found.share == pytest.approx(weight / (weight + 1), abs=1e-4)


@pytest.mark.parametrize(
    ("entry", "weight"),
    [
        (community(0, outcome("forum", stand_in="Another")), 0.5),
        (community(0, outcome("forum"), kind="vendor"), 0.5),
        (community(0, outcome("forum", stand_in="Another"), kind="vendor"), 0.25),
    ],
    ids=["stand-in", "vendor", "both"],
)
def test_what_is_less_direct_or_told_by_a_seller_weighs_less(entry, weight):
    found = use_of_forum(entry, community(1, outcome("forum", "not_used")))
    assert found.share == pytest.approx(weight / (weight + 1), abs=1e-4)


@pytest.mark.parametrize(("by", "weight"), [("members", 1), ("unclear", 1), ("owner", 0.25), ("provider", 0.25)])
def test_what_was_closed_says_little(by, weight):
    left = community(0, {**outcome("forum", "abandoned"), "ended_by": by})
    found = use_of_forum(left, community(1, outcome("forum")))
    assert found.share == pytest.approx(1 / (1 + weight), abs=1e-4)
    assert (found.abandoned, found.closed) == (1, int(weight < 1))


def test_partly_used_is_half_on_either_side():
    assert use_of_forum(community(0, outcome("forum", "partly"))).share == 0.5


def test_what_shares_a_fold_weighs_as_one():
    alone = [community(9, outcome("forum", "not_used"))]
    five = many(5, fold="story")
    found = use_of_forum(*five, *alone)
    assert (found.communities, found.used, found.share) == (6, 5, 0.5)


def test_two_outcomes_of_one_community_weigh_as_one():
    twice = community(0, outcome("forum"), outcome("forum", "abandoned"))
    found = use_of_forum(twice, community(1, outcome("forum")))
    assert (found.communities, found.used, found.abandoned, found.share) == (2, 2, 1, 0.75)


def test_different_outcomes_take_a_level_off():
    agreeing, differing = (
        use_of_forum(*many(16 - failures), *many(failures, "not_used", 16 - failures)) for failures in (4, 7)
    )
    assert (agreeing.certainty, agreeing.doubts) == (4, ())
    assert (differing.certainty, differing.doubts) == (3, ("disagreement",))


@pytest.mark.parametrize(("used", "failed", "doubts"), [(33, 18, ("disagreement",)), (34, 18, ())])
def test_outcomes_differ_when_less_than_65_percent_is_on_one_side(used, failed, doubts):
    assert use_of_forum(*many(used), *many(failed, "not_used", used)).doubts == doubts


def test_one_kind_of_source_takes_a_level_off():
    found = use_of_forum(*many(16, kind="paper"))
    assert (found.certainty, found.doubts) == (3, ("one_kind_of_source",))
    mixed = use_of_forum(*many(12, kind="paper"), *many(4, first=12, kind="news"))
    assert (mixed.certainty, mixed.doubts) == (4, ())


def test_stand_ins_alone_take_a_level_off():
    found = use_of_forum(*many(32, stand_in="Another"))
    assert (found.stand_ins, found.certainty, found.doubts) == (32, 3, ("mostly_stand_ins",))


def test_any_outcome_is_at_least_level_1():
    found = use_of_forum(community(0, outcome("forum", "partly", stand_in="Another"), strength="weak"))
    assert (found.certainty, found.doubts) == (1, ("disagreement", "one_kind_of_source", "mostly_stand_ins"))


RESULTS = st.sampled_from(["used", "partly", "not_used", "abandoned"])


@given(st.lists(RESULTS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(results, chance):
    entries = [community(number, outcome("forum", result)) for number, result in enumerate(results)]
    mixed = list(entries)
    chance.shuffle(mixed)
    assert use_of_forum(*entries) == use_of_forum(*mixed)


# --- beside rules ---------------------------------------------------------------------------------------------------


def beside(rule_entry, *entries):
    knowledge = minimal_knowledge(rules=[rule_entry], evidence=list(entries))
    return DocumentedUses(knowledge).beside_rule(knowledge.rules[0])


def test_only_outcomes_on_which_the_condition_is_known_to_hold_count():
    road_chat = rule("road-chat", when={"place": "road"}, channel={"kind": "messenger"})
    found = beside(
        road_chat,
        documented("fires", {"place": "road"}, outcome("chat"), outcome("forum", "not_used")),
        documented("other-answer", {"place": "desk"}, outcome("chat", "not_used")),
        documented("not-told", {}, outcome("chat", "not_used")),
    )
    assert (found.communities, found.used, found.not_used) == (1, 1, 0)


def test_a_relation_of_answers_and_channel_is_known_too():
    daily = rule("daily", channel="in_daily_tools")
    found = beside(
        daily,
        documented("chats", {"tools": ["chat"]}, outcome("chat"), outcome("forum", "not_used")),
        documented("not-told", {}, outcome("chat", "not_used")),
    )
    assert (found.communities, found.used, found.not_used) == (1, 1, 0)


def test_a_rule_about_a_set_of_channels_has_no_outcomes_of_its_own():
    assert beside(rule("fewer", "bundle"), documented("one", {}, outcome("chat"))) is None


@pytest.mark.slow
@pytest.mark.no_cover
def test_the_packaged_rules_have_the_counts_of_their_own_conditions(knowledge):
    """The same counts by the trace of every rule, the slow way, for the rules that score."""
    from model.scoring.rule_trace import trace

    uses = DocumentedUses(knowledge)
    reader = ProfileReader(knowledge.questionnaire, partial=True)
    fired: dict[str, set[tuple[str, str]]] = {}
    for entry in knowledge.evidence[::7]:
        tried = {each.channel for each in entry.outcomes}
        for line in trace(documented_profile(entry, reader), knowledge):
            if line.status == "fired" and line.channel in tried:
                fired.setdefault(line.rule, set()).add((entry.id, line.channel))
    assert fired
    for name, expected in fired.items():
        found = {(each.community.id, each.outcome.channel) for each in uses._under(knowledge.rule_by_id[name])}
        assert expected <= found
        sampled = {each.id for each in knowledge.evidence[::7]}
        assert {pair for pair in found if pair[0] in sampled} == expected


def test_a_rule_that_nothing_fires_has_nothing_beside_it(knowledge):
    uses = DocumentedUses(knowledge)
    assert all(each.when != ALWAYS or each.channel != ALWAYS for each in knowledge.rules if each.effect == "log_odds")
    empty = [each.id for each in knowledge.rules if (found := uses.beside_rule(each)) and not found.communities]
    assert all(uses.beside_rule(knowledge.rule_by_id[name]).certainty == 0 for name in empty)
