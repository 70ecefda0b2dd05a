"""Responses: advice about one community, which no cache may keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response

from model.domain.code_changes import CodeChange
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.profiles.reading import Understood
from model.profiles.told_changes import change_sentence

UNDERSTOOD, CHANGES = "understood", "changes"


def send_advice(content: Any, language: str) -> Response:
    """Plain values as JSON.

    Args:
        language: of its texts.
    """
    response = send_private(orjson.dumps(content))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response


def send_private(body: bytes | str, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    response = Response(body, status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def changes_content(changes: Iterable[CodeChange], knowledge: Knowledge, language: str) -> dict[str, Any]:
    """The answers of an earlier list of questions that are others today, as a field of the answer, if there are any."""
    told = [
        {
            "question": each.question,
            "was": each.code or None,
            "answer": each.becomes or UNKNOWN,
            "text": change_sentence(each, knowledge, language),
        }
        for each in changes
    ]
    return {CHANGES: told} if told else {}


def understood_content(understood: Iterable[Understood]) -> dict[str, Any]:
    """The answers that were read as something else than was sent, as a field of the answer, if there are any."""
    told = [{"pointer": each.pointer, "question": each.question, "answer": each.answer} for each in understood]
    return {UNDERSTOOD: told} if told else {}
