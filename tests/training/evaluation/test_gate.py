"""The gate promotes what orders better, refuses what is surely worse, and says what is wrong with records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.reporting import Reporting, all_used, only_successes, reported, shuffled
from bench.world import World, WorldSettings
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from training.evaluation.differences import Difference, Differences
from training.evaluation.gate import CheckResult, GateVerdict, Hearing, judge
from training.evaluation.golden_cases import BrokenExpectation, broken_expectations
from training.evaluation.metrics import Evaluation
from training.evaluation.trial import run_trial
from training.learning.cells import RecordTable
from training.learning.pipeline import fit, fit_evidence

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


def found(order, chance=None, pairs=None, regret=None):
    """How a challenger compares with a rival; chances as the order when nothing else is said."""
    return Differences(chance or order, order, pairs, regret)


BETTER = Difference(-0.03, -0.04, -0.02, -0.025, 200)
LIKELY = Difference(-0.01, -0.03, 0.02, 0.009, 200)
UNCLEAR = Difference(-0.001, -0.02, 0.03, 0.012, 200)
SAME = Difference(0.0, -0.002, 0.002, 0.001, 200)
NOISE = Difference(0.02, -0.02, 0.06, 0.04, 200)
WORSE = Difference(0.03, 0.01, 0.05, 0.04, 200)
FEW = Difference(-0.03, -0.04, -0.02, -0.025, 12)


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ({"champion": found(BETTER), "rules": found(BETTER)}, "promote"),
        ({"champion": found(LIKELY), "rules": found(BETTER)}, "promote"),
        ({"champion": found(SAME), "rules": found(BETTER)}, "too_few_records_to_tell"),  # what is live stays
        ({"champion": found(UNCLEAR), "rules": found(BETTER)}, "too_few_records_to_tell"),
        ({"champion": found(NOISE), "rules": found(BETTER)}, "too_few_records_to_tell"),
        ({"champion": found(WORSE), "rules": found(BETTER)}, "refuse"),
        ({"champion": found(BETTER), "rules": found(NOISE)}, "promote"),  # noise is no failure
        ({"champion": found(BETTER), "rules": found(WORSE)}, "refuse"),
        ({"champion": found(BETTER, chance=WORSE)}, "refuse"),  # a better order of worse chances
        ({"champion": found(SAME, chance=BETTER)}, "too_few_records_to_tell"),  # better chances in no better order
        ({"champion": found(BETTER, pairs=WORSE)}, "refuse"),
        ({"champion": found(BETTER, regret=WORSE)}, "refuse"),
        ({"champion": found(BETTER, regret=replace(WORSE, communities=5))}, "promote"),
        ({"champion": found(BETTER), "records_only": found(UNCLEAR)}, "promote"),
        ({"champion": found(BETTER), "records_only": found(WORSE)}, "refuse"),
        ({"champion": found(FEW)}, "too_few_records_to_tell"),
        ({}, "too_few_records_to_tell"),
    ],
)
def test_verdicts(differences, verdict):
    assert judge(Hearing(GOOD, 0.3, differences, "champion")).verdict == verdict


def judged(**changes):
    """What is said of a good challenger with something else about it."""
    return judge(replace(Hearing(GOOD, 0.3, {"rules": found(BETTER)}, "rules"), **changes))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "promote"),
        ({"evaluation": None}, "too_few_records_to_tell"),
        ({"evaluation": replace(GOOD, communities=8)}, "too_few_records_to_tell"),
        ({"evaluation": replace(GOOD, calibration_error=0.2)}, "refuse"),
        ({"evaluation": replace(GOOD, calibration_error=0.15, calibration_noise=0.08)}, "promote"),
        ({"failures": 0.09}, "one_sided"),
        ({"failures": 0.10}, "promote"),
        ({"failures": 0.0, "differences": {"rules": found(WORSE)}}, "one_sided"),
        ({"self_test_passed": False}, "refuse"),
        ({"order": BETTER}, "promote"),
        ({"order": UNCLEAR}, "too_few_records_to_tell"),  # an order like any other
        ({"broken": [BrokenExpectation("2diabeat", "order")]}, "cases_contradict_records"),
        ({"broken": [BrokenExpectation("2diabeat", "order")], "differences": {"rules": found(WORSE)}}, "refuse"),
        ({"sources": (3, 0, 0)}, "promote"),
        ({"sources": (3, 0, 1)}, "too_few_records_to_tell"),
        ({"sources": (3, 1, 0)}, "refuse"),
    ],
)
def test_what_is_wrong_with_the_records_has_a_verdict_of_its_own(changes, verdict):
    assert judged(**changes).verdict == verdict


def test_a_failed_self_test_refuses():
    judgement = judged(self_test_passed=False)
    assert [check.name for check in judgement.checks if check.outcome is CheckResult.FAILED] == ["self_test"]


def test_every_check_shows_its_numbers():
    judgement = judged()
    assert judgement.check("better_order").numbers["bound"] == -0.025
    assert judgement.check("no_worse_than_rules").numbers["chance_high"] == -0.02
    assert judgement.check("calibration").numbers["error"] == 0.03
    assert judgement.check("failures_told").numbers["share"] == 0.3


def test_the_rules_themselves_keep_every_golden_case(advisor):
    assert broken_expectations(advisor, advisor) == []


def test_what_is_learned_where_the_rules_are_right_keeps_the_golden_cases(knowledge, featuriser, advisor):
    records = World(featuriser, 3, WorldSettings(wrong=0, base_scale=0.3)).records(300)
    assert broken_expectations(fit(records, knowledge).advisor, advisor) == []


def test_numbers_that_turn_a_case_upside_down_are_refused(knowledge, advisor):
    spoilt = Artifact(
        "spoilt", knowledge.score_fingerprint, deviations={"channel:whatsapp_group": -6.0, "channel:embrace": 6.0}
    )
    broken = broken_expectations(Advisor(knowledge, spoilt), advisor)
    assert ("2diabeat", "order", ("whatsapp_group", "embrace")) in [
        (each.case, each.kind, each.channels) for each in broken
    ]
    assert judged(broken=broken).verdict is GateVerdict.CASES


def test_what_worked_may_not_sink_far_down(knowledge, advisor):
    lifted = {
        f"channel:{channel.id}": 9.0 for channel in knowledge.channels if channel.id not in ("embrace", "youtube")
    }
    broken = broken_expectations(
        Advisor(knowledge, Artifact("sunk", knowledge.score_fingerprint, deviations=lifted)), advisor
    )
    assert ("set-up", "place") in [(each.case, each.kind) for each in broken]


# --- files from which nothing can be learned --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "verdicts"),
    [
        (lambda records: shuffled(records, 1), {"too_few_records_to_tell", "refuse"}),
        (all_used, {"one_sided"}),
        (only_successes, {"one_sided"}),
    ],
    ids=["shuffled", "all used", "only successes"],
)
def test_a_file_without_knowledge_in_it_is_not_promoted(featuriser, change, verdicts):
    records = World(featuriser, 4, WorldSettings()).records(130)
    trial = run_trial(fit_evidence(RecordTable.of(change(records), featuriser), featuriser))
    assert trial.judgement.verdict in verdicts


@pytest.mark.slow
@pytest.mark.no_cover
def test_one_reporter_who_lies_is_found_and_named(featuriser):
    """One community in five is the liar's."""
    honest = reported(World(featuriser, 6, WorldSettings()), 200, Reporting(), 6)
    lied = reported(World(featuriser, 6, WorldSettings()), 200, Reporting(lies=0.2), 6)
    assert [each.name for each in judged_sources(honest, featuriser) if each.contradicts] == []
    # Who of them lies nobody can see: the honest ones contradict the liar, too.
    assert "one reporter" in [each.name for each in judged_sources(lied, featuriser) if each.contradicts]


@pytest.mark.slow
@pytest.mark.no_cover
def test_without_a_liar_no_reporter_contradicts_another(featuriser):
    """The same share of the communities, from somebody else who tells the truth."""
    records = [
        replace(record, recorded_by="Els" if len(record.community) % 2 else "Piet")
        for record in reported(World(featuriser, 4, WorldSettings()), 200, Reporting(), 4)
    ]
    sources = judged_sources(records, featuriser)
    assert {each.kind for each in sources} == {"reporter"}
    assert not any(each.contradicts for each in sources)


def judged_sources(records, featuriser):
    return run_trial(fit_evidence(RecordTable.of(records, featuriser), featuriser)).sources
