"""The commands `store` and `links`: copies of the store and back, and the end of links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from model.cli.options import CommandError, language_option
from model.cli.translations import translation
from model.errors import Phrase, StoreError
from model.storage.location import database_url

_FILE = click.Path(dir_okay=False, path_type=Path)
_TOLD = ("outcomes", "artifacts", "promotions", "keys")


@click.group()
def store() -> None:
    """Copy the store, put a copy back, look whether all of it can be read, and bring it up to date.

    The store is a file in the data folder (PLATFORM_FIT_DATA), or the database that PLATFORM_FIT_DATABASE_URL names.
    """


@store.command()
@click.argument("file", type=_FILE)
@language_option
def backup(file: Path, language: str) -> None:
    """Copy the whole store to a new FILE, also while a service is using it.

    The copy is one SQLite file whatever the database is. It holds what the store holds: keep it as private.
    """
    from model.storage.backup import back_up

    with _refusals():
        counts = back_up(database_url(), file)
    click.echo(translation(Phrase("{0}: {1}", file, _contents(counts)), language))


@store.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def restore(file: Path, yes: bool, language: str) -> None:
    """Put the copy in FILE in the place of everything that is in the store.

    A store in a file must not be in use: stop the service first. In PostgreSQL it is done in one transaction.
    A copy of an earlier version is brought up to date on the way; FILE itself stays as it is.
    """
    from model.storage.backup import restore as put_back

    if not yes:
        click.confirm(translation(Phrase("Replace everything that is in the store now?"), language), abort=True)
    with _refusals():
        counts = put_back(file, database_url())
    click.echo(translation(Phrase("The store now holds {0}", _contents(counts)), language))


@store.command()
@language_option
def check(language: str) -> None:
    """Read the whole store, and say what is in it or what is wrong with it. Nothing is changed."""
    from model.storage.backup import check as look_through
    from model.storage.migrations import EARLIER, HEAD
    from model.storage.peek import revision

    with _refusals():
        counts = look_through(database_url())
        click.echo(translation(Phrase("All of it can be read: {0}", _contents(counts)), language))
        if revision(database_url()) != HEAD:
            words = translation(EARLIER, language)
            click.echo(f"{words[0].upper()}{words[1:]}.")


@store.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def upgrade(yes: bool, language: str) -> None:
    """Bring a store of an earlier version up to date, as a start of `serve` does it; make a backup first.

    There is no way back but that backup: the earlier version does not read what the newer one made.
    """
    from model.storage.peek import is_made, revision
    from model.storage.starting import make_ready

    url = database_url()
    with _refusals():
        before = revision(url) if is_made(url) else None
        if before is None:
            raise StoreError(Phrase("there is no store yet; it is made when the first record or key is"))
        if not yes:
            click.confirm(translation(Phrase("Bring the store up to date now?"), language), abort=True)
        make_ready(url)
        changed = revision(url) != before
    told = Phrase("The store is up to date.") if changed else Phrase("The store was up to date already.")
    click.echo(translation(told, language))


@click.group()
def links() -> None:
    """Look after the private links with which teams tell how it went."""


@links.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def retire(yes: bool, language: str) -> None:
    """Let no link work any more that was signed with the secret that the store made.

    Links that were signed with PLATFORM_FIT_SECRET go on working. What was told stays.
    """
    from model.storage.engine import Store
    from model.storage.secrets import forget_secret
    from service.runtime.private_links import STORED

    if not yes:
        click.confirm(
            translation(Phrase("Let every link stop that was signed with the secret of the store?"), language),
            abort=True,
        )
    with _refusals():
        opened = Store.open(database_url())
        try:
            was_there = forget_secret(opened, STORED)
        finally:
            opened.close()
    told = Phrase("These links stop within seconds.") if was_there else Phrase("The store has made no secret.")
    click.echo(translation(told, language), err=True)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise CommandError(Phrase("{0}.", error)) from None


def _contents(counts: Mapping[str, int]) -> Phrase:
    return Phrase(
        "{0} rows of outcome records, {1} artifacts, {2} promotions, {3} keys.", *(counts[name] for name in _TOLD)
    )
