"""The contract as it is served: `openapi.yaml`, with the questions this service is running with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from model.knowledge.base import Knowledge
from service.profile_schema import profile_json_schema

FILE_NAME = "openapi.yaml"
_BESIDE_THIS, _AT_THE_ROOT = Path(__file__).parent, Path(__file__).parents[1]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def contract_file() -> Path:
    """Beside this file in an installed package, at the root in a working copy."""
    beside = _BESIDE_THIS / FILE_NAME
    return beside if beside.exists() else _AT_THE_ROOT / FILE_NAME


def contract(knowledge: Knowledge) -> dict[str, Any]:
    """The contract for this knowledge; other knowledge than the file was made with has other questions."""
    document: dict[str, Any] = yaml.load(contract_file().read_bytes(), _LOADER)
    profile = profile_json_schema(knowledge.questionnaire, "en", titles=False)
    schemas = document["components"]["schemas"]
    if {name: rest for name, rest in schemas["Profile"].items() if name != "examples"} != profile:
        schemas["Profile"] = profile
        _drop_examples(document)
    return document


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
