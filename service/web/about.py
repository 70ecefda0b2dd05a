"""About: how the advice comes about, what it rests on, and what it cannot do."""

from __future__ import annotations

from flask import Blueprint, Response, request

from model.advice.confidence import rests_on
from service.components import parts
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page

bp = Blueprint("about", __name__)


@bp.get("/about")
def about() -> Response:
    """The explanation, with the list of sources that footnotes point at."""
    here = visit(request)
    knowledge = parts().knowledge
    basis = parts().champion.current.advisor.artifact.basis
    return page(
        "about.html",
        here.address,
        channels=len(knowledge.channels),
        rules=len(knowledge.rules),
        sources=list(knowledge.sources.values()),
        not_assessed=knowledge.not_assessed,
        basis=basis,
        rests_on=rests_on(knowledge, basis),
        **shell(here),
    )
