"""The command `keys`: who may use the store over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from model.cli.options import language_option
from model.storage.keys import Keys
from model.storage.tokens import SCOPES
from training.cli.tables import open_registry, show_table, table
from training.cli.texts import CommandTexts

_days_option = click.option(
    "--days", type=click.IntRange(1, 3650), help="Let the new key open nothing after so many days."
)


def _in_days(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


@click.group()
def keys() -> None:
    """Say who may hand in, read or delete records over HTTP."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True,
              help="What the key may do; can be given more than once.")  # fmt: skip
@_days_option
@language_option
def create(name: str, scopes: tuple[str, ...], days: int | None, language: str) -> None:
    """Make a key for NAME, which records will be signed with.

    The key is written to standard output, this once: only its hash is kept.
    """
    with open_registry() as (store, _):
        key, token = Keys(store).create(name, scopes, _in_days(days))
    click.echo(CommandTexts(language)("key_made", id=key.id, name=key.name), err=True)
    click.echo(token)


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option("--overlap", type=click.IntRange(0, 365), default=7, show_default=True,
              help="Days for which the old key still opens what it did.")  # fmt: skip
@_days_option
@language_option
def rotate(key_id: str, overlap: int, days: int | None, language: str) -> None:
    """Make a new key in the place of the one with this ID, with its name and scopes."""
    with open_registry() as (store, _):
        key, token = Keys(store).rotate(key_id, datetime.now(UTC) + timedelta(days=overlap), _in_days(days))
    click.echo(CommandTexts(language)("key_made", id=key.id, name=key.name), err=True)
    click.echo(token)


@keys.command("list")
@language_option
def list_(language: str) -> None:
    """List all keys, revoked ones too."""
    say = CommandTexts(language)
    with open_registry() as (store, _):
        found = Keys(store).list()
    listing = table(("id", "made", "state", "name", "scopes"), say.heading)
    for key in found:
        state = say("key_revoked_on", day=f"{key.revoked:%Y-%m-%d}") if key.revoked else say("key_active")
        if key.expires and not key.revoked:
            state = say("key_expired" if key.ended else "key_until", day=f"{key.expires:%Y-%m-%d}")
        listing.add_row(key.id, f"{key.created:%Y-%m-%d}", state, key.name, ", ".join(sorted(key.scopes)))
    if found:
        show_table(listing)
    else:
        click.echo(say("key_none"), err=True)


@keys.command()
@click.argument("key_id", metavar="ID")
@language_option
def revoke(key_id: str, language: str) -> None:
    """Let the key with this ID open nothing from now on."""
    with open_registry() as (store, _):
        key = Keys(store).revoke(key_id)
    click.echo(CommandTexts(language)("key_revoked", id=key.id, name=key.name), err=True)
