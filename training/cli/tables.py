"""What the commands about records and artifacts share: the store, signatures and tables."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from model.cli.options import standard_output
from model.storage.engine import Store
from model.storage.location import database_url
from model.storage.registry import Registry

_PATIENCE = 60.0
"""Seconds that a person's command waits for other writers."""

_NAMES = ("id", "artifact", "rule", "what")
"""Columns that are kept whole, because their content is copied."""
_WIDE = 200
"""Characters on a line that no terminal breaks."""

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


def table(*columns: str) -> Table:
    """An empty table with these columns."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    numbers = ("records", "communities", "expert", "learned", "difference")
    for column in columns:
        made.add_column(
            column, justify="right" if column in numbers else "left", overflow="fold", no_wrap=column in _NAMES
        )
    return made


def worded(code: str) -> str:
    """A code as words."""
    return str(code).replace("_", " ")


def user() -> str:
    """Who runs this command, by the operating system."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def show_table(made: Table) -> None:
    """Write a table to standard output; in a file or pipe without breaking lines."""
    console = Console(file=standard_output(), highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDE
    console.print(made)
