"""Advised: advice as a response; like a recommendation it is about one community, so that no cache keeps it."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response


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
