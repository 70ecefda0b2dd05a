"""Translations: help and refusals of the command line in the language of the terminal.

English stands where a command or an error is written; the catalogue is asked where it is shown. Click looks its own
words up in the same domain of gettext, so that they come along. `make translations` keeps the catalogue in step.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import click

from model.domain.knowledge import LANGUAGES

DOMAIN = "messages"
"""The one that click asks."""
FOLDER = Path(__file__).parent / "locale"
_SOURCE = "en"

REFUSALS = (
    "{0} is live already",
    "{0} should be live but cannot be used: it is damaged, or was made for other rules. What answers instead: {1}. "
    "Go back with `models rollback`, or train again.",
    "{0} To do it all the same, give a reason: --overrule REASON",
    "The gate refuses {0}: it failed on {1}.",
    "{0} was judged by an earlier gate, which did not look at the order. Train again.",
    "The gate cannot tell whether {0} is good: hardly any failures were reported. Collect those too.",
    "The gate refuses {0}: the documented cases contradict your records; see its report.",
    "The gate cannot tell yet whether {0} is good enough: there are too few records.",
    "{0} was held against {1}, but {2} answers now. Train again.",
    "The gate refuses {0}: documented cases of today speak against it: {1}.",
    "another artifact is called {0} already",
    "{0} is {1}, so it cannot be removed: promote or roll back first",
    "live",
    "what a rollback would bring back",
    "there is nothing to go back to: nothing was promoted",
    "a promotion needs a name and a reason",
    "a key needs one or more of these scopes: {0}",
    "a key needs a name of at most 100 characters",
    "there is no active key with the id {0}; `keys list` shows those that exist",
    "there is no key with the id {0}; `keys list` shows those that exist",
    "there is a file {0} already; choose another name",
    "there is no store in {0}",
    "there is no store yet; it is made when the first record or key is",
    "{0} is damaged or is no database: {1}",
    "{0} is damaged: {1}",
    "{0} is no store of platform-fit",
    "a service is using {0}: stop it first, and start it again afterwards",
    "the store was made by a newer version of platform-fit; use that version",
    "the store was made by an earlier version of platform-fit; a start of `serve` brings it up to date, or "
    "`platform-fit store upgrade` (make a backup first)",
    "the database URL must be {0}",
    "PLATFORM_FIT_DATABASE_URL must be {0}",
    "like sqlite:////folder/platform-fit.db or postgresql://user@host/name",
    "the data folder {0} cannot be made: {1}",
    "nothing can be kept in the folder {0}, because {1} may not be written",
    "the store is busy or out of reach",
    "the file of the store is damaged or is no database: put back a copy of it",
    "the file of the store is damaged: put back a copy of it",
    "the disk of the store is full",
    "the store or its folder may only be read, not written",
    "other writers kept coming first",
    "There is no {0} called '{1}'. Allowed: {2}.",
    "There is no {0} called '{1}'. Closest: {2}.",
    "There is no {0} called '{1}'. There is none yet.",
    "artifact",
    "channel",
    "question",
    "case",
    "artifact '{0}' is not in the store",
    "what is stored as artifact '{0}' is another one",
    "the artifact is damaged: its checksum does not fit its content",
    "this is no artifact: {0}",
    "the artifact cannot be used: {0}",
    "artifact '{0}' was made for other rules, channels or questions than are loaded: train again",
    "the self-test of artifact '{0}' does not fit this knowledge",
    "the self-test of artifact '{0}' does not come out for '{1}': {2} instead of {3}",
    "the artifact has format {0} and this version reads {1}: train again",
    "the starter of this knowledge is damaged. {0}",
    "the starter of this knowledge cannot be used: {0}. {1}",
    "the starter of this knowledge was made for other rules, channels or questions. {0}. {1}.",
    "Build the starter again: platform-fit models starter",
    "Without the file starter.json the rules answer alone",
    "this knowledge has no starter",
    "enough requests wait for the store already",
    "Spark is not installed. Run `make spark` in the folder of platform-fit",
    "{0}: Spark reads Parquet only: a file or folder whose name ends in .parquet",
    "The report cannot be written to {0}: {1}.",
    "There are no records to learn from in {0}. To get them there: platform-fit outcomes import FILE",
    "the store",
    "{0} rows of {1} have the id, or else the community, channel and start, of another row. Take them out, or let the "
    "store sort it out: platform-fit outcomes import {1}",
    "Give a new file that ends in {0}.",
    "It exists already. Give another name, or --force.",
    "--without-source is about the store. Leave such rows out of the file of --records.",
    "--spark needs --records: what is in the store is put together by its own database.",
    "the knowledge cannot be used, one problem:\n{0}",
    "the knowledge cannot be used, {0} problems:\n{1}",
    "This needs '{0}', which is not installed.",
    "This needs '{0}', which is not installed. Run `make {1}` in the folder of platform-fit, or use the image for data "
    "staff.",
    "{0} is no report.json of `platform-fit evidence evaluate`.",
    "{0} holds no object with answers.",
    "Name the one FILE that reads it.",
    "{0} is no JSON in UTF-8.",
    "{0} is no JSON: {1}.",
    "{0} is no answer: it must be one JSON object, as --format json gives it.",
    "{0} is the answer to another profile: its code is {1}.",
    "{0} is no answer of platform-fit: parts of it are missing.",
    "--pretty goes with --format json.",
    "Give a FILE, --case or --code, not more than one of them.",
    "{0} is no text in UTF-8.",
    "the answers cannot be read:\n{0}",
    "'{0}' is not one of {1}.",
    "{0}: No such file or directory",
    "{0}: Permission denied",
    "{0}: Is a directory",
)
"""Errors that can be read in another language, with what is filled in; a value may be such a text itself."""
_VALUE = re.compile(r"\\\{\d\\\}")


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


@cache
def translator(language: str) -> Callable[[str], str]:
    """The function that translates one text."""
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=language == _SOURCE).gettext


def refusal(text: str, language: str) -> str:
    """An error in a language; as it is where it is none of `REFUSALS`."""
    if language == _SOURCE:
        return text
    translate = translator(language)
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = [refusal(value, language) for value in found.groups()]
            return translate(template).format(*values)
    bare = text.removesuffix(".")
    return refusal(bare, language) + "." if bare != text else text


@cache
def _patterns() -> Sequence[tuple[str, re.Pattern[str]]]:
    """Each refusal with what finds it, those with the most words first."""
    longest_first = sorted(REFUSALS, key=lambda template: len(re.sub(r"\{\d\}", "", template)), reverse=True)
    return [(template, re.compile(_pattern(template), re.DOTALL)) for template in longest_first]


def _pattern(template: str) -> str:
    """A regular expression in which each value is a group; one that is there again is the same."""
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        number = found[0].strip("\\{}")
        if number in seen:
            return f"(?P=value{number})"
        seen.add(number)
        return f"(?P<value{number}>.+)"

    return _VALUE.sub(group, re.escape(template))


def translated(command: click.Command) -> click.Command:
    """A command whose help is in the language of the terminal."""
    language = terminal_language(os.environ)
    if language == _SOURCE:
        return command
    translate, made = translator(language), copy.copy(command)
    made.help = command.help and translate(inspect.cleandoc(command.help))
    made.params = [_translated_option(parameter, translate) for parameter in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translated(each) for name, each in made.commands.items()}
    return made


def _translated_option(parameter: click.Parameter, translate: Callable[[str], str]) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option) and made.help:
        made.help = translate(inspect.cleandoc(made.help))
    return made


gettext.bindtextdomain(DOMAIN, str(FOLDER))
