"""Output: as text for a person, or as the JSON of the service."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.measure import Measurement

from model.cli.options import standard_output
from model.errors import Phrase

_WIDEST = 10_000
"""Characters on a line, more than any table needs."""


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--format` and `--pretty`."""

    @click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to answer.",
    )
    @click.option("--pretty", is_flag=True, help="With --format json: spread over lines.")
    @wraps(command)
    def with_output(*args: Any, output: str, pretty: bool, **rest: Any) -> None:
        if output == "text" and pretty:
            raise click.UsageError(Phrase("--pretty goes with --format json."))
        command(*args, output=output, pretty=pretty, **rest)

    return with_output


class Screen(Console):
    """Standard output for text with a layout: no colours from its words, no marks of its own.

    A table that keeps its ids whole may be wider than a narrow terminal; it is written in full all the same.
    """

    def __init__(self) -> None:
        super().__init__(file=standard_output(), highlight=False, markup=False, emoji=False)

    def show(self, table: RenderableType) -> None:
        """Write a table, none of it cut."""
        needed = Measurement.get(self, self.options.update(max_width=_WIDEST), table).minimum
        self.print(table, width=max(self.width, needed), crop=False)


def screen() -> Screen:
    """A new one, for where standard output goes now."""
    return Screen()


def print_json(content: bytes, pretty: bool) -> None:
    """JSON on one line as it comes, or spread over lines."""
    click.echo(json.dumps(json.loads(content), indent=2, ensure_ascii=False) if pretty else content)
