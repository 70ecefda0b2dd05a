"""Evidence: documented communities, each with its source and what became of its channels."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.answer.documented import community_content, page_content
from model.domain.knowledge import Knowledge
from service.api.evidence_requests import EvidenceQuery, evidence_query
from service.components import parts
from service.http.cached_json import CachedJson, send
from service.http.query import asked

PATH = "/v1/evidence"
bp = Blueprint("evidence", __name__, url_prefix=PATH)


@bp.get("")
def evidence() -> Response:
    """Look among the documented communities

    Communities in which it is documented what became of a channel, a page at a time, and what the outcomes, of any
    result, say together. `channel` and `result` are asked of one and the same outcome. Titles, notes and caveats are
    in English (`language`); the words for codes are in the language of the request.

    How sure it is (`certainty`, 0 to 4) is worked out. An outcome weighs 1, 0.7 or 0.4 by the strength of its evidence;
    half when the channel only stands for another product; half when a vendor tells it; a quarter when the owner or
    provider closed the channel. What shares a source, an article or an ecosystem weighs as much as the heaviest of it.
    From a sum of 1, 3, 8 and 16 on the level is 1, 2, 3 and 4; any outcome is at least 1. One level off each when less
    than 0.65 of the weight is on one side, when more than 0.75 comes from one kind of source, and when more than 0.75
    is of stand-ins.
    ---
    tags: [evidence]
    operationId: listEvidence
    parameters:
      - evidenceChannel
      - evidenceResult
      - evidenceSector
      - evidenceCountry
      - evidenceWorkSetting
      - evidenceWords
      - evidenceLimit
      - evidenceOffset
      - lang
      - ifNoneMatch
    responses:
      200:
        description: One page. In the example most communities are left out.
        content: {application/json: {schema: EvidenceSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    query = evidence_query(request, parts().knowledge)
    return send(CachedJson.of(_listing(query, parts().knowledge, language)), request, language)


@bp.get("/<entry>")
def entry(entry: str) -> Response:
    """Get one documented community

    One community with its source, its answers and what each rests on, and what became of its channels.
    ---
    tags: [evidence]
    operationId: getDocumentedCommunity
    parameters: [entry, lang, ifNoneMatch]
    responses:
      200:
        description: The community.
        content: {application/json: {schema: DocumentedCommunitySchema}}
      304: NotModified
      400: InvalidInput
      404: NotFound
    """
    language = asked(request).language
    found = parts().knowledge.documented(entry)
    return send(CachedJson.of(community_content(found, parts().knowledge, language)), request, language)


def _listing(query: EvidenceQuery, knowledge: Knowledge, language: str) -> dict[str, Any]:
    page = page_content(query.search, query.limit, query.offset, knowledge, language)
    end = query.offset + query.limit
    links = {
        "self": query.link(PATH, query.offset),
        "previous": query.link(PATH, max(query.offset - query.limit, 0)) if query.offset else None,
        "next": query.link(PATH, end) if end < page["total"] else None,
    }
    return {"links": links, **page}
