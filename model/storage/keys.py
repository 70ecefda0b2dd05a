"""Keys: who may write, read and delete. Only a hash is kept, so a stolen store opens nothing."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from model.errors import Phrase, StoreError
from model.storage.engine import Store
from model.storage.tables import keys
from model.storage.tokens import SCOPES, Token


@dataclass(frozen=True, slots=True)
class Key:
    """What is known about a key; the secret itself is not.

    Attributes:
        id: the first part of the token, no secret.
        name: who or what uses it; records say that they were recorded by this name.
        revoked: from when it opens nothing any more.
        expires: until when it opens something, if that was said.
    """

    id: str
    name: str
    scopes: frozenset[str]
    created: datetime
    revoked: datetime | None = None
    expires: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether it opens nothing any more."""
        return self.revoked is not None or (self.expires is not None and self.expires <= datetime.now(UTC))


class Keys:
    """The keys in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, name: str, scopes: Iterable[str], expires: datetime | None = None) -> tuple[Key, str]:
        """A new key and its token, which is shown now and never again.

        Raises:
            StoreError: no name, no scope, or a scope that does not exist.
        """
        wanted = frozenset(scopes)
        if not wanted or not wanted <= set(SCOPES):
            raise StoreError(Phrase("a key needs one or more of these scopes: {0}", ", ".join(SCOPES)))
        if not 0 < len(name.strip()) <= 100 or not name.isprintable():
            raise StoreError(Phrase("a key needs a name of at most 100 characters"))
        token = Token.new()
        key = Key(token.id, name.strip(), wanted, datetime.now(UTC), expires=expires)
        with self._store.writing() as connection:
            connection.execute(
                keys.insert(),
                {
                    "id": key.id,
                    "name": key.name,
                    "hash": token.hash,
                    "scopes": " ".join(sorted(key.scopes)),
                    "created": key.created,
                    "expires": key.expires,
                },
            )
        return key, str(token)

    def rotate(self, key_id: str, until: datetime, expires: datetime | None = None) -> tuple[Key, str]:
        """A new key in the place of another one, with its name and scopes; the old one still opens for a while.

        Args:
            until: from then on the old one opens nothing.
            expires: of the new one.

        Raises:
            StoreError: there is no such key, or it opens nothing any more.
        """
        old = next((key for key in self.list() if key.id == key_id), None)
        if old is None or old.ended:
            raise StoreError(
                Phrase("there is no active key with the id {0}; `keys list` shows those that exist", key_id)
            )
        with self._store.writing() as connection:
            connection.execute(keys.update().where(keys.c.id == key_id).values(expires=until))
        return self.create(old.name, old.scopes, expires)

    def list(self) -> tuple[Key, ...]:
        """Every key there ever was, the oldest first."""
        with self._store.reading() as connection:
            found = connection.execute(sa.select(keys).order_by(keys.c.created, keys.c.id)).all()
        return tuple(_key(row) for row in found)

    def revoke(self, key_id: str) -> Key:
        """From now on the key opens nothing.

        Raises:
            StoreError: there is no such key.
        """
        with self._store.writing() as connection:
            connection.execute(
                keys.update().where(keys.c.id == key_id, keys.c.revoked.is_(None)).values(revoked=datetime.now(UTC))
            )
            row = connection.execute(sa.select(keys).where(keys.c.id == key_id)).one_or_none()
        if row is None:
            raise StoreError(Phrase("there is no key with the id {0}; `keys list` shows those that exist", key_id))
        return _key(row)

    def find(self, token: str) -> Key | None:
        """The key that a token belongs to, unless it is wrong or revoked."""
        given = Token.read(token)
        if given is None:
            return None
        with self._store.reading() as connection:
            row = connection.execute(sa.select(keys).where(keys.c.id == given.id)).one_or_none()
        if row is None or _key(row).ended or not hmac.compare_digest(row.hash, given.hash):
            return None
        return _key(row)


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes.split()), row.created, row.revoked, row.expires)
