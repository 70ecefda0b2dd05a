"""The commands `channels` and `questions`: what the knowledge holds, in words."""

from __future__ import annotations

from pathlib import Path

import click

from model.cli.options import knowledge_in, knowledge_option, language_option
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import Phrase, UnknownNameError
from service.terminal.output import screen
from service.terminal.tables import channel_sheet, channel_table, question_sheet, question_table


@click.command()
@click.argument("channel_id", metavar="[CHANNEL]", required=False)
@language_option
@knowledge_option
def channels(channel_id: str | None, language: str, folder: Path | None) -> None:
    """Show the channels, or all that is known about one CHANNEL."""
    knowledge = knowledge_in(folder)
    if channel_id is None:
        screen().show(channel_table(knowledge, language))
        return
    try:
        channel = knowledge.channel(channel_id)
    except UnknownNameError as error:
        raise click.UsageError(str(error)) from None
    screen().print(channel_sheet(channel, knowledge, language))


@click.command()
@click.argument("question_id", metavar="[QUESTION]", required=False)
@click.option("--template", is_flag=True, help="Print a file of answers to fill in, for `platform-fit recommend FILE`.")
@language_option
@knowledge_option
def questions(question_id: str | None, template: bool, language: str, folder: Path | None) -> None:
    """Show the questions, or one QUESTION with its answers in words."""
    knowledge = knowledge_in(folder)
    by_id = knowledge.questionnaire.by_id
    if template:
        click.echo(profile_template(knowledge, language), nl=False)
    elif question_id is None:
        screen().show(question_table(knowledge, language))
    elif question_id in by_id:
        screen().print(question_sheet(by_id[question_id], knowledge, language))
    else:
        raise click.UsageError(str(UnknownNameError(Phrase("question"), question_id, tuple(by_id))))


def profile_template(knowledge: Knowledge, language: str) -> str:
    """A profile in YAML with every answer unknown, and each question and its answers as comments."""
    lines = []
    for question in knowledge.questionnaire:
        lines.append(f"# {question.text[language]}")
        lines += [f"#   {option.code}: {option.text[language]}" for option in question.options if not option.channel]
        if question.options[0].channel:
            lines.append(f"#   {knowledge.messages[language]['terminal_any_channel']}: platform-fit channels")
        answer = UNKNOWN if question.unknown_allowed else ""
        lines += [f"{question.id}: {f'[{answer}]' if question.kind == 'multi' else answer}", ""]
    return "\n".join(lines)
