"""Writes the contract: `python -m service.openapi.document > openapi.yaml`.

Paths and descriptions come from the docstrings of the views, shapes from `service.api.schemas`, the profile from the
questions. Every example is what the service answers, made in `service.openapi.examples`.
"""

from __future__ import annotations

import inspect
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from apispec.yaml_utils import load_yaml_from_docstring
from flask import Flask

from model.answer.writer import Detail
from model.domain.knowledge import LANGUAGES, Knowledge
from model.profiles.channel_choice import ONLY, WITHOUT
from service.api import schemas
from service.api.contract import included_parts, schemas_of
from service.api.views.model import AT
from service.api.views.profiles import CODE
from service.app import API_VERSION, create_app
from service.components import EXTENSION
from service.http.problems import MEDIA_TYPE
from service.http.query import DETAIL, INCLUDE, LANGUAGE
from service.http.telemetry import REQUEST_ID
from service.openapi.evidence import evidence_parameters
from service.openapi.examples import OUTCOME_FORM, OUTCOME_MAPPING, REFUSALS, add_examples
from service.openapi.named_codes import name_codes
from service.openapi.outcomes import FAILURES, add_outcome_components
from service.settings import Settings

HEAD = "# Written by `make openapi` from the code of the service; do not edit it here.\n"
ABOUT = """\
Advises which channels suit a community of practice, with reasons and sources, and says whether it is time to launch.

Texts are in Dutch or English, by `lang` or `Accept-Language`; codes are always the same. Everything that goes wrong is
told as a problem (RFC 9457) in one shape, with every mistake in a request at once. A body has at most 64 KiB, a batch
at most 1 MiB. Fields may be added to answers, so do not refuse those that you do not know.
"""
TAGS = {
    "recommendations": "From answers about a community to ranked, explained channels.",
    "advice": "What a team asks next: which question tells most, and whether a success carries over.",
    "forms": "Submissions of form tools, in the shape in which these send them.",
    "catalogue": "What the service knows. Answers have an ETag, so that a client only fetches what changed.",
    "evidence": "What became of channels in real communities, by sources that anybody can read.",
    "outcomes": "What really happened, as records to learn from. These operations need a key.",
    "model": "What gives the answers.",
    "operations": "For whoever runs the service.",
}
ANSWERS = (schemas.recommendations.RecommendationSchema, schemas.recommendations.BriefRecommendationSchema)
"""The shapes of a recommendation; `detail` tells them apart."""
_METHODS = ("get", "post", "put", "patch", "delete")
_LIBRARY = schemas  # importing the schemas makes their names known to docstrings


def document() -> dict[str, Any]:
    """The contract of the service with its own knowledge."""
    with tempfile.TemporaryDirectory() as folder:
        forms = Path(folder)
        (forms / f"{OUTCOME_FORM}.yaml").write_text(OUTCOME_MAPPING, encoding="utf-8")
        return _document(create_app(Settings(database_url=f"sqlite:///{folder}/examples.db", forms=forms)))


def _document(app: Flask) -> dict[str, Any]:
    knowledge: Knowledge = app.extensions[EXTENSION].knowledge
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title="platform-fit",
        version=API_VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": ABOUT, "license": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"}},
        servers=[{"url": "/", "description": "The service that gave this document."}],
        tags=[{"name": name, "description": description} for name, description in TAGS.items()],
    )
    converter = plugin.converter
    assert converter is not None
    converter.add_attribute_function(_values)  # type: ignore[no-untyped-call]  # apispec has no types here
    _add_components(spec, knowledge)
    answer = {"oneOf": [converter.resolve_nested_schema(shape) for shape in ANSWERS]}  # type: ignore[no-untyped-call]
    for path, method, view in operations(app):
        spec.path(path=path, operations={method: _operation(view)})
    contract: dict[str, Any] = {"openapi": None, **spec.to_dict()}
    contract["components"]["schemas"].update(of_knowledge := schemas_of(knowledge), Answer=answer)
    name_codes(contract, of_knowledge)
    add_examples(contract, app, knowledge)
    return contract


def operations(app: Flask) -> Iterator[tuple[str, str, Any]]:
    """(path, method, view) of every operation that has its part of the contract in a docstring."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if load_yaml_from_docstring(inspect.getdoc(view) or ""):
            for method in _METHODS:
                if method.upper() in (rule.methods or ()):
                    yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method, view


def written() -> str:
    """The contract as YAML."""
    return HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _schema_name(schema: Any) -> str:
    named = schema if isinstance(schema, str) else (schema if isinstance(schema, type) else type(schema)).__name__
    return named.rpartition(".")[2].removesuffix("Schema")


def _values(self: OpenAPIConverter, field: Any, ret: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Codes as the plain text they are sent as, where Python has an enumeration of them."""
    return {"enum": [None if code is None else str(code) for code in ret["enum"]]} if "enum" in ret else {}


def _operation(view: Any) -> dict[str, Any]:
    text = inspect.getdoc(view) or ""
    summary, _, description = text.partition("---")[0].strip().partition("\n")
    operation = load_yaml_from_docstring(text)
    responses = operation["responses"]
    for status in [status for status in responses if status in (200, 201)]:
        responses[status]["headers"] = _headers()
    if not any(str(status).startswith("4") for status in responses):
        responses["4XX"] = "ClientMistake"
    responses[500] = "InternalError"
    # Who needs no key is told so: an operation that says nothing leaves it open.
    return {"summary": summary, "description": " ".join(description.split()), "security": [], **operation}


def _headers() -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (REQUEST_ID, "API-Version")}


def _add_components(spec: APISpec, knowledge: Knowledge) -> None:
    spec.components.header(REQUEST_ID, {"description": "The id of the request.", "schema": {"type": "string"}})
    spec.components.header("API-Version", {"description": "The version of the service.", "schema": {"type": "string"}})
    _add_parameters(spec, knowledge)
    for name, refusal in REFUSALS.items():
        _add_problem(spec, name, refusal.description)
    for name, failure in FAILURES.items():
        _add_problem(spec, name, failure.description)
    add_outcome_components(spec)
    _add_problem(spec, "ClientMistake", "The request cannot be answered as it is, which any request can run into.")
    _add_problem(spec, "InternalError", "Something went wrong that is not the client's mistake.")
    spec.components.response("NotModified", {"description": "The client has it already.", "headers": _headers()})


def _add_problem(spec: APISpec, name: str, description: str) -> None:
    content = {MEDIA_TYPE: {"schema": "ProblemSchema"}}
    spec.components.response(name, {"description": description, "headers": _headers(), "content": content})


def _add_parameters(spec: APISpec, knowledge: Knowledge) -> None:
    language = {"type": "string", "enum": list(LANGUAGES)}
    spec.components.parameter(
        "lang",
        "query",
        {
            "name": LANGUAGE,
            "description": "Language of the texts; without it the one in Accept-Language, and else English.",
            "schema": language,
        },
    )
    spec.components.parameter(
        "include",
        "query",
        {
            "name": INCLUDE,
            "description": "What to add to the answer, separated by commas: `trace` tells what became of each rule, "
            "`levers` what the team can do for a channel and what the first place hangs on, `cases` the nearest "
            "documented cases and own records, `nextQuestion` what to ask next. `levers:` with a channel behind it "
            "asks for that channel; if more are named, for the last one.",
            "schema": {"type": "array", "items": {"type": "string", "enum": included_parts(knowledge)}},
            "style": "form",
            "explode": False,
        },
    )
    spec.components.parameter(
        DETAIL,
        "query",
        {
            "name": DETAIL,
            "description": "How much to tell: `brief` only the decision and the channels to use together, for a mail "
            "or a page of thanks; `usual` the best channels of each moment in full and one line of each other; `full` "
            "everything, also what unknown answers could change and what is not assessed.",
            "schema": {"type": "string", "enum": list(map(str, Detail)), "default": Detail.USUAL.value},
        },
    )
    for name, description in (
        (ONLY, "Channels that are allowed; the others are left out, and named so."),
        (WITHOUT, "Channels to leave out, such as those that an organisation does not allow."),
    ):
        spec.components.parameter(
            name,
            "query",
            {
                "name": name,
                "description": description,
                "schema": {
                    "type": "array",
                    "items": {"type": "string", "enum": sorted(knowledge.channel_by_id)},
                    "minItems": 1,
                },
                "style": "form",
                "explode": False,
            },
        )
    spec.components.parameter(
        "ifNoneMatch",
        "header",
        {
            "name": "If-None-Match",
            "description": "The ETag of what the client has; if it still holds, the answer is 304 without a body.",
            "schema": {"type": "string"},
        },
    )
    spec.components.parameter(
        "at",
        "query",
        {
            "name": AT,
            "description": "The moment to look back at, with a time zone; without it, now.",
            "schema": {"type": "string", "format": "date-time"},
        },
    )
    for name, parameter in evidence_parameters().items():
        spec.components.parameter(name, "query", parameter)
    named = {noun: f"The id of the {noun}." for noun in ("channel", "rule", "case", "entry")}
    for noun, description in {**named, "form": "The name of the form, which is that of its mapping file."}.items():
        spec.components.parameter(noun, "path", {"description": description, "schema": {"type": "string"}})
    code = {"description": "The `code` of a recommendation.", "schema": {"type": "string"}}
    spec.components.parameter(CODE, "path", code)


class _Dumper(yaml.SafeDumper):
    """Without anchors: readers of a contract expect to see everything in its place."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    str,
    lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None),
)

if __name__ == "__main__":
    sys.stdout.write(written())
