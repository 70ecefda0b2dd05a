"""The commands under `forms`: draft, check and list the mappings with which submissions of form tools are read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from model.cli.options import CommandError, Group, knowledge_in, knowledge_option, language_option
from model.cli.translations import translation
from model.domain.knowledge import Knowledge
from model.errors import KnowledgeError, Phrase, ProfileError
from model.profiles.validation import ProfileGate
from service.forms.draft import MappingDraft
from service.forms.mapping import ADVICE, PURPOSES, FormMapping
from service.forms.mapping_file import READY_MADE, read_mapping, read_mappings, ready_made_names
from service.forms.submission import FormSubmission, SubmissionError, SubmissionReader
from service.settings import FORMS
from service.terminal.output import screen

_EXAMPLE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


class _AnySecret(dict[str, str]):
    """An environment that has every secret: whoever checks a mapping need not know them."""

    def get(self, name: str, default: Any = None) -> str:
        return "*" * 32


@click.group(cls=Group, path="forms.", no_args_is_help=True)
def forms() -> None:
    """Read submissions of form tools: draft, check and list mappings."""


@forms.command("list")
@language_option
@knowledge_option
def list_forms(language: str, folder: Path | None) -> None:
    """List the ready-made mappings and the pages that they rest on."""
    table = _table(language, Phrase("form"), Phrase("made from"))
    for name, mapping in sorted(read_mappings(None, knowledge_in(folder)).items()):
        table.add_row(name, "\n".join(mapping.source))
    screen().show(table)


@forms.command("show")
@click.argument("name", type=click.Choice(ready_made_names()))
def show_form(name: str) -> None:
    """Print a ready-made mapping, to build on."""
    click.echo((READY_MADE / f"{name}.yaml").read_text(encoding="utf-8"), nl=False)


@forms.command("draft")
@click.argument("example", type=_EXAMPLE)
@click.option(
    "--purpose",
    type=click.Choice(PURPOSES),
    default=ADVICE,
    show_default=True,
    help="What its submissions are for: advice, or a record of what became of a channel.",
)
@language_option
@knowledge_option
def draft_form(example: Path, purpose: str, language: str, folder: Path | None) -> None:
    """Draft a mapping from EXAMPLE, one submission as JSON as the tool sends it; - is standard input."""
    try:
        draft = MappingDraft(_payload(example), knowledge_in(folder), purpose)
    except SubmissionError:
        raise CommandError(Phrase("{0} holds no object with answers.", example)) from None
    click.echo(draft.text(language), nl=False)


@forms.command("check")
@click.argument("mappings", metavar="FOLDER|FILE", envvar=FORMS, type=click.Path(exists=True, path_type=Path))
@click.option("--example", type=_EXAMPLE, help="Also show what is read from this submission; only with one FILE.")
@language_option
@knowledge_option
def check_forms(mappings: Path, example: Path | None, language: str, folder: Path | None) -> None:
    """Check mapping files, and show what one of them reads from an example.

    Mistakes are shown with file, line and what is allowed, and give exit code 1.
    """
    knowledge = knowledge_in(folder)
    try:
        if mappings.is_dir():
            found = [
                each for each in read_mappings(mappings, knowledge, _AnySecret()).values() if _is_in(mappings, each)
            ]
        else:
            found = [read_mapping(mappings, knowledge, _AnySecret())]
    except KnowledgeError as error:
        raise CommandError(str(error)) from None
    if example is not None:
        if mappings.is_dir():
            raise click.BadParameter(Phrase("Name the one FILE that reads it."), param_hint="--example")
        _show(found[0], _payload(example), knowledge, language)
    click.echo(translation(Phrase("Mappings without mistakes: {0}.", len(found)), language))


def _is_in(folder: Path, mapping: FormMapping) -> bool:
    return (folder / f"{mapping.name}.yaml").exists()


def _payload(file: Path) -> Any:
    try:
        with click.open_file(str(file), encoding="utf-8-sig") as opened:
            return json.load(opened)
    except (ValueError, RecursionError):
        raise CommandError(Phrase("{0} is no JSON in UTF-8.", file)) from None


def _show(mapping: FormMapping, payload: Any, knowledge: Knowledge, language: str) -> None:
    """What is read from an example, and what is wrong with it."""
    try:
        submission = SubmissionReader(mapping, knowledge).read(payload)
    except SubmissionError as error:
        raise CommandError(
            knowledge.messages[language]["error_not_a_submission"] + f" ({error.pointer or '/'})"
        ) from None
    if submission is None:
        click.echo(knowledge.messages[language]["form_nothing_done"])
        return
    table = _table(language, Phrase("field"), Phrase("question"), Phrase("sent"), Phrase("read as"))
    for row in _rows(submission, knowledge):
        table.add_row(*row)
    screen().show(table)
    for name in submission.not_taken:
        click.echo(translation(Phrase("not taken: {0}", name), language))
    try:
        ProfileGate(knowledge).read_partial(submission.answers, language)
    except ProfileError as error:
        for problem in error.problems:
            click.echo(translation(Phrase("wrong: {0}", problem), language))


def _rows(submission: FormSubmission, knowledge: Knowledge) -> Iterator[tuple[str, str, str, str]]:
    reading, questions = ProfileGate(knowledge).reading, knowledge.questionnaire.by_id
    everything: Mapping[str, Any] = {**submission.answers, **submission.record}
    for target, value in everything.items():
        read = reading.answer(questions[target], value) if target in questions else value
        yield submission.places[target], target, json.dumps(value, ensure_ascii=False), _plain(read)


def _table(language: str, *headings: Phrase) -> Table:
    """A table that breaks long names and cuts none."""
    table = Table()
    for heading in headings:
        table.add_column(translation(heading, language), overflow="fold")
    return table


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
