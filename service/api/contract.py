"""The contract as it is served: `openapi.yaml`, with the questions this service is running with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from model.advice.evidence_search import search_choices
from model.domain.knowledge import Knowledge
from service.api.profile_schema import code_schemas, partial_profile_json_schema, profile_json_schema
from service.http.bodies import PROFILE
from service.http.query import INCLUDABLE, INCLUDE, levers_choices

FILE_NAME = "openapi.yaml"
_BESIDE_THIS, _AT_THE_ROOT = Path(__file__).parents[1], Path(__file__).parents[2]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def contract_file() -> Path:
    """Beside this file in an installed package, at the root in a working copy."""
    beside = _BESIDE_THIS / FILE_NAME
    return beside if beside.exists() else _AT_THE_ROOT / FILE_NAME


def contract(knowledge: Knowledge) -> dict[str, Any]:
    """The contract for this knowledge; other knowledge than the file was made with has other names."""
    document: dict[str, Any] = yaml.load(contract_file().read_bytes(), _LOADER)
    schemas = document["components"]["schemas"]
    of_knowledge = schemas_of(knowledge)
    if any(_without_examples(schemas[name]) != schema for name, schema in of_knowledge.items()):
        schemas.update(of_knowledge)
        document["components"]["parameters"][INCLUDE]["schema"]["items"]["enum"] = included_parts(knowledge)
        _drop_examples(document)
    return document


def schemas_of(knowledge: Knowledge) -> dict[str, Any]:
    """The schemas that are made from the knowledge, by name."""
    questionnaire = knowledge.questionnaire
    return {
        **code_schemas(questionnaire),
        "Profile": profile_json_schema(questionnaire, "en", named=True),
        "PartialProfile": partial_profile_json_schema(questionnaire, "en", named=True),
        "ChannelId": {"type": "string", "enum": list(knowledge.channel_by_id)},
        "EvidenceCountry": _one_of(search_choices(knowledge)["country"]),
        "WorkSetting": _one_of(search_choices(knowledge)["work_setting"]),
        "CaseId": {"type": "string", "enum": [case.id for case in knowledge.cases]},
        "TransferSource": {
            "anyOf": [
                {"description": "A documented case.", "$ref": "#/components/schemas/CaseId"},
                {
                    "type": "object",
                    "properties": {PROFILE: {"$ref": "#/components/schemas/Profile"}},
                    "required": [PROFILE],
                    "additionalProperties": False,
                },
            ]
        },
    }


def _one_of(codes: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(codes)} if codes else {"type": "string"}


def included_parts(knowledge: Knowledge) -> list[str]:
    """Everything that `include` can ask for."""
    return [*INCLUDABLE, *levers_choices(knowledge.channel_by_id)]


def _without_examples(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: rest for name, rest in schema.items() if name != "examples"}


def _drop_examples(value: Any) -> None:
    """Take out what was answered with other questions."""
    if isinstance(value, dict):
        value.pop("example", None)
        value.pop("examples", None)
        for inner in value.values():
            _drop_examples(inner)
    elif isinstance(value, list):
        for inner in value:
            _drop_examples(inner)
