"""The command `outcomes review`: what teams told with private links, and what of it counts."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from model.cli.options import knowledge_in, knowledge_option, language_option
from model.storage.outcomes import StoredOutcome
from model.storage.reviews import Review, decide, waiting
from training.cli.tables import by_option, open_registry, show_table, table
from training.cli.texts import CommandTexts


@click.command()
@click.option("--approve", "approved", metavar="ID", multiple=True, help="Let this record count; may be given again.")
@click.option("--refuse", "refused", metavar="ID", multiple=True, help="Never use this record; may be given again.")
@by_option
@language_option
@knowledge_option
def review(approved: tuple[str, ...], refused: tuple[str, ...], by: str, language: str, folder: Path | None) -> None:
    """Look at what teams told with private links, and decide what counts.

    Anybody can make a private link, so what is told with one is shown and learned from only after it was approved.
    Without options this lists what waits; /data-staff has it as a page.
    """
    knowledge, say = knowledge_in(folder), CommandTexts(language)
    with open_registry() as (store, _):
        there = {each.id: each for each in waiting(store, knowledge)}
        chosen = {**dict.fromkeys(approved, True), **dict.fromkeys(refused, False)}
        if unknown := sorted(chosen.keys() - there.keys()):
            raise click.UsageError(say("review_unknown", ids=", ".join(unknown)))
        taken = decide(store, [Review(each, there[each].revision, right) for each, right in chosen.items()], by)
    if there and not chosen:
        show_table(_listing(list(there.values()), say))
    click.echo(say("review_waiting", count=len(there) - len(taken)), err=True)


def _listing(reports: list[StoredOutcome], say: CommandTexts) -> Table:
    listing = table(("id", "channel", "start", "result", "reason", "community"), say.heading)
    for each in reports:
        used = say("not_counted", answer=say("said_yes" if each.active else "said_no"))
        told = f"{each.active}/{each.invited}" if each.counted else used
        listing.add_row(each.id, each.channel, f"{each.start}", told, each.reason or "", each.community)
    return listing
