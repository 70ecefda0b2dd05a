"""About: how the advice comes about, what it rests on, and what it cannot do."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from model.advice.confidence import rests_on
from service.components import parts
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page
from service.web.translations import mark as _
from service.web.translations import translator

bp = Blueprint("about", __name__)
_DATED = re.compile(r"(undated|about )?([\d-]*),? ?(.*)", re.DOTALL)
"""A year as the list of sources has it: a word, years, and what is noted beside them."""


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
        sources=[(source, *_dated(source.year, here.language)) for source in knowledge.sources.values()],
        not_assessed=knowledge.not_assessed,
        basis=basis,
        rests_on=rests_on(knowledge, basis),
        **shell(here),
    )


def _dated(year: str, language: str) -> tuple[str, str]:
    """When a source was written, in the language of the page, and a note beside it in English."""
    found = _DATED.fullmatch(year)
    word, years, note = found.groups() if found else (None, year, "")
    translate = translator(language)
    if word == "undated":
        return translate(_("undated")), note
    return (translate(_("about %(years)s")) % {"years": years} if word else years), note
