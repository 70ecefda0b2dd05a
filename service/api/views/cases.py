"""Cases: documented communities, what worked and what failed there, and what can be learned from it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.domain.cases import Case, ChannelExperience
from model.domain.knowledge import Knowledge
from service.components import parts
from service.http.cached_json import send
from service.http.query import asked

bp = Blueprint("cases", __name__, url_prefix="/v1/cases")


@bp.get("")
def cases() -> Response:
    """List the cases

    Every documented community with its profile and the channels that worked or failed.
    ---
    tags: [catalogue]
    operationId: listCases
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The cases. In the example most of them are left out.
        content: {application/json: {schema: CasesSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    return send(parts().catalogue.page("cases", language, _cases), request, language)


@bp.get("/<case>")
def case(case: str) -> Response:
    """Get one case

    One documented community; its profile can be sent to the recommendations as it is.
    ---
    tags: [catalogue]
    operationId: getCase
    parameters: [case, lang, ifNoneMatch]
    responses:
      200:
        description: The case.
        content: {application/json: {schema: CaseSchema}}
      304: NotModified
      400: InvalidInput
      404: NotFound
    """
    language = asked(request).language
    found = parts().knowledge.case(case)
    page = parts().catalogue.page(f"cases/{found.id}", language, lambda _, language: _case(found, language))
    return send(page, request, language)


def _cases(knowledge: Knowledge, language: str) -> Any:
    return {"cases": [_case(case, language) for case in knowledge.cases]}


def _case(case: Case, language: str) -> dict[str, Any]:
    return {
        "id": case.id,
        "name": case.name[language],
        "summary": case.summary[language],
        "country": case.country,
        "year": case.year[language],
        "sources": case.sources,
        "reliability": case.reliability and case.reliability[language],
        "profile": case.profile,
        "basis": case.basis,
        "worked": [_experience(experience, language) for experience in case.worked],
        "failed": [_experience(experience, language) for experience in case.failed],
        "lesson": case.lesson[language],
    }


def _experience(experience: ChannelExperience, language: str) -> dict[str, Any]:
    return {"channel": experience.channel, "note": experience.note and experience.note[language]}
