"""Report store: what a team tells with its private link, kept, corrected and really deleted.

Importing this loads SQLAlchemy, so views import it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from model.outcomes.record import Submission
from model.storage import outcomes
from model.storage.idempotency import StoredAnswer, once, take_turns
from model.storage.outcomes import StoredOutcome
from service.components import Components

MOST = 10
"""Uses of a channel that one link can tell about: no community has more, and nobody can fill the store with one."""


class LinkFullError(Exception):
    """There is no room for one more record under this link."""


class SameRecordError(Exception):
    """A correction says the same channel and start as another record under this link."""


def told(part: Components, community: str) -> Sequence[StoredOutcome]:
    """What was told and counts now, in the order in which members started.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    with part.store.get().reading() as connection:
        return sorted(_of(connection, part, community), key=lambda each: (each.start, each.channel))


def tell(part: Components, submission: Submission) -> str:
    """Keep one record, and give its id. When this returns, it is on disk.

    Telling about the same channel and start again corrects what was told before, so pressing a button twice, or
    opening the link in two places, never makes two records of one use. A correction of what was deleted is told anew.

    Raises:
        LinkFullError: see there.
        SameRecordError: see there.
        StoreBusyError: nothing was kept; try again.
    """

    def work(connection: sa.Connection) -> StoredAnswer:
        # Between counting and keeping, nobody else with this link may keep one.
        take_turns(connection, submission.record.community)
        theirs = {each.id: each for each in _of(connection, part, submission.record.community)}
        corrected = _corrected(submission, theirs.values())
        if submission.corrects in theirs and corrected not in (None, submission.corrects):
            raise SameRecordError
        corrects = submission.corrects if submission.corrects in theirs else corrected
        if corrects is None and len(theirs) >= MOST:
            raise LinkFullError
        prepared = outcomes.prepare(replace(submission, corrects=corrects), part.knowledge.questionnaire)
        [kept] = outcomes.keep(connection, [prepared], changes=part.knowledge.questionnaire.changes)
        if not isinstance(kept, outcomes.StoredRevision):
            raise kept
        return StoredAnswer(200, kept.id)

    return once(part.store.get(), None, [], work).body


def take_back(part: Components, community: str, record: str) -> bool:
    """Really delete a record with all its corrections; gives whether it was there.

    Raises:
        StoreBusyError: nothing was deleted; try again.
    """
    return outcomes.delete_record(part.store.get(), community, record)


def _of(connection: sa.Connection, part: Components, community: str) -> Sequence[StoredOutcome]:
    return list(outcomes.current(connection, part.knowledge.questionnaire, community=community))


def _corrected(submission: Submission, theirs: Iterable[StoredOutcome]) -> str | None:
    """The record that is about the same use."""
    use = submission.record.channel, submission.record.start
    return next((each.id for each in theirs if (each.channel, each.start) == use), None)
