"""Report: figures with their targets, as one plain table."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

NOISY = 0.5
"""Load per core from which times say little; ratios from one run stand longer."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing.

    Attributes:
        target: what it should be, in words; empty for a figure that is only there to compare with.
        met: whether it is so.
    """

    what: str
    value: str
    target: str = ""
    met: bool | None = None


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print a table: what, figure, target, met."""
    rows = [
        (each.what, each.value, each.target, {None: "", True: "met", False: "not met"}[each.met]) for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print(f"\n{title}\n{'-' * len(title)}")
    for what, value, target, met in rows:
        print(f"{what:<{widths[0]}}  {value:>{widths[1]}}  {target:<{widths[2]}}  {met}".rstrip())
    print(flush=True)


def machine() -> str:
    """The machine and how busy it is, in one line."""
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    noise = "; busy, so trust ratios more than times" if load > NOISY * cores else ""
    return f"Python {platform.python_version()}, {_processor()}, {cores} cores, load {load:.1f}{noise}"


def _processor() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()


def at_most(what: str, value: float, limit: float, form: str, sign: str = "≤") -> Figure:
    """A figure that should not be above a limit; `form` formats both."""
    return Figure(what, form.format(value), f"{sign} {form.format(limit)}", value <= limit)


def at_least(what: str, value: float, limit: float, form: str) -> Figure:
    """A figure that should reach a limit."""
    return Figure(what, form.format(value), f"≥ {form.format(limit)}", value >= limit)


def spread(values: Sequence[float], form: str) -> str:
    """Median, and the value that one in a hundred exceeds."""
    return f"{form.format(median(values))} (p99 {form.format(quantiles(values, n=100)[98])})"
