"""What the commands about records and artifacts share: the store, signatures and tables."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from model.cli.options import standard_output
from model.storage.engine import Store
from model.storage.location import database_url
from model.storage.registry import Registry

_PATIENCE = 60.0
"""Seconds that a person's command waits for other writers."""

_WHOLE = ("id", "artifact", "rule", "what", "channel", "column", "is")
"""Columns that are kept whole, because their content is copied."""
_NUMBERS = ("records", "communities", "expert", "learned", "difference", "filled")

_WIDEST = 10_000
"""Characters on a line, more than any table needs."""

F = TypeVar("F", bound=Callable[..., object])


def by_option(command: F) -> F:
    """Adds `--by`, who does it."""
    return click.option("--by", default=lambda: user(), show_default="your user name", help="Who does this.")(command)


@contextmanager
def open_registry() -> Iterator[tuple[Store, Registry]]:
    """The store and its registry, as long as the block lasts."""
    store = Store.open(database_url(), _PATIENCE)
    try:
        yield store, Registry(store)
    finally:
        store.close()


def table(names: Sequence[str], heading: Callable[[str], str]) -> Table:
    """An empty table.

    Args:
        names: of its columns, which say how each is laid out.
        heading: what stands above the column with a name.
    """
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        made.add_column(
            heading(name), justify="right" if name in _NUMBERS else "left", overflow="fold", no_wrap=name in _WHOLE
        )
    return made


def user() -> str:
    """Who runs this command, by the operating system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def show_table(made: Table) -> None:
    """Write a table to standard output; in a file or pipe without breaking lines.

    What is kept whole is never cut: in a narrow terminal the table is wider than its lines.
    """
    console = Console(file=standard_output(), highlight=False, markup=False, emoji=False)
    needed = Measurement.get(console, console.options.update(max_width=_WIDEST), made)
    console.width = max(console.width, needed.minimum) if console.is_terminal else needed.maximum
    console.print(made, crop=False)
