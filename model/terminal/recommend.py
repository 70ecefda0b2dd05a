"""The command `recommend`: answers about a community in, ranked channels with reasons out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from model.answer import AnswerWriter
from model.errors import KnowledgeError, ProfileError, UnknownNameError
from model.knowledge.base import Knowledge
from model.knowledge.reading import read_document
from model.profile import Profile
from model.questions import Question
from model.ranking import Advisor
from model.schemas import ProfileGate
from model.terminal.base import (
    KNOWLEDGE_VARIABLE,
    Refused,
    knowledge_in,
    knowledge_option,
    language_option,
    screen,
)
from model.terminal.presenting import Presenter
from model.terminal.tables import trace_table

_KNOWLEDGE = "platform_fit.knowledge"


class _RecommendCommand(click.Command):
    """A command with one option per question of the knowledge that is used."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        folder = _folder_in(args) or os.environ.get(KNOWLEDGE_VARIABLE)
        if folder is None or Path(folder).is_dir():
            ctx.meta[_KNOWLEDGE] = knowledge_in(Path(folder) if folder else None)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        knowledge: Knowledge | None = ctx.meta.get(_KNOWLEDGE)
        params = super().get_params(ctx)
        if knowledge is None:  # the folder does not exist, and its own option is going to say so
            return params
        return [*params[:-1], *(_option(question) for question in knowledge.questionnaire), params[-1]]


def _folder_in(args: Sequence[str]) -> str | None:
    """What `--knowledge` names: it must be known before the other options can be."""
    for place, arg in enumerate(args):
        if arg.startswith("--knowledge="):
            return arg.partition("=")[2]
        if arg == "--knowledge" and place + 1 < len(args):
            return args[place + 1]
    return None


def _option(question: Question) -> click.Option:
    many = question.kind == "multi"
    limits = "repeat for more" + (", the most important first" if question.ordered else "") if many else ""
    help_text = question.text["en"] + (f" ({limits})" if limits else "")
    return click.Option(
        [f"--{question.id.replace('_', '-')}", question.id],
        type=click.Choice(question.allowed),
        multiple=many,
        metavar="CHANNEL" if question.options[0].channel else None,
        help=help_text,
    )


@click.command(cls=_RecommendCommand)
@click.argument("profile_file", metavar="[FILE]", required=False, type=click.File(encoding="utf-8"))
@click.option(
    "--case", "case_id", metavar="CASE", help="Start from the answers of a documented case, such as 2diabeat."
)
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to answer."
)
@click.option("--pretty", is_flag=True, help="With --format json: spread over lines.")
@click.option("--all", "show_all", is_flag=True, help="Show all channels, not only the best.")
@click.option("--trace", "with_trace", is_flag=True, help="Also show what became of each rule.")
@language_option
@knowledge_option
@click.pass_context
def recommend(
    ctx: click.Context,
    /,
    profile_file: Any,
    case_id: str | None,
    output: str,
    pretty: bool,
    show_all: bool,
    with_trace: bool,
    language: str,
    folder: Path | None,
    **answers: Any,
) -> None:
    """Rank the channels for a community.

    The answers about the community come from FILE (YAML or JSON, - is standard input), from a documented case, or from
    the options below. An option goes before what the file or the case says. See `platform-fit questions`.
    """
    if profile_file and case_id:
        raise click.UsageError("Give a FILE or --case, not both.")
    if output == "text" and pretty:
        raise click.UsageError("--pretty goes with --format json.")
    knowledge: Knowledge = ctx.meta[_KNOWLEDGE]
    raw = _answers_in(profile_file, case_id, knowledge)
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items() if value}
    if isinstance(raw, dict):
        raw = {**raw, **given}
    profile = _profile(raw, knowledge, language, ctx, from_options=not profile_file and not case_id)
    advisor = Advisor(knowledge)
    recommendation = advisor.recommend(profile)
    if output == "json":
        answer = AnswerWriter(advisor, language).write(recommendation, with_trace)
        click.echo(json.dumps(json.loads(answer), indent=2, ensure_ascii=False) if pretty else answer)
        return
    presenter = Presenter(knowledge, language)
    console = screen()
    console.print(presenter.recommendation(recommendation, advisor.artifact, show_all))
    if with_trace:
        console.print(trace_table(profile, knowledge, language))


def _answers_in(profile_file: Any, case_id: str | None, knowledge: Knowledge) -> object:
    if case_id:
        try:
            return dict(knowledge.case(case_id).profile)
        except UnknownNameError as error:
            raise click.BadParameter(str(error), param_hint="--case") from None
    if profile_file is None:
        return {}
    try:
        content: object = read_document(profile_file.name, profile_file.read()).data
    except UnicodeDecodeError:
        raise Refused(f"{profile_file.name} is no text in UTF-8.") from None
    except KnowledgeError as error:
        raise Refused(f"the answers cannot be read:\n{error}") from None
    # The body of a request to the service holds the answers one level deeper; it is welcome here too.
    if isinstance(content, Mapping) and set(content) == {"profile"}:
        return content["profile"]
    return content


def _profile(raw: object, knowledge: Knowledge, language: str, ctx: click.Context, *, from_options: bool) -> Profile:
    try:
        return ProfileGate(knowledge).load(raw, language)
    except ProfileError as error:
        words = Presenter(knowledge, language).problems(error.problems)
        raise (click.UsageError(words, ctx) if from_options else Refused(words)) from None
