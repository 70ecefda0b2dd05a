"""The simulated worlds are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from bench.simulate import OURS, RULES, run_world
from bench.world import World, WorldSettings
from training.learning.design_matrix import Pairs, ProfileTable


def test_a_world_is_the_same_for_the_same_seed(featuriser, records):
    again = World(featuriser, 7, WorldSettings())
    assert again.records(50)[:40] == records[:40]
    assert World(featuriser, 8, WorldSettings()).records(5) != records[:5]


def test_as_many_rules_are_wrong_as_was_asked(featuriser, world):
    assert len(world.wrong_rules) == round(0.3 * len(featuriser.rules))


def test_where_experts_are_right_about_everything_the_truth_is_their_score(featuriser, knowledge):
    settings = WorldSettings(wrong=0, strength=0, missing=0, intercept_scale=0, channel_scale=0)
    world = World(featuriser, 1, settings)
    complete, _ = world.communities(20, unanswered=0)
    pairs = Pairs.everywhere(ProfileTable.of(complete, knowledge), len(knowledge.channels))
    expert = featuriser.rows(pairs).offset
    assert world.chances(complete).ravel() == pytest.approx(1 / (1 + np.exp(-expert)))


def test_excluded_channels_are_not_tried(featuriser, records, advisor):
    places = featuriser.channel_place
    for record in records[:100]:
        assert not advisor.scorer.assess(record.profile)[places[record.channel]].excluded_by


def test_each_method_is_measured_at_each_size():
    rows = run_world(0, 0.3, (0, 30))
    assert [(size, method) for size, method, _ in rows][:2] == [(0, RULES), (30, OURS)]
    assert len(rows) == 5
    for _, _, marks in rows:
        assert 0 <= marks["regret"] <= 1
        assert marks["log loss"] >= 0
