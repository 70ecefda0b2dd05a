"""The commands `outcomes list`, `show` and `delete`: what is in the store, and out of it for good."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.domain.knowledge import Knowledge
from model.outcomes.names import likeness, tidy_name
from model.outcomes.reading import read_yes_no
from model.outcomes.record import counts_as_told
from model.storage import outcomes
from model.storage.engine import Store
from model.storage.outcomes import CommunityRecords, StoredOutcome
from model.storage.registry import Registry
from training.cli.tables import open_registry, show_table, table
from training.cli.texts import CommandTexts
from training.records.code_list import coded_columns
from training.records.record_columns import RecordColumns, flat

_SHOWN = 5


@click.command("list")
@click.option("--community", help="Only of this community, however its name is written.")
@click.option("--channel", help="Only about this channel, by its code.")
@click.option("--source", help="Only from this source, such as report-back.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Show at most this many.")
@language_option
@knowledge_option
def list_(
    community: str | None, channel: str | None, source: str | None, limit: int, language: str, folder: Path | None
) -> None:
    """List the records that count, the oldest first."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    with open_registry() as (store, _), store.reading() as connection:
        found = [
            each
            for each in outcomes.current(connection, knowledge.questionnaire, channel=channel)
            if (community is None or likeness(each.community) == likeness(community))
            and (source is None or each.source == source)
        ]
    listing = table(("id", "community", "channel", "start", "result", "source"), say.heading)
    for each in found[:limit]:
        listing.add_row(
            each.id, each.community, each.channel, each.start.isoformat(), _result(each, say), each.source
        )  # fmt: skip
    if found:
        show_table(listing)
    name = "list_more" if len(found) > limit else "list_all" if found else "list_none"
    click.echo(say(name, shown=limit, total=len(found)), err=True)


@click.command()
@click.argument("record_id", metavar="ID")
@language_option
@knowledge_option
def show(record_id: str, language: str, folder: Path | None) -> None:
    """Show everything of the record with this ID, in words."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    with open_registry() as (store, _), store.reading() as connection:
        found = list(outcomes.current(connection, knowledge.questionnaire, record=record_id))
    if not found:
        raise CommandError(say("show_none", id=record_id))
    for name, value in _in_words(found[0], knowledge, language):
        click.echo(f"{name:32} {value}")


def _result(record: StoredOutcome, say: CommandTexts) -> str:
    told = counts_as_told(record)
    if record.counted:
        return f"{told['active']} / {told['invited']}"
    return say("not_counted", answer=say("said_yes" if told["used"] else "said_no"))


def _in_words(record: StoredOutcome, knowledge: Knowledge, language: str) -> list[tuple[str, str]]:
    """(name of the column, what stands in it) of every column that is filled."""
    cells = RecordColumns(knowledge).cells(record)
    found = []
    for column in coded_columns(knowledge, language):
        value = cells.get(column.column)
        if value is not None:
            words = dict(column.codes)
            listed = value if isinstance(value, list | tuple) else [value]
            found.append((column.title, "; ".join(words.get(str(flat(each)), str(each)) for each in listed)))
    return found


@click.command()
@click.argument("community")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def delete(community: str, yes: bool, language: str) -> None:
    """Really delete all records of COMMUNITY, for good.

    Its name may be written in any case. Says first what there is, and afterwards what may still carry its influence.
    """
    say = CommandTexts(language)
    with open_registry() as (store, registry):
        found = _found(store, community, say)
        click.echo(_worded("delete_found", found, say))
        if not yes and read_yes_no(click.prompt(say("delete_sure"), default=say("said_no"))) is not True:
            raise CommandError(say("delete_stopped"))
        gone = outcomes.delete_community(store, found.name)
        click.echo(say("delete_done", name=found.name, records=gone))
        for line in _influence(found, registry, say):
            click.echo(line)


def _found(store: Store, typed: str, say: CommandTexts) -> CommunityRecords:
    """The community that is meant by a name; names that are nearly the same are told.

    Raises:
        CommandError: there is none, or it is not sure which.
    """
    with store.reading() as connection:
        known = {each.name: each for each in outcomes.communities_ever(connection)}
    alike = [name for name in known if likeness(name) == likeness(typed)]
    if tidy_name(typed) in alike:
        others = [name for name in alike if name != tidy_name(typed)]
        if others:
            click.echo(say("delete_twins", names=_quoted(others)), err=True)
        return known[tidy_name(typed)]
    if len(alike) == 1:
        return known[alike[0]]
    if alike:
        raise CommandError(say("delete_several", names=_quoted(alike)))
    near = difflib.get_close_matches(typed, known, _SHOWN)
    raise CommandError(say("delete_none", name=typed) + (say("delete_near", names=_quoted(near)) if near else ""))


def _worded(name: str, found: CommunityRecords, say: CommandTexts) -> str:
    return say(
        name, name=found.name, records=found.records, rows=found.rows, first=found.first, last=found.last,
        channels=", ".join(found.channels),
    )  # fmt: skip


def _influence(gone: CommunityRecords, registry: Registry, say: CommandTexts) -> list[str]:
    """What may have been learned from records that are gone, and how to end that.

    A record can say itself when it was recorded, but what was learned before the first of them came in is safe.
    """
    newest = registry.newest_promotion()
    serves = newest.artifact if newest else ""
    learned = [each.id for each in registry.list() if each.created >= gone.recorded]
    lines = [say("delete_serves", id=serves)] if serves in learned else []
    candidates = [each for each in learned if each != serves]
    if candidates:
        lines.append(say("delete_candidates", ids=", ".join(candidates)))
        lines += [f"  platform-fit models remove {each}" for each in candidates]
    return [*(lines or [say("delete_no_influence")]), say("delete_elsewhere")]


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in islice(names, _SHOWN))
