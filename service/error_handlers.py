"""Error handlers: turns every exception that leaves a view into a problem."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import orjson
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, SecurityError

from model.errors import KeyReusedError, OutcomeError, ProfileError, StoreError, UnknownNameError
from service.components import parts
from service.http.problems import HEADERS, MEDIA_TYPE, FieldError, RequestError, problem
from service.http.query import language_of
from service.http.telemetry import request_id
from service.web.errors import error_page, unknown_name, wants_page

_LOG = logging.getLogger("platform_fit.error")

_KINDS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
"""What the framework refuses by itself, by its status."""


def handle_failures(app: Flask) -> None:
    """Let the application answer every exception with a problem."""
    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(ProfileError, _wrong_fields)
    app.register_error_handler(OutcomeError, _wrong_fields)
    app.register_error_handler(KeyReusedError, _key_reused)
    app.register_error_handler(StoreError, _store_busy)
    app.register_error_handler(UnknownNameError, _unknown_name)
    app.register_error_handler(ParseException, _unreadable)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _by_framework)
    app.register_error_handler(Exception, _unforeseen)


def _refused(error: RequestError) -> Response:
    return _respond(error.kind, errors=error.errors, words=error.words)


def _wrong_fields(error: ProfileError | OutcomeError) -> Response:
    return _respond("invalid_input", errors=error.problems)


def _key_reused(error: KeyReusedError) -> Response:
    return _respond("key_reused")


def _store_busy(error: StoreError) -> Response:
    fields = {"requestId": request_id(request.environ), "detail": str(error)}
    _LOG.warning("store", exc_info=error, extra={"fields": fields})
    return _respond("store_busy")


def _unknown_name(error: UnknownNameError) -> Response:
    return _respond(
        "unknown_name",
        reasons=unknown_name(error, language_of(request)),
        errors=[FieldError("unknown_name", parameter=error.kind, allowed=error.allowed)],
    )


def _unreadable(error: ParseException) -> Response:
    """A body in pieces that are no pieces, which the server only finds out when it is read."""
    return _respond("bad_request")


def _unknown_host(error: SecurityError) -> Response:
    words = parts().knowledge.messages[language_of(request)]
    return _respond("unknown_host", reasons=[words["problem_unknown_host_detail"]])


def _by_framework(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse by themselves; headers such as Allow are kept, the text is not."""
    if error.code is None or error.code >= 500:
        return _unforeseen(error)
    response = _respond(
        _KINDS.get(error.code, "refused"), status=error.code, words={"limit": request.max_content_length}
    )
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _unforeseen(error: Exception) -> Response:
    _LOG.error("unforeseen", exc_info=error, extra={"fields": {"requestId": request_id(request.environ)}})
    return _respond("internal_error")


def _respond(kind: str, reasons: Sequence[str] = (), **more: Any) -> Response:
    """The problem as JSON; as a page for who came with a browser, with its own reasons where it has them."""
    parts().metrics.refused(kind)
    content = problem(
        kind,
        parts().knowledge.messages[language_of(request)],
        instance=request.path,
        request_id=request_id(request.environ),
        **more,
    )
    if wants_page(request):
        page = error_page(request, content["status"], reasons or [error["message"] for error in content["errors"]])
        page.headers.extend(HEADERS.get(kind, {}))
        return page
    response = Response(orjson.dumps(content), content["status"], HEADERS.get(kind, {}), content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language_of(request)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
