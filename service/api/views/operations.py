"""Operations: is the service alive and ready, how busy is it, and what is its contract."""

from __future__ import annotations

from html import escape
from pathlib import Path

import orjson
from flask import Blueprint, Response, abort, request, send_file
from prometheus_client import CONTENT_TYPE_LATEST

from service.api.contract import contract
from service.components import parts
from service.http.cached_json import send
from service.http.responses import send_private
from service.runtime.readiness import readiness

bp = Blueprint("operations", __name__)

METRICS = "/metrics"

_DOCS = Path(__file__).parents[2] / "docs"
_ASSETS = {
    "docs.css": _DOCS / "docs.css",
    "openapi-explorer.min.js": _DOCS / "openapi-explorer" / "openapi-explorer.min.js",
}
# The elements of that page bring their styles along in them; scripts still only come as files of ours.
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@bp.get("/livez")
def livez() -> Response:
    """Tell whether the process is alive

    Answers as long as the worker answers at all.
    ---
    tags: [operations]
    operationId: getLiveness
    responses:
      200:
        description: It is alive.
        content: {application/json: {schema: LivenessSchema}}
    """
    return send_private(orjson.dumps({"status": "alive"}))


@bp.get("/readyz")
def readyz() -> Response:
    """Tell whether requests can be sent here

    A worker is ready as soon as it listens: knowledge and artifact are loaded and tested before that. When an artifact
    was promoted that this worker cannot use, it cannot see promotions, or records cannot be written, it goes on with
    what it has: it still answers, so the status is 200, and `status` is `degraded` with the reason. `outcomes` says
    whether outcome records can be reached; advice works without them.
    ---
    tags: [operations]
    operationId: getReadiness
    responses:
      200:
        description: It can take requests; with the artifact that answers.
        content: {application/json: {schema: ReadinessSchema}}
    """
    part = parts()
    artifact = part.champion.current.advisor.artifact.id
    return send_private(orjson.dumps({"artifact": artifact, **readiness(part.watch, part.store)}))


@bp.get(METRICS)
def metrics() -> Response:
    """Get counts, durations and how the workers are doing

    Requests and answering times per route and refusals by kind; and how many workers answer with which version and
    artifact, how outcome records are doing for them, and what keeps them from doing well. In the text format of
    Prometheus.
    ---
    tags: [operations]
    operationId: getMetrics
    responses:
      200:
        description: The metrics.
        content: {text/plain: {schema: {type: string}}}
    """
    # A proxy that keeps this address inside knows it by this name; other spellings would go past it.
    if request.environ["PATH_INFO"] != METRICS:
        abort(404)
    parts().tell_standing()
    response = Response(parts().metrics.text(), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """Get this contract

    The contract of this service in OpenAPI 3.1, with the questions it is running with.
    ---
    tags: [operations]
    operationId: getContract
    parameters: [ifNoneMatch]
    responses:
      200:
        description: The contract.
        content: {application/json: {schema: {type: object, additionalProperties: true}}}
      304: NotModified
    """
    return send(parts().catalogue.page("openapi", "", lambda knowledge, _: contract(knowledge)), request)


@bp.get("/docs")
def docs() -> Response:
    """The contract as a page, for people; it fetches nothing from elsewhere."""
    page = (_DOCS / "index.html").read_text(encoding="utf-8")
    response = Response(page.replace("{root}", escape(request.script_root)), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _DOCS_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/docs/<file>")
def docs_asset(file: str) -> Response:
    """A script or a style sheet of that page."""
    if file not in _ASSETS:
        abort(404)
    return send_file(_ASSETS[file], conditional=True)
