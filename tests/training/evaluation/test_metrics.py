"""Predictions are judged on communities they were not learned from, and by the usual yardsticks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss, log_loss

from bench.world import World, WorldSettings
from training.evaluation.baselines import learning, rules_only, starter
from training.evaluation.differences import Resampling, compare, order_losses
from training.evaluation.folds import held_out, latest_period
from training.evaluation.metrics import Prediction, evaluate
from training.evaluation.stock_methods import stock_methods
from training.learning.cells import RecordTable
from training.learning.documents import Documents
from training.learning.learn import LearningSettings, learn


@pytest.fixture(scope="module")
def table(records, featuriser):
    return RecordTable.of(records, featuriser)


def test_no_community_is_on_both_sides(table):
    def recipe(known, asked):
        cheated = np.isin(asked.community, known.community)
        return Prediction(np.where(cheated, np.nan, 0.5), np.full(len(asked), 0.1))

    found = held_out(table, {"spy": recipe})
    assert (found["spy"].log_odds == 0.5).all()


def test_the_level_of_a_fold_is_no_part_of_the_order(table, featuriser):
    """Who learns nothing but how often channels are used orders nothing, whatever folds its records fall into."""

    def usual(known, asked):
        share = float(np.average(known.active / known.invited))
        return Prediction(np.full(len(asked), logit(share)), np.zeros(len(asked)))

    found = held_out(table, {"usual": usual})["usual"]
    assert len(set(found.log_odds)) > 1
    assert found.order == pytest.approx(0, abs=1e-12)
    assert found.take(table.unit < 50).order == pytest.approx(0, abs=1e-12)
    taught = held_out(table, {"ours": learning(featuriser, LearningSettings())})["ours"]
    assert taught.order.std() > 0.2


def test_the_latest_period_is_later_and_about_other_communities(table):
    early, late = latest_period(table)
    assert table.start[early].max() < table.start[late].min()
    assert not set(table.community[early]) & set(table.community[late])
    assert 0 < late.sum() <= 0.2 * len(table)


def test_yardsticks_are_those_of_scikit_learn_for_yes_and_no(records, featuriser):
    told = [
        replace(each, invited=1, active=min(each.active, 1), community=str(place)) for place, each in enumerate(records)
    ]
    table = RecordTable.of(told, featuriser)
    log_odds = np.random.default_rng(0).normal(size=len(table))
    found = evaluate(table, Prediction(log_odds, np.zeros(len(table))), 0.15)
    assert found.log_loss == pytest.approx(log_loss(table.active, expit(log_odds)))
    assert found.brier == pytest.approx(brier_score_loss(table.active, expit(log_odds)))
    assert found.coverage is None
    assert sum(each.records for each in found.calibration) == found.records == len(table)


def test_who_knows_the_truth_is_calibrated_and_covers_nine_tenths(world, featuriser, records):
    generator = np.random.default_rng(1)
    chances = generator.uniform(0.1, 0.9, 1200)
    strength = 1 / 0.2 - 1
    shares = generator.beta(chances * strength, (1 - chances) * strength)
    made = [
        replace(records[0], community=str(number), invited=40, active=int(generator.binomial(40, share)))
        for number, share in enumerate(shares)
    ]
    table = RecordTable.of(made, featuriser)
    order = [int(table.communities[place]) for place in table.community]
    truth = Prediction(logit(chances[order]), np.zeros(len(table)))
    found = evaluate(table, truth, 0.2)
    assert found.calibration_error < 2 * found.calibration_noise + 0.01
    assert found.coverage == pytest.approx(0.9, abs=0.03)
    assert evaluate(table, Prediction(1.5 + truth.log_odds, truth.variance), 0.2).calibration_error > 0.15


def test_regret_counts_only_where_two_channels_were_tried(records, featuriser):
    base = replace(records[0], invited=10)
    channels = [channel.id for channel in featuriser.knowledge.channels[:2]]
    table = RecordTable.of(
        [
            replace(base, community="both", channel=channels[0], active=2),
            replace(base, community="both", channel=channels[1], active=7),
            replace(base, community="one", channel=channels[0], active=5),
        ],
        featuriser,
    )
    prefers_first = np.where(table.pairs.channel == 0, 1.0, -1.0)
    right = evaluate(table, Prediction(-prefers_first, np.zeros(3)), 0.15)
    wrong = evaluate(table, Prediction(prefers_first, np.zeros(3)), 0.15)
    assert (right.compared, right.regret) == (1, 0.0)
    assert wrong.regret == pytest.approx(0.5)


def test_a_difference_has_a_sign_an_interval_and_no_chance_in_it(table):
    share = table.active / table.invited
    good = Prediction(np.where(share > 0.5, 1.0, -1.0), np.zeros(len(table)))
    poor = Prediction(np.zeros(len(table)), np.zeros(len(table)))
    found = compare(table, good, poor, 0.15, Resampling(table))
    for each in (found.chance, found.order, found.pairs, found.regret):
        assert each.low < each.mean < each.bound < each.high < 0
    assert compare(table, poor, good, 0.15, Resampling(table)).chance.mean == pytest.approx(-found.chance.mean)
    assert compare(table, good, poor, 0.15, Resampling(table)) == found
    same = compare(table, good, good, 0.15, Resampling(table)).order
    assert (same.low, same.mean, same.high) == (0.0, 0.0, 0.0)


def test_the_level_and_the_sharpness_of_chances_are_no_part_of_their_order(table):
    """Only log loss sees them; and an order that is upside down is worth no more than none."""
    share, worth = table.active / table.invited, table.worth(0.15)
    known = share - 0.5 + np.random.default_rng(0).normal(0, 0.3, len(table))
    order = float(worth @ order_losses(share, worth, known))
    assert float(worth @ order_losses(share, worth, 3 * known - 7)) == pytest.approx(order, rel=1e-4)
    nothing = float(worth @ order_losses(share, worth, np.zeros(len(table))))
    assert order < 0.95 * nothing
    assert float(worth @ order_losses(share, worth, -known)) == pytest.approx(nothing, rel=1e-4)


def test_a_twin_is_in_the_fold_of_its_community(records, featuriser):
    twins = [replace(record, community=f"also-{record.community}") for record in records[:100]]
    table = RecordTable.of([*records[:100], *twins], featuriser)

    def recipe(known, asked):
        cheated = np.isin(asked.pairs.profile, known.pairs.profile)
        return Prediction(np.where(cheated, np.nan, 0.5), np.zeros(len(asked)))

    assert (held_out(table, {"spy": recipe})["spy"].log_odds == 0.5).all()


@pytest.mark.slow
@pytest.mark.no_cover
def test_learning_beats_the_rules_in_worlds_that_differ_from_them(featuriser):
    """The order is better in each of three worlds, and surely so in some."""
    recipes = {"ours": learning(featuriser, LearningSettings()), "rules": rules_only(featuriser)}
    orders = []
    for seed in (1, 2, 3):
        table = RecordTable.of(World(featuriser, seed, WorldSettings(unsaid=1.0)).records(400), featuriser)
        found = held_out(table, recipes, folds=3)
        orders.append(compare(table, found["ours"], found["rules"], 0.2, Resampling(table)).order)
    assert all(each.mean < 0 for each in orders)
    assert any(each.high < 0 for each in orders)


def test_folds_side_by_side_give_the_same(table, featuriser):
    recipes = {"rules": rules_only(featuriser)}
    small = table.take(np.arange(60))
    one, two = (held_out(small, recipes, folds=2, jobs=jobs)["rules"] for jobs in (1, 2))
    assert one.log_odds.tobytes() == two.log_odds.tobytes()


def test_every_challenger_predicts(table, featuriser):
    known, asked = table.take(np.arange(150)), table.take(np.arange(150, 200))
    documents = Documents.of(featuriser.knowledge.evidence, featuriser)
    recipes = {"rules": rules_only(featuriser), "starter": starter(featuriser, LearningSettings(), documents)}
    for name, recipe in {**recipes, **stock_methods(featuriser)}.items():
        chance = recipe(known, asked).probability
        assert ((chance > 0) & (chance < 1)).all(), name


def test_a_champion_can_be_made_again_as_it_was(table, featuriser, records):
    middle = sorted(record.start for record in records)[200]
    settings = LearningSettings()
    then = learning(featuriser, settings, until=middle)(table, table)
    assert then.log_odds == pytest.approx(learning(featuriser, settings)(table.until(middle), table).log_odds)
    assert then.log_odds != pytest.approx(learning(featuriser, settings)(table, table).log_odds)


@pytest.mark.slow
def test_unanswered_questions_do_not_make_rules_look_weak(featuriser):
    """Where experts are right, communities that leave much unanswered must not talk the weights down."""
    settings = WorldSettings(
        wrong=0, strength=0, unsaid=0, intercept_scale=0, trust_scale=0, base_scale=0, unanswered=0.4, explore=0.5
    )
    records = World(featuriser, 2, settings).records(3000)
    learned = learn(RecordTable.of(records, featuriser), featuriser, LearningSettings())
    place = featuriser.place["trust"]
    # Of the trust of 0.3, what is hidden may blur a third: outcomes that nobody can explain flatten every slope.
    assert abs(learned.posterior.mean[place]) < 0.1
