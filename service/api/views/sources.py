"""Sources: where every claim comes from, and how it was read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.domain.knowledge import Knowledge
from service.components import parts
from service.http.cached_json import send

bp = Blueprint("sources", __name__, url_prefix="/v1/sources")


@bp.get("")
def sources() -> Response:
    """List the sources

    Every source that a rule, question, channel or case names.
    ---
    tags: [catalogue]
    operationId: listSources
    parameters: [ifNoneMatch]
    responses:
      200:
        description: The sources. In the example most of them are left out.
        content: {application/json: {schema: SourcesSchema}}
      304: NotModified
    """
    return send(parts().catalogue.page("sources", "", _sources), request)


def _sources(knowledge: Knowledge, _: str) -> Any:
    return {
        "sources": [
            {
                "id": source.id,
                "title": source.title,
                "url": source.url,
                "year": source.dated,
                "yearNote": source.year_note,
                "kind": source.kind,
                "kindNote": source.kind_note,
                "read": source.read,
                "readNote": source.read_note,
            }
            for source in knowledge.sources.values()
        ]
    }
