"""Recent: the newest outcome records, for workers that look again and again, without SQLAlchemy.

Only the newest `LOOKED_AT` rows are looked at, so that a look costs the same however large the store is. What is read
here is written by `model.storage.outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import NamedTuple

import orjson

from model.domain.knowledge import Knowledge
from model.outcomes.record import ChannelUse, complete_answers
from model.profiles.profile import Profile, ProfileReader
from model.storage import peek

LOOKED_AT = 2000
"""Rows, corrected ones included."""


class RecordsState(NamedTuple):
    """What changes whenever a record is added, corrected or deleted."""

    rows: int
    newest: int
    total: int


NOTHING = RecordsState(0, 0, 0)
"""There is no record, or no store yet."""


def token(url: str) -> RecordsState:
    """A cheap look at whether anything changed.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    found = peek.records_state(url, LOOKED_AT)
    return RecordsState(*map(int, found)) if found and found[0] else NOTHING


def uses(url: str, knowledge: Knowledge) -> Iterator[tuple[ChannelUse, bool]]:
    """Each use of a channel and whether it may be shown, the newest first, as the knowledge of today understands them.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    reader = ProfileReader(knowledge.questionnaire)
    profiles: dict[str, Profile | None] = {}
    for answers, channel, start, invited, active, counted, reason, consent in peek.newest_records(url, LOOKED_AT):
        if answers not in profiles:
            known = {question: _shared(answer) for question, answer in orjson.loads(answers).items()}
            profiles[answers] = reader.read(complete_answers(known, knowledge.questionnaire))
        profile = profiles[answers]
        if profile is not None and channel in knowledge.channel_by_id:
            year = int(str(start)[:4])
            yield ChannelUse(profile, channel, year, invited, active, bool(counted), reason), bool(consent)


def _shared(answer: str | list[str]) -> str | list[str]:
    """The same codes come back in every record, so they are kept once."""
    return intern(answer) if isinstance(answer, str) else [intern(code) for code in answer]
