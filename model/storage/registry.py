"""Registry: the shelf of artifacts, and the log of which one served from when, which only grows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from model.errors import Phrase, StoreError, UnknownNameError
from model.scoring.artifact import RULES, SHIPPED, Artifact
from model.storage.engine import Store
from model.storage.tables import artifacts, promotions

Kind = Literal["promote", "overrule", "rollback"]


@dataclass(frozen=True, slots=True)
class Promotion:
    """One line of the log: from this moment the artifact serves.

    Attributes:
        number: higher is later.
        kind: "promote" by the gate, "overrule" by a person against the gate, or "rollback" to what served before.
    """

    number: int
    artifact: str
    kind: Kind
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RegisteredArtifact:
    """An artifact on the shelf, without its numbers.

    Attributes:
        created: when it came into the registry.
        card: what its makers say about it.
    """

    id: str
    created: datetime
    checksum: str
    card: Mapping[str, Any]
    has_report: bool


class Registry:
    """The artifacts and promotions in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save_artifact(self, artifact: Artifact, report: str | None, card: Mapping[str, Any]) -> str:
        """Put an artifact on the shelf, or judge it anew: the same one again gets this report and card.

        Its content is written again too, which mends it when it was damaged there.

        Returns:
            Its id.

        Raises:
            StoreError: another artifact has this id.
        """
        with self._store.writing() as connection:
            there = connection.execute(
                sa.select(artifacts.c.checksum).where(artifacts.c.id == artifact.id)
            ).scalar_one_or_none()
            if artifact.id in SHIPPED or there not in (None, artifact.checksum):
                raise StoreError(Phrase("another artifact is called {0} already", artifact.id))
            content = {
                "content": artifact.to_json(),
                "card": json.dumps(dict(card), allow_nan=False),
                "report": report,
            }
            if there is None:
                new = {"id": artifact.id, "created": datetime.now(UTC), "checksum": artifact.checksum}
                connection.execute(artifacts.insert(), {**new, **content})
            else:
                connection.execute(artifacts.update().where(artifacts.c.id == artifact.id), content)
        return artifact.id

    def remove(self, artifact_id: str) -> None:
        """Really remove an artifact and its report; the log of promotions stays.

        Raises:
            UnknownNameError: it is not on the shelf.
            StoreError: it is live, or a rollback would bring it back.
        """
        with self._store.writing() as connection:
            _lock(connection)
            known = connection.execute(sa.select(artifacts.c.id)).scalars().all()
            if artifact_id not in known:
                raise UnknownNameError(Phrase("artifact"), artifact_id, known)
            standing = _standing(_history(connection))
            if artifact_id in standing:
                state = Phrase("live") if artifact_id == standing[-1] else Phrase("what a rollback would bring back")
                raise StoreError(
                    Phrase("{0} is {1}, so it cannot be removed: promote or roll back first", artifact_id, state)
                )
            connection.execute(artifacts.delete().where(artifacts.c.id == artifact_id))
        self._store.scrub()

    def list(self) -> tuple[RegisteredArtifact, ...]:
        """Everything on the shelf, the oldest first."""
        with self._store.reading() as connection:
            return _shelved(connection)

    def artifact(self, artifact_id: str) -> str:
        """The JSON text of an artifact, unread: `Artifact.from_json` finds out whether it is damaged.

        Raises:
            UnknownNameError: it is not on the shelf.
        """
        return str(self._column(artifacts.c.content, artifact_id))

    def report(self, artifact_id: str) -> str | None:
        """The report that was made with an artifact, as HTML.

        Raises:
            UnknownNameError: it is not on the shelf.
        """
        found = self._column(artifacts.c.report, artifact_id)
        return None if found is None else str(found)

    def shelved(self, artifact_id: str) -> RegisteredArtifact:
        """One artifact on the shelf.

        Raises:
            UnknownNameError: it is not on the shelf.
        """
        with self._store.reading() as connection:
            found = _shelved(connection)
        for each in found:
            if each.id == artifact_id:
                return each
        raise UnknownNameError(Phrase("artifact"), artifact_id, [each.id for each in found])

    def promote(self, artifact_id: str, by: str, reason: str, *, overrule: bool = False) -> Promotion:
        """Make an artifact the champion; `rules` brings back the rules alone, `starter` what comes with the knowledge.

        Args:
            overrule: a person decides against the gate.

        Raises:
            UnknownNameError: it is not on the shelf.
            StoreError: no name or no reason was given.
        """
        _check_signature(by, reason)
        with self._store.writing() as connection:
            _lock(connection)
            known = [*SHIPPED, *connection.execute(sa.select(artifacts.c.id)).scalars()]
            if artifact_id not in known:
                raise UnknownNameError(Phrase("artifact"), artifact_id, known)
            return _log(connection, artifact_id, "overrule" if overrule else "promote", by, reason)

    def rollback(self, by: str, reason: str, first: str = RULES) -> Promotion:
        """Let that serve again which served before the newest promotion that was not taken back yet.

        Args:
            first: what served before anything was promoted.

        Raises:
            StoreError: nothing was promoted, or everything was taken back; or no name or reason was given.
        """
        _check_signature(by, reason)
        with self._store.writing() as connection:
            _lock(connection)
            standing = _standing(_history(connection))
            if not standing:
                raise StoreError(Phrase("there is nothing to go back to: nothing was promoted"))
            return _log(connection, standing[-2] if len(standing) > 1 else first, "rollback", by, reason)

    def newest_promotion(self) -> Promotion | None:
        """The champion; None when nothing was ever promoted."""
        with self._store.reading() as connection:
            row = connection.execute(sa.select(promotions).order_by(promotions.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else Promotion(*row)

    def history(self, at: datetime | None = None) -> tuple[Promotion, ...]:
        """The log, the oldest first; with a moment, only until then, so that its last line says which one served."""
        with self._store.reading() as connection:
            return _history(connection, at)

    def _column(self, column: sa.Column[Any], artifact_id: str) -> object:
        with self._store.reading() as connection:
            row = connection.execute(sa.select(column).where(artifacts.c.id == artifact_id)).one_or_none()
            known = () if row else tuple(connection.execute(sa.select(artifacts.c.id)).scalars())
        if row is None:
            raise UnknownNameError(Phrase("artifact"), artifact_id, known)
        value: object = row[0]
        return value


def _shelved(connection: sa.Connection) -> tuple[RegisteredArtifact, ...]:
    query = sa.select(
        artifacts.c.id, artifacts.c.created, artifacts.c.checksum, artifacts.c.card, artifacts.c.report.is_not(None)
    ).order_by(artifacts.c.created, artifacts.c.id)
    return tuple(
        RegisteredArtifact(artifact_id, created, checksum, json.loads(card), bool(has_report))
        for artifact_id, created, checksum, card, has_report in connection.execute(query)
    )


def _history(connection: sa.Connection, at: datetime | None = None) -> tuple[Promotion, ...]:
    query = sa.select(promotions).order_by(promotions.c.number)
    if at is not None:
        query = query.where(promotions.c.at <= at)
    return tuple(Promotion(*row) for row in connection.execute(query))


def _standing(log: Sequence[Promotion]) -> list[str]:
    """Artifacts that were promoted and not taken back, the champion last."""
    standing: list[str] = []
    for line in log:
        if line.kind == "rollback":
            standing.pop()
        else:
            standing.append(line.artifact)
    return standing


def _lock(connection: sa.Connection) -> None:
    """Let promotions wait for each other; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE promotions IN EXCLUSIVE MODE"))


def _log(connection: sa.Connection, artifact_id: str, kind: Kind, by: str, reason: str) -> Promotion:
    line = {"artifact": artifact_id, "kind": kind, "by": by.strip(), "reason": reason.strip(), "at": datetime.now(UTC)}
    row = connection.execute(promotions.insert().returning(*promotions.c), line).one()
    return Promotion(*row)


def _check_signature(by: str, reason: str) -> None:
    if not 0 < len(by.strip()) <= 100 or not reason.strip():
        raise StoreError(Phrase("a promotion needs a name and a reason"))
