"""Every way of advising, beside what it should say."""

import json
from dataclasses import replace

import numpy as np
import pytest

from model.domain.evidence import HINDSIGHT
from model.scoring.advisor import Advisor
from tests.factories import channel, documented, minimal_knowledge, outcome, rule
from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.judges import ChannelPopularity, ConstantChance, RulesAlone, WishesAlone
from training.evaluation.documented.rules_0_1 import RulesAsTheyWere, answers_key

PLACE: dict[str, str | list[str]] = {"place": "road", "wishes": ["files", "talk"]}


def test_wishes_add_the_function_scores_the_first_counting_most():
    knowledge = minimal_knowledge(
        channels=[
            channel("forum", functions={"talk": 3, "files": 0}),
            channel("drive", functions={"talk": 1, "files": 2}),
        ],
        rules=[rule("no-drive", weight=-3.0, channel={"id": "drive"})],
        evidence=[documented("a", PLACE)],
    )
    scores = WishesAlone(knowledge).fit(()).scores(communities_of(knowledge)[0])
    assert scores.order.tolist() == pytest.approx([-0.8 + 0.8 * 1.2, 0.5 + 0.8 * -0.3])
    assert scores.chance[1] == pytest.approx(1 / (1 + np.exp(-0.26)))


def test_popularity_is_the_share_used_drawn_to_the_average():
    knowledge = minimal_knowledge(evidence=[
        documented("a", PLACE, outcome("forum"), outcome("chat", "not_used")),
        documented("b", PLACE, outcome("forum", "partly"), strength="weak"),
        documented("c", PLACE, outcome("forum", "not_used"), strength="moderate"),
    ])  # fmt: skip
    communities = communities_of(knowledge)
    average = 1.25 / 3.3
    forum, chat, meeting = ChannelPopularity(knowledge).fit(communities).scores(communities[0]).chance
    assert forum == pytest.approx((1.25 + 4 * average) / (2.3 + 4))
    assert chat == pytest.approx(4 * average / 5)
    assert meeting == pytest.approx(average)
    constant = ConstantChance(knowledge).fit(communities).scores(communities[0]).chance
    assert constant.tolist() == pytest.approx([average] * 3)


def test_the_rules_are_those_that_answer(knowledge):
    advisor, judge = Advisor(knowledge), RulesAlone(knowledge).fit(())
    for community in communities_of(knowledge)[::40]:
        found = advisor.recommend(community.profile)
        scores = judge.scores(community)
        places = {each.id: place for place, each in enumerate(knowledge.channels)}
        ranked = [places[each.assessment.channel.id] for each in found.channels]
        assert sorted(ranked) == np.flatnonzero(np.isfinite(scores.order)).tolist()
        assert scores.order[ranked].tolist() == sorted(scores.order[ranked], reverse=True)
        assert scores.chance[ranked[0]] == found.channels[0].assessment.probability


def test_the_rules_as_they_were_are_found_by_the_answers_that_they_knew():
    knowledge = minimal_knowledge(evidence=[documented("a", PLACE), documented("b", {**PLACE, "hosts": "one"})])
    known, new = communities_of(knowledge)
    kept = {
        "questions": ["place", "wishes"],
        "channels": ["meeting", "forum", "gone"],
        "profiles": {answers_key(PLACE, PLACE): {"log_odds": [0.0, 2.0, 9.0], "excluded": [0]}},
    }
    judge = RulesAsTheyWere(knowledge, kept).fit(())
    forum, chat, meeting = judge.scores(known).order
    assert (forum, meeting) == (2.0, -np.inf)
    assert np.isnan(chat), "a channel that came later"
    assert judge.scores(known).chance[[0, 2]].tolist() == pytest.approx([0.880797, 0.5])
    assert judge.scores(new).order[0] == 2.0, "a question that came later changes nothing"
    other = replace(known, documented=replace(known.documented, profile={"place": "desk"}))
    assert np.isnan(judge.scores(other).order).all()


def test_an_answer_is_found_whatever_the_order_of_the_questions():
    assert answers_key({"b": ["y", "x"], "a": "z"}, ("a", "b")) == answers_key({"a": "z", "b": ["y", "x"]}, ("a", "b"))
    assert answers_key({"b": ["y", "x"]}, ("b",)) != answers_key({"b": ["x", "y"]}, ("b",))


def test_the_rules_as_they_were_know_every_documented_community_with_and_without_hindsight(knowledge):
    judge = RulesAsTheyWere(knowledge).fit(())
    for without in ((), HINDSIGHT):
        silent = [
            each.documented.id
            for each in communities_of(knowledge, without)
            if np.isnan(judge.scores(each).order).all()
        ]
        assert len(silent) < 50, "more than one in ten cannot be held against version 0.1"


def test_without_hindsight_none_of_these_answers_is_there(knowledge):
    full, honest = communities_of(knowledge), communities_of(knowledge, HINDSIGHT)
    assert any(each.profile.answers.keys() & set(HINDSIGHT) for each in full)
    assert not any(each.profile.answers.keys() & set(HINDSIGHT) for each in honest)
    assert not any(each.documented.profile.keys() & set(HINDSIGHT) for each in honest)
    assert json.dumps([each.documented.profile for each in full]) == json.dumps(
        [each.profile for each in knowledge.evidence if each.case is None]
    )
