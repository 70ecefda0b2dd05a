"""Mapping file: reads the YAML of a form mapping, and names every mistake with file, line and what is allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from model.domain.code_changes import CodeChanges
from model.domain.knowledge import LANGUAGES, Knowledge
from model.domain.questions import UNKNOWN
from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.error_messages import problems_of
from model.knowledge.plain_files import text_of
from model.knowledge.yaml_lines import Document, read_document
from model.profiles.reading import plain
from service.forms.mapping import (
    ADVICE,
    CODE,
    OTHERWISE,
    OUTCOME,
    PURPOSES,
    RECORD_FIELDS,
    REPLIES,
    SIGNATURES,
    AnswerEntries,
    FormMapping,
    FormSignature,
    Path,
    Scalar,
)

READY_MADE = FilePath(__file__).parent / "ready_made"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_SHORTEST_SECRET = 16

Problem = tuple[tuple[str | int, ...], Phrase, tuple[str, ...]]


class OneOrMore(fields.Field[tuple[Scalar, ...]]):
    """One value or a list of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Scalar, ...]:
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, Scalar) for item in items):
            raise ValidationError(Phrase("give a word, or a list of words"))
        return tuple(items)


class Names(OneOrMore):
    """One name or a list of them; a number is taken as a word."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Scalar, ...]:
        return tuple(str(item) for item in super()._deserialize(value, attr, data, **kwargs))


class _MappingPart(Schema):
    class Meta:
        unknown = RAISE


class _EntriesPart(_MappingPart):
    name = fields.String(required=True)
    value = Names(required=True)


class _SignaturePart(_MappingPart):
    kind = fields.String(required=True, validate=validate.OneOf(SIGNATURES))
    secret = fields.String(
        required=True,
        validate=validate.Regexp(
            _VARIABLE, error=Phrase("give the name of the environment variable that holds the secret")
        ),
    )
    header = fields.String(validate=validate.Regexp(r"[A-Za-z0-9-]+\Z", error=Phrase("this is no name of a header")))


class MappingSchema(_MappingPart):
    """The keys of a mapping file."""

    extends = fields.String()
    source = Names()
    purpose = fields.String(validate=validate.OneOf(PURPOSES))
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    answers = fields.String()
    entries = fields.Nested(_EntriesPart)
    json_in = fields.String()
    name_after = fields.String()
    checkboxes = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=Names(), data_key="fields")
    values = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.Raw(), values=OneOrMore()))
    separators = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(1, error=Phrase("is empty")))
    )
    ignore = Names()
    submission = fields.String()
    when = fields.Dict(keys=fields.String(), values=OneOrMore())
    signature = fields.Nested(_SignaturePart)
    reply = fields.String(validate=validate.OneOf(REPLIES))


def read_mappings(
    folder: FilePath | None, knowledge: Knowledge, environment: Mapping[str, str] | None = None
) -> dict[str, FormMapping]:
    """All forms by name: the ready-made ones, and those in a folder, which go before them.

    Raises:
        KnowledgeError: a file cannot be used, or a secret is not in the environment; every problem is listed.
    """
    files = [*READY_MADE.glob("*.yaml"), *(sorted(folder.glob("*.yaml")) if folder else ())]
    found: dict[str, FormMapping] = {}
    problems: list[KnowledgeProblem] = []
    for file in files:
        try:
            mapping = read_mapping(file, knowledge, environment)
        except KnowledgeError as error:
            problems += error.problems
        else:
            found[mapping.name] = mapping
    if problems:
        raise KnowledgeError(problems)
    return found


def read_mapping(file: FilePath, knowledge: Knowledge, environment: Mapping[str, str] | None = None) -> FormMapping:
    """One form.

    Raises:
        KnowledgeError: every mistake in the file, with its line.
    """
    document = read_document(file.name, text_of(file))
    environment = os.environ if environment is None else environment
    content = _content(document)
    problems = list(_problems(file.stem, content, knowledge, environment))
    if problems:
        raise KnowledgeError([document.problem(path, message, allowed) for path, message, allowed in problems])
    return _mapping(file.stem, _extended(content), knowledge.questionnaire.changes, environment)


def ready_made_names() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in READY_MADE.glob("*.yaml")))


def _content(document: Document) -> dict[str, Any]:
    schema = MappingSchema()
    try:
        content: dict[str, Any] = schema.load(document.data)
    except ValidationError as error:
        by_key = {"fields_": schema.fields["fields_"]}
        schema.fields |= {"fields": by_key["fields_"]}
        raise KnowledgeError(
            [document.problem(path, message, allowed) for path, message, allowed in problems_of(schema, error.messages)]
        ) from None
    return content


def _extended(content: dict[str, Any]) -> dict[str, Any]:
    """The content with what it builds on; lists of names to ignore and what fields stand for are added up."""
    if "extends" not in content:
        return content
    file = READY_MADE / f"{content['extends']}.yaml"
    base = _content(read_document(file.name, text_of(file)))
    joined = {name: {**base.get(name, {}), **content.get(name, {})} for name in ("fields_", "values", "separators")}
    ignore = (*base.get("ignore", ()), *content.get("ignore", ()))
    return {**base, **content, **joined, "ignore": ignore}


def _problems(
    name: str, content: Mapping[str, Any], knowledge: Knowledge, environment: Mapping[str, str]
) -> Iterator[Problem]:
    """What is wrong although every key has the right shape."""
    if not _NAME.fullmatch(name):
        yield (), Phrase("call the file by small letters, digits and hyphens, for the address of the form"), ()
    if "extends" in content and content["extends"] not in ready_made_names():
        yield ("extends",), Phrase("there is no ready-made mapping with this name"), ready_made_names()
        return
    purpose = _extended(dict(content)).get("purpose", ADVICE)
    questions = knowledge.questionnaire.by_id
    targets = (*questions, CODE, *(RECORD_FIELDS if purpose == OUTCOME else ()))
    for key in ("fields", "values", "separators"):
        for target in content.get("fields_" if key == "fields" else key, ()):
            if target not in targets and (key, target) != ("separators", OTHERWISE):
                yield (key, target), Phrase("this is no question and no field of a record"), targets
    yield from _wrong_values(content, knowledge)
    for target in content.get("separators", ()):
        if target in questions and questions[target].kind != "multi":
            yield (
                ("separators", target),
                Phrase("this question takes one answer, so nothing stands between answers"),
                (),
            )
    if content.get("reply") == "page" and purpose == OUTCOME:
        yield ("reply",), Phrase("only advice has a page to go on to"), ("json",)
    if signature := content.get("signature"):
        yield from _wrong_signature(signature, environment)


def _wrong_values(content: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Problem]:
    for target, texts in content.get("values", {}).items():
        question = knowledge.questionnaire.by_id.get(target)
        if question is None:
            continue
        for text, codes in texts.items():
            for code in codes:
                if code not in (*question.codes, *knowledge.questionnaire.changes.of(target), UNKNOWN):
                    yield ("values", target, text), Phrase("'{0}' is no answer to {1}", code, target), question.allowed
            if question.kind == "single" and len(codes) > 1:
                yield ("values", target, text), Phrase("this question takes one answer"), question.allowed


def _wrong_signature(signature: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Problem]:
    if signature["kind"] == "shared-secret" and "header" not in signature:
        yield ("signature", "header"), Phrase("name the header that holds the secret"), ()
    secret = environment.get(signature["secret"], "")
    if len(secret) < _SHORTEST_SECRET:
        message = Phrase(
            "the environment variable {0} must hold at least {1} characters", signature["secret"], _SHORTEST_SECRET
        )
        yield ("signature", "secret"), message, ()


def _today(target: str, codes: tuple[Scalar, ...], changes: CodeChanges) -> tuple[Scalar, ...]:
    """What a text stands for, in codes of today."""
    return tuple(changes.renewed({target: codes}).get(target, (UNKNOWN,)))


def _mapping(
    name: str, content: Mapping[str, Any], changes: CodeChanges, environment: Mapping[str, str]
) -> FormMapping:
    entries, signature = content.get("entries"), content.get("signature")
    return FormMapping(
        name=name,
        purpose=content.get("purpose", ADVICE),
        language=content.get("language"),
        answers=_path(content.get("answers", "")),
        entries=entries and AnswerEntries(_path(entries["name"]), tuple(map(_path, entries["value"]))),
        json_in=content.get("json_in"),
        name_after=content.get("name_after", ""),
        checkboxes=content.get("checkboxes", ""),
        fields=content.get("fields_", {}),
        values={
            target: {plain(str(text)): _today(target, codes, changes) for text, codes in texts.items()}
            for target, texts in content.get("values", {}).items()
        },
        separators=content.get("separators", {}),
        ignore=content.get("ignore", ()),
        submission=_path(content["submission"]) if "submission" in content else None,
        when={_path(path): values for path, values in content.get("when", {}).items()},
        signature=signature
        and FormSignature(signature["kind"], environment.get(signature["secret"]), signature.get("header", "")),
        reply=content.get("reply", "json"),
        source=content.get("source", ()),
    )


def _path(text: str) -> Path:
    return tuple(step for step in text.split(".") if step)
