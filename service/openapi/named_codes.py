"""Named codes: every list of codes in the contract as a schema of its own, so that a client has one class of each.

A list that stands in several schemas gets a name from the table; any other is named after its schema and field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from model.domain.channels import MOMENTS
from model.domain.knowledge import LANGUAGES
from model.outcomes.record import NOT_USED_REASONS
from model.scoring.launch_verdict import Verdict

_SHARED: Mapping[tuple[str, ...], str] = {
    tuple(LANGUAGES): "Language",
    tuple(MOMENTS): "Moment",
    tuple(map(str, Verdict)): "VerdictCode",
    tuple(NOT_USED_REASONS): "NotUsedReason",
    ("stated", "inferred"): "Basis",
}


def name_codes(contract: dict[str, Any], finished: Collection[str]) -> None:
    """Put schemas of their own in the place of lists of codes.

    Args:
        contract: is changed.
        finished: schemas to leave as they are; the codes that they are lists of are used.
    """
    schemas: dict[str, Any] = contract["components"]["schemas"]
    names = {**_SHARED, **{tuple(schemas[name]["enum"]): name for name in finished if "enum" in schemas[name]}}
    places = [(name, schemas[name]) for name in list(schemas) if name not in finished]
    places += [(name[0].upper() + name[1:], each["schema"]) for name, each in _parameters(contract) if "schema" in each]
    for name, schema in places:
        for field, own_name in list(_lists_of_codes(schema, name)):
            codes = tuple(code for code in field["enum"] if code is not None)
            named = names.setdefault(codes, own_name)
            schemas.setdefault(named, {"type": "string", "enum": list(codes)})
            assert schemas[named]["enum"] == list(codes), f"{named} means two things"
            _refer(field, named)


def _parameters(contract: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(contract["components"]["parameters"].items())


def _lists_of_codes(schema: Any, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """(schema, the name that it would have) for every schema inside that is a list of at least two codes."""
    if isinstance(schema, dict):
        if len(schema.get("enum", ())) > 1:
            yield schema, name
        for key, inner in schema.items():
            if key == "properties":
                for field, each in inner.items():
                    yield from _lists_of_codes(each, name + field[0].upper() + field[1:])
            elif key not in ("example", "examples", "enum"):
                yield from _lists_of_codes(inner, name)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _lists_of_codes(inner, name)


def _refer(schema: dict[str, Any], name: str) -> None:
    """Let a schema refer to its codes by name; where null is possible too, it says so."""
    reference = {"$ref": f"#/components/schemas/{name}"}
    null = None in schema.pop("enum")
    schema.pop("type", None)
    schema.update({"anyOf": [reference, {"type": "null"}]} if null else reference)
