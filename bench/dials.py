"""Dials: what learning is worth in worlds and from files that differ from what it believes beforehand, one at a time.

Figures are means over worlds. "Regret left" is the regret after learning as a share of that of the rules alone.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from bench.report import Figure, at_least, at_most, machine, show
from bench.reporting import HONEST, Reporting
from bench.simulate import OURS, Results, run_world
from bench.world import WorldSettings

DIALS: Mapping[str, tuple[WorldSettings, Reporting]] = {
    "unsaid 0.3": (WorldSettings(unsaid=0.3), HONEST),
    "unsaid 0.5": (WorldSettings(unsaid=0.5), HONEST),
    "unsaid 1.0": (WorldSettings(unsaid=1.0), HONEST),
    "unsaid 1.3": (WorldSettings(unsaid=1.3), HONEST),
    "trust and base rates half": (WorldSettings(prior=0.5), HONEST),
    "trust and base rates twice": (WorldSettings(prior=2.0), HONEST),
    "every rule right": (WorldSettings(wrong=0.0), HONEST),
    "4 in 5 failures not told": (WorldSettings(), Reporting(silent=0.8)),
    "1 in 10 counts turned round": (WorldSettings(), Reporting(noise=0.1)),
    "one community with 200 more": (WorldSettings(), Reporting(heavy=200)),
    "one reporter lies, 1 in 5": (WorldSettings(), Reporting(lies=0.2)),
}
"""Name → a world and how it is reported; where nothing else is said, 30 % of the rules are wrong and 0.5 is unsaid."""
SIZES = (0, 30, 100, 1000)
_JUDGED = "unsaid 1.0"
"""The world in which the targets for regret and audit hold."""
_REGRET_LEFT = {100: 0.63, 1000: 0.30}


def main(arguments: Sequence[str]) -> int:
    """Run the worlds and print a row for each dial, and figures beside their targets."""
    parser = argparse.ArgumentParser(prog="python -m bench dials", description=__doc__)
    parser.add_argument("--seeds", type=int, default=8, help="worlds for each dial")
    parser.add_argument("--first", type=int, default=7000, help="seed of the first world")
    options = parser.parse_args(arguments)
    seeds, started = range(options.first, options.first + options.seeds), time.perf_counter()
    found = {
        name: Results([
            (0.0, *row) for seed in seeds for row in run_world(seed, settings, SIZES, reporting, rivals=False)
        ])
        for name, (settings, reporting) in DIALS.items()
    }  # fmt: skip
    print(f"{machine()}; {len(seeds)} worlds each from seed {options.first}, {time.perf_counter() - started:.0f} s\n")
    print(f"{'':<29}regret of    left at 30 / 100 / 1,000   90 % intervals cover          audit at 1,000")
    print(f"{'':<29}the rules                               at 0 / 30 / 100 / 1,000       precision, recall")
    for name, results in found.items():
        print(_row(name, results))
    show("Learning beside its targets", _targets(found))
    return 0


def _row(name: str, results: Results) -> str:
    left = " / ".join(f"{_left(results, size):.2f}" for size in SIZES[1:])
    covered = " / ".join(f"{_covered(results, size):.1%}" for size in SIZES)
    wrong = DIALS[name][0].wrong > 0
    audit = "{:.2f}, {:.2f}".format(*results.audit(0.0, SIZES[-1])) if wrong else "–"
    return f"{name:<29}{results.mean('regret', 0.0, 0):.3f}        {left}         {covered}   {audit}"


def _left(results: Results, size: int) -> float:
    return results.mean("regret", 0.0, size, OURS) / results.mean("regret", 0.0, 0)


def _covered(results: Results, size: int) -> float:
    return results.mean("coverage", 0.0, size)


def _targets(found: Mapping[str, Results]) -> list[Figure]:
    honest = [name for name, (_, reporting) in DIALS.items() if reporting == HONEST]
    covered = [[_covered(found[name], size) for size in SIZES] for name in honest]
    mean, least = float(np.mean(covered)), float(np.min(covered))
    precision, recall = found[_JUDGED].audit(0.0, SIZES[-1])
    return [
        *(
            at_most(f"regret left at {size:,}, {_JUDGED}", _left(found[_JUDGED], size), most, "{:.2f}")
            for size, most in _REGRET_LEFT.items()
        ),
        Figure("90 % intervals cover, honest files, mean", f"{mean:.1%}", "87% to 95%", 0.87 <= mean <= 0.95),
        at_least("  and at least", least, 0.84, "{:.1%}"),
        at_least("audit at 1,000: precision", precision, 0.85, "{:.2f}"),
        at_least("  recall", recall, 0.40, "{:.2f}"),
        Figure("  of those that records can show", "{:.0f} of {:.0f}".format(*found[_JUDGED].shown(0.0, SIZES[-1]))),
    ]
