"""Worker: gunicorn's worker with threads, which refuses what is no HTTP in the form of every other mistake.

Left to itself gunicorn answers that with a page in HTML, and writes the address of the client to its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker
from werkzeug import Response

from service.app import ALWAYS
from service.components import EXTENSION, Components
from service.http.problems import MEDIA_TYPE, problem
from service.http.telemetry import Header, Telemetry, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STATUS: Mapping[type[Exception], HTTPStatus] = {
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
"""Why a request cannot be read → status; 400 for every other reason."""
_OF_THE_SERVICE = (InvalidResponseHeader, InvalidResponseHeaderName)


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """A process that answers requests, each in a thread."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be read as a request; the log and the counts get it as they get all others."""
        if isinstance(exc, _OF_THE_SERVICE) or not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        write_nonblock(client, refusal(self.wsgi.extensions[EXTENSION], STATUS.get(type(exc), HTTPStatus.BAD_REQUEST)))


def refusal(parts: Components, status: HTTPStatus) -> bytes:
    """All bytes of an answer to a request of which nothing is known, so neither its language."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = problem(
            "bad_request", parts.knowledge.messages["en"], instance="", request_id=request_id(environ), status=status
        )
        return Response(orjson.dumps(content), status, content_type=MEDIA_TYPE)(environ, start_response)

    lines: list[str] = []
    body: list[bytes] = []

    def start(line: str, headers: Iterable[Header], exc_info: object = None) -> Callable[[bytes], object]:
        lines[:] = [f"HTTP/1.1 {line}", "Connection: close", *(f"{name}: {value}" for name, value in headers), "", ""]
        return body.append

    body.extend(Telemetry(answer, parts.metrics, ALWAYS)({"REQUEST_METHOD": "", "PATH_INFO": ""}, start))
    return "\r\n".join(lines).encode("latin-1") + b"".join(body)
