"""Secrets: a random text that every worker on one store shares, made by the first that needs it."""

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
    found = found_secret(store, name)
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
    found = found_secret(store, name)
    assert found is not None
    return found


def forget_secret(store: Store, name: str) -> bool:
    """Let nothing be read any more that was signed with the secret of this name; whether there was one.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    with store.writing() as connection:
        return bool(connection.execute(secrets.delete().where(secrets.c.name == name)).rowcount)


def found_secret(store: Store, name: str) -> str | None:
    """The secret with this name, if there is one.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    with store.reading() as connection:
        return connection.execute(_query(name)).scalar_one_or_none()


def _query(name: str) -> sa.Select[str]:
    return sa.select(secrets.c.value).where(secrets.c.name == name)
