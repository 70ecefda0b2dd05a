"""What every command of `platform-fit` shares: finding commands, refusing in plain words, and common options.

A package adds a command by an entry point in the group `platform_fit.commands`. The name "serve" is a command; the name
"rules.audit" is the command `audit` of the group `rules`. A command is imported only when it is needed.

Exit codes: 0 it worked, 1 the knowledge or the data is wrong, 2 the command was used wrongly.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from model.cli.translations import language_of, speaking, terminal_language, translated, translation
from model.domain.knowledge import LANGUAGES, Knowledge
from model.errors import KnowledgeError, Phrase, PlatformFitError, SettingsError
from model.knowledge.loader import PACKAGED, load_knowledge

ENTRY_POINTS = "platform_fit.commands"
KNOWLEDGE_VARIABLE = "PLATFORM_FIT_KNOWLEDGE"

F = TypeVar("F", bound=Callable[..., Any])


class CommandError(click.ClickException):
    """The knowledge or the data is wrong; the message is for a person."""

    exit_code = 1


class WrongSettingError(CommandError):
    """A setting in the environment cannot be what it is, which is a way of using a command wrongly."""

    exit_code = 2


class Group(click.Group):
    """A group of commands of its own, completed with those that entry points name.

    Attributes:
        path: what stands before the names of its commands in the entry points, such as "rules.".
    """

    def __init__(self, *args: Any, path: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.path = path

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its help; that of the root is translated by nobody else."""
        click.Command.format_help_text(translated(self), ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run as a program; what the library itself says is in the language asked for, too."""
        with speaking(language_of(sys.argv[1:] if args is None else args, os.environ)):
            return super().main(args, *rest, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(name.partition(".")[0] for name in self._outside())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return translated(own)
        outside = self._outside()
        if cmd_name in outside:
            return translated(_loaded(outside[cmd_name]))
        inner = [name for name in outside if name.startswith(f"{cmd_name}.")]
        if not inner:
            return None
        return Group(cmd_name, path=f"{self.path}{cmd_name}.", help=f"Commands for {cmd_name}.", no_args_is_help=True)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that was raised on purpose is shown as its own words, in the language asked for."""
        language = language_of(ctx.args, os.environ)
        try:
            return self._invoke(ctx)
        except click.ClickException as error:
            vars(error)["message"] = translation(error.message, language)  # it goes on as the kind of error that it is
            raise

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KnowledgeError as error:
            raise CommandError(_unusable(error)) from None
        except SettingsError as error:
            raise WrongSettingError(Phrase("{0}.", error)) from None
        except PlatformFitError as error:
            raise CommandError(str(error)) from None
        except ModuleNotFoundError as error:
            point = self._outside().get(ctx.invoked_subcommand or "")
            if point is None:
                raise
            raise CommandError(_missing(error, point)) from None

    def _outside(self) -> Mapping[str, EntryPoint]:
        return {name.removeprefix(self.path): point for name, point in _points().items() if name.startswith(self.path)}


@cache
def _points() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def _loaded(point: EntryPoint) -> click.Command:
    """The command behind an entry point, or one that says which extra is missing for it."""
    try:
        command: click.Command = point.load()
    except ModuleNotFoundError as error:
        return _unavailable(point.name.rpartition(".")[2], _missing(error, point))
    return command


def _unusable(error: KnowledgeError) -> Phrase:
    if len(error.problems) == 1:
        return Phrase("the knowledge cannot be used, one problem:\n{0}", error)
    return Phrase("the knowledge cannot be used, {0} problems:\n{1}", len(error.problems), error)


def _missing(error: ModuleNotFoundError, point: EntryPoint) -> Phrase:
    # Each extra has a target that installs what its lock file names. A name given to pip would be looked for on a
    # public index, where the package of that name is not this one.
    targets = " ".join(point.extras)
    if not targets:
        return Phrase("This needs '{0}', which is not installed.", error.name)
    return Phrase(
        "This needs '{0}', which is not installed. Run `make {1}` in the folder of platform-fit, or use the image for "
        "data staff.",
        error.name,
        targets,
    )


def _unavailable(name: str, missing: Phrase) -> click.Command:
    @click.command(name, help=missing, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    def unavailable() -> None:
        raise CommandError(missing)

    return unavailable


def knowledge_option(command: F) -> F:
    """Adds `--knowledge`, a folder of knowledge files."""
    return click.option(
        "--knowledge",
        "folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        envvar=KNOWLEDGE_VARIABLE,
        show_envvar=True,
        help="Folder of knowledge files to use instead of the built-in ones.",
    )(command)


def language_option(command: F) -> F:
    """Adds `--lang`; without it the language of the terminal is used where there are texts in it."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default=lambda: terminal_language(os.environ),
        show_default="nl in a Dutch terminal, otherwise en",
        help="Language of the answer.",
    )(command)


def knowledge_in(folder: Path | None) -> Knowledge:
    """The knowledge in a folder, or the built-in knowledge.

    Raises:
        KnowledgeError: anything in it is wrong.
    """
    return load_knowledge(folder or PACKAGED)


def standard_output() -> TextIO:
    """The terminal, or whatever standard output goes to now; an old terminal shows "?" for a sign that it lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return sys.stdout
