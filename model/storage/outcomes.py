"""Outcome records in the store: kept, corrected, read and deleted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from model.domain.code_changes import NOT_CHANGED, CodeChanges
from model.domain.questions import Questionnaire
from model.errors import NoRecordError, RecordExistsError
from model.outcomes.record import REPORT_BACK, Submission, answers_text, complete_answers, content_digest, json_text
from model.storage.engine import Store
from model.storage.superseding import Claim, Fate, Revision, fate
from model.storage.tables import answered, answered_communities, current_outcomes, outcomes

_CHUNK = 500
"""Records looked up in one query."""


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """What became of a submission: the id and the revision that now count."""

    id: str
    revision: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """A current record as it is in the store.

    Attributes:
        row: where it stands; later rows have higher numbers.
        answers: question → answer, with "unknown" for required questions, as the gate wants them.
        approved: what data staff said of it; None while nobody looked.
    """

    row: int
    id: str
    revision: int
    community: str
    answers: dict[str, str | list[str]]
    channel: str
    start: date
    invited: int
    active: int
    counted: bool
    reason: str | None
    note: str | None
    source: str
    recorded_by: str
    recorded_at: datetime
    consent: bool
    approved: bool | None


class PreparedOutcome(NamedTuple):
    """A record ready to be kept: all that costs time was done before the transaction."""

    claim: Claim
    row: dict[str, Any]


def prepare(submission: Submission, questionnaire: Questionnaire) -> PreparedOutcome:
    """Work out what the store will need to know."""
    record = submission.record
    answers = answers_text(record.profile, questionnaire)
    digest = content_digest(record, answers)
    row = {
        "record": submission.identity,
        "community": record.community,
        "profile": answers,
        "channel": record.channel,
        "start": record.start,
        "invited": record.invited,
        "active": record.active,
        "counted": record.counted,
        "reason": record.reason,
        "note": record.note,
        "source": record.source,
        "recorded_by": record.recorded_by,
        "recorded_at": record.recorded_at,
        "digest": digest,
        "consent": record.consent,
        # Anybody can make a private link, so somebody looks at what was told with one.
        "approved": None if record.source == REPORT_BACK else True,
    }
    claim = Claim(submission.identity, digest, submission.own_id, submission.corrects, submission.withholds)
    return PreparedOutcome(claim, row)


def keep(
    connection: sa.Connection,
    batch: Sequence[PreparedOutcome],
    *,
    replace: bool = False,
    trial: bool = False,
    sender: str | None = None,
    changes: CodeChanges = NOT_CHANGED,
) -> list[StoredRevision | NoRecordError | RecordExistsError]:
    """Keep records, or say for each why not; one that is refused does not keep out the others.

    Args:
        connection: of `Store.writing`; for a trial `Store.reading` will do.
        batch: the records; a later one may correct an earlier one.
        replace: see `model.storage.superseding.fate`.
        trial: only say what would become of them.
        sender: whose records may be corrected; everybody's without one.
        changes: what became of codes of before, so that a record in those codes is known again.
    """
    revisions = _revisions(connection, [each.claim.identity for each in batch], changes)
    results: list[StoredRevision | NoRecordError | RecordExistsError] = []
    rows = []
    for claim, row in batch:
        known = revisions[claim.identity]
        try:
            what = fate(claim, known, replace, sender)
        except (NoRecordError, RecordExistsError) as error:
            results.append(error)
            continue
        if what in ("added", "corrected"):
            known.append(Revision(known[-1].number + 1 if known else 1, claim.digest, row["recorded_by"]))
            rows.append({**row, "revision": known[-1].number})
        results.append(StoredRevision(claim.identity, known[-1].number, what))
    if rows and not trial:
        connection.execute(outcomes.insert(), rows)
    return results


def _revisions(connection: sa.Connection, ids: Sequence[str], changes: CodeChanges) -> defaultdict[str, list[Revision]]:
    found: defaultdict[str, list[Revision]] = defaultdict(list)
    for first in range(0, len(ids), _CHUNK):
        query = sa.select(outcomes).where(outcomes.c.record.in_(ids[first : first + _CHUNK]))
        for row in connection.execute(query.order_by(outcomes.c.revision)):
            found[row.record].append(Revision(row.revision, _digest_today(row, changes), row.recorded_by))
    return found


def _digest_today(row: Any, changes: CodeChanges) -> str:
    """The digest of a stored revision, as it would be if its answers came in codes of today."""
    answers = json.loads(row.profile) if changes.changes else {}
    if not changes.met(answers):
        return str(row.digest)
    return content_digest(row, json_text(changes.renewed(answers)))


def current(
    connection: sa.Connection,
    questionnaire: Questionnaire,
    *,
    record: str | None = None,
    community: str | None = None,
    channel: str | None = None,
    after: int = 0,
    limit: int | None = None,
    waiting: bool = False,
) -> Iterator[StoredOutcome]:
    """Records that count, the oldest row first, read as they are needed.

    Args:
        connection: of `Store.reading` or `Store.writing`.
        questionnaire: to give the answers in the order of the screen.
        record: only the one with this id.
        community: only of this one.
        channel: only of this one.
        after: only rows with a higher number.
        limit: at most so many.
        waiting: only those that data staff did not look at yet.
    """
    table = current_outcomes.c
    query = sa.select(current_outcomes).where(table.row > after).order_by(table.row).limit(limit)
    if record is not None:
        query = query.where(table.record == record)
    if community is not None:
        query = query.where(table.community == community)
    if channel is not None:
        query = query.where(table.channel == channel)
    if waiting:
        query = query.where(table.approved.is_(None))
    # On the query alone: an option of the connection would stay, also for what is written next.
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield StoredOutcome(
            row=row.row,
            id=row.record,
            revision=row.revision,
            community=row.community,
            answers=complete_answers(json.loads(row.profile), questionnaire),
            channel=row.channel,
            start=row.start,
            invited=row.invited,
            active=row.active,
            counted=row.counted,
            reason=row.reason,
            note=row.note,
            source=row.source,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
            consent=row.consent,
            approved=row.approved,
        )


def count(connection: sa.Connection) -> int:
    """How many records count now."""
    return connection.execute(sa.select(sa.func.count()).select_from(current_outcomes)).scalar_one()


def communities(connection: sa.Connection) -> dict[str, int]:
    """Name of each community → how many records of it count."""
    table = current_outcomes.c
    query = (
        sa.select(table.community, sa.func.count().label("records")).group_by(table.community).order_by(table.community)
    )
    return {row.community: row.records for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class CommunityRecords:
    """What the store has of one community, earlier revisions too.

    Attributes:
        records: how many different records.
        rows: how many revisions of them.
        first, last: days on which use began.
        recorded: when the first of them was recorded.
    """

    name: str
    records: int
    rows: int
    first: date
    last: date
    channels: tuple[str, ...]
    recorded: datetime


def communities_ever(connection: sa.Connection) -> Iterator[CommunityRecords]:
    """Every community that any revision of a record is about, by name."""
    table = outcomes.c
    rows = connection.execute(
        sa.select(table.community, table.record, table.channel, table.start, table.recorded_at).order_by(
            table.community
        )
    )
    for name, group in groupby(rows, key=lambda row: str(row.community)):
        theirs = list(group)
        days = [row.start for row in theirs]
        yield CommunityRecords(
            name, len({row.record for row in theirs}), len(theirs), min(days), max(days),
            tuple(sorted({row.channel for row in theirs})), min(row.recorded_at for row in theirs),
        )  # fmt: skip


def delete_community(store: Store, community: str) -> int:
    """Really delete a community: every revision of its records, and the answers that were given about them.

    A record that was handed in under this community by mistake and then corrected keeps its later revisions.

    Returns:
        How many records are gone.

    Raises:
        StoreBusyError: the store is busy or out of reach; nothing was deleted.
    """
    theirs = sa.select(current_outcomes.c.record).where(current_outcomes.c.community == community)
    requests = sa.select(answered_communities.c.request).where(answered_communities.c.community == community)
    with store.writing() as connection:
        gone = connection.execute(
            outcomes.delete()
            .where(sa.or_(outcomes.c.record.in_(theirs), outcomes.c.community == community))
            .returning(outcomes.c.record)
        ).scalars()
        records = len(set(gone))
        connection.execute(answered.delete().where(answered.c.request.in_(requests)))
    if records:
        store.after_deletion()
    return records


def delete_record(store: Store, community: str, record: str) -> bool:
    """Really delete every revision of one record; gives whether it was there.

    Args:
        community: whose record it must be.

    Raises:
        StoreBusyError: the store is busy or out of reach; nothing was deleted.
    """
    theirs = sa.and_(outcomes.c.record == record, outcomes.c.community == community)
    with store.writing() as connection:
        gone = connection.execute(outcomes.delete().where(theirs).returning(outcomes.c.row)).scalars().all()
    if gone:
        store.after_deletion()
    return bool(gone)
