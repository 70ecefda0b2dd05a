"""About: how the advice comes about, what it rests on, and what it cannot do."""

from __future__ import annotations

from flask import Blueprint, Response, request

from model.advice.confidence import rests_on
from model.domain.knowledge import Source
from service.components import parts
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page
from service.web.translations import mark as _
from service.web.translations import translator

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
        sources=[(source, _dated(source, here.language)) for source in knowledge.sources.values()],
        not_assessed=knowledge.not_assessed,
        basis=basis,
        rests_on=rests_on(knowledge, basis),
        **shell(here),
    )


def _dated(source: Source, language: str) -> str:
    """When a source appeared, in the language of the page."""
    translate = translator(language)
    if not source.year:
        return translate(_("undated"))
    return translate(_("about %(years)s")) % {"years": source.years} if source.about else source.years
