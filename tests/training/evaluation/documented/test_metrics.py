"""The measures, on outcomes that can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from tests.factories import documented, minimal_knowledge, outcome
from training.evaluation.documented.calibration import bands
from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.measures import measures
from training.evaluation.documented.metrics import Calibration, Judged, known, pairs, top
from training.evaluation.documented.outcomes import DocumentedOutcomes

PLACE = {"place": "desk", "wishes": ["talk"]}
NONE = -np.inf


def table(*tried):
    """Outcomes of one community after another on the channels forum, chat (online) and meeting (live)."""
    entries = [documented(f"c{number:03}", PLACE, *each) for number, each in enumerate(tried)]
    knowledge = minimal_knowledge(evidence=entries)
    return DocumentedOutcomes(communities_of(knowledge), knowledge.channels)


def judged(*order, chance=None):
    scores = np.array([order], dtype=float)
    return Judged(scores, np.array([chance], dtype=float) if chance is not None else expit(np.clip(scores, -9, 9)))


def all_of(measure, outcomes):
    return float(measure(np.ones((1, len(outcomes.communities))))[0])


def test_pairs_are_every_order_of_two_channels_of_one_community():
    outcomes = table(
        [outcome("forum"), outcome("chat", "partly"), outcome("meeting", "not_used")],
        [outcome("forum", "abandoned"), outcome("chat", "not_used")],
        [outcome("forum", "partly"), outcome("meeting", "abandoned", ended_by="owner")],
    )
    assert len(outcomes.pairs.better) == 4
    assert outcomes.pairs.firm.tolist() == [False, True, False, False]
    assert outcomes.pairs.closed.tolist() == [False, False, False, True]


def test_one_channel_with_two_fates_is_no_pair():
    outcomes = table([outcome("forum"), outcome("forum", "not_used"), outcome("chat", "not_used")])
    assert len(outcomes.pairs.better) == 1


def test_a_tie_counts_half_and_an_excluded_channel_is_below_all_others():
    outcomes = table(*[[outcome("forum"), outcome("chat", "not_used")]] * 4)
    scores = judged([2, 1, 0], [1, 2, 0], [1, 1, 0], [NONE, -9, 0])
    assert all_of(pairs(scores, outcomes), outcomes) == pytest.approx((1 + 0 + 0.5 + 0) / 4)


def test_repeats_are_averaged():
    outcomes = table([outcome("forum"), outcome("chat", "not_used")])
    scores = Judged(np.array([[[2.0, 1, 0]], [[1.0, 2, 0]], [[3.0, 2, 0]]]), np.full((3, 1, 3), 0.5))
    assert all_of(pairs(scores, outcomes), outcomes) == pytest.approx(2 / 3)


def test_first_places_are_counted_within_a_moment_and_shared_by_equals():
    outcomes = table(
        [outcome("forum")], [outcome("forum")], [outcome("forum")], [outcome("forum")], [outcome("meeting")],
        [outcome("chat", "partly")],
    )  # fmt: skip
    scores = judged([1, 0, 9], [0, 1, -9], [1, 1, 9], [NONE, 5, 0], [5, 5, -3], [1, 0, 0])
    first = top(scores, outcomes, online=True, room=1)
    assert first.count.sum() == 4
    assert all_of(first, outcomes) == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    assert all_of(top(scores, outcomes, online=True, room=2), outcomes) == pytest.approx(3 / 4)
    assert all_of(top(scores, outcomes, online=False, room=1), outcomes) == 1


def test_chances_are_judged_by_the_weight_of_the_evidence():
    knowledge = minimal_knowledge(evidence=[
        documented("a", PLACE, outcome("forum")),
        documented("b", PLACE, outcome("forum", "not_used"), strength="weak"),
        documented("c", PLACE, outcome("forum", "partly"), strength="moderate"),
    ])  # fmt: skip
    outcomes = DocumentedOutcomes(communities_of(knowledge), knowledge.channels)
    scores = judged([0, 0, 0], [0, 0, 0], [0, 0, 0], chance=[[0.8, 0, 0], [0.5, 0, 0], [0.9, 0, 0]])
    found = measures(scores, outcomes)
    surprise = -np.log(0.8) - 0.5 * np.log(0.5) - 0.8 * 0.5 * (np.log(0.9) + np.log(0.1))
    assert all_of(found["log_loss"].measure, outcomes) == pytest.approx(surprise / 2.3)
    assert all_of(found["brier"].measure, outcomes) == pytest.approx((0.04 + 0.5 * 0.25 + 0.8 * 0.16) / 2.3)
    assert found["log_loss"].items.sum() == 3
    # Of what was used and what was not there is one couple, 0.8 against 0.5.
    assert all_of(found["auc"].measure, outcomes) == 1
    assert found["auc"].items.sum() == 2


def test_what_its_owner_ended_is_left_out_of_the_open_figures():
    outcomes = table(
        [outcome("forum"), outcome("chat", "abandoned", ended_by="provider")],
        [outcome("forum"), outcome("chat", "abandoned", ended_by="members")],
    )
    scores = judged([1, 2, 0], [1, 0, 0], chance=[[0.5, 0.999, 0], [0.5, 0.5, 0]])
    found = measures(scores, outcomes)
    assert all_of(found["pairs"].measure, outcomes) == 0.5
    assert all_of(found["pairs_open"].measure, outcomes) == 1
    assert all_of(found["log_loss_open"].measure, outcomes) == pytest.approx(np.log(2))
    assert all_of(found["log_loss"].measure, outcomes) == pytest.approx((3 * np.log(2) - np.log(0.001)) / 4)


@pytest.mark.parametrize(("true_slope", "true_level"), [(1.0, 0.0), (0.25, 0.6), (1.5, -0.4)])
def test_the_slope_is_found_again(true_slope, true_level):
    # Four log-odds, each with twenty communities whose used share is exactly what slope and level say.
    tried, order = [], []
    for log_odds in (-2.0, -0.5, 0.5, 2.0):
        used = expit(true_level + true_slope * log_odds)
        for number in range(20):
            tried.append([outcome("forum", "used" if number < round(20 * used) else "not_used")])
            order.append([log_odds, 0, 0])
    outcomes = table(*tried)
    calibration = Calibration(judged(*order), outcomes)
    assert all_of(calibration.slope, outcomes) == pytest.approx(true_slope, abs=0.15)


def test_setting_the_level_right_takes_away_what_is_added_to_all():
    tried = [[outcome("forum", "used" if number % 4 else "not_used")] for number in range(40)]
    outcomes = table(*tried)
    fair, shifted = (Calibration(judged(*[[np.log(3) + added, 0, 0]] * 40), outcomes) for added in (0.0, -1.5))
    expected = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert all_of(fair.loss, outcomes) == pytest.approx(expected)
    assert all_of(shifted.loss, outcomes) == pytest.approx(expected)


def test_who_says_the_same_of_everything_has_no_slope():
    outcomes = table([outcome("forum")], [outcome("forum", "not_used")])
    assert np.isnan(all_of(Calibration(judged([0.1, 0, 0], [0.2, 0, 0]), outcomes).slope, outcomes))


def test_a_community_of_which_nothing_is_said_is_known():
    outcomes = table([outcome("forum")], [outcome("chat")])
    scores = judged([0, 0, 0], [0, 0, 0], chance=[[np.nan] * 3, [np.nan, 0.5, 0.5]])
    assert known(scores, outcomes).tolist() == [False, True]


def test_bands_hold_what_was_said_and_seen():
    tried = [[outcome("forum", "used" if number in (1, 4, 5, 6) else "not_used")] for number in range(8)]
    outcomes = table(*tried)
    said = [[0.2, 0, 0]] * 4 + [[0.7, 0, 0]] * 4
    found = bands(judged(*[[0, 0, 0]] * 8, chance=said), outcomes)
    assert [band.records for band in found] == [4, 4]
    assert [band.expected for band in found] == pytest.approx([0.2, 0.7])
    assert [band.observed for band in found] == [0.25, 0.75]


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=12))
def test_the_opposite_order_has_the_other_pairs_right(drawn):
    outcomes = table(*[[outcome("forum"), outcome("chat", "not_used")]] * len(drawn))
    scores = judged(*[[first, second, 0] for first, second in drawn])
    turned = Judged(-scores.order, scores.chance)
    assert all_of(pairs(scores, outcomes), outcomes) + all_of(pairs(turned, outcomes), outcomes) == pytest.approx(1)


@given(st.lists(st.floats(-4, 4), min_size=2, max_size=10), st.floats(0.1, 3), st.floats(-2, 2))
def test_what_keeps_the_order_keeps_pairs_and_places(drawn, stretch, added):
    outcomes = table(*[[outcome("forum"), outcome("chat", "not_used")]] * len(drawn))
    scores = judged(*[[value, 0.5, 0] for value in drawn])
    moved = Judged(scores.order * stretch + added, scores.chance)
    before, after = (measures(each, outcomes) for each in (scores, moved))
    for name in ("pairs", "top_online"):
        assert all_of(before[name].measure, outcomes) == pytest.approx(all_of(after[name].measure, outcomes))
