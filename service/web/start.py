"""Start: what this is, three real communities, and the way in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from model.domain.cases import Case
from service.components import parts
from service.web.address import CODE
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page

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
    return fragments().code(parts().gate.load(dict(case.profile)))
