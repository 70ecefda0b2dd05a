"""Translations: help, errors and warnings of the command line in the language of the terminal.

English stands where a command or an error is written, an error as a `Phrase`; the catalogue is asked where it is shown.
Click looks its own words up in the same domain of gettext, so that they come along. `make translations` keeps the
catalogue in step.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import click

from model.domain.knowledge import LANGUAGES
from model.errors import Phrase

DOMAIN = "messages"
"""The one that click asks."""
FOLDER = Path(__file__).parent / "locale"
_SOURCE = "en"
_LANGUAGE = "LANGUAGE"
"""The variable that gettext asks first."""


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that the arguments of a command ask for with `--lang`, and otherwise its terminal."""
    for place, argument in enumerate(arguments):
        asked = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang":
            asked = "".join(arguments[place + 1 : place + 2])
        if asked in LANGUAGES:
            return asked
    return terminal_language(environment)


def terminal_language(environment: Mapping[str, str]) -> str:
    """The language that the locale variables ask for, by their usual order (POSIX.1-2017, section 8.2)."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    code = locale[:2].lower()
    return code if code in LANGUAGES else _SOURCE


def translation(text: str, language: str) -> str:
    """A text in a language; one that is no phrase, such as a name, stays as it is."""
    if language == _SOURCE or not isinstance(text, Phrase) or not text.template:
        return text
    values = [translation(value, language) for value in text.values]
    return _catalogue(language).gettext(text.template).format(*values)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let the library of the command line say its own words in a language: gettext asks the environment for it."""
    before = os.environ.get(_LANGUAGE)
    os.environ[_LANGUAGE] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ[_LANGUAGE]
        else:
            os.environ[_LANGUAGE] = before


def translated(command: click.Command) -> click.Command:
    """A command whose help is in the language of the terminal."""
    language = terminal_language(os.environ)
    if language == _SOURCE:
        return command
    made = copy.copy(command)
    made.help = command.help and _help(command.help, language)
    made.params = [_translated_option(parameter, language) for parameter in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translated(each) for name, each in made.commands.items()}
    return made


def _translated_option(parameter: click.Parameter, language: str) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option):
        made.help = made.help and _help(made.help, language)
        if isinstance(made.show_default, str):
            made.show_default = _help(made.show_default, language)
    return made


def _help(text: str, language: str) -> str:
    return (
        translation(text, language)
        if isinstance(text, Phrase)
        else _catalogue(language).gettext(inspect.cleandoc(text))
    )


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=language == _SOURCE)


gettext.bindtextdomain(DOMAIN, str(FOLDER))
