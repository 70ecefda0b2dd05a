"""Start: what this is, three real communities, and the way in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from model.cases import Case
from service.parts import parts
from service.web.address import CODE
from service.web.library import library
from service.web.rendering import page
from service.web.switch import shell
from service.web.visit import visit

bp = Blueprint("start", __name__)
STORIES = 3


@bp.get("/")
def start() -> Response:
    """The first page."""
    here = visit(request)
    stories = [
        (case, here.address.with_answers(f"{CODE}={case_code(case)}").to("/answer"))
        for case in parts().knowledge.cases[:STORIES]
    ]
    return page("start.html", here.address, stories=stories, **shell(here))


def case_code(case: Case) -> str:
    """The answers of a documented case, as an address has them."""
    return library().code(parts().gate.load(dict(case.profile)))
