"""Reviews: what anybody can tell with a private link is shown and learned from only after data staff approved of it.

A correction is a new revision and waits again. Who decided what and when is kept in a log of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from model.domain.knowledge import Knowledge
from model.storage.engine import Store
from model.storage.outcomes import StoredOutcome, current
from model.storage.tables import current_outcomes, outcomes, reviews


class Review(NamedTuple):
    """What data staff said of one revision of a record."""

    record: str
    revision: int
    approved: bool


def waiting(store: Store, knowledge: Knowledge, limit: int | None = None) -> list[StoredOutcome]:
    """Records that nobody looked at yet, the oldest first.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    with store.reading() as connection:
        return list(current(connection, knowledge.questionnaire, limit=limit, waiting=True))


def count_waiting(store: Store) -> int:
    """How many there are.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    query = sa.select(sa.func.count()).select_from(current_outcomes).where(current_outcomes.c.approved.is_(None))
    with store.reading() as connection:
        return connection.execute(query).scalar_one()


def decide(store: Store, decisions: Sequence[Review], by: str) -> list[Review]:
    """Approve or refuse; gives the decisions that were taken.

    A revision that was corrected or removed meanwhile is not decided about: nobody has seen what it says now.

    Args:
        by: name of who decides.

    Raises:
        StoreBusyError: nothing was decided; try again.
    """
    with store.writing() as connection:
        taken = list(_taken(connection, decisions))
        if taken:
            now = datetime.now(UTC)
            connection.execute(reviews.insert(), [{**each._asdict(), "by": by, "at": now} for each in taken])
    return taken


def _taken(connection: sa.Connection, decisions: Sequence[Review]) -> Iterator[Review]:
    newest = sa.select(current_outcomes.c.row)
    for each in decisions:
        this = sa.and_(current_outcomes.c.record == each.record, current_outcomes.c.revision == each.revision)
        changed = connection.execute(
            outcomes.update().where(outcomes.c.row.in_(newest.where(this))).values(approved=each.approved)
        )
        if changed.rowcount:
            yield each
