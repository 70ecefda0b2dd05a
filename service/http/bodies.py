"""Bodies: reads the JSON of a request, strictly.

orjson refuses NaN, broken JSON and anything but UTF-8, but keeps the last of two equal keys. Each key stands before one
colon, so a text that holds as many colons as there are keys can hold no key twice; only other texts are read again.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

import orjson
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from model.errors import FieldProblem, ProfileError
from model.profiles.validation import escaped
from service.http.problems import FieldError, RequestError

BODY_LIMIT = 64 * 1024
BATCH_LIMIT = 1024 * 1024
"""Most bytes of a body; of a body with many profiles."""
BATCHES = ("/v1/recommendations/batch", "/v1/outcomes/batch")
"""Where the second one holds."""
MOST_PROFILES = MOST_OUTCOMES = 1000

PROFILE, PROFILES, OUTCOMES = "profile", "profiles", "outcomes"
_JSON = "application/json"

T = TypeVar("T")


def read_profile(request: Request, load: Callable[[Any, str], T]) -> T:
    """The one profile in a body.

    Args:
        load: makes it from what was sent and the pointer to that.

    Raises:
        RequestError: the body is no JSON, not of the form `{"profile": {...}}`, or an answer is wrong.
    """
    body = read_json(request)
    errors = envelope_errors(body, (PROFILE,))
    try:
        if not errors:
            return load(body[PROFILE], f"/{PROFILE}")
        if isinstance(body, dict) and PROFILE in body:
            load(body[PROFILE], f"/{PROFILE}")
    except ProfileError as error:
        raise RequestError("invalid_input", [*errors, *error.problems]) from None
    raise RequestError("invalid_input", errors)


def read_profiles(request: Request) -> list[Any]:
    """The raw profiles in a body of the form `{"profiles": [...]}`.

    Raises:
        RequestError: the body has another form, no profiles or too many.
    """
    return _read_many(request, PROFILES, MOST_PROFILES)


def read_outcomes(request: Request) -> list[Any]:
    """The raw outcome records in a body of the form `{"outcomes": [...]}`.

    Raises:
        RequestError: the body has another form, no records or too many.
    """
    return _read_many(request, OUTCOMES, MOST_OUTCOMES)


def _read_many(request: Request, name: str, most: int) -> list[Any]:
    body = read_json(request)
    errors = envelope_errors(body, (name,))
    raw = body.get(name, [None]) if isinstance(body, dict) else [None]
    if not isinstance(raw, list):
        errors.append(FieldError("wrong_type", f"/{name}", sentence="error_not_a_list"))
    elif not raw:
        errors.append(FieldError("none_chosen", f"/{name}", sentence=f"error_too_few_{name}"))
    elif len(raw) > most:
        errors.append(FieldError("too_many", f"/{name}", sentence=f"error_too_many_{name}", words={"limit": most}))
    if errors:
        raise RequestError("invalid_input", errors)
    values: list[Any] = raw
    return values


def read_json(request: Request) -> Any:
    """The body as plain values.

    Raises:
        RequestError: another media type, no JSON, a key twice, NaN or Infinity.
        RequestEntityTooLarge: more bytes than `request.max_content_length`.
    """
    environ = request.environ
    if environ.get("CONTENT_TYPE") != _JSON and request.mimetype != _JSON:
        raise RequestError("unsupported_media_type")
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise RequestError("unsupported_media_type")
    text = _bytes_of(request).removeprefix(BOM_UTF8)  # which RFC 8259 lets a reader ignore
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError("invalid_json", [_why_broken(text, error)]) from None
    if text.count(b":") != _keys_in(value):
        errors = [FieldError("duplicate_field", pointer) for pointer in _repeated(text)]
        if errors:
            raise RequestError("invalid_json", errors)
    return value


def most_bytes(path: str) -> int:
    """The most bytes of a body that is sent to this path."""
    return BATCH_LIMIT if path.rstrip("/") in BATCHES else BODY_LIMIT


def _bytes_of(request: Request) -> bytes:
    """The whole body; straight from the server where its length is known, which is twice as fast."""
    length, most = request.environ.get("CONTENT_LENGTH", ""), request.max_content_length or BODY_LIMIT
    if length.isdecimal():
        if int(length) > most:
            raise RequestEntityTooLarge
        body: bytes = request.environ["wsgi.input"].read(int(length))
        return body
    body = request.get_data(cache=False)
    if len(body) == most:
        # Of a body in pieces no more than the limit is read, without a word if there was more.
        raise RequestEntityTooLarge
    return body


def envelope_errors(body: Any, names: Collection[str], pointer: str = "") -> list[FieldError | FieldProblem]:
    """What is wrong around the fields that an object has, all of them needed.

    Args:
        pointer: of the object in the body.
    """
    if not isinstance(body, dict):
        return [FieldError("not_an_object", pointer, sentence="error_not_json_object")]
    errors: list[FieldError | FieldProblem] = [
        FieldError("unknown_field", f"{pointer}/{escaped(key)}", allowed=tuple(names), sentence="error_field_unknown")
        for key in body
        if key not in names
    ]
    errors += [
        FieldError("required", f"{pointer}/{name}", sentence="error_field_required")
        for name in names
        if name not in body
    ]
    return errors


def _keys_in(value: Any) -> int:
    count, waiting = 0, [value]
    while waiting:
        value = waiting.pop()
        if type(value) is dict:
            count += len(value)
            waiting.extend(value.values())
        elif type(value) is list:
            waiting.extend(value)
    return count


class _Pairs(tuple[tuple[str, Any], ...]):
    """A JSON object with every key that was written."""


def _repeated(text: bytes) -> Iterator[str]:
    """Pointers of the keys that stand twice in one object, in the order of the text as far as one level goes."""
    try:
        waiting = [("", json.loads(text, object_pairs_hook=_Pairs))]
    except RecursionError:
        yield ""
        return
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Pairs):
            seen = set()
            for key, inner in value:
                pointer = f"{path}/{escaped(key)}"
                if key in seen:
                    yield pointer
                seen.add(key)
                waiting.append((pointer, inner))
        elif isinstance(value, list):
            waiting.extend((f"{path}/{place}", inner) for place, inner in enumerate(value))


class _NotANumberError(ValueError):
    """NaN or Infinity, which Python's reader would take."""


def _refuse(constant: str) -> float:
    raise _NotANumberError


def _why_broken(text: bytes, error: orjson.JSONDecodeError) -> FieldError:
    try:
        json.loads(text.decode(), parse_constant=_refuse)
    except UnicodeDecodeError:
        return FieldError("not_utf8", "")
    except _NotANumberError:
        return FieldError("not_a_number", "")
    except (ValueError, RecursionError):
        pass  # orjson said where
    where: Mapping[str, object] = {"line": error.lineno, "column": error.colno}
    return FieldError("broken_json", "", words=where)
