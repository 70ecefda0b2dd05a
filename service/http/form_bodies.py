"""Form bodies: reads what form tools send: JSON, a form-encoded body or a multipart one.

Some tools send JSON and say that it is something else, so a body that begins like JSON is read as JSON.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from service.http.bodies import BODY_LIMIT, parse_json
from service.http.problems import FieldError, RequestError

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_MOST_FIELDS = 1000
_CHARSETS = dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "windows-1252"), "cp1252")
"""What old pages call their letters → codec: the web reads all of these as Windows-1252 (WHATWG Encoding, 4.2)."""


def parse_form(request: Request, body: bytes) -> Any:
    """The content of a body as plain values; of a form, name → value, or values in a list where a name comes again.

    Args:
        body: of the request, which was read already.

    Raises:
        RequestError: none of the three, broken, or more fields than a form has.
    """
    if not body.strip():
        return None
    if request.mimetype.endswith(("/json", "+json")) or body.lstrip()[:1] in (b"{", b"["):
        return parse_json(body)
    if request.mimetype == _FORM:
        return _by_name(_encoded(body, request.mimetype_params.get("charset", "utf-8")))
    if request.mimetype == _MULTIPART:
        return _by_name(_multipart(request, body))
    raise RequestError("unsupported_media_type")


def _encoded(body: bytes, charset: str) -> MultiDict[str, str]:
    codec = _CHARSETS.get(charset.lower(), "utf-8")
    try:
        return MultiDict(
            parse_qsl(
                body.decode(codec), keep_blank_values=True, encoding=codec, errors="strict", max_num_fields=_MOST_FIELDS
            )
        )
    except UnicodeDecodeError:
        raise RequestError("invalid_input", [FieldError("not_utf8", "")]) from None
    except ValueError:
        raise RequestError("invalid_input", [FieldError("broken_form", "")]) from None


def _multipart(request: Request, body: bytes) -> MultiDict[str, str]:
    parser = FormDataParser(max_form_memory_size=BODY_LIMIT, max_form_parts=_MOST_FIELDS, silent=False)
    try:
        _, form, files = parser.parse(BytesIO(body), request.mimetype, len(body), request.mimetype_params)
    except (BadRequest, ValueError, LookupError):
        raise RequestError("invalid_input", [FieldError("broken_form", "")]) from None
    # What a file holds is not read, but that it was sent is told.
    return MultiDict([*form.items(multi=True), *((name, "") for name in files)])


def _by_name(form: MultiDict[str, str]) -> dict[str, str | list[str]]:
    return {name: values[0] if len(values) == 1 else values for name, values in form.lists()}
