"""Catalogues: finds the texts of pages and commands, keeps each language's .po files in step, and compiles them to .mo.

Run as `python tools/translations.py` (`make translations`) after changing a text or a translation. It
says which texts a language still misses. With `--check` it changes nothing and only says what is not in step.

The compiled files are committed: a checkout, an image or an editable install then works at once, without a build step
that could be forgotten, and a test fails when a compiled file is not made from its source.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from model.cli.main import main as command_line

ROOT = Path(__file__).parent.parent
WEB = ROOT / "service/web"
ROOMS = ("model", "service", "training")
"""Where phrases are written: errors, warnings and what commands say."""
OF_CLICK = (
    "Usage:", "Options", "Commands", "Show this message and exit.", "Show the version and exit.", "Error: {message}",
    "Aborted!", "default: {default}", "env var: {var}", "(dynamic)", "Missing argument", "Missing option",
    "Missing command.", "Choose from:\n\t{choices}", "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "No such command {name!r}.", "No such option {name!r}.", "Try '{command} {option}' for help.",
    "{name} {filename!r} does not exist.", "{name} {filename!r} is a file.", "{name} {filename!r} is a directory.",
    "{value!r} is not a valid {number_type}.", "{value} is not in the range {range}.", "file", "directory", "path",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
)  # fmt: skip
"""What the library of the command line says itself, most of which people meet."""
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
_WORD = re.compile(r"[a-z]{2}")
KEYWORDS = {"_": None, "gettext": None, "translate": None, "ngettext": (1, 2)}


def main() -> int:
    """Bring the files in step, or say that they are not."""
    check = "--check" in sys.argv
    problems = []
    for file in FILES:
        catalogue, source, compiled = made(file)
        problems += [f"{file.parent.parent.name}: not translated: {message.id}" for message in missing(catalogue)]
        for path, content in ((file, source), (file.with_suffix(".mo"), compiled)):
            if path.exists() and path.read_bytes() == content:
                continue
            if check:
                problems.append(f"{path.relative_to(ROOT)} is not in step: run `make translations`")
            else:
                path.write_bytes(content)
    print("\n".join(problems))
    return 1 if problems else 0


def made(file: Path) -> tuple[Catalog, bytes, bytes]:
    """What a .po file should be, with its translations kept: as a catalogue, as .po and as .mo."""
    with file.open("rb") as stream:
        old = read_po(stream, locale=file.parent.parent.name)
    new = Catalog(locale=old.locale, project="platform-fit", fuzzy=False)
    for text in sorted(set(TEXTS[file.stem]()), key=str):
        kept = old.get(text[0] if isinstance(text, tuple) else text)
        same_kind = kept and kept.pluralizable is isinstance(text, tuple)
        new.add(text, kept.string if kept and same_kind else None)
    source, compiled = BytesIO(), BytesIO()
    write_po(source, new, width=110, omit_header=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {new.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {new.plural_forms}\\n"\n\n'
    content = header.encode() + source.getvalue()
    final = read_po(BytesIO(content), locale=str(new.locale))
    # Without a fixed date the same texts would compile to another file every time.
    final.creation_date = final.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(compiled, final)
    return new, content, compiled.getvalue()


def missing(catalogue: Catalog) -> Iterator[Message]:
    """Texts without a translation."""
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(strings):
            yield message


def texts_of_pages() -> Iterator[str | tuple[str, ...]]:
    for _, _, text, _, _ in extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS):
        yield text


def texts_of_commands() -> Iterator[str | tuple[str, ...]]:
    """Help, phrases, and what click says."""
    yield from OF_CLICK
    yield from phrases()
    yield from _help(command_line, click.Context(command_line))


def phrases() -> Iterator[str]:
    """The templates of all phrases, but those without words, which only put others together."""
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="Phrase"), args=[ast.Constant(value=str(template)), *_]):
                        if _WORD.search(template):
                            yield template


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    of_options = [getattr(each, name, None) for each in command.params for name in ("help", "show_default")]
    for words in (command.help, *of_options):
        if isinstance(words, str):
            yield inspect.cleandoc(words)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from _help(inner, context)


TEXTS: Mapping[str, Callable[[], Iterator[str | tuple[str, ...]]]] = {
    "interface": texts_of_pages,
    "messages": texts_of_commands,
}
"""Name of a catalogue → what is in it."""
FILES = sorted(
    file for folder in (WEB / "translations", ROOT / "model/cli/locale") for file in folder.glob("*/LC_MESSAGES/*.po")
)


if __name__ == "__main__":
    sys.exit(main())
