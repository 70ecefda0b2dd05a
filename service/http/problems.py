"""Problems: the one shape of every refusal and failure (RFC 9457).

A problem never repeats a value that was sent. Its texts are in the language of the request; `type` and the codes of the
errors are stable and for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from model.errors import FieldProblem

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:platform-fit:problem:"

STATUS: Mapping[str, int] = {
    "invalid_input": 400,
    "invalid_json": 400,
    "bad_request": 400,
    "unknown_host": 400,
    "unauthorized": 401,
    "wrong_signature": 401,
    "forbidden": 403,
    "not_found": 404,
    "unknown_name": 404,
    "no_report": 404,
    "unreadable_code": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "record_exists": 409,
    "record_of_another": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "key_reused": 422,
    "too_many_requests": 429,
    "internal_error": 500,
    "store_busy": 503,
    "too_busy": 503,
    "refused": 0,
}
"""Kind of problem → status; "refused" takes the status of whatever else the framework refuses."""


HEADERS: Mapping[str, Mapping[str, str]] = {
    "unauthorized": {"WWW-Authenticate": "Bearer"},
    "store_busy": {"Retry-After": "2"},
    "too_busy": {"Retry-After": "5"},
}
"""Kind of problem → headers that its answer must have (RFC 9110, section 11.6.1; section 10.2.3)."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in a request.

    Attributes:
        code: stable name.
        pointer: JSON pointer into the body (RFC 6901), for a mistake in the body.
        parameter: name in the query or the path, for a mistake there.
        sentence: name of its sentence in the messages; `error_<code>` unless it says otherwise.
        words: what the sentence has placeholders for.
    """

    code: str
    pointer: str | None = None
    parameter: str | None = None
    allowed: tuple[str, ...] = ()
    sentence: str = ""
    words: Mapping[str, object] = field(default_factory=dict)

    def content(self, messages: Mapping[str, str]) -> dict[str, Any]:
        place = {"parameter": self.parameter} if self.pointer is None else {"pointer": self.pointer}
        message = messages[self.sentence or f"error_{self.code}"].format_map(self.words)
        return {**place, "code": self.code, "message": message, "allowed": self.allowed}


class RequestError(Exception):
    """A request that cannot be answered.

    Attributes:
        kind: of the problem; a key of `STATUS`.
        errors: every mistake at once.
        words: what the detail has placeholders for.
    """

    def __init__(self, kind: str, errors: Sequence[FieldError | FieldProblem] = (), **words: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.errors = tuple(errors)
        self.words = words


MOST_ERRORS, MOST_OF_ONE = 100, 10
"""Most mistakes that a problem lists; for one of many in a batch."""


def problem(
    kind: str,
    messages: Mapping[str, str],
    *,
    instance: str,
    request_id: str,
    status: int | None = None,
    errors: Iterable[FieldError | FieldProblem] = (),
    words: Mapping[str, object] | None = None,
    most: int = MOST_ERRORS,
) -> dict[str, Any]:
    """The content of a problem.

    Args:
        messages: the sentences of one language.
        instance: the path of the request, and for one of many the place in its body after a `#`.
        status: only for a kind without a status of its own.
        most: mistakes to list.
    """
    found = list(islice(errors, most + 1))
    return {
        "type": TYPE + kind,
        "title": messages[f"problem_{kind}"],
        "status": status or STATUS[kind],
        "detail": messages[f"problem_{kind}_detail"].format_map(words or {}),
        "instance": instance,
        "requestId": request_id,
        "errors": [_content(each, messages) for each in found[:most]],
        "more": len(found) > most,
    }


def _content(error: FieldError | FieldProblem, messages: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(error, FieldError):
        return error.content(messages)
    near = {} if error.suggestion is None else {"suggestion": error.suggestion}
    return {"pointer": error.pointer, "code": error.code, "message": error.message, "allowed": error.allowed, **near}
