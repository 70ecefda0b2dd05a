"""The commands `outcomes` and `keys`: records into and out of the store, and who may use it over HTTP."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from model.cli.options import knowledge_in, knowledge_option, language_option
from model.domain.knowledge import Knowledge
from model.outcomes.record import WEEKS
from model.storage.engine import Store
from model.storage.keys import Key, Keys
from model.storage.location import database_url
from model.storage.outcomes import delete_community
from model.storage.reviews import Decision, decide, waiting
from model.storage.tokens import SCOPES
from training.progress import count_bar
from training.records.columns import RecordColumns
from training.records.import_file import ImportResult, export_rows, import_file
from training.records.write_files import write_csv, writing

_PATIENCE = 60.0
"""Seconds that a person's command waits for other writers; a request is not as patient."""

_FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def _store() -> Iterator[Store]:
    store = Store.open(database_url(), _PATIENCE)
    try:
        yield store
    finally:
        store.close()


@click.group()
def outcomes() -> None:
    """Keep records of what communities really used.

    The store is a file in the data folder (PLATFORM_FIT_DATA), or the database that PLATFORM_FIT_DATABASE_URL names.
    """


@outcomes.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only find out what would happen.")
@click.option("--rejects", type=_FILE, help="Where refused rows go; otherwise beside FILE.")
@click.option("--by", default=lambda: _user(), show_default="your user name", help="Who hands the records in.")
@language_option
@knowledge_option
def import_(file: Path, dry_run: bool, rejects: Path | None, by: str, language: str, folder: Path | None) -> None:
    """Import FILE: CSV, JSON lines, Parquet or XLSX, by the ending of its name.

    All rows that are right are kept in one transaction. The others go to a file of the same kind, with the reasons,
    to be mended there and imported by itself. Importing a file again adds nothing; a row that says something else
    about a record than before corrects it. The exit code is 1 when rows were refused.
    """
    knowledge = knowledge_in(folder)
    if rejects is not None and (rejects.exists() or rejects.suffix.lower() != file.suffix.lower()):
        raise click.BadParameter(f"Give a new file that ends in {file.suffix}.", param_hint="--rejects")
    with _store() as store, count_bar() as progress:
        result = import_file(
            file, store, knowledge, recorded_by=by, language=language, rejects=rejects, dry_run=dry_run,
            progress=progress,
        )  # fmt: skip
    _show(result, knowledge, language, dry_run)
    if result.refused:
        sys.exit(1)


@outcomes.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@language_option
@knowledge_option
def export(file: Path | None, force: bool, language: str, folder: Path | None) -> None:
    """Write every record that counts to FILE, or as CSV to standard output.

    The ending of its name says the kind: CSV, JSON lines, Parquet or XLSX. The file can be imported again.
    """
    knowledge = knowledge_in(folder)
    columns = RecordColumns(knowledge).all
    if file is not None and file.exists() and not force:
        raise click.BadParameter("It exists already. Give another name, or --force.", param_hint="FILE")
    with _store() as store, count_bar() as progress:
        rows = export_rows(store, knowledge, progress)
        if file is None:
            write = write_csv(sys.stdout, columns)
            for cells in rows:
                write(cells)
            return
        with writing(file, columns, knowledge.messages[language]) as write:
            for cells in rows:
                write(cells)


@outcomes.command()
@click.argument("file", type=_FILE, required=False)
@language_option
@knowledge_option
def template(file: Path | None, language: str, folder: Path | None) -> None:
    """Write a CSV with every column and one example, to FILE or standard output.

    In Dutch its cells are parted by semicolons, as Dutch spreadsheets want it. Both forms can be imported.
    """
    knowledge = knowledge_in(folder)
    columns = [name for name in RecordColumns(knowledge).all if name not in ("recorded_by", "recorded_at")]
    delimiter = ";" if language == "nl" else ","
    cells = _example(knowledge, language)
    if file is None:
        write_csv(sys.stdout, columns, delimiter)(cells)
    elif file.exists() or file.suffix.lower() != ".csv":
        raise click.BadParameter("Give a new file that ends in .csv.", param_hint="FILE")
    else:
        with writing(file, columns, knowledge.messages[language], delimiter) as write:
            write(cells)
    click.echo(knowledge.messages[language]["template_hint"], err=True)


@outcomes.command()
@click.argument("community")
@click.confirmation_option(prompt="Really delete every record of this community, for good?")
def delete(community: str) -> None:
    """Really delete all records of COMMUNITY, for good."""
    with _store() as store:
        click.echo(delete_community(store, community))


@outcomes.command()
@click.option(
    "--approve", "approved", metavar="ID", multiple=True, help="Let this record count; can be given more often."
)
@click.option(
    "--refuse", "refused", metavar="ID", multiple=True, help="Never use this record; can be given more often."
)
@click.option("--by", default=lambda: _user(), show_default="your user name", help="Who decides.")
@knowledge_option
def review(approved: tuple[str, ...], refused: tuple[str, ...], by: str, folder: Path | None) -> None:
    """Look at what teams told with private links, and decide what counts.

    Anybody can make a private link, so what is told with one is shown and learned from only after it was approved.
    Without options this lists what waits; /data-staff has it as a page.
    """
    knowledge = knowledge_in(folder)
    with _store() as store:
        there = waiting(store, knowledge)
        known = {each.id: each for each in there}
        chosen = [(record, True) for record in approved] + [(record, False) for record in refused]
        if unknown := [record for record, _ in chosen if record not in known]:
            raise click.UsageError(f"these do not wait for a decision: {', '.join(unknown)}")
        taken = decide(store, [Decision(record, known[record].revision, is_right) for record, is_right in chosen], by)
    for each in () if chosen else there:
        told = f"{each.active}/{each.invited}" if each.counted else "used" if each.active else "not used"
        click.echo(f"{each.id}  {each.channel}  {each.start}  {told}  {each.reason or ''}  {each.community}".rstrip())
    click.echo(f"{len(there) - len(taken)} wait for a decision.", err=True)


@click.group()
def keys() -> None:
    """Say who may hand in, read or delete records over HTTP."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True,
              help="What the key may do; can be given more than once.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), help="Let it open nothing after so many days.")
def create(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key for NAME, which records will be signed with.

    The key is written to standard output, this once: only its hash is kept.
    """
    with _store() as store:
        key, token = Keys(store).create(name, scopes, _in_days(days))
    _show_key(key, token)


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option("--overlap", type=click.IntRange(0, 365), default=7, show_default=True,
              help="Days for which the old key still opens what it did.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), help="Let the new key open nothing after so many days.")
def rotate(key_id: str, overlap: int, days: int | None) -> None:
    """Make a new key in the place of the one with this ID, with its name and scopes."""
    with _store() as store:
        key, token = Keys(store).rotate(key_id, datetime.now(UTC) + timedelta(days=overlap), _in_days(days))
    _show_key(key, token)


@keys.command("list")
def list_() -> None:
    """List all keys, revoked ones too."""
    with _store() as store:
        found = Keys(store).list()
    for key in found:
        state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else "active"
        if key.expires and not key.revoked:
            state = f"{'expired' if key.ended else 'until'} {key.expires:%Y-%m-%d}"
        click.echo(f"{key.id}  {key.created:%Y-%m-%d}  {state:18}  {key.name}  ({', '.join(sorted(key.scopes))})")
    if not found:
        click.echo("There are no keys yet.", err=True)


@keys.command()
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> None:
    """Let the key with this ID open nothing from now on."""
    with _store() as store:
        key = Keys(store).revoke(key_id)
    click.echo(f"Key {key.id} for {key.name} is revoked.", err=True)


def _in_days(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


def _show_key(key: Key, token: str) -> None:
    click.echo(f"Key {key.id} for {key.name}. Keep it safe: it cannot be shown again.", err=True)
    click.echo(token)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _show(result: ImportResult, knowledge: Knowledge, language: str, dry_run: bool) -> None:
    messages = knowledge.messages[language]
    for refusal in result.refusals:
        click.echo(messages["intake_line"].format(line=refusal.line, reasons=refusal.reasons), err=True)
    if result.refused > len(result.refusals):
        click.echo(messages["intake_more"].format(count=result.refused - len(result.refusals)), err=True)
    click.echo(
        messages["intake_summary"].format(
            read=result.read, added=result.added, corrected=result.corrected, known=result.known,
            outdated=result.outdated, refused=result.refused,
        )
    )  # fmt: skip
    if result.rejects:
        click.echo(messages["intake_rejects"].format(file=result.rejects))
    if dry_run:
        click.echo(messages["intake_dry_run"])


def _example(knowledge: Knowledge, language: str) -> dict[str, Any]:
    """One record with an answer to every question that has no condition, and no news in it."""
    messages = knowledge.messages[language]
    answers = {
        question.id: question.codes[0] if question.kind == "single" else list(question.codes[: min(question.limit, 2)])
        for question in knowledge.questionnaire
        if question.follows is None
    }
    return {
        "community": messages["template_community"],
        "channel": knowledge.channels[0].id,
        "start": (date.today() - timedelta(weeks=WEEKS + 1)).isoformat(),
        "invited": 20,
        "active": 5,
        "reason": "no_time",
        "note": messages["template_note"],
        "consent": False,
        **answers,
    }
