"""Model: which artifact is answering now, what it was made from, and which one served when."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from flask import Blueprint, Request, Response, request

from model.advice.confidence import rests_on
from model.scoring.starter import first_artifact
from service.components import parts
from service.http.authorization import authorized
from service.http.cached_json import CachedJson, send
from service.http.champion_report import SCOPE, champion_report
from service.http.problems import FieldError, RequestError
from service.http.query import asked
from service.http.responses import send_private
from service.settings import VERSION

if TYPE_CHECKING:
    from model.storage.registry import Promotion

bp = Blueprint("model", __name__, url_prefix="/v1/model")

AT = "at"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, section 5.6."""


@bp.get("")
def model() -> Response:
    """Get the artifact that serves

    The card of the artifact that answers now: the rule base by itself, or what was learned from documented communities
    and records. Who promoted it and why is in the history, for which a key is needed.
    ---
    tags: [model]
    operationId: getModel
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The card.
        content: {application/json: {schema: ModelSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    champion = parts().champion.current
    artifact, knowledge = champion.advisor.artifact, champion.advisor.knowledge
    card = {
        "version": VERSION,
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "created": artifact.created or None,
        "records": artifact.basis.records,
        "communities": artifact.basis.communities,
        "documented": artifact.basis.documented,
        "basis": rests_on(knowledge, artifact.basis)[language],
        "trainedUntil": artifact.basis.trained_until or None,
        "since": champion.since,
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
    return send(CachedJson.of(card), request, language)


@bp.get("/report")
def report() -> Response:
    """Get the report of the artifact that serves

    What was learned, how it was judged and what changed, as one page that needs nothing from elsewhere.
    Needs the scope `reports:read`.
    ---
    tags: [model]
    operationId: getModelReport
    security: [{key: []}]
    parameters: [lang]
    responses:
      200:
        description: The report.
        content: {text/html: {schema: {type: string}}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      404: NoReport
      503: StoreBusy
    """
    part = parts()
    asked(request)
    authorized(request, part.store, SCOPE)
    return champion_report(part.store, part.champion.current.advisor.artifact.id)


@bp.get("/history")
def history() -> Response:
    """Tell which artifact served when

    The log of promotions, which only grows: who let what serve, when and why. With `at` only until that moment, so that
    `live` is what served then. Needs the scope `reports:read`.
    ---
    tags: [model]
    operationId: getModelHistory
    security: [{key: []}]
    parameters: [lang, at]
    responses:
      200:
        description: The log.
        content: {application/json: {schema: HistorySchema}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      503: StoreBusy
    """
    part = parts()
    asked(request)
    authorized(request, part.store, SCOPE)
    at = _moment(request)
    from model.storage.registry import Registry

    log = Registry(part.store.get()).history(at)
    live = log[-1].artifact if log else first_artifact(part.knowledge).id
    content = {"live": live, "promotions": [_promotion(line) for line in log]}
    return send_private(orjson.dumps(content))


def _moment(request: Request) -> datetime | None:
    """The moment that is asked for.

    Raises:
        RequestError: it is no moment, has no time zone, or there are several.
    """
    given = request.args.getlist(AT)
    if not given:
        return None
    try:
        if len(given) == 1 and _MOMENT.fullmatch(given[0]):
            return datetime.fromisoformat(given[0].upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RequestError("invalid_input", [FieldError("value_not_allowed", parameter=AT, sentence="error_wrong_moment")])


def _promotion(line: Promotion) -> dict[str, Any]:
    return {
        "number": line.number,
        "artifact": line.artifact,
        "kind": line.kind,
        "by": line.by,
        "reason": line.reason,
        "at": line.at,
    }
