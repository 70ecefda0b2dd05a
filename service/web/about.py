"""About: how the advice comes about, what it rests on, and what it cannot do."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.components import parts
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page
from service.web.translations import catalogue

bp = Blueprint("about", __name__)


@bp.get("/about")
def about() -> Response:
    """The explanation, with the list of sources that footnotes point at."""
    here = visit(request)
    knowledge = parts().knowledge
    artifact = parts().champion.current.advisor.artifact
    words = catalogue(here.language)
    if artifact.basis.records:
        records = words.ngettext(
            "Beside the rules, the advice learned from %(records)s report about a real community.",
            "Beside the rules, the advice learned from %(records)s reports about real communities.",
            artifact.basis.records,
        ) % {"records": artifact.basis.records}
    elif artifact.basis.documented:
        records = words.gettext(
            "Beside the rules, the advice learned from %(communities)s communities that others have written about. "
            "There are no reports of your own in it yet."
        ) % {"communities": artifact.basis.documented}
    else:
        records = words.gettext("The advice rests on rules only: there are no reports about real use in it yet.")
    return page(
        "about.html",
        here.address,
        channels=len(knowledge.channels),
        rules=len(knowledge.rules),
        sources=list(knowledge.sources.values()),
        not_assessed=knowledge.not_assessed,
        records_text=records,
        **shell(here),
    )
