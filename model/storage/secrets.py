"""Secret: a random text that every worker on one store shares, made by the first that needs it."""

from __future__ import annotations

import secrets as chance
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from model.storage.engine import Store
from model.storage.tables import secrets


def kept_secret(store: Store, name: str) -> str:
    """The secret with this name, with 256 random bits; it is made if it is not there.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    found = _found(store, name)
    if found is not None:
        return found
    made = {"name": name, "value": chance.token_urlsafe(32), "created": datetime.now(UTC)}
    try:
        with store.writing() as connection:
            known = connection.execute(_query(name)).scalar_one_or_none()
            if known is None:
                connection.execute(secrets.insert(), made)
    except IntegrityError:
        pass  # another worker was first
    found = _found(store, name)
    assert found is not None
    return found


def _found(store: Store, name: str) -> str | None:
    with store.reading() as connection:
        return connection.execute(_query(name)).scalar_one_or_none()


def _query(name: str) -> sa.Select[str]:
    return sa.select(secrets.c.value).where(secrets.c.name == name)
