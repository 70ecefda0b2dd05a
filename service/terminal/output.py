"""Output: as text for a person, or as the JSON of the service."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from rich.console import Console

from model.cli.options import standard_output


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
            raise click.UsageError("--pretty goes with --format json.")
        command(*args, output=output, pretty=pretty, **rest)

    return with_output


def screen() -> Console:
    """Standard output for text with a layout: no colours from its words, no marks of its own."""
    return Console(file=standard_output(), highlight=False, markup=False, emoji=False)


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, such as "no warnings"."""
    return f"{number or 'no'} {noun if number == 1 else plural or f'{noun}s'}"


def print_json(content: bytes, pretty: bool) -> None:
    """JSON on one line as it comes, or spread over lines."""
    click.echo(json.dumps(json.loads(content), indent=2, ensure_ascii=False) if pretty else content)
