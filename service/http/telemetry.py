"""Telemetry: what can be seen of every request from outside: its id, its line in the log, its share in the counts.

This is a layer around the whole application, so that it also sees what the framework refuses, and so that the headers
that every answer has are added in one step. Neither bodies nor query strings nor addresses of clients are kept.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.wsgi import ClosingIterator

from service.http.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Header = tuple[str, str]

REQUEST_ID = "X-Request-Id"
NO_ROUTE = "none"
"""In place of a route, for an address that does not exist."""
_ID = "platform_fit.request_id"
KEY_ID = "platform_fit.key_id"
"""Where the id of the key of a request is kept for the log; it is no secret."""
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_PLAIN_PATH = re.compile(r"/|(/(v[0-9]|[a-z._-]{1,24})){1,4}/?")
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_ACCESS = logging.getLogger("platform_fit.access")


def request_id(environ: WSGIEnvironment) -> str:
    """The id of the request that is being answered."""
    return str(environ[_ID])


class Telemetry:
    """The layer around an application.

    Args:
        always: headers for every answer that does not have them already.
    """

    def __init__(self, app: WSGIApplication, metrics: Metrics, always: Sequence[Header]) -> None:
        self._app = app
        self._metrics = metrics
        self._always = [(name, value, name.lower()) for name, value in always]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        own = environ[_ID] = given if _SANE_ID.fullmatch(given) else os.urandom(12).hex()
        status, length, route = 0, None, NO_ROUTE

        def start(line: str, headers: list[Header], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, length, route
            status = int(line[:3])
            # The framework lets go of its request as soon as it has answered.
            rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
            if rule is not None:
                route = rule.rule
            present = {}
            for name, value in headers:
                present[name.lower()] = value
            length = present.get("content-length")
            headers.append((REQUEST_ID, own))
            for name, value, lower in self._always:
                if lower not in present:
                    headers.append((name, value))
            return start_response(line, headers, exc_info) if exc_info else start_response(line, headers)

        body = self._app(environ, start)
        if length is None:
            # The answer is still being made while it is sent.
            return ClosingIterator(body, lambda: self._note(environ, route, status, length, began))
        self._note(environ, route, status, length, began)
        return body

    def _note(self, environ: WSGIEnvironment, route: str, status: int, length: str | None, began: float) -> None:
        seconds = perf_counter() - began
        method = environ["REQUEST_METHOD"]
        self._metrics.count(method if method in _METHODS else "other", route, status, seconds)
        if _ACCESS.isEnabledFor(logging.INFO):
            fields: dict[str, Any] = {
                "requestId": environ[_ID],
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 3),
                "bytes": None if length is None else int(length),
            }
            if key := environ.get(KEY_ID):
                fields["key"] = key
            if route == NO_ROUTE:
                # Of addresses that exist the route tells enough. Of others only plain words are told: what is nearly an
                # address may hold a private link or a profile code, which tells all answers.
                path = environ.get("PATH_INFO", "")
                fields["path"] = path if _PLAIN_PATH.fullmatch(path) else None
            _ACCESS.info("request", extra={"fields": fields})


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging's name)
        """UTC, to the millisecond; the seconds are worked out once for all lines of one second."""
        second = int(record.created)
        if second != self._second:
            self._second = second
            self._stamp = self._utc(second)
        return f"{self._stamp}.{int(record.msecs):03}Z"

    _second, _stamp = -1, ""

    @staticmethod
    def _utc(second: int) -> str:
        return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def log_to(stream: Any = None, level: str = "info") -> None:
    """Write what the service logs as JSON lines, to standard output unless told otherwise.

    Args:
        level: the least that is written; above "info" there is no line for each request.
    """
    # No line says which thread, process or line of code it comes from, so nobody has to find that out (the names are
    # those of the chapter "Optimization" in the documentation of logging).
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("platform_fit")
    log.handlers[:] = [handler]
    log.setLevel(level.upper())
    log.propagate = False
