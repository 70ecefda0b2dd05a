"""Bodies: reads the JSON of a request, strictly: no key twice, no NaN, nothing but UTF-8."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from math import isinf
from typing import Any, TypeVar

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from model.errors import FieldProblem, ProfileError
from model.profiles.error_codes import escaped
from service.http.problems import MOST_ERRORS, FieldError, RequestError

BODY_LIMIT = 64 * 1024
BATCH_LIMIT = 1024 * 1024
"""Most bytes of a body; of a body with many profiles."""
FILE_CHECK = "/data-staff/check"
"""The page where a file is sent to be checked."""
BATCHES = ("/v1/recommendations/batch", "/v1/outcomes/batch", FILE_CHECK)
"""Where the second one holds."""
MOST_PROFILES = MOST_OUTCOMES = 1000
MOST_WITH_INCLUDES = 50
"""Profiles in a batch where more is asked for of each: one then takes up to a tenth of a second."""

PROFILE, PROFILES, OUTCOMES = "profile", "profiles", "outcomes"
_JSON = "application/json"
_WHERE = {"line": "lineno", "column": "colno"}

T = TypeVar("T")
Repeated = dict[int, tuple[dict[str, Any], Sequence[str]]]
"""Id of an object → the object and the keys that stand in it more than once."""


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


def read_profiles(request: Request, most: int = MOST_PROFILES) -> list[Any]:
    """The raw profiles in a body of the form `{"profiles": [...]}`.

    Args:
        most: so many there may be.

    Raises:
        RequestError: the body has another form, no profiles or too many.
    """
    return _read_many(request, PROFILES, most)


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
    return parse_json(read_bytes(request))


def parse_json(body: bytes) -> Any:
    """The JSON in these bytes as plain values.

    Raises:
        RequestError: no JSON, a key twice, NaN or Infinity.
    """
    text = body.removeprefix(BOM_UTF8)  # which RFC 8259 lets a reader ignore
    try:
        return _parsed(text.decode())
    except UnicodeDecodeError:
        raise RequestError("invalid_json", [FieldError("not_utf8", "")]) from None
    except _NotANumberError:
        raise RequestError("invalid_json", [FieldError("not_a_number", "")]) from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = {name: getattr(error, attribute, 1) for name, attribute in _WHERE.items()}
        raise RequestError("invalid_json", [FieldError("broken_json", "", words=where)]) from None


def most_bytes(path: str) -> int:
    """The most bytes of a body that is sent to this path."""
    return BATCH_LIMIT if path.rstrip("/") in BATCHES else BODY_LIMIT


def read_bytes(request: Request) -> bytes:
    """The whole body; straight from the server where its length is known, which is twice as fast.

    Raises:
        RequestError: it is compressed.
        RequestEntityTooLarge: more bytes than `request.max_content_length`.
    """
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise RequestError("unsupported_media_type")
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
        for key in islice((key for key in body if key not in names), MOST_ERRORS + 1)
    ]
    errors += [
        FieldError("required", f"{pointer}/{name}", sentence="error_field_required")
        for name in names
        if name not in body
    ]
    return errors


class _NotANumberError(ValueError):
    """NaN, Infinity, or a number too large for the reader, which would take it for infinity."""


def _parsed(text: str) -> Any:
    """The values in a text.

    Raises:
        RequestError: a key stands twice in one object.
        JSONDecodeError: it is no JSON, or holds half a character.
        RecursionError: it is nested too deeply.
    """
    repeated: Repeated = {}

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            count = Counter(key for key, _ in pairs)
            # The object is kept with its keys, so that no other one can get its id.
            repeated[id(found)] = found, [key for key, times in count.items() if times > 1]
        return found

    value = json.loads(
        text, object_pairs_hook=as_object, parse_constant=_refused, parse_float=_finite, parse_int=_whole
    )
    if repeated:
        pointers = islice(_pointers(value, repeated), MOST_ERRORS + 1)
        raise RequestError("invalid_json", [FieldError("duplicate_field", each) for each in pointers])
    if "\\u" in text:
        _check_characters(text, value)
    return value


def _pointers(value: Any, repeated: Repeated) -> Iterator[str]:
    """Where keys stand twice, in the order of the text as far as one object goes."""
    waiting = [("", value)]
    while waiting:
        pointer, value = waiting.pop()
        _, keys = repeated.get(id(value), (value, ()))
        yield from [f"{pointer}/{escaped(key)}" for key in keys]
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [(f"{pointer}/{escaped(str(step))}", each) for step, each in inner]


def _check_characters(text: str, value: Any) -> None:
    """Refuse half a character: JSON can write one half of a surrogate pair, but no text can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise json.JSONDecodeError("half a character", text, text.index("\\u")) from None


def _refused(constant: str) -> float:
    raise _NotANumberError


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise _NotANumberError
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # Python reads at most some thousand digits
        raise _NotANumberError from None
