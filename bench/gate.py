"""Gate: which challengers it lets through, in simulated worlds where it can be looked up whether they are better.

Good is a challenger with less true regret than the rules, by a hundredth at least; harmful one with more. The rules are
live. Documents and documented cases are left out, because they tell of another world.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.report import Figure, at_least, at_most, machine, show
from bench.reporting import Reporting, all_used, only_successes, reported, shuffled
from bench.simulate import examine
from bench.world import SimulatedRecord, World, WorldSettings
from model.knowledge.loader import load_knowledge
from training.evaluation.baselines import learning
from training.evaluation.gate import GateVerdict
from training.evaluation.metrics import Prediction
from training.evaluation.sources import look_at_sources
from training.evaluation.trial import Trial, run_trial
from training.learning.cells import ALIKENESS, RecordTable
from training.learning.design_matrix import Featuriser
from training.learning.learn import LearningSettings
from training.learning.pipeline import fit_evidence

SIZES = (20, 30, 60, 100, 200)
"""Communities that records come from."""
ENOUGH = {30: 6, 60: 9, 100: 11}
"""Communities → how many of twelve good challengers should get through."""
_DAY = date(2026, 11, 24)
_BETTER = 0.01


Change = Callable[[list[SimulatedRecord], int], list[SimulatedRecord]]
"""Makes other records of them, by a seed."""


@dataclass(frozen=True)
class Judged:
    """A verdict, and how much true regret the challenger saves."""

    verdict: GateVerdict
    saved: float


@cache
def _featuriser() -> Featuriser:
    return Featuriser(replace(load_knowledge(), load_evidence=tuple))


def of_communities(records: Sequence[SimulatedRecord], number: int) -> list[SimulatedRecord]:
    """The records of the first so many communities."""
    names = list(dict.fromkeys(record.community for record in records))[:number]
    return [record for record in records if record.community in set(names)]


def trial_of(records: Sequence[SimulatedRecord]) -> Trial:
    """What learning from these records, and judging it, comes to."""
    return run_trial(fit_evidence(RecordTable.of(records, _featuriser()), _featuriser(), created=_DAY.isoformat()))


def judged_world(
    seed: int, settings: WorldSettings, sizes: Sequence[int], change: Change = lambda records, seed: records
) -> list[Judged]:
    """A verdict for each number of communities in one world."""
    world = World(_featuriser(), seed, settings)
    examination, records = examine(world, _featuriser()), world.records(2 * max(sizes) + 50)
    nothing = fit_evidence(RecordTable.of((), _featuriser()), _featuriser()).learned
    usual = examination.marks(Prediction(*nothing.predict(examination.pairs)))["regret"]
    found = []
    for size in sizes:
        trial = trial_of(change(of_communities(records, size), seed))
        said = Prediction(*trial.scorer.learned.predict(examination.pairs))
        found.append(Judged(trial.judgement.verdict, usual - examination.marks(said)["regret"]))
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the operating curve, what becomes of files without knowledge in them, and figures beside their targets."""
    parser = argparse.ArgumentParser(prog="python -m bench gate", description=__doc__)
    parser.add_argument("--worlds", type=int, default=12, help="worlds in which 30 % of the rules are wrong")
    parser.add_argument("--first", type=int, default=8000, help="seed of the first world")
    options = parser.parse_args(arguments)
    started, figures = time.perf_counter(), []
    for wrong in (0.3, 0.0):
        seeds = range(options.first, options.first + options.worlds)
        found = [judged_world(seed, WorldSettings(wrong=wrong), SIZES) for seed in seeds]
        print(f"\n{wrong:.0%} of the rules wrong; {options.worlds} worlds from seed {options.first}")
        print("communities   good: promoted of   harmful: promoted of   verdicts")
        harmful = 0
        for size, verdicts in zip(SIZES, zip(*found, strict=True), strict=True):
            good = [each.verdict for each in verdicts if each.saved >= _BETTER]
            bad = [each.verdict for each in verdicts if each.saved < 0]
            promoted = [sum(each is GateVerdict.PROMOTE for each in group) for group in (good, bad)]
            harmful += promoted[1]
            counts = ", ".join(f"{name} {count}" for name, count in Counter(map(_verdict, verdicts)).most_common())
            print(f"{size:>11}   {promoted[0]:>8} of {len(good):<8} {promoted[1]:>8} of {len(bad):<10} {counts}")
            if wrong and size in ENOUGH and good:
                share = ENOUGH[size] / 12
                figures.append(at_least(f"good promoted at {size}", promoted[0] / len(good), share, "{:.0%}"))
        most = round(4 / 60 * len(SIZES) * options.worlds)
        figures.append(at_most(f"harmful promoted, {wrong:.0%} wrong", harmful, most, "{:.0f}"))
    figures += _without_knowledge(options.first)
    figures += _reporters(options.first, options.worlds)
    print(f"\n{machine()}; {time.perf_counter() - started:.0f} s")
    show("The gate beside its targets", figures)
    return 0


def _verdict(judged: Judged) -> str:
    return str(judged.verdict)


_CHANGED: Mapping[str, tuple[Change, int]] = {
    "outcomes shuffled over the records": (shuffled, 0),
    "every outcome a success": (lambda records, seed: all_used(records), 0),
    "only successes reported": (lambda records, seed: only_successes(records), 2),
}
"""What is done to honest records so that nothing can be learned → how many of ten may get through all the same."""


def _without_knowledge(first: int) -> list[Figure]:
    """Ten worlds each, 100 communities."""
    figures = []
    for name, (change, most) in _CHANGED.items():
        found = [judged_world(seed, WorldSettings(), (100,), change)[0].verdict for seed in range(first, first + 10)]
        counts = ", ".join(f"{verdict} {count}" for verdict, count in Counter(map(str, found)).most_common())
        print(f"{name}: {counts}")
        promoted = found.count(GateVerdict.PROMOTE)
        figures.append(at_most(f"promoted of 10: {name}", promoted, most, "{:.0f}"))
    return figures


_LIES = 0.2
"""Share of the communities that one reporter tells of."""


def contradicting(seed: int, records: int, lies: bool) -> set[str]:
    """Reporters that are said to contradict the others; one of them is called "one reporter", who lies or does not."""
    honest, theirs = (
        reported(World(_featuriser(), seed, WorldSettings()), records, reporting, seed)
        for reporting in (Reporting(), Reporting(lies=_LIES))
    )
    told = [
        lied if lies else replace(true, recorded_by=lied.recorded_by)
        for true, lied in zip(honest, theirs, strict=True)
    ]  # fmt: skip
    table, recipe = RecordTable.of(told, _featuriser()), learning(_featuriser(), LearningSettings())
    return {each.name for each in look_at_sources(table, recipe, ALIKENESS, lambda rest: False) if each.contradicts}


def _reporters(first: int, worlds: int) -> list[Figure]:
    """Who is named where one reporter lies, and where the same one tells the truth; at two numbers of records."""
    seeds, figures = range(first, first + worlds), []
    for records in (100, 300):
        lied, true = ([contradicting(seed, records, lies) for seed in seeds] for lies in (True, False))
        named, others, honest = (
            sum("one reporter" in each for each in lied), sum("nobody" in each for each in lied),
            sum(bool(each) for each in true),
        )  # fmt: skip
        what = f"of {worlds} worlds, {records} records"
        figures.append(at_least(f"a liar is named, {what}", named, worlds / 2, "{:.0f}"))
        figures.append(Figure("  and the honest ones as well", f"{others}"))
        figures.append(at_most("  and somebody where nobody lies", honest, round(0.05 * worlds), "{:.0f}"))
    return figures
