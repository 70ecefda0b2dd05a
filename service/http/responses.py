"""Advised: advice as a response; like a recommendation it is about one community, so that no cache keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Response

from model.profiles.reading import Understood

UNDERSTOOD = "understood"


def send_advice(content: Any, language: str) -> Response:
    """Plain values as JSON.

    Args:
        language: of its texts.
    """
    response = Response(orjson.dumps(content), content_type="application/json")
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


def understood_content(understood: Iterable[Understood]) -> dict[str, Any]:
    """The answers that were read as something else than was sent, as a field of the answer, if there are any."""
    told = [{"pointer": each.pointer, "question": each.question, "answer": each.answer} for each in understood]
    return {UNDERSTOOD: told} if told else {}
