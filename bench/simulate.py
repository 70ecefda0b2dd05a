"""Learning in simulated worlds: what records are worth, beside the rules alone and stock methods, at every number.

Regret is what a community loses by taking the first advice: the true share of members that would use the best channel,
minus that of the advised one. Log loss is what a prediction of the channels that communities try loses beyond the
truth itself. Coverage is the share of true values inside the 90 % intervals that the service gives, over all channels
that no rule excludes. Documents are left out, because they tell of another world. `bench.dials` turns the worlds.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit

from bench.report import Figure, at_least, at_most, machine, show
from bench.reporting import HONEST, Reporting, reported
from bench.world import World, WorldSettings
from model.knowledge.loader import load_knowledge
from model.scoring.artifact import PriorScales
from training.evaluation.metrics import Prediction
from training.evaluation.rule_audit import FEWEST_COMMUNITIES, HALF, RuleFinding, RuleVerdict, audit_rules, beliefs
from training.evaluation.stock_methods import stock_methods
from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray, Featuriser, FloatArray, Pairs, ProfileTable
from training.learning.learn import FittedModel, LearningSettings, learn
from training.learning.record_groups import Labels

OURS, RULES = "rules and records", "rules alone"
RIVALS = ("logistic regression", "gradient boosting", "most common channel")
SIZES = (0, 30, 100, 300, 1000, 3000, 10_000)
WRONG = (0.1, 0.3)
TEST_COMMUNITIES = 300
_Z = 1.6448536269514722  # 95 % point of the standard normal

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Examination:
    """Communities that come for advice, with the truth about them."""

    pairs: Pairs
    table: RecordTable
    truth: FloatArray
    excluded: BoolArray
    tried: FloatArray

    def marks(self, found: Prediction) -> dict[str, float]:
        """Regret, loss beyond the truth, calibration and coverage of one prediction."""
        allowed = ~self.excluded
        scores = np.where(allowed, found.log_odds.reshape(allowed.shape), -np.inf)
        advised = scores.argmax(axis=1)
        best = np.where(allowed, self.truth, -1).max(axis=1)
        chance, truth, weight = np.clip(found.probability, 1e-6, 1 - 1e-6), self.truth.ravel(), self.tried.ravel()
        loss = np.average(_loss(truth, chance) - _loss(truth, truth), weights=weight)
        half = _Z * np.sqrt(found.variance + found.unsaid**2)
        inside = (expit(found.log_odds - half) <= truth) & (truth <= expit(found.log_odds + half))
        return {
            "regret": float(np.mean(best - self.truth[np.arange(len(advised)), advised])),
            "log loss": float(loss),
            "calibration": _calibration(chance, truth, weight),
            "coverage": float(inside[allowed.ravel()].mean()),
            "coverage of tried": float(np.average(inside, weights=weight)),
        }


def _loss(truth: FloatArray, chance: FloatArray) -> FloatArray:
    return np.asarray(-(truth * np.log(chance) + (1 - truth) * np.log1p(-chance)))


def _calibration(chance: FloatArray, truth: FloatArray, weight: FloatArray) -> float:
    """Average gap between what was expected and what is true, over tenths of the prediction."""
    place = np.minimum((chance * 10).astype(int), 9)
    gaps = np.bincount(place, weight * (chance - truth), 10)
    return float(np.abs(gaps).sum() / weight.sum())


def examine(world: World, featuriser: Featuriser) -> Examination:
    """Communities that answer everything, so that what is unknown to the teams does not blur what is learned."""
    complete, seen = world.communities(TEST_COMMUNITIES, unanswered=0.0)
    profiles = ProfileTable.of(seen, featuriser.knowledge)
    pairs = Pairs.everywhere(profiles, len(featuriser.knowledge.channels))
    tried, excluded = world.choices(seen)
    nothing = np.zeros(len(pairs))
    table = RecordTable(
        pairs, nothing + 1, nothing, nothing.astype(int), nothing.astype(int), ("",), *[Labels.none(len(pairs))] * 2
    )
    return Examination(pairs, table, world.chances(complete), excluded, tried)


@cache
def shared_featuriser() -> Featuriser:
    """The packaged knowledge, ready to make columns."""
    return Featuriser(load_knowledge())


def unlearned(scales: PriorScales) -> float:
    """Standard deviation of what intervals allow for beside the deviations (`model.scoring.scorer`)."""
    return math.hypot(scales.unsaid, scales.intercept)


def run_world(
    seed: int,
    settings: WorldSettings,
    sizes: Sequence[int],
    reporting: Reporting = HONEST,
    rivals: bool = True,
) -> list[tuple[int, str, dict[str, float]]]:
    """Every method at every number of records in one world: (records, method, marks)."""
    featuriser = shared_featuriser()
    world = World(featuriser, seed, settings)
    examination = examine(world, featuriser)
    everything = reported(world, max(sizes), reporting, seed)
    methods = stock_methods(featuriser) if rivals else {}
    rows = []
    for size in sizes:
        # What a heavy community handed in comes first, on top of the number that was asked for.
        known = RecordTable.of(everything[: size + reporting.heavy * (size > 0)], featuriser)
        started = time.perf_counter()
        learned = learn(known, featuriser, LearningSettings())
        seconds = time.perf_counter() - started
        marks = examination.marks(Prediction(*learned.predict(examination.pairs), unlearned(learned.scales)))
        findings = audit_rules(learned)
        said_wrong = {each.rule for each in findings if each.verdict is RuleVerdict.CONTRADICTED}
        shown_wrong = {each.rule for each in findings if is_shown(learned, each)} & world.wrong_rules
        marks |= {
            "seconds": seconds,
            "said wrong": len(said_wrong),
            "rightly": len(said_wrong & world.wrong_rules),
            "wrong": len(world.wrong_rules),
            "shown wrong": len(shown_wrong),
            "rightly of shown": len(said_wrong & shown_wrong),
            "supported": sum(each.verdict is RuleVerdict.SUPPORTED for each in findings),
        }
        rows.append((size, RULES if size == 0 else OURS, marks))
        if size:
            rows += [
                (size, name.replace("_", " "), examination.marks(method(known, examination.table)))
                for name, method in methods.items()
            ]
    return rows


def is_shown(learned: FittedModel, finding: RuleFinding) -> bool:
    """Whether records can show what a rule does: enough communities, and an error at most half of what it counts for.

    It is the error of what records alone say, whatever that is, so a rule is not shown for being found wrong.
    """
    rule = next(each for each in learned.featuriser.rules if each.id == finding.rule)
    low, high = finding.interval
    before, after = beliefs(learned, rule)[0].error, (high - low) / (2 * _Z * abs(finding.expert))
    return finding.communities >= FEWEST_COMMUNITIES and 1 / after**2 - 1 / before**2 >= 1 / HALF**2


class Results:
    """Marks of all worlds, to be averaged."""

    def __init__(self, rows: Sequence[tuple[float, int, str, Figures]]) -> None:
        self._rows = rows

    def values(self, mark: str, wrong: float, size: int, method: str) -> list[float]:
        """One value per world."""
        return [
            marks[mark] for where, number, name, marks in self._rows if (where, number, name) == (wrong, size, method)
        ]

    def mean(self, mark: str, wrong: float, size: int, method: str = OURS) -> float:
        return float(np.mean(self.values(mark, wrong, size, RULES if size == 0 else method)))

    def error(self, mark: str, wrong: float, size: int, method: str = OURS) -> float:
        """Standard error of the mean over worlds."""
        values = self.values(mark, wrong, size, RULES if size == 0 else method)
        return float(np.std(values) / np.sqrt(len(values)))

    def audit(self, wrong: float, size: int) -> tuple[float, float]:
        """(precision, recall) of "contradicted" over all worlds together; precision is 1 while nothing is said."""
        said = sum(self.values("said wrong", wrong, size, OURS))
        rightly = sum(self.values("rightly", wrong, size, OURS))
        return (rightly / said if said else 1.0), rightly / sum(self.values("wrong", wrong, size, OURS))

    def shown(self, wrong: float, size: int) -> tuple[float, float]:
        """(rightly contradicted, wrong) rules over all worlds together, of those that records can show (`is_shown`)."""
        rightly, shown = (self.values(mark, wrong, size, OURS) for mark in ("rightly of shown", "shown wrong"))
        return sum(rightly), sum(shown)


def main(arguments: Sequence[str]) -> int:
    """Run the worlds and print figures beside their targets."""
    parser = argparse.ArgumentParser(prog="python -m bench learning", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four worlds and at most 1,000 records")
    parser.add_argument("--seeds", type=int, help="worlds per share of wrong rules")
    parser.add_argument("--first", type=int, default=0, help="seed of the first world")
    parser.add_argument("--sizes", type=_numbers, help="numbers of records, with commas")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args(arguments)
    sizes = options.sizes or (tuple(size for size in SIZES if size <= 1000) if options.quick else SIZES)
    seeds = options.seeds or (4 if options.quick else 20)
    started = time.perf_counter()
    tasks = [(wrong, seed) for seed in range(options.first, options.first + seeds) for wrong in WRONG]
    found = Parallel(n_jobs=options.jobs, verbose=5)(
        delayed(run_world)(seed, WorldSettings(wrong=wrong), sizes) for wrong, seed in tasks
    )
    results = Results([(wrong, *row) for (wrong, _), rows in zip(tasks, found, strict=True) for row in rows])
    print(f"\n{machine()}; {seeds} worlds each from seed {options.first}, {time.perf_counter() - started:.0f} s")
    for wrong in WRONG:
        _print_table(results, wrong, sizes)
    show("Learning beside its targets", _targets(results, sizes))
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers of records, from few to many; 0, the rules alone, is always with them."""
    return tuple(sorted({0, *map(int, text.split(","))}))


def _print_table(results: Results, wrong: float, sizes: Sequence[int]) -> None:
    print(f"\nWith {wrong:.0%} of the rules wrong")
    print("records  method               regret          log loss  calibration")
    for size in sizes:
        for method in (OURS, *RIVALS) if size else (RULES,):
            regret, loss, gap = (
                results.mean(mark, wrong, size, method) for mark in ("regret", "log loss", "calibration")
            )
            error = results.error("regret", wrong, size, method)
            line = f"{size:>7,}  {method:<20} {regret:.3f} ± {error:.3f}   {loss:.3f}     {gap:.3f}"
            print(line + (f"   {_more(results, wrong, size)}" if method in (OURS, RULES) else ""))


def _more(results: Results, wrong: float, size: int) -> str:
    """What only this project's way can say: coverage, the audit of rules, and what it took."""
    covered = [results.mean(mark, wrong, size) for mark in ("coverage", "coverage of tried")]
    text = f"covers {covered[0]:.1%} of all, {covered[1]:.1%} of tried"
    if size:
        precision, recall = results.audit(wrong, size)
        said = sum(results.values("said wrong", wrong, size, OURS))
        text += f"; audit: {said:.0f} contradicted, precision {precision:.2f}, recall {recall:.2f}"
        text += f", {results.mean('supported', wrong, size):.0f} supported"
        text += f"; {results.mean('seconds', wrong, size):.2f} s"
    return text


def _targets(results: Results, sizes: Sequence[int]) -> list[Figure]:
    learned = [size for size in sizes if size]
    figures = []
    for wrong in WRONG:
        worst = max(results.mean("regret", wrong, size) - results.mean("regret", wrong, 0) for size in learned)
        figures.append(at_most(f"regret above the rules alone, at worst, {wrong:.0%} wrong", worst, 0.01, "{:.3f}"))
    rules = results.mean("regret", 0.3, 0)
    for size, saved in ((size, saved) for size, saved in ((100, 0.30), (1000, 0.65)) if size in sizes):
        share = 1 - results.mean("regret", 0.3, size) / rules
        figures.append(at_least(f"regret less than the rules alone at {size:,}, 30% wrong", share, saved, "{:.0%}"))
    # How much is wrong is what nobody knows beforehand, so intervals have to be right over both sorts of worlds.
    for mark, target in (("coverage", True), ("coverage of tried", False)):
        covered = [float(np.mean([results.mean(mark, wrong, size) for wrong in WRONG])) for size in sizes]
        text = f"{min(covered):.1%} to {max(covered):.1%}"
        met = min(covered) >= 0.87 and max(covered) <= 0.95 if target else None
        what = "all channels" if target else "channels as they are tried"
        figures.append(Figure(f"90% intervals cover, {what}", text, "87% to 95%" if target else "", met))
    for size in (each for each in learned if each >= 100):
        said = [results.audit(wrong, size)[0] for wrong in WRONG]
        figures.append(at_least(f"audit precision at {size:,}, the lower of both", min(said), 0.8, "{:.2f}"))
        found = [results.audit(wrong, size)[1] for wrong in WRONG]
        figures.append(Figure("  recall, 10% and 30% wrong", " and ".join(f"{each:.2f}" for each in found)))
        shown = ["{:.0f} of {:.0f}".format(*results.shown(wrong, size)) for wrong in WRONG]
        figures.append(Figure("  of those that records can show", " and ".join(shown)))
    if sizes[-1] == 10_000:
        for wrong in WRONG:
            above = results.mean("log loss", wrong, 10_000)
            above -= min(results.mean("log loss", wrong, 10_000, rival) for rival in RIVALS)
            what = f"log loss above the best rival at 10,000, {wrong:.0%} wrong"
            figures.append(at_most(what, above, 0.01, "{:+.4f}"))
    return figures
