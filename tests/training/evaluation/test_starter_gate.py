"""The starter that is shipped is the one that would be built now, and its gate says of a bad one that it is bad."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from model.errors import ArtifactError
from model.scoring.artifact import Artifact
from model.scoring.starter import starter_of
from tests.factories import documented, minimal_knowledge, outcome
from training.evaluation.starter_gate import (
    _free_loss,
    _losses,
    _pairs,
    _Told,
    build_starter,
    judge_starter,
    random_profiles,
)


@pytest.fixture(scope="module")
def built(knowledge):
    return build_starter(knowledge)


def test_what_is_shipped_is_what_would_be_built_now(built, knowledge):
    assert knowledge.load_starter() == built.to_json(), "build it again: make starter"


def test_it_is_on_because_every_condition_is_met(built, knowledge):
    checks = built.card["checks"]
    assert built.on
    assert all(check["passed"] for check in checks.values())
    assert checks["better_than_rules"]["high"] < 0
    assert checks["pairs_no_worse"]["starter"] >= checks["pairs_no_worse"]["rules"]
    assert checks["moved_at_most"]["farthest"] <= 1.5
    assert checks["failures"]["share"] >= 0.2
    assert built.card["made_from"]["communities"] == len(knowledge.evidence)
    assert starter_of(knowledge) == built


def test_one_that_moves_too_far_or_turns_a_case_round_or_leans_is_not_on(knowledge, built):
    far = {"group:frontline*platform": -9.0, "channel:embrace": -9.0, "intercept": 3.0}
    spoilt = replace(built.artifact, deviations={**built.artifact.deviations, **far})
    checks = judge_starter(replace(spoilt, self_test=()), knowledge)
    failed = {name for name, check in checks.items() if not check.passed}
    assert failed >= {"moved_at_most", "golden_cases", "middle"}
    assert checks["moved_at_most"].numbers["farthest"] > 8


def test_of_successes_alone_no_starter_is_made():
    told = [documented(f"c{number}", {"place": "road"}, outcome("chat")) for number in range(12)]
    built = build_starter(minimal_knowledge(evidence=told))
    assert not built.on
    assert built.card["checks"]["failures"] == {"passed": False, "share": 0.0, "needed": 0.2}


# --- measures by hand ---------------------------------------------------------------------------------------------


def told(community: int, share: float, starter: float, rules: float) -> _Told:
    return _Told(community, share, 1.0, (starter, rules), (starter, rules))


def test_pairs_are_within_communities_and_equal_scores_are_half_right():
    found = _pairs([
        told(1, 1.0, 2.0, 1.0), told(1, 0.0, 1.0, 1.0),  # the starter is right, the rules are half right
        told(2, 0.5, 0.0, 3.0), told(2, 1.0, -1.0, 4.0),  # the starter is wrong, the rules are right
        told(3, 1.0, 9.0, 9.0),
    ])  # fmt: skip
    assert found == {"pairs": 2, "starter": 0.5, "rules": 0.75}


def test_the_comparison_does_not_ask_how_often_a_try_succeeds():
    """Added to all log-odds, a number changes nothing."""
    some = [told(number, float(number % 3 > 0), 0.5 * (number % 3) - 0.3, 0.1 * number) for number in range(12)]
    moved = [replace(each, log_odds=(each.log_odds[0] + 5, each.log_odds[1] - 2)) for each in some]
    assert _losses(moved) == pytest.approx(_losses(some), abs=1e-9)
    assert _losses(some)["low"] <= _losses(some)["difference"] <= _losses(some)["high"]


def test_the_best_intercept_of_one_half_is_none():
    assert _free_loss(np.zeros(2), np.array([1.0, 0.0]), np.ones(2)) == pytest.approx(np.log([2, 2]))


def test_profiles_are_the_same_ones_for_the_same_seed(knowledge):
    assert random_profiles(knowledge, 20) == random_profiles(knowledge, 20)
    assert random_profiles(knowledge, 5, seed=1) != random_profiles(knowledge, 5)


# --- the file -----------------------------------------------------------------------------------------------------


def test_a_starter_for_other_rules_is_refused_with_what_to_do(knowledge, built):
    other = replace(built, artifact=replace(built.artifact, knowledge="0" * 64))
    with pytest.raises(ArtifactError, match=r"made for other rules.*Build the starter again: platform-fit"):
        starter_of(replace(knowledge, load_starter=other.to_json))


@pytest.mark.parametrize("text", ["{", "[]", '{"on": true}', '{"on": 1, "card": {}, "artifact": {}}'])
def test_a_damaged_starter_is_refused_with_what_to_do(knowledge, text):
    with pytest.raises(ArtifactError, match="Build the starter again: platform-fit models starter"):
        starter_of(replace(knowledge, load_starter=lambda: text))


def test_an_old_format_is_refused_with_what_to_do(knowledge, built):
    content = json.loads(built.to_json())
    content["artifact"]["format"] = 2
    with pytest.raises(ArtifactError, match="format 2 and this version reads 3"):
        starter_of(replace(knowledge, load_starter=lambda: json.dumps(content)))


def test_an_artifact_that_is_not_called_starter_is_none(knowledge, built):
    named = replace(built, artifact=Artifact("other", knowledge.score_fingerprint))
    with pytest.raises(ArtifactError, match="damaged"):
        starter_of(replace(knowledge, load_starter=named.to_json))
