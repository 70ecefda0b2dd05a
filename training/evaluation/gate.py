"""Gate: may a challenger be promoted? Checks with their numbers, and one verdict.

A check fails only when the whole 90 % interval lies on the wrong side: noise is no failure. And what is live stays
until it is beaten: a challenger must order communities and channels better than that did, be no worse than a hair with
a chance of 80 %, and surely know some order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from training.evaluation.differences import Difference, Differences
from training.evaluation.golden_cases import BrokenExpectation
from training.evaluation.metrics import Evaluation

FEWEST_COMMUNITIES = 20
"""With fewer communities held out, nothing is concluded from them."""
MARGIN = 0.01
"""Log loss of the order, per member, by which a challenger may be worse than what is live at its 80 % bound."""
FEWEST_FAILURES = 0.1
"""Share of the communities whose channel was not used: with less, nobody can tell what fails."""
CALIBRATION_BAND = 0.1
"""Average gap between expected and observed shares that is allowed beyond what chance alone would give."""
RECORDS_ONLY = "records_only"
"""The rival that is the challenger without documented communities."""


class GateVerdict(StrEnum):
    """What the gate says."""

    PROMOTE = "promote"
    REFUSE = "refuse"
    TOO_FEW = "too_few_records_to_tell"
    ONE_SIDED = "one_sided"
    """Hardly any failures were reported."""
    CASES = "cases_contradict_records"
    """Documented cases tell the opposite of the records, and nothing else speaks against the challenger."""


class CheckResult(StrEnum):
    """How one check came out."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "cannot_tell"


@dataclass(frozen=True)
class GateCheck:
    """One check of the gate.

    Attributes:
        name: "self_test", "failures_told", "calibration", "knows_order", "better_order", "no_worse_than_<rival>",
            "documents_do_no_harm", "no_source_decides" or "golden_cases".
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

    def check(self, name: str) -> GateCheck | None:
        """The check of this name, if it was made."""
        return next((check for check in self.checks if check.name == name), None)


@dataclass(frozen=True)
class Hearing:
    """What a challenger is judged on.

    Attributes:
        evaluation: on held-out communities; None when there were not enough records to hold any out.
        failures: share of the communities whose channel was not used.
        differences: rival → how the challenger compares on the same records.
        champion: which of these is live.
        order: how much better the order of the challenger is than none, with its 90 % bound; None as above.
        broken: what documented cases show and the challenger denies.
        sources: how many sources and reporters of records were looked at; of these, those whose records the others
            foretell the wrong way round, and those without which a check fails.
    """

    evaluation: Evaluation | None
    failures: float
    differences: Mapping[str, Differences]
    champion: str
    order: Difference | None = None
    broken: Sequence[BrokenExpectation] = ()
    self_test_passed: bool = True
    sources: tuple[int, int, int] = (0, 0, 0)


def judge(hearing: Hearing) -> GateJudgement:
    """The verdict on a challenger."""
    checks = tuple(_checks(hearing))
    return GateJudgement(_verdict({check.name: check.outcome for check in checks}), checks)


def _verdict(outcomes: Mapping[str, CheckResult]) -> GateVerdict:
    """What is wrong with the records comes before what they say, and a failure before what cannot be told."""
    failed = {name for name, outcome in outcomes.items() if outcome is CheckResult.FAILED}
    if "self_test" in failed:
        return GateVerdict.REFUSE
    if "failures_told" in failed:
        return GateVerdict.ONE_SIDED
    if failed - {"golden_cases"}:
        return GateVerdict.REFUSE
    if failed:
        return GateVerdict.CASES
    if CheckResult.OPEN in outcomes.values() or "better_order" not in outcomes:
        return GateVerdict.TOO_FEW
    return GateVerdict.PROMOTE


def _checks(hearing: Hearing) -> Sequence[GateCheck]:
    communities = hearing.evaluation.communities if hearing.evaluation else 0
    few = communities < FEWEST_COMMUNITIES
    told = {"share": hearing.failures, "needed": FEWEST_FAILURES, "communities": communities}
    differences = dict(hearing.differences)
    alone = differences.pop(RECORDS_ONLY, None)
    checks = [
        _check("golden_cases", bool(hearing.broken), {"broken": len(hearing.broken)}),
        _check("self_test", not hearing.self_test_passed, {}),
        _check("failures_told", hearing.failures < FEWEST_FAILURES, told, few),
        _calibration(hearing.evaluation, few),
        *([_knows_order(hearing.order)] if hearing.order else []),
        *([_better_order(differences[hearing.champion].order)] if hearing.champion in differences else []),
        *(_no_worse(rival, found) for rival, found in differences.items()),
        *([_no_harm(alone.order)] if alone else []),
    ]
    looked, contradicting, decisive = hearing.sources
    if looked:
        numbers = {"looked_at": looked, "contradicting": contradicting, "decisive": decisive}
        checks.append(_check("no_source_decides", contradicting > 0, numbers, decisive > 0))
    return checks


def _check(name: str, failed: bool, numbers: Mapping[str, float], unsure: bool = False) -> GateCheck:
    outcome = CheckResult.OPEN if unsure and not failed else CheckResult.FAILED if failed else CheckResult.PASSED
    return GateCheck(name, outcome, numbers)


def _calibration(evaluation: Evaluation | None, few: bool) -> GateCheck:
    if evaluation is None or few:
        return _check("calibration", False, {"communities": evaluation.communities if evaluation else 0}, unsure=True)
    allowed = CALIBRATION_BAND + evaluation.calibration_noise
    numbers = {
        "error": evaluation.calibration_error,
        "noise": evaluation.calibration_noise,
        "band": CALIBRATION_BAND,
    }
    return _check("calibration", evaluation.calibration_error > allowed, numbers)


def _knows_order(found: Difference) -> GateCheck:
    """Never failed: who knows no order has too few records, or records that say nothing."""
    few = found.communities < FEWEST_COMMUNITIES
    return _check("knows_order", False, _numbers(found), few or found.high >= 0)


def _better_order(found: Difference) -> GateCheck:
    """Passed when the order was better, and is not worse with a chance of 80 %; failed when it is surely worse."""
    few, numbers = found.communities < FEWEST_COMMUNITIES, {**_numbers(found), "margin": MARGIN}
    return _check("better_order", not few and found.low > 0, numbers, few or not seems_better(found))


def seems_better(found: Difference) -> bool:
    """Whether an order that was better is no worse than a hair, with a chance of 80 %."""
    return found.mean < 0 and found.bound < MARGIN


def _no_worse(rival: str, found: Differences) -> GateCheck:
    """Failed when chances, order, or the choice inside communities are surely worse."""
    measures = {"chance": found.chance, "order": found.order, "pairs": found.pairs, "regret": found.regret}
    numbers: dict[str, float] = {"communities": found.chance.communities}
    failed = False
    for name, each in measures.items():
        if each is not None:
            numbers |= {name: each.mean, f"{name}_low": each.low, f"{name}_high": each.high}
            failed |= each.communities >= FEWEST_COMMUNITIES and each.low > 0
    return _check(f"no_worse_than_{rival}", failed, numbers, found.chance.communities < FEWEST_COMMUNITIES)


def _no_harm(found: Difference) -> GateCheck:
    """Documents may stay while records do not show that they do harm: they are known, and records are few."""
    few = found.communities < FEWEST_COMMUNITIES
    return _check("documents_do_no_harm", not few and found.low > 0, _numbers(found), few)


def _numbers(found: Difference) -> dict[str, float]:
    return {
        "difference": found.mean, "low": found.low, "high": found.high, "bound": found.bound,
        "communities": found.communities,
    }  # fmt: skip
