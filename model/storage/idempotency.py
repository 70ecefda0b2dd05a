"""Idempotency: a request that is sent again gets the answer it got before, and changes nothing.

The key of a request is chosen by its sender. The answer is kept in the transaction that does the work, so there is
never one without the other, whatever fails in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from model.errors import KeyReusedError, StoreBusyError
from model.storage.engine import Store
from model.storage.tables import answered, answered_communities

_TRIES = 4


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
class Answer:
    """What was said to the sender."""

    status: int
    body: str


def fingerprint(*parts: Any) -> str:
    """SHA-256 of plain values; the order of keys makes no difference."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def once(
    store: Store,
    request: RequestKey | None,
    communities: Iterable[str],
    work: Callable[[sa.Connection], Answer],
) -> Answer:
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
    raise StoreBusyError("other writers kept coming first")


def _earlier(connection: sa.Connection, request: RequestKey) -> Answer | None:
    found = connection.execute(
        sa.select(answered.c.fingerprint, answered.c.status, answered.c.body).where(
            answered.c.client == request.client, answered.c.key == request.key
        )
    ).one_or_none()
    if found is None:
        return None
    if found.fingerprint != request.fingerprint:
        raise KeyReusedError
    return Answer(found.status, found.body)


def _remember(connection: sa.Connection, request: RequestKey, answer: Answer, communities: Iterable[str]) -> None:
    number = connection.execute(
        answered.insert().returning(answered.c.request),
        {
            "client": request.client,
            "key": request.key,
            "fingerprint": request.fingerprint,
            "status": answer.status,
            "body": answer.body,
            "at": datetime.now(UTC),
        },
    ).scalar_one()
    about = [{"request": number, "community": community} for community in sorted(set(communities))]
    if about:
        connection.execute(answered_communities.insert(), about)
