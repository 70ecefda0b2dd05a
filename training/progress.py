"""Progress: bars for what takes seconds, on standard error, for a person at a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Step = Callable[[str, float], None]
"""Told the name of what is being done, and what share of that is done, 0 to 1."""
Counted = Callable[[int, int], None]
"""Told how many are done, of how many; 0 when nobody knows of how many."""
Told = Callable[[float], None]
"""Told what share is done, 0 to 1."""


def part_told(told: Told, number: int, parts: int) -> Told:
    """Who is told of one of some equal parts."""
    return lambda share: told((number + share) / parts)


@contextmanager
def step_bar(names: Mapping[str, str], first: str) -> Iterator[Step]:
    """A bar over steps that follow each other.

    Args:
        names: step → what to call it, in the order in which they come; some may be left out.
        first: what is done before the first.
    """
    place = {name: number for number, name in enumerate(names)}
    with _progress(TimeElapsedColumn()) as progress:
        task = progress.add_task(first, total=len(names))
        yield lambda name, share: progress.update(task, completed=place[name] + share, description=names[name])


@contextmanager
def count_bar() -> Iterator[Counted]:
    """A bar over rows."""
    with _progress(TaskProgressColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)


def _progress(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    shown = (TextColumn("{task.description}"), BarColumn(), *columns)
    return Progress(*shown, console=console, transient=True, disable=not console.is_terminal)
