"""Model: which artifact is answering now, and what it was made from."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request

from service.catalogue import Page, send
from service.parts import parts

bp = Blueprint("model", __name__, url_prefix="/v1/model")


@bp.get("")
def model() -> Response:
    """Get the live artifact

    The card of the artifact that answers now: the rule base by itself, or what was learned from records.
    ---
    tags: [model]
    operationId: getModel
    parameters: [ifNoneMatch]
    responses:
      200:
        description: The card.
        content: {application/json: {schema: ModelSchema}}
      304: NotModified
    """
    advisor = parts().champion.live.advisor
    artifact, knowledge = advisor.artifact, advisor.knowledge
    card = {
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "created": artifact.created or None,
        "records": artifact.records,
        "communities": artifact.communities,
        "features": len(artifact.deviations),
        "priorScales": asdict(artifact.scales),
        "knowledge": {
            "fingerprint": knowledge.fingerprint,
            "questions": len(knowledge.questionnaire.questions),
            "channels": len(knowledge.channels),
            "rules": len(knowledge.rules),
            "sources": len(knowledge.sources),
            "cases": len(knowledge.cases),
        },
    }
    return send(Page.of(card), request)
