"""Gate: may a challenger be promoted? Checks with their numbers, and one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from training.evaluation.golden_cases import BrokenExpectation
from training.evaluation.metrics import Difference, Evaluation

MARGIN = 0.005
"""Log loss per member by which a challenger may be worse, at the upper end of the interval."""
FEWEST_COMMUNITIES = 20
"""With fewer communities held out, nothing is concluded from them."""
CALIBRATION_BAND = 0.1
"""Average gap between expected and observed shares that is allowed beyond what chance alone would give."""
_WITHOUT_DOCUMENTS = "records_only"
"""The rival that is the challenger without documented communities."""


class GateVerdict(StrEnum):
    """What the gate says."""

    PROMOTE = "promote"
    REFUSE = "refuse"
    TOO_FEW = "too_few_records_to_tell"


class CheckResult(StrEnum):
    """How one check came out."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "cannot_tell"


@dataclass(frozen=True)
class GateCheck:
    """One check of the gate.

    Attributes:
        name: "golden_cases", "self_test", "calibration", "no_worse_than_<rival>", or "documents_do_no_harm".
        numbers: what it was decided on.
    """

    name: str
    outcome: CheckResult
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class GateJudgement:
    """All checks and the verdict that follows from them."""

    verdict: GateVerdict
    checks: tuple[GateCheck, ...]


def judge(
    evaluation: Evaluation | None,
    differences: Mapping[str, Difference],
    broken: Sequence[BrokenExpectation],
    self_test_passed: bool,
) -> GateJudgement:
    """The verdict on a challenger.

    One failed check refuses it. Without a failed check, one that cannot tell means that records are too few.

    Args:
        evaluation: on held-out communities; None when there were not enough records to hold any out.
        differences: rival → difference in log loss on the same records.
    """
    checks = [
        GateCheck(
            "golden_cases",
            CheckResult.FAILED if broken else CheckResult.PASSED,
            {"broken": len(broken)},
        ),
        GateCheck("self_test", CheckResult.PASSED if self_test_passed else CheckResult.FAILED, {}),
        _calibration(evaluation),
        *(_no_worse(rival, found) for rival, found in differences.items() if rival != _WITHOUT_DOCUMENTS),
        *(_no_harm(found) for rival, found in differences.items() if rival == _WITHOUT_DOCUMENTS),
    ]
    outcomes = {check.outcome for check in checks}
    verdict = GateVerdict.PROMOTE
    if CheckResult.FAILED in outcomes:
        verdict = GateVerdict.REFUSE
    elif CheckResult.OPEN in outcomes or not differences:
        verdict = GateVerdict.TOO_FEW
    return GateJudgement(verdict, tuple(checks))


def _calibration(evaluation: Evaluation | None) -> GateCheck:
    if evaluation is None or evaluation.communities < FEWEST_COMMUNITIES:
        return GateCheck("calibration", CheckResult.OPEN, {"communities": evaluation.communities if evaluation else 0})
    inside = evaluation.calibration_error <= CALIBRATION_BAND + evaluation.calibration_noise
    numbers = {
        "error": evaluation.calibration_error,
        "noise": evaluation.calibration_noise,
        "band": CALIBRATION_BAND,
    }
    return GateCheck("calibration", CheckResult.PASSED if inside else CheckResult.FAILED, numbers)


def _no_worse(rival: str, found: Difference) -> GateCheck:
    """Passed when even the upper end is within the margin; failed when even the lower end is above 0."""
    if found.communities < FEWEST_COMMUNITIES:
        outcome = CheckResult.OPEN
    elif found.high <= MARGIN:
        outcome = CheckResult.PASSED
    elif found.low > 0:
        outcome = CheckResult.FAILED
    else:
        outcome = CheckResult.OPEN
    return GateCheck(f"no_worse_than_{rival}", outcome, {**_numbers(found), "margin": MARGIN})


def _no_harm(found: Difference) -> GateCheck:
    """Documents may stay while records do not show that they do harm: they are known, and records are few."""
    few = found.communities < FEWEST_COMMUNITIES
    outcome = CheckResult.OPEN if few else CheckResult.FAILED if found.low > 0 else CheckResult.PASSED
    return GateCheck("documents_do_no_harm", outcome, _numbers(found))


def _numbers(found: Difference) -> dict[str, float]:
    return {"difference": found.mean, "low": found.low, "high": found.high, "communities": found.communities}
