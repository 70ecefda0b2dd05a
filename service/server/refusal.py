"""Refusal: the answer to what is no request, in the form of every other mistake.

Left to itself gunicorn answers that with a page in HTML, and writes the address of the client to its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson
from gunicorn.http.errors import (
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from werkzeug import Response

from service.app import ALWAYS
from service.components import Components
from service.http.problems import MEDIA_TYPE, problem
from service.http.telemetry import Header, Telemetry, request_id
from service.server.incoming import TooLargeError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STATUS: Mapping[type[Exception], HTTPStatus] = {
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
"""Why a request cannot be read → status; 400 for every other reason."""
_KINDS = {HTTPStatus.REQUEST_TIMEOUT: "too_slow", HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}


def status_of(error: ParseException) -> HTTPStatus:
    """The status for a request that cannot be read."""
    return STATUS.get(type(error), HTTPStatus.BAD_REQUEST)


def refusal(parts: Components, status: HTTPStatus, limit: int = 0) -> bytes:
    """All bytes of an answer to a request of which nothing is known, so neither its language.

    Args:
        limit: most bytes of a body, for one that is too large.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = problem(
            _KINDS.get(status, "bad_request"),
            parts.knowledge.messages["en"],
            instance="",
            request_id=request_id(environ),
            status=status,
            words={"limit": limit},
        )
        return Response(orjson.dumps(content), status, content_type=MEDIA_TYPE)(environ, start_response)

    lines: list[str] = []
    body: list[bytes] = []

    def start(line: str, headers: Iterable[Header], exc_info: object = None) -> Callable[[bytes], object]:
        lines[:] = [f"HTTP/1.1 {line}", "Connection: close", *(f"{name}: {value}" for name, value in headers), "", ""]
        return body.append

    body.extend(Telemetry(answer, parts.metrics, ALWAYS)({"REQUEST_METHOD": "", "PATH_INFO": ""}, start))
    return "\r\n".join(lines).encode("latin-1") + b"".join(body)
