"""What each rule's outcomes say, on communities that can be counted by hand."""

import pytest

from tests.factories import documented, minimal_knowledge, outcome, rule
from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.outcomes import DocumentedOutcomes
from training.evaluation.documented.rule_outcomes import reading, rule_outcomes

ROAD, DESK = {"place": "road", "wishes": ["talk"]}, {"place": "desk", "wishes": ["talk"]}


def counted(*rules):
    knowledge = minimal_knowledge(rules=list(rules), evidence=[
        documented("a", ROAD, outcome("chat"), outcome("forum", "not_used")),
        documented("b", ROAD, outcome("chat", "abandoned"), outcome("forum", "partly")),
        documented("c", DESK, outcome("chat"), outcome("forum", "not_used")),
        documented("d", {"wishes": ["talk"]}, outcome("chat", "partly"), outcome("forum", "not_used")),
    ])  # fmt: skip
    return rule_outcomes(knowledge, DocumentedOutcomes(communities_of(knowledge), knowledge.channels))


def numbers(found):
    return found.used, found.partly, found.failed, found.share, found.right, found.pairs


def test_a_rule_counts_where_known_answers_make_it_hold():
    (found,) = counted(rule("road-chat", when={"place": "road"}, channel={"kind": "messenger"}))
    assert numbers(found) == (1, 0, 1, 0.5, 1, 2)


def test_a_rule_against_a_channel_is_right_where_the_other_did_better():
    (found,) = counted(rule("road-chat", weight=-1.0, when={"place": "road"}, channel={"kind": "messenger"}))
    assert numbers(found) == (1, 0, 1, 0.5, 1, 2)
    (found,) = counted(rule("no-forum", weight=-1.0, channel={"id": "forum"}))
    assert numbers(found) == (0, 1, 3, 0.125, 3, 4)


def test_an_exclusion_is_counted_without_a_weight():
    (found,) = counted(rule("never-chat", "exclude", channel={"kind": "messenger"}))
    assert found.weight is None
    assert numbers(found) == (2, 1, 1, 0.625, 1, 4)


def test_a_rule_that_speaks_of_both_sides_says_nothing_of_their_order():
    (found,) = counted(rule("online", channel={"kind": ["messenger", "platform"]}))
    assert (found.pairs, found.outcomes) == (0, 8)


@pytest.mark.parametrize(
    ("right", "pairs", "said"),
    [
        (0, 0, "cannot_tell"), (4, 4, "cannot_tell"), (5, 5, "supports"), (25, 32, "supports"), (0, 5, "against"),
        (13, 26, "cannot_tell"), (1, 8, "against"), (6, 16, "cannot_tell"),
    ],
)  # fmt: skip
def test_pairs_speak_only_where_a_coin_would_seldom_do_as_well(right, pairs, said):
    assert reading(right, pairs) == said
