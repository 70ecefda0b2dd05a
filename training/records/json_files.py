"""JSON: a record a line, or a list of records, or records that each take several lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from model.errors import FileError
from training.records.column_names import NESTED
from training.records.header import ColumnOf
from training.records.tables import BEYOND, FileRow, Messages, OpenFile
from training.records.text_files import UTF8, TextFile, open_text

MOST_AT_ONCE = 50_000_000
"""Characters of JSON that are read at once; more must come a record a line."""
_SPACE = " \t\r\n\ufeff"


def open_json(path: Path, column_of: ColumnOf, messages: Messages) -> OpenFile:
    """Open JSON; whether there is a record a line is seen from its first line.

    Raises:
        FileError: it is no text. The iterator also raises it for broken JSON, and for an object around the records.
    """
    text = open_text(path, messages)
    first = next((stripped for line, _ in text.lines() if (stripped := line.strip(_SPACE))), "")
    at_once = first.startswith("[") or (first.startswith("{") and not first.endswith("}"))
    rows = _without_envelope(_at_once(text, messages) if at_once else _by_line(text, messages), column_of, messages)
    plain = text.encoding == UTF8 and not text.packed and not at_once
    return OpenFile(None, rows, text.size, notes=text.notes, plain=plain)


def _without_envelope(rows: Iterator[FileRow], column_of: ColumnOf, messages: Messages) -> Iterator[FileRow]:
    """The rows, unless the first one is no record but an object that holds records: a page of more, for instance."""
    for row in rows:
        if row.line == 1 and not any(column_of(name) or name == NESTED for name in row.cells):
            for name, value in row.cells.items():
                if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
                    raise FileError(messages["file_json_envelope"].format(name=name))
        yield row


def _by_line(text: TextFile, messages: Messages) -> Iterator[FileRow]:
    for number, (line, position) in enumerate(text.lines(), 1):
        content = line.strip(_SPACE)
        if content:
            try:
                value = _JSON.decode(content)
            except _NoNumberError as error:
                value = error
            except (ValueError, RecursionError):
                value = None
            yield _row(number, value, content, position, messages)


def _at_once(text: TextFile, messages: Messages) -> Iterator[FileRow]:
    """Records that are not a line each; they are numbered, because lines mean little here."""
    content, place, number = _whole(text, messages), 0, 0
    while (place := len(content) - len(content[place:].lstrip(_SPACE))) < len(content):
        try:
            value, place = _JSON.raw_decode(content, place)
        except _NoNumberError as error:
            raise FileError(messages["intake_no_number"].format(value=error)) from None
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", content.count("\n", 0, place) + 1)
            raise FileError(
                messages["file_broken_json"].format(file=text.path.name, line=line, column=getattr(error, "colno", 1))
            ) from None
        for each in value if isinstance(value, list) else [value]:
            number += 1
            yield _row(number, each, str(each), text.size, messages)


def _whole(text: TextFile, messages: Messages) -> str:
    parts, size = [], 0
    for line, _ in text.lines():
        parts.append(line)
        size += len(line)
        if size > MOST_AT_ONCE:
            raise FileError(messages["file_json_too_long"].format(file=text.path.name))
    return "".join(parts)


def _row(number: int, value: Any, content: str, position: int, messages: Messages) -> FileRow:
    if isinstance(value, _Twice):
        fault = messages["intake_key_twice"].format(name=value.name)
    elif isinstance(value, dict):
        return FileRow(number, value, position)
    elif isinstance(value, _NoNumberError):
        fault = messages["intake_no_number"].format(value=value)
    else:
        fault = messages["intake_not_json"]
    return FileRow(number, {BEYOND: content}, position, (fault,))


class _Twice(dict[str, Any]):
    """An object in which a name is there twice, at any depth."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    inside = (value.name for _, value in pairs if isinstance(value, _Twice))
    here = (name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    twice = next(chain(here, inside), None)
    return dict(pairs) if twice is None else _Twice(twice)


class _NoNumberError(ValueError):
    """NaN or Infinity, which programs write and JSON does not know."""


def _no_number(name: str) -> NoReturn:
    raise _NoNumberError(name)


_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
