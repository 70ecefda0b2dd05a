"""Checked: what a check of knowledge files says of them when there are no mistakes."""

from __future__ import annotations

from collections.abc import Iterable

import click

from model.cli.translations import translation
from model.errors import Phrase


def show_warnings(warnings: Iterable[object], language: str) -> None:
    """Write each on a line of its own."""
    for warning in warnings:
        click.echo(translation(Phrase("warning: {0}", warning), language))


def counted(number: int, none: Phrase, one: Phrase, more: Phrase) -> Phrase:
    """The words for a number of something."""
    return more if number > 1 else one if number else none


def warnings_counted(number: int) -> Phrase:
    return counted(number, Phrase("no warnings"), Phrase("1 warning"), Phrase("{0} warnings", number))
