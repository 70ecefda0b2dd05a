"""Error messages: marshmallow's nested ones as flat ones that name the path, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, validate
from marshmallow.exceptions import SCHEMA

from model.knowledge.yaml_lines import Path


def problems_of(schema: Schema, messages: Any) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Every (path, message, allowed values) in marshmallow's nested error messages."""
    for key, found in messages.items():
        field = schema.fields.get(key)
        if key == SCHEMA:
            yield (), "this must be a mapping", tuple(sorted(schema.fields))
        elif field is None:
            yield (key,), "this key is unknown", tuple(sorted(schema.fields))
        else:
            yield from _field_problems(field, found, (key,))


def _field_problems(field: fields.Field[Any], found: Any, path: Path) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    if isinstance(found, list):
        allowed = _choices(field)
        for message in found:
            yield path, plain(str(message)), allowed
        return
    for key, inner in found.items():
        if isinstance(field, fields.Nested):
            for rest, message, allowed in problems_of(field.schema, {key: inner}):
                yield (*path, *rest), message, allowed
        elif isinstance(field, fields.List):
            yield from _field_problems(field.inner, inner, (*path, key))
        elif isinstance(field, fields.Dict) and isinstance(inner, dict):
            side = field.value_field if "value" in inner else field.key_field
            yield from _field_problems(side or field, inner.get("value", inner.get("key")), (*path, key))
        else:
            yield (*path, key), plain(str(inner[0] if isinstance(inner, list) else inner)), ()


def _choices(field: fields.Field[Any]) -> tuple[str, ...]:
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            return tuple(str(choice) for choice in rule.choices)
    return ()


_WORDINGS = {
    "Missing data for required field.": "this key is missing",
    "Field may not be null.": "there is nothing here",
    "Not a valid string.": "this must be a word or a text",
    "Not a valid integer.": "this must be a whole number",
    "Not a valid number.": "this must be a number",
    "Not a valid list.": "this must be a list",
    "Not a valid mapping type.": "this must be a mapping",
}


def plain(message: str) -> str:
    """A message of marshmallow or of the profile gate, worded like the others about knowledge files."""
    if message in _WORDINGS:
        return _WORDINGS[message]
    if message.startswith("Must be one of: "):
        return "this value is not known"
    return message[:1].lower() + message[1:].rstrip(".")
