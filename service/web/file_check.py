"""File check: a page where data staff drop a file with records, and see how an import would read it; for whoever has
a key. Nothing is kept: not the file, not the key, not what was found.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from model.errors import FileError
from model.outcomes.file_check import FileCheck, installed_check
from service.components import parts
from service.http.authorization import authorized
from service.http.bodies import BATCH_LIMIT, FILE_CHECK
from service.http.champion_report import SCOPE
from service.http.problems import HEADERS, STATUS, RequestError
from service.web.data_staff import KEY, KEY_REFUSALS
from service.web.language_switch import shell
from service.web.page_request import PageRequest, visit
from service.web.rendering import page, private
from service.web.translations import mark as _
from service.web.translations import translator

bp = Blueprint("file_check", __name__)

FILE = "file"
_REFUSALS = {
    **KEY_REFUSALS,
    "no_file": _("Choose a file first."),
    "too_large": _(
        "This file is larger than 1 MB, too large to check here. "
        "Use the command: platform-fit outcomes import FILE --dry-run"
    ),
    "not_installed": _(
        "Files of this kind cannot be read here. Save it as CSV, or use the command in the image for data staff."
    ),
}  # fmt: skip
_STATUS = {**STATUS, "no_file": 400, "too_large": 413, "not_installed": 501}


@bp.get(FILE_CHECK)
def ask_for_file() -> Response:
    """The form for the file and the key."""
    return _form(visit(request))


@bp.post(FILE_CHECK)
def check_file() -> Response:
    """What is in the file, column by column, and which rows would be refused."""
    here = visit(request)
    request.max_content_length = BATCH_LIMIT
    try:
        authorized(request, parts().store, SCOPE, request.form.get(KEY, ""))
    except RequestError as refused:
        return _refused(here, refused.kind)
    except RequestEntityTooLarge:
        return _refused(here, "too_large")
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        return _refused(here, "no_file")
    check = installed_check()
    with sent.stream:
        content = sent.read()
    try:
        if check is None:
            return _refused(here, "not_installed")
        return _result(here, sent.filename, check(sent.filename, content, parts().knowledge, here.language))
    except ModuleNotFoundError:
        return _refused(here, "not_installed")
    except FileError as wrong:
        return _form(here, str(wrong).splitlines(), 422)


def _result(here: PageRequest, name: str, found: FileCheck) -> Response:
    download = f"data:application/octet-stream;base64,{b64encode(found.rejects).decode()}" if found.rejects else ""
    content = page("file_check_result.html", here.address, name=name, found=found, download=download, **_shared(here))
    return private(content)


def _refused(here: PageRequest, kind: str) -> Response:
    response = _form(here, [translator(here.language)(_REFUSALS[kind])], _STATUS[kind])
    response.headers.extend(HEADERS.get(kind, {}))
    return response


def _form(here: PageRequest, mistakes: list[str] | None = None, status: int = 200) -> Response:
    return private(page("file_check.html", here.address, status, mistakes=mistakes or [], **_shared(here)))


def _shared(here: PageRequest) -> dict[str, Any]:
    address = here.address.without_answers()
    return {
        "action": address.to(FILE_CHECK),
        "staff": address.to("/data-staff"),
        "words": parts().knowledge.messages[here.language],
        **shell(here),
    }
