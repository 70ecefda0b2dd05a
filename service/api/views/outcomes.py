"""Outcomes: records of what communities really used, handed in, read and deleted by whoever has a key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
from flask import Blueprint, Response, request

from model.errors import OutcomeError
from model.outcomes.record import Submission
from model.outcomes.validation import Origin
from service.api.outcome_requests import Filter, read_community, read_filter, read_key
from service.components import parts
from service.http.authorization import authorized
from service.http.bodies import BATCH_LIMIT, OUTCOMES, read_json, read_outcomes
from service.http.query import asked
from service.http.responses import send_private

if TYPE_CHECKING:
    from model.storage.keys import Key

bp = Blueprint("outcomes", __name__, url_prefix="/v1/outcomes")

SOURCE = "api"
"""Source of a record that names none."""


@bp.post("")
def add() -> Response:
    """Hand in an outcome record

    Keeps what happened when one community used one channel. When the answer has arrived, the record is on disk.
    Send the same request again whenever in doubt: with an `Idempotency-Key`, or an `id` of your own in the record, it
    gets the same answer and nothing is kept twice. To correct a record, send it anew with `corrects`.
    Needs the scope `outcomes:write`.
    ---
    tags: [outcomes]
    operationId: addOutcome
    security: [{key: []}]
    parameters: [lang, idempotencyKey]
    requestBody:
      required: true
      content: {application/json: {schema: OutcomeSchema}}
    responses:
      200:
        description: The record was there already; nothing was added.
        content: {application/json: {schema: KeptSchema}}
      201:
        description: The record is kept.
        content: {application/json: {schema: KeptSchema}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      409: RecordExists
      413: TooLarge
      415: UnsupportedMediaType
      422: KeyReused
      429: TooManyRequests
      503: StoreBusy
    """
    part, language = parts(), asked(request).language
    key = authorized(request, part.store, "outcomes:write")
    chosen = read_key(request)
    raw = read_json(request)
    submission = part.outcomes.load(raw, _origin(key), language=language)
    from service.api import outcome_store

    answer = outcome_store.add(part, key, chosen, raw, submission, language)
    return send_private(answer.body, answer.status)


@bp.post("/batch")
def add_many() -> Response:
    """Hand in many outcome records

    The same for at most 1,000 records, in a body of at most 1 MiB. The results stand in the order of the records; each
    is an answer or a problem, so that one wrong record does not keep out the others. All that is kept is kept together.
    Needs the scope `outcomes:write`.
    ---
    tags: [outcomes]
    operationId: addOutcomes
    security: [{key: []}]
    parameters: [lang, idempotencyKey]
    requestBody:
      required: true
      content: {application/json: {schema: OutcomesSchema}}
    responses:
      200:
        description: One result for each record.
        content: {application/json: {schema: KeptOutcomesSchema}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      413: TooLarge
      415: UnsupportedMediaType
      422: KeyReused
      429: TooManyRequests
      503: StoreBusy
    """
    request.max_content_length = BATCH_LIMIT
    part, language = parts(), asked(request).language
    key = authorized(request, part.store, "outcomes:write")
    chosen = read_key(request)
    raw = read_outcomes(request)
    origin = _origin(key)
    loaded: list[Submission | OutcomeError] = []
    for place, each in enumerate(raw):
        try:
            loaded.append(part.outcomes.load(each, origin, language=language, pointer=f"/{OUTCOMES}/{place}"))
        except OutcomeError as error:
            loaded.append(error)
    from service.api import outcome_store

    answer = outcome_store.add_many(part, key, chosen, raw, loaded, language)
    return send_private(answer.body, answer.status)


@bp.get("")
def read() -> Response:
    """Read outcome records

    The records that count now, the oldest first; what was corrected is not among them. `next` is the `after` of the
    next page, and null on the last one. Needs the scope `outcomes:read`.
    ---
    tags: [outcomes]
    operationId: getOutcomes
    security: [{key: []}]
    parameters: [lang, community, outcomeChannel, after, limit]
    responses:
      200:
        description: A page of records.
        content: {application/json: {schema: OutcomePageSchema}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      503: StoreBusy
    """
    part = parts()
    asked(request)
    authorized(request, part.store, "outcomes:read")
    wanted: Filter = read_filter(request, part.knowledge)
    from service.api import outcome_store

    return send_private(orjson.dumps(outcome_store.page(part, wanted)))


@bp.delete("")
def delete() -> Response:
    """Delete a community

    Really deletes every record of a community, corrected ones too, and the answers that were given about them. Records
    with the same `id` can be handed in again afterwards. Needs the scope `outcomes:delete`.
    ---
    tags: [outcomes]
    operationId: deleteOutcomes
    security: [{key: []}]
    parameters: [lang, communityToDelete]
    responses:
      200:
        description: They are gone.
        content: {application/json: {schema: DeletedSchema}}
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      503: StoreBusy
    """
    part = parts()
    asked(request)
    authorized(request, part.store, "outcomes:delete")
    community = read_community(request)
    from service.api import outcome_store

    return send_private(orjson.dumps({"deleted": outcome_store.delete(part, community)}))


def _origin(key: Key) -> Origin:
    return Origin(SOURCE, key.name, datetime.now(UTC))
