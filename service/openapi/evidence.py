"""The parameters by which documented communities are looked for, as the contract describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.domain.evidence import RESULTS, SECTORS
from service.api.evidence_requests import (
    FURTHEST,
    LIMIT,
    LONGEST_Q,
    MOST_PER_PAGE,
    OFFSET,
    USUAL_PER_PAGE,
    Q,
)  # fmt: skip


def evidence_parameters() -> Mapping[str, dict[str, Any]]:
    """Each parameter by its name in the contract."""
    return {
        "evidenceChannel": _parameter("channel", "A channel that has an outcome.", _of_knowledge("ChannelId")),
        "evidenceResult": _parameter("result", "What became of it.", _enum(RESULTS)),
        "evidenceSector": _parameter("sector", "Where the community is.", _enum(SECTORS)),
        "evidenceCountry": _parameter(
            "country", "Its country; `XX` is several, or not told.", _of_knowledge("EvidenceCountry")
        ),
        "evidenceWorkSetting": _parameter("work_setting", "Where members work.", _of_knowledge("WorkSetting")),
        "evidenceWords": _parameter(
            Q,
            "Words that must all be in its texts, which are in English.",
            {"type": "string", "maxLength": LONGEST_Q},
        ),
        "evidenceLimit": _parameter(
            LIMIT, "How many communities a page holds.", _number(1, MOST_PER_PAGE, USUAL_PER_PAGE)
        ),
        "evidenceOffset": _parameter(OFFSET, "How many communities come before the page.", _number(0, FURTHEST, 0)),
    }


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": description, "schema": schema}


def _enum(codes: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(codes)}


def _of_knowledge(name: str) -> dict[str, Any]:
    """A schema that follows from the knowledge; see `service.api.contract`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _number(least: int, most: int, usual: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "default": usual}
