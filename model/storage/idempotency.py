"""Idempotency: a request that is sent again gets the answer it got before, and changes nothing.

The key of a request is chosen by its sender. The answer is kept in the transaction that does the work, so there is
never one without the other, whatever fails in between. Nobody sends a request again after weeks, so answers are let go
after `KEPT`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from model.errors import KeyReusedError, Phrase, StoreBusyError
from model.storage.engine import Store
from model.storage.tables import answered, answered_communities

KEPT = timedelta(days=30)
"""How long an answer is kept; after that the same key is a new request."""

_TRIES = 4
_LET_GO = 10
"""Old answers that go whenever a new one comes, so that no request has to wait for many."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What a request is recognised by.

    Attributes:
        client: id of the API key, so that clients cannot meet each other's keys.
        key: chosen by the sender.
        fingerprint: of the request itself.
    """

    client: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was said to the sender."""

    status: int
    body: str


def fingerprint(*parts: Any) -> str:
    """SHA-256 of plain values; the order of keys makes no difference."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def take_turns(connection: sa.Connection, name: str) -> None:
    """Let transactions about the same thing wait for each other; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def once(
    store: Store,
    request: RequestKey | None,
    communities: Iterable[str],
    work: Callable[[sa.Connection], StoredAnswer],
) -> StoredAnswer:
    """Do the work in one transaction, unless this request was answered before.

    Args:
        store: where to.
        request: None when the sender gave no key; then the work itself must bear being done twice.
        communities: whose records the request is about; deleting one of them deletes the answer.
        work: may run more than once, but only its last run is kept.

    Raises:
        KeyReusedError: the key was used before for a different request.
        StoreBusyError: nothing was changed; try again.
    """
    for _ in range(_TRIES):
        try:
            with store.writing() as connection:
                if request is None:
                    return work(connection)
                earlier = _earlier(connection, request)
                if earlier is not None:
                    return earlier
                answer = work(connection)
                _remember(connection, request, answer, communities)
                return answer
        except IntegrityError:
            # Another writer was first with the same key or record. It is there now, so the next try sees it.
            continue
    raise StoreBusyError(Phrase("other writers kept coming first"))


def _earlier(connection: sa.Connection, request: RequestKey) -> StoredAnswer | None:
    found = connection.execute(
        sa.select(answered.c.fingerprint, answered.c.status, answered.c.body).where(
            answered.c.client == request.client, answered.c.key == request.key
        )
    ).one_or_none()
    if found is None:
        return None
    if found.fingerprint != request.fingerprint:
        raise KeyReusedError
    return StoredAnswer(found.status, found.body)


def _remember(connection: sa.Connection, request: RequestKey, answer: StoredAnswer, communities: Iterable[str]) -> None:
    now = datetime.now(UTC)
    _let_go(connection, now - KEPT)
    number = connection.execute(
        answered.insert().returning(answered.c.request),
        {
            "client": request.client,
            "key": request.key,
            "fingerprint": request.fingerprint,
            "status": answer.status,
            "body": answer.body,
            "at": now,
        },
    ).scalar_one()
    about = [{"request": number, "community": community} for community in sorted(set(communities))]
    if about:
        connection.execute(answered_communities.insert(), about)


def _let_go(connection: sa.Connection, before: datetime) -> None:
    """Delete a few of the oldest answers, where they are older than this; one that another writer has is left to it."""
    oldest = sa.select(answered.c.request, answered.c.at).order_by(answered.c.request).limit(_LET_GO)
    old = [number for number, at in connection.execute(oldest) if at < before]
    if old:
        query = sa.select(answered.c.request).where(answered.c.request.in_(old)).with_for_update(skip_locked=True)
        ours = connection.execute(query).scalars().all()
        connection.execute(answered.delete().where(answered.c.request.in_(ours)))
