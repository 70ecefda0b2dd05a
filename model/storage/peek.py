"""A look at the store, at the artifact that serves above all, without SQLAlchemy.

Every worker looks every few seconds, and most workers never need anything else of the store. A plain connection keeps
27 MB out of each of them. This is the one door for it, and the one place with SQL as text: what is read here is written
by `model.storage.registry` and `model.storage.outcomes`.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from model.domain.knowledge import Knowledge
from model.errors import ArtifactError, Phrase, StoreBusyError, StoreError
from model.scoring.artifact import SHIPPED, Artifact
from model.scoring.starter import first_artifact, shipped_artifact
from model.storage.location import file_of, what_is_wrong
from model.storage.migrations import EARLIER

_NEWEST = "SELECT number, artifact FROM promotions ORDER BY number DESC LIMIT 1"
_EARLIER = "SELECT number, artifact FROM promotions WHERE number < {place} ORDER BY number DESC LIMIT 1"
_MOMENT = "SELECT at FROM promotions WHERE number = {place}"
_CONTENT = "SELECT content FROM artifacts WHERE id = {place}"
_REVISION = "SELECT version_num FROM alembic_version"
_NEWEST_ROWS = "SELECT row FROM current_outcomes WHERE approved ORDER BY row DESC LIMIT {place}"
# A transaction that began first can commit last, so that the highest number alone does not tell all.
_RECORDS_STATE = f"SELECT count(*), max(row), sum(row) FROM ({_NEWEST_ROWS}) AS newest"
_RECORDS = (
    "SELECT profile, channel, start, invited, active, counted, reason, consent FROM current_outcomes"
    f" WHERE row IN ({_NEWEST_ROWS}) ORDER BY row DESC"
)
_WAIT = 2
MOST_STEPS_BACK = 10
"""Promotions that are tried, when the newest cannot be used, before the rule base answers."""


class PromotedArtifact(NamedTuple):
    """The newest promotion: its number, which only grows, and the id of the artifact that serves."""

    number: int
    artifact: str


def newest(url: str) -> PromotedArtifact | None:
    """The newest promotion, or None when there is none, or no store yet: the rule base serves.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    row = _one(url, _NEWEST)
    return None if row is None else PromotedArtifact(*row)


def earlier(url: str, number: int) -> PromotedArtifact | None:
    """The promotion before this one, or None when it was the first.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    row = _one(url, _EARLIER, number)
    return None if row is None else PromotedArtifact(*row)


def moment(url: str, number: int) -> datetime | None:
    """When a promotion was made, or None when there is no such promotion.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    row = _one(url, _MOMENT, number)
    if row is None:
        return None
    # SQLite keeps moments as text in UTC, without saying so.
    at = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def content(url: str, artifact: str) -> str | None:
    """The JSON text of an artifact, unread, or None when it is not on the shelf.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    row = _one(url, _CONTENT, artifact)
    return None if row is None else str(row[0])


def serving_artifact(url: str, knowledge: Knowledge) -> Artifact:
    """The artifact that serves; when nothing was promoted, what comes with the knowledge.

    Args:
        url: of the store.

    Raises:
        StoreBusyError: the store is busy or out of reach.
        ArtifactError: what was promoted is not there, is damaged, or is another one.
    """
    promotion = newest(url)
    if promotion is None:
        return first_artifact(knowledge)
    if promotion.artifact in SHIPPED:
        return shipped_artifact(promotion.artifact, knowledge)
    text = content(url, promotion.artifact)
    if text is None:
        raise ArtifactError(Phrase("artifact '{0}' is not in the store", promotion.artifact))
    return stored_artifact(text, promotion.artifact)


def stored_artifact(text: str, name: str) -> Artifact:
    """The artifact of this name, from what the store holds under it.

    Raises:
        ArtifactError: it is damaged, or another one.
    """
    artifact = Artifact.from_json(text)
    if artifact.id != name:
        raise ArtifactError(Phrase("what is stored as artifact '{0}' is another one", name))
    return artifact


def revision(url: str) -> str | None:
    """The version of the lay-out of the store, or None while there is no store.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    row = _one(url, _REVISION)
    return None if row is None else str(row[0])


def records_state(url: str, most: int) -> tuple[Any, ...] | None:
    """Of the newest rows of outcome records, at most so many: how many, the highest number, and their sum.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    return _one(url, _RECORDS_STATE, most)


def newest_records(url: str, most: int) -> list[tuple[Any, ...]]:
    """The records that count among the newest rows, the newest first.

    Raises:
        StoreBusyError: the store is busy or out of reach.
        StoreError: the store was made by an earlier version and lacks what is asked for.
    """
    return _rows(url, _RECORDS, most)


def is_made(url: str) -> bool:
    """Whether there is a store at all; the file of SQLite is only made when something is kept."""
    file = file_of(url)
    return file is None or file.exists()


def _rows(url: str, query: str, *values: str | int) -> list[tuple[Any, ...]]:
    """What a query gives; nothing while there is no store.

    Args:
        query: with `{place}` for each value.

    Raises:
        StoreBusyError: the store is busy or out of reach.
        StoreError: the store was made by an earlier version and lacks what is asked for.
    """
    if file := file_of(url):
        return _rows_of_sqlite(file, query.format(place="?"), values)
    return _rows_of_postgresql(url, query.format(place="%s"), values)


def _one(url: str, query: str, *values: str | int) -> tuple[Any, ...] | None:
    return next(iter(_rows(url, query, *values)), None)


def _rows_of_sqlite(file: Path, query: str, values: tuple[str | int, ...]) -> list[tuple[Any, ...]]:
    if not file.exists():
        return []
    try:
        connection = sqlite3.connect(file, timeout=_WAIT)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return []
        if "no such column" in str(error):
            raise StoreError(EARLIER) from None
        raise StoreBusyError(what_is_wrong(error)) from error


def _rows_of_postgresql(url: str, query: str, values: tuple[str | int, ...]) -> list[tuple[Any, ...]]:
    import psycopg

    from model.storage.patience import connect

    plain = "postgresql://" + url.partition("://")[2]
    try:
        with connect(_WAIT, plain) as connection:
            return connection.execute(query.encode(), values).fetchall()
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.errors.UndefinedColumn:
        raise StoreError(EARLIER) from None
    except psycopg.Error as error:
        raise StoreBusyError(what_is_wrong(error)) from error
