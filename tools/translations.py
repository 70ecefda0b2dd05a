"""Catalogues: finds every interface text, keeps each language's .po file in step, and compiles it to .mo.

Run as `python tools/translations.py` (`make translations`) after changing a text in a template or a translation. It
says which texts a language still misses. With `--check` it changes nothing and only says what is not in step.

The compiled files are committed: a checkout, an image or an editable install then works at once, without a build step
that could be forgotten, and a test fails when a compiled file is not made from its source.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).parent.parent / "service/web"
TRANSLATIONS = WEB / "translations"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {"_": None, "gettext": None, "translate": None, "ngettext": (1, 2)}


def main() -> int:
    """Bring the files in step, or say that they are not."""
    check = "--check" in sys.argv
    problems = []
    for file in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        catalogue, source, compiled = made(file)
        problems += [f"{file.parent.parent.name}: not translated: {message.id}" for message in missing(catalogue)]
        for path, content in ((file, source), (file.with_suffix(".mo"), compiled)):
            if path.exists() and path.read_bytes() == content:
                continue
            if check:
                problems.append(f"{path.relative_to(WEB)} is not in step: run `make translations`")
            else:
                path.write_bytes(content)
    print("\n".join(problems))
    return 1 if problems else 0


def made(file: Path) -> tuple[Catalog, bytes, bytes]:
    """What a .po file should be, with its translations kept: as a catalogue, as .po and as .mo."""
    with file.open("rb") as stream:
        old = read_po(stream, locale=file.parent.parent.name)
    new = Catalog(locale=old.locale, project="platform-fit", fuzzy=False)
    for text in sorted(set(_texts()), key=str):
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


def _texts() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS)
    for _, _, text, _, _ in found:
        yield text


if __name__ == "__main__":
    sys.exit(main())
