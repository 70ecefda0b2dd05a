"""The desk where records are handed in: what a view of outcomes asks of the store.

Importing this loads SQLAlchemy, so views import it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from flask import request

from model.domain.code_changes import CodeChanges
from model.errors import NoRecordError, OutcomeError, RecordExistsError
from model.outcomes.record import Submission, counts_as_told
from model.storage import outcomes
from model.storage.idempotency import RequestKey, StoredAnswer, fingerprint, once
from model.storage.keys import Key
from model.storage.outcomes import StoredOutcome, StoredRevision
from model.storage.tokens import CORRECT
from service.api.outcome_requests import Filter
from service.components import Components
from service.http.bodies import OUTCOMES
from service.http.problems import MOST_OF_ONE, RequestError, problem
from service.http.responses import understood_content
from service.http.telemetry import request_id


def add(
    part: Components, key: Key, chosen: str | None, raw: Any, submission: Submission, language: str
) -> StoredAnswer:
    """Keep one record.

    Args:
        key: of the sender.
        chosen: the sender's own key for this request; without one the record's own id will do.
        raw: the request as it came in.
        submission: the record in it.
        language: of refusals.

    Raises:
        OutcomeError: it corrects a record that is not there.
        RequestError: it says something else about a record that is there.
        KeyReusedError: the key was used for something else before.
        StoreBusyError: nothing was kept; try again.
    """
    prepared = outcomes.prepare(submission, part.knowledge.questionnaire)

    def work(connection: sa.Connection) -> StoredAnswer:
        [result] = outcomes.keep(connection, [prepared], sender=_sender(key), changes=_changes(part))
        if isinstance(result, NoRecordError):
            raise part.outcomes.unknown_record(language)
        if isinstance(result, RecordExistsError):
            raise RequestError(_kind(result), (), **_told(result))
        status = 201 if result.fate in ("added", "corrected") else 200
        return StoredAnswer(status, orjson.dumps(_kept(result, submission)).decode())

    own = f"key:{chosen}" if chosen is not None else f"id:{submission.record.id}" if submission.own_id else None
    known_by = None if own is None else RequestKey(key.id, own, fingerprint("one", raw))
    return once(part.store.get(), known_by, [submission.record.community], work)


def add_many(
    part: Components,
    key: Key,
    chosen: str | None,
    raw: Sequence[Any],
    loaded: Sequence[Submission | OutcomeError],
    language: str,
) -> StoredAnswer:
    """Keep those records of a batch that can be kept; the others get a problem each. For the rest as `add`."""
    right = [each for each in loaded if isinstance(each, Submission)]
    prepared = [outcomes.prepare(each, part.knowledge.questionnaire) for each in right]

    def work(connection: sa.Connection) -> StoredAnswer:
        kept = iter(outcomes.keep(connection, prepared, sender=_sender(key), changes=_changes(part)))
        results = [
            _refused(part, place, each, language)
            if isinstance(each, OutcomeError)
            else _result(part, place, each, next(kept), language)
            for place, each in enumerate(loaded)
        ]
        return StoredAnswer(200, orjson.dumps({"results": results}).decode())

    known_by = None if chosen is None else RequestKey(key.id, f"key:{chosen}", fingerprint("many", raw))
    return once(part.store.get(), known_by, [each.record.community for each in right], work)


def keep(part: Components, submission: Submission, *, replace: bool) -> StoredRevision:
    """Keep one record that stands for itself, however often it comes.

    Args:
        replace: whether other content under a known id is a correction.

    Raises:
        RequestError: it is not, and there is a record that says something else.
        StoreBusyError: nothing was kept; try again.
    """
    prepared = outcomes.prepare(submission, part.knowledge.questionnaire)
    kept: list[StoredRevision] = []

    def work(connection: sa.Connection) -> StoredAnswer:
        [result] = outcomes.keep(connection, [prepared], replace=replace, changes=_changes(part))
        if isinstance(result, NoRecordError | RecordExistsError):
            raise RequestError("record_exists", record=result.record)
        kept.append(result)
        return StoredAnswer(200, "")

    once(part.store.get(), None, [submission.record.community], work)
    return kept[-1]


def _result(
    part: Components,
    place: int,
    submission: Submission,
    what: StoredRevision | NoRecordError | RecordExistsError,
    language: str,
) -> dict[str, Any]:
    return (
        {"answer": _kept(what, submission)}
        if isinstance(what, StoredRevision)
        else _refused(part, place, what, language)
    )


def _refused(
    part: Components, place: int, what: NoRecordError | RecordExistsError | OutcomeError, language: str
) -> dict[str, Any]:
    pointer = f"/{OUTCOMES}/{place}"
    if isinstance(what, NoRecordError):
        what = part.outcomes.unknown_record(language, pointer)
    content = problem(
        "invalid_input" if isinstance(what, OutcomeError) else _kind(what),
        part.knowledge.messages[language],
        instance=f"{request.path}#{pointer}",
        request_id=request_id(request.environ),
        errors=what.problems if isinstance(what, OutcomeError) else (),
        most=MOST_OF_ONE,
        words={} if isinstance(what, OutcomeError) else _told(what),
    )
    return {"problem": content}


def _sender(key: Key) -> str | None:
    """Whose records a key may correct; None for everybody's. A key that takes the place of another has its name."""
    return None if CORRECT in key.scopes else key.name


def _told(error: RecordExistsError) -> dict[str, object]:
    """What may be said of the record that is there: nothing, when another sender handed it in."""
    return {} if error.of_another else {"record": error.record}


def _kind(error: RecordExistsError) -> str:
    """An id that the sender chose is a key too; without one it is only that there is a record already."""
    if error.of_another:
        return "record_of_another"
    return "key_reused" if error.own_id else "record_exists"


def _changes(part: Components) -> CodeChanges:
    return part.knowledge.questionnaire.changes


def _kept(result: StoredRevision, submission: Submission) -> dict[str, Any]:
    told = understood_content(submission.understood)
    return {"id": result.id, "revision": result.revision, "result": result.fate, **told}


def page(part: Components, wanted: Filter) -> dict[str, Any]:
    """A page of records, and where the next one begins."""
    with part.store.get().reading() as connection:
        found = list(
            outcomes.current(
                connection,
                part.knowledge.questionnaire,
                community=wanted.community,
                channel=wanted.channel,
                after=wanted.after,
                limit=wanted.limit + 1,
            )
        )
    shown = found[: wanted.limit]
    return {OUTCOMES: [_content(each) for each in shown], "next": shown[-1].row if len(found) > len(shown) else None}


def _content(record: StoredOutcome) -> dict[str, Any]:
    return {
        "id": record.id,
        "revision": record.revision,
        "community": record.community,
        "profile": record.answers,
        "channel": record.channel,
        "start": record.start,
        **counts_as_told(record),
        "reason": record.reason,
        "note": record.note,
        "source": record.source,
        "consent": record.consent,
        "recordedBy": record.recorded_by,
        "recordedAt": record.recorded_at,
    }


def delete(part: Components, community: str) -> int:
    """Really delete a community, and say how many records are gone."""
    return outcomes.delete_community(part.store.get(), community)
