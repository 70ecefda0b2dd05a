"""The figures of version 0.1, counted again in the slow and obvious way from what was kept of it."""

import json
import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.cross_judging import cross_judged
from training.evaluation.documented.measures import measures
from training.evaluation.documented.outcomes import DocumentedOutcomes
from training.evaluation.documented.rules_0_1 import RulesAsTheyWere, answers_key

ROOT = Path(__file__).parents[4]
KEPT = json.loads((ROOT / "training/evaluation/documented/rules_0_1.json").read_text("utf-8"))
LEVEL = {"used": 2, "partly": 1, "not_used": 0, "abandoned": 0}
WEIGHT = {"strong": 1.0, "moderate": 0.8, "weak": 0.5}


@pytest.fixture(scope="module")
def asked(knowledge):
    """(community, log-odds by channel, excluded channels) of every community that version 0.1 was asked about."""
    found = []
    for each in knowledge.evidence:
        kept = KEPT["profiles"].get(answers_key(each.profile, KEPT["questions"]))
        if each.case is None and kept is not None:
            excluded = {KEPT["channels"][place] for place in kept.get("excluded", [])}
            found.append((each, dict(zip(KEPT["channels"], kept["log_odds"], strict=True)), excluded))
    return found


@pytest.fixture(scope="module")
def judged(knowledge, asked):
    """Measure → value, on the same communities."""
    names = {each.id for each, _, _ in asked}
    communities = [each for each in communities_of(knowledge) if each.documented.id in names]
    found = measures(
        cross_judged(RulesAsTheyWere(knowledge), communities, []),
        DocumentedOutcomes(communities, knowledge.channels),
    )
    return lambda name: float(found[name].measure(np.ones((1, len(communities))))[0])


def test_pairs(asked, judged):
    right = []
    for community, log_odds, excluded in asked:
        order = {channel: -math.inf if channel in excluded else score for channel, score in log_odds.items()}
        for better, worse in permutations(community.outcomes, 2):
            if LEVEL[better.result] > LEVEL[worse.result] and better.channel != worse.channel:
                high, low = order[better.channel], order[worse.channel]
                right.append(1.0 if high > low else 0.5 if high == low else 0.0)
    assert len(right) > 100
    assert judged("pairs") == pytest.approx(sum(right) / len(right))


def test_first_places(knowledge, asked, judged):
    online = {channel.id for channel in knowledge.channels if channel.moment == "online"}
    inside = []
    for community, log_odds, excluded in asked:
        ranked = sorted((score for channel, score in log_odds.items() if channel in online - excluded), reverse=True)
        for each in community.outcomes:
            if each.result == "used" and each.channel in online:
                score = log_odds[each.channel]
                places = [place for place, other in enumerate(ranked) if other == score]
                share = sum(place < 3 for place in places) / len(places) if each.channel not in excluded else 0.0
                inside.append(share)
    assert len(inside) > 200
    assert judged("top_online") == pytest.approx(sum(inside) / len(inside))


def test_surprise(asked, judged):
    total = weight = 0.0
    for community, log_odds, _ in asked:
        for each in community.outcomes:
            chance = 1 / (1 + math.exp(-log_odds[each.channel]))
            share = LEVEL[each.result] / 2
            total -= WEIGHT[community.strength] * (share * math.log(chance) + (1 - share) * math.log(1 - chance))
            weight += WEIGHT[community.strength]
    assert judged("log_loss") == pytest.approx(total / weight)
