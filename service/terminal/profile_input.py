"""Where the answers about a community come from: a file, a documented case, a profile code, or options."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType

from model.advice.advice import Advice
from model.cli.options import (
    KNOWLEDGE_VARIABLE,
    CommandError,
    knowledge_in,
    knowledge_option,
    language_option,
)
from model.cli.translations import terminal_language, translation
from model.domain.knowledge import Knowledge
from model.domain.questions import Question
from model.errors import KnowledgeError, Phrase, ProfileError, UnknownNameError, reason
from model.knowledge.yaml_lines import read_document
from model.outcomes.record import complete_answers
from model.profiles.channel_choice import ChannelChoice, channel_names_in
from model.profiles.code import ProfileCodes
from model.profiles.profile import Profile
from model.profiles.told_changes import told_changes
from model.profiles.validation import ProfileGate, ReadProfile
from service.terminal.champion import answered_by, champion_advice, rules_only_option
from service.terminal.output import screen
from service.terminal.recommendation_view import problem_lines

_KNOWLEDGE = "platform_fit.knowledge"


@dataclass(frozen=True, slots=True)
class CommandInput:
    """What a command was given.

    Attributes:
        raw: question → answer as it came in, or whatever else a file holds.
        case_id: the documented case that the answers come from, if they do.
        rules_only: whether to leave aside what was learned from records.
        choice: which channels are allowed.
        from_options: only options say anything, so a mistake in the answers is wrong use of the command.
    """

    ctx: click.Context
    knowledge: Knowledge
    language: str
    raw: object
    case_id: str | None
    from_options: bool
    rules_only: bool
    choice: ChannelChoice

    def advice(self) -> Advice:
        """Advice with what is live in the store, or with the rules."""
        return champion_advice(self.knowledge, self.language, self.rules_only)

    def show(self, advice: Advice, *parts: RenderableType) -> None:
        """Write an answer for a person to the terminal, and who gave it."""
        console = screen()
        for part in (*parts, answered_by(advice, self.language)):
            console.show(part)

    def profile(self) -> Profile:
        """The answers, all of them checked."""
        return self.choice.applied(self._checked(ProfileGate(self.knowledge).read).profile, self.knowledge)

    def partial(self) -> ReadProfile:
        """The answers so far; required ones may be missing."""
        return self._checked(ProfileGate(self.knowledge).read_partial)

    def said(self, read: ReadProfile) -> ReadProfile:
        """Itself, after telling what was read as something else than was written."""
        words = self.knowledge.messages[self.language]["terminal_understood"]
        for each in read.understood:
            answer = each.answer if isinstance(each.answer, str) else ", ".join(each.answer)
            click.echo(words.format(question=each.question, answer=answer), err=True)
        return read

    def _checked(self, read: Callable[[object, str], ReadProfile]) -> ReadProfile:
        try:
            return self.said(read(self.raw, self.language))
        except ProfileError as error:
            words = problem_lines(error.problems, self.knowledge.messages[self.language])
            raise (click.UsageError(words, self.ctx) if self.from_options else CommandError(words)) from None


class AnswersFile(click.File):
    """A text file to read; why it cannot be opened is said in the language of the terminal."""

    def __init__(self) -> None:
        super().__init__(encoding="utf-8-sig")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if isinstance(error.__context__, OSError):
                self.fail(Phrase("'{0}': {1}", value, reason(error.__context__)), param, ctx)
            raise


class ProfileCommand(click.Command):
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
    language = terminal_language(os.environ)
    if question.ordered:
        limits = Phrase(" (repeat for more, the most important first)")
    else:
        limits = Phrase(" (repeat for more)") if many else Phrase("")
    return click.Option(
        [f"--{question.id.replace('_', '-')}", question.id],
        type=click.Choice(question.allowed),
        multiple=many,
        metavar="CHANNEL" if question.options[0].channel else None,
        help=question.text[language] + translation(limits, language),
    )


def profile_input(command: Callable[..., None]) -> Callable[..., None]:
    """Adds FILE, --case, --code, --only, --without, --rules-only, --lang and --knowledge to a `ProfileCommand`.

    The command gets what they say as `CommandInput`.
    """

    @click.argument("profile_file", metavar="[FILE]", required=False, type=AnswersFile())
    @click.option(
        "--case", "case_id", metavar="CASE", help="Start from the answers of a documented case, such as 2diabeat."
    )
    @click.option("--code", metavar="CODE", help="Start from the answers in a profile code.")
    @click.option("--only", metavar="CHANNEL", multiple=True, help="Keep this channel and no others; repeat for more.")
    @click.option("--without", metavar="CHANNEL", multiple=True, help="Leave this channel out; repeat for more.")
    @rules_only_option
    @language_option
    @knowledge_option
    @click.pass_context
    @wraps(command)
    def with_answers(
        ctx: click.Context,
        /,
        profile_file: Any,
        case_id: str | None,
        code: str | None,
        only: tuple[str, ...],
        without: tuple[str, ...],
        rules_only: bool,
        language: str,
        folder: Path | None,
        **rest: Any,
    ) -> None:
        if sum(bool(each) for each in (profile_file, case_id, code)) > 1:
            raise click.UsageError(Phrase("Give a FILE, --case or --code, not more than one of them."))
        knowledge: Knowledge = ctx.meta[_KNOWLEDGE]
        raw = _answers_in(profile_file, case_id, code, knowledge, language)
        answers = {question.id: rest.pop(question.id) for question in knowledge.questionnaire}
        said = {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items() if value}
        if isinstance(raw, dict):
            raw = {**raw, **said}
        from_options = not (profile_file or case_id or code)
        choice = _choice(only, without, knowledge)
        command(CommandInput(ctx, knowledge, language, raw, case_id, from_options, rules_only, choice), **rest)

    return with_answers


def _choice(only: Sequence[str], without: Sequence[str], knowledge: Knowledge) -> ChannelChoice:
    for option, values in (("--only", only), ("--without", without)):
        for name in channel_names_in(values):
            try:
                knowledge.channel(name)
            except UnknownNameError as error:
                raise click.BadParameter(str(error), param_hint=option) from None
    return ChannelChoice(channel_names_in(only), channel_names_in(without))


def _answers_in(
    profile_file: Any, case_id: str | None, code: str | None, knowledge: Knowledge, language: str
) -> object:
    if case_id:
        try:
            return dict(knowledge.case(case_id).profile)
        except UnknownNameError as error:
            raise click.BadParameter(str(error), param_hint="--case") from None
    if code:
        profile = profile_behind(code, knowledge, language, "--code")
        return complete_answers(profile.as_dict(), knowledge.questionnaire)
    return {} if profile_file is None else read_answers(profile_file)


def profile_behind(code: str, knowledge: Knowledge, language: str, hint: str) -> Profile:
    """The profile behind a code; what is wrong with the code is said of the parameter named by `hint`.

    What became of answers of an earlier list of questions is told beside the answer.
    """
    try:
        profile, changes = ProfileCodes(knowledge).opened(code, language)
    except ProfileError as error:
        raise click.BadParameter(" ".join(each.message for each in error.problems), param_hint=hint) from None
    for sentence in told_changes(changes, knowledge, language):
        click.echo(sentence, err=True)
    return profile


def read_answers(file: Any) -> object:
    """What a file with answers holds."""
    # What click makes of standard input, to read it in this encoding, need not have a name.
    name = getattr(file, "name", "<stdin>")
    try:
        content: object = read_document(name, file.read()).data
    except UnicodeDecodeError:
        raise CommandError(Phrase("{0} is no text in UTF-8.", name)) from None
    except KnowledgeError as error:
        raise CommandError(Phrase("the answers cannot be read:\n{0}", error)) from None
    # The body of a request to the service holds the answers one level deeper; it is welcome here too.
    if isinstance(content, Mapping) and set(content) == {"profile"}:
        return content["profile"]
    return content
