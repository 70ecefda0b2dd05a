"""The command `keys`: who may use the store over HTTP."""

from __future__ import annotations

import click

from model.cli.options import language_option
from model.storage.keys import Keys
from model.storage.tokens import SCOPES
from training.cli.tables import open_registry, show_table, table
from training.cli.texts import CommandTexts


@click.group()
def keys() -> None:
    """Say who may hand in, read or delete records over HTTP."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True,
              help="What the key may do; can be given more than once.")  # fmt: skip
@language_option
def create(name: str, scopes: tuple[str, ...], language: str) -> None:
    """Make a key for NAME, which records will be signed with.

    The key is written to standard output, this once: only its hash is kept.
    """
    with open_registry() as (store, _):
        key, token = Keys(store).create(name, scopes)
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
