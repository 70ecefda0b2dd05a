"""The gate promotes what is provably no worse, refuses what is worse, and says so when it cannot tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.world import World, WorldSettings
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from training.evaluation.gate import CheckResult, GateVerdict, judge
from training.evaluation.golden_cases import broken_expectations
from training.evaluation.metrics import Difference, Evaluation
from training.learning.pipeline import fit

GOOD = Evaluation(
    records=300,
    communities=200,
    log_loss=0.55,
    brier=0.19,
    calibration=(),
    calibration_error=0.03,
    calibration_noise=0.01,
    compared=50,
    regret=0.05,
    coverage=0.9,
)
BETTER = Difference(-0.03, -0.04, -0.02, 200)
WORSE = Difference(0.03, 0.01, 0.05, 200)
UNCLEAR = Difference(-0.001, -0.02, 0.02, 200)
NOISE = Difference(0.02, -0.02, 0.06, 200)
SAME = Difference(0.0, -0.002, 0.002, 200)
FEW = Difference(-0.03, -0.04, -0.02, 12)


@pytest.mark.parametrize(
    ("evaluation", "differences", "verdict"),
    [
        (GOOD, {"rules": BETTER, "champion": SAME}, GateVerdict.PROMOTE),
        (GOOD, {"rules": BETTER, "champion": WORSE}, GateVerdict.REFUSE),
        (GOOD, {"rules": BETTER, "champion": UNCLEAR}, GateVerdict.TOO_FEW),
        (GOOD, {"rules": BETTER, "starter": SAME, "records_only": UNCLEAR}, GateVerdict.PROMOTE),
        (GOOD, {"rules": BETTER, "starter": UNCLEAR, "records_only": BETTER}, GateVerdict.TOO_FEW),
        (GOOD, {"rules": BETTER, "starter": WORSE, "records_only": BETTER}, GateVerdict.REFUSE),
        (GOOD, {"rules": BETTER, "starter": SAME, "records_only": WORSE}, GateVerdict.REFUSE),
        (GOOD, {"rules": BETTER, "starter": SAME, "records_only": FEW}, GateVerdict.TOO_FEW),
        (GOOD, {"rules": NOISE}, GateVerdict.TOO_FEW),
        (GOOD, {"rules": FEW}, GateVerdict.TOO_FEW),
        (GOOD, {}, GateVerdict.TOO_FEW),
        (None, {}, GateVerdict.TOO_FEW),
        (replace(GOOD, communities=8), {"rules": BETTER}, GateVerdict.TOO_FEW),
        (replace(GOOD, calibration_error=0.2), {"rules": BETTER}, GateVerdict.REFUSE),
        (replace(GOOD, calibration_error=0.15, calibration_noise=0.08), {"rules": BETTER}, GateVerdict.PROMOTE),
    ],
)
def test_verdicts(evaluation, differences, verdict):
    assert judge(evaluation, differences, [], self_test_passed=True).verdict is verdict


def test_a_failed_self_test_refuses():
    judgement = judge(GOOD, {"rules": BETTER}, [], self_test_passed=False)
    assert judgement.verdict is GateVerdict.REFUSE
    assert [check.name for check in judgement.checks if check.outcome is CheckResult.FAILED] == ["self_test"]


def test_every_check_shows_its_numbers():
    judgement = judge(GOOD, {"rules": BETTER}, [], self_test_passed=True)
    numbers = {check.name: check.numbers for check in judgement.checks}
    assert numbers["no_worse_than_rules"]["high"] == BETTER.high
    assert numbers["calibration"]["error"] == GOOD.calibration_error


def test_the_rules_themselves_keep_every_golden_case(advisor):
    assert broken_expectations(advisor, advisor) == []


def test_what_is_learned_where_the_rules_are_right_keeps_the_golden_cases(knowledge, featuriser, advisor):
    records = World(featuriser, 3, WorldSettings(wrong=0)).records(300)
    assert broken_expectations(fit(records, knowledge).advisor, advisor) == []


def test_numbers_that_turn_a_case_upside_down_are_refused(knowledge, advisor):
    spoilt = Artifact(
        "spoilt", knowledge.score_fingerprint, deviations={"channel:whatsapp_group": -6.0, "channel:embrace": 6.0}
    )
    broken = broken_expectations(Advisor(knowledge, spoilt), advisor)
    assert ("2diabeat", "order", ("whatsapp_group", "embrace")) in [
        (each.case, each.kind, each.channels) for each in broken
    ]
    assert judge(GOOD, {"rules": BETTER}, broken, self_test_passed=True).verdict is GateVerdict.REFUSE


def test_what_worked_may_not_sink_far_down(knowledge, advisor):
    lifted = {
        f"channel:{channel.id}": 9.0 for channel in knowledge.channels if channel.id not in ("embrace", "youtube")
    }
    broken = broken_expectations(
        Advisor(knowledge, Artifact("sunk", knowledge.score_fingerprint, deviations=lifted)), advisor
    )
    assert ("set-up", "place") in [(each.case, each.kind) for each in broken]
