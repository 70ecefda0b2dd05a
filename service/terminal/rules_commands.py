"""The commands `rules check` and `rules list`: for those who write and keep the rules."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from model.cli.options import KNOWLEDGE_VARIABLE, Group, knowledge_in, knowledge_option, language_option
from model.cli.translations import translation
from model.domain.rules import Effect, Rule
from model.errors import Phrase
from model.knowledge.evidence_linter import check_evidence
from model.knowledge.linter import check as suspicious
from service.terminal.checked import show_warnings, warnings_counted
from service.terminal.output import screen
from service.terminal.tables import rule_table

_TODAY = "today"


class _Day(click.ParamType[date]):
    """A day as 2027-05-24, or "today"."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if value == _TODAY:
            return date.today()
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(Phrase("'{0}' is no day; write it like 2027-05-24.", value), param, ctx)


@click.group(cls=Group, path="rules.", no_args_is_help=True)
def rules() -> None:
    """Check and list the rules."""


@rules.command("check")
@click.argument(
    "folder",
    metavar="[FOLDER]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar=KNOWLEDGE_VARIABLE,
)
@click.option("--strict", is_flag=True, help="Exit with 1 when there are warnings too.")
@language_option
@click.pass_context
def check_rules(ctx: click.Context, folder: Path | None, strict: bool, language: str) -> None:
    """Check all knowledge files, in FOLDER or the built-in ones.

    Mistakes are shown with file, line and what is allowed, and give exit code 1. Warnings are about what is allowed
    but suspicious, such as a rule that can never fire.
    """
    knowledge = knowledge_in(folder)
    warnings = [*suspicious(knowledge), *check_evidence(knowledge.evidence)]
    show_warnings(warnings, language)
    counts = map(len, (knowledge.rules, knowledge.channels, knowledge.questionnaire.questions, knowledge.evidence))
    words = Phrase(
        "{0} rules, {1} channels, {2} questions, {3} documented communities: no mistakes, {4}.",
        *counts,
        warnings_counted(len(warnings)),
    )
    click.echo(translation(words, language))
    if warnings and strict:
        ctx.exit(1)


@rules.command("list")
@click.option("--theme", help="Only rules of this theme: the name of a file with rules, such as access.")
@click.option("--effect", type=click.Choice([effect.value for effect in Effect]), help="Only rules with this effect.")
@click.option(
    "--due",
    type=_Day(),
    is_flag=False,
    flag_value=_TODAY,
    metavar="[DAY]",
    help="Only rules that must be checked again by this day, such as 2027-05-24; without a day: today.",
)
@language_option
@knowledge_option
def list_rules(theme: str | None, effect: str | None, due: date | None, language: str, folder: Path | None) -> None:
    """List the rules with weight, kind of evidence, sources and the day by which to check them again."""
    knowledge = knowledge_in(folder)
    themes = sorted({rule.theme for rule in knowledge.rules})
    if theme is not None and theme not in themes:
        raise click.BadParameter(Phrase("'{0}' is not one of {1}.", theme, ", ".join(themes)), param_hint="--theme")

    def is_asked_for(rule: Rule) -> bool:
        fits = theme in (None, rule.theme) and effect in (None, rule.effect)
        return fits and (due is None or rule.review_by <= due)

    screen().show(rule_table(filter(is_asked_for, knowledge.rules), knowledge, language))
