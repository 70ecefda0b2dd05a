"""Error messages: marshmallow's nested ones as flat ones that name the path, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, validate
from marshmallow.exceptions import SCHEMA

from model.domain.questions import Question
from model.errors import FieldProblem, Phrase
from model.knowledge.yaml_lines import Path


def problems_of(schema: Schema, messages: Any) -> Iterator[tuple[Path, Phrase, tuple[str, ...]]]:
    """Every (path, message, allowed values) in marshmallow's nested error messages."""
    for key, found in messages.items():
        field = schema.fields.get(key)
        if key == SCHEMA:
            yield (), Phrase("this must be a mapping"), tuple(sorted(schema.fields))
        elif field is None:
            yield (key,), Phrase("this key is unknown"), tuple(sorted(schema.fields))
        else:
            yield from _field_problems(field, found, (key,))


def _field_problems(field: fields.Field[Any], found: Any, path: Path) -> Iterator[tuple[Path, Phrase, tuple[str, ...]]]:
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
    "Missing data for required field.": Phrase("this key is missing"),
    "Field may not be null.": Phrase("there is nothing here"),
    "Not a valid string.": Phrase("this must be a word or a text"),
    "Not a valid integer.": Phrase("this must be a whole number"),
    "Not a valid number.": Phrase("this must be a number"),
    "Not a valid list.": Phrase("this must be a list"),
    "Not a valid mapping type.": Phrase("this must be a mapping"),
}


def plain(message: str) -> Phrase:
    """A message of marshmallow, worded like the others about knowledge files; those that are ours stay as they are."""
    if isinstance(message, Phrase):
        return message
    if message in _WORDINGS:
        return _WORDINGS[message]
    if message.startswith("Must be one of: "):
        return Phrase("this value is not known")
    return Phrase("{0}", message[:1].lower() + message[1:].rstrip("."))


def wrong_answer(problem: FieldProblem, question: Question | None) -> Phrase:
    """What the profile gate found, worded like the other mistakes in knowledge files."""
    said = _wrong_answer(problem.code, question)
    return Phrase("{0}. Do you mean “{1}”?", said, problem.suggestion) if problem.suggestion else said


def _wrong_answer(code: str, question: Question | None) -> Phrase:
    match code:
        case "unknown_field":
            return Phrase("there is no question with this name")
        case "required":
            return Phrase("this answer is needed. If you do not know, say “unknown” where that is allowed")
        case "null":
            return Phrase("an answer cannot be empty. Leave the field out, or say “unknown”")
        case "wrong_type":
            return Phrase("give a code as text; where more answers are possible, a list of codes")
        case "none_chosen":
            return Phrase("choose at least one answer, or say “unknown”")
        case "too_many":
            return Phrase("choose at most {0} answers", question.limit if question else 0)
        case "chosen_twice":
            return Phrase("each answer can be chosen only once")
        case "unknown_with_others":
            return Phrase("“unknown” cannot stand beside other answers")
        case "does_not_apply":
            return Phrase("this question only applies after another answer to {0}", _before(question))
        case _:
            return Phrase("this is not one of the possible answers")


def _before(question: Question | None) -> str:
    return question.follows[0] if question and question.follows else ""
