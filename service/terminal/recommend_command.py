"""The command `recommend`: answers about a community in, ranked channels with reasons out."""

from __future__ import annotations

import click

from model.answer.writer import AnswerWriter, Detail
from service.terminal.output import output_options, print_json
from service.terminal.profile_input import CommandInput, ProfileCommand, profile_input
from service.terminal.recommendation_view import Presenter
from service.terminal.tables import trace_table


@click.command(cls=ProfileCommand)
@profile_input
@output_options
@click.option("--all", "show_all", is_flag=True, help="Show all channels, not only the best.")
@click.option("--trace", "with_trace", is_flag=True, help="Also show what became of each rule.")
def recommend(given: CommandInput, output: str, pretty: bool, show_all: bool, with_trace: bool) -> None:
    """Rank the channels for a community.

    The answers about the community come from FILE (YAML or JSON, - is standard input), from a documented case, from a
    profile code, or from the options below. An option goes before what the others say. See `platform-fit questions`.
    """
    profile, advice = given.profile(), given.advice()
    recommendation = advice.advisor.recommend(profile)
    if output == "json":
        writer = AnswerWriter(advice.advisor, given.language, advice)
        print_json(writer.write(recommendation, Detail.FULL, with_trace), pretty)
        return
    shown = [Presenter(given.knowledge, given.language).recommendation(recommendation, advice, show_all)]
    if with_trace:
        shown.append(trace_table(profile, given.knowledge, given.language))
    given.show(advice, *shown)
