"""The simulated worlds are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from bench.gate import contradicting
from bench.reporting import Reporting, all_used, only_successes, reported, shuffled
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
    settings = WorldSettings(wrong=0, strength=0, unsaid=0, intercept_scale=0, trust_scale=0, base_scale=0)
    world = World(featuriser, 1, settings)
    complete, _ = world.communities(20, unanswered=0)
    pairs = Pairs.everywhere(ProfileTable.of(complete, knowledge), len(knowledge.channels))
    expert = featuriser.rows(pairs).offset
    assert world.chances(complete).ravel() == pytest.approx(1 / (1 + np.exp(-expert)))


def test_excluded_channels_are_not_tried(featuriser, records, advisor):
    places = featuriser.channel_place
    for record in records[:100]:
        assert not advisor.scorer.assess(record.profile)[places[record.channel]].excluded_by


@pytest.mark.slow
def test_each_method_is_measured_at_each_size():
    rows = run_world(0, WorldSettings(), (0, 30))
    assert [(size, method) for size, method, _ in rows][:2] == [(0, RULES), (30, OURS)]
    assert len(rows) == 5
    for _, _, marks in rows:
        assert 0 <= marks["regret"] <= 1
        assert marks["log loss"] >= 0


# --- the dials -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unsaid", [0.3, 1.3])
def test_what_no_rule_says_is_as_large_as_was_asked(featuriser, unsaid):
    worlds = [World(featuriser, 5, WorldSettings(unsaid=size)) for size in (0, unsaid)]
    complete, _ = worlds[0].communities(400, unanswered=0)
    added = logit(worlds[1].chances(complete)) - logit(worlds[0].chances(complete))
    assert float(np.std(added - added.mean(axis=0))) == pytest.approx(unsaid, rel=0.15)


@pytest.mark.slow
def test_trust_and_base_rates_are_drawn_from_a_multiple_of_what_is_believed(featuriser, knowledge):
    nobody, _ = World(featuriser, 5, WorldSettings()).communities(1, unanswered=1)
    spread = {}
    for prior in (0.5, 2.0):
        settings = WorldSettings(prior=prior, unsaid=0, intercept_scale=0)
        worlds = [logit(World(featuriser, seed, settings).chances(nobody)) for seed in range(20)]
        spread[prior] = float(np.std(worlds, axis=0).mean())
    assert spread[2.0] > 2 * spread[0.5]


def test_only_failures_are_kept_silent(featuriser):
    told = reported(World(featuriser, 3, WorldSettings()), 100, Reporting(silent=1), 3)
    assert len(told) == 100
    assert all(2 * record.active >= record.invited for record in told)


def test_who_lies_turns_round_all_that_some_communities_did(featuriser):
    honest = reported(World(featuriser, 3, WorldSettings()), 100, Reporting(), 3)
    told = reported(World(featuriser, 3, WorldSettings()), 100, Reporting(lies=0.3), 3)
    liars = {record.community for record in told if record.recorded_by == "one reporter"}
    assert 10 < len(liars) < 50
    for record, true in zip(told, honest, strict=True):
        assert record.active == (true.invited - true.active if record.community in liars else true.active)


def test_a_heavy_community_hands_in_many_records_each_of_its_own_day(featuriser):
    told = reported(World(featuriser, 3, WorldSettings()), 10, Reporting(heavy=200), 3)
    heavy = [record for record in told if record.community == told[0].community]
    assert (len(told), len(heavy), len({record.start for record in heavy})) == (210, 200, 200)


def test_files_that_nothing_can_be_learned_from(records):
    counts = sorted((record.invited, record.active) for record in records)
    assert sorted((record.invited, record.active) for record in shuffled(records, 1)) == counts
    assert {record.active / record.invited for record in all_used(records)} == {1.0}
    assert 0 < len(only_successes(records)) < len(records)


def test_the_bench_names_a_reporter_who_lies_in_most_worlds_and_not_who_tells_the_truth():
    lied, true = ([contradicting(seed, 200, lies) for seed in (1, 2, 3)] for lies in (True, False))
    assert sum("one reporter" in each for each in lied) >= 2
    assert not any("one reporter" in each for each in true)
