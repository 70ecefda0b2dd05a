"""Outcome records for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from model.domain.knowledge import Knowledge
from model.errors import NoRecordError, RecordExistsError
from model.outcomes.record import OutcomeRecord, Submission, answers_text
from model.outcomes.validation import Origin, OutcomeGate
from model.profiles.validation import ProfileGate
from model.storage.engine import Store
from model.storage.outcomes import PreparedOutcome, StoredRevision, prepare
from model.storage.tables import outcomes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "wijkteam-geheim"
"""Part of the name of every community in a file; nothing that is passed on may hold it."""
ORIGIN = Origin("test", "tester", NOW)
DAYS = {
    **dict.fromkeys(("2026-01-06", "6-1-2026", "06/01/2026", "6.1.2026", "2026/1/6", " 06-01-2026 ", "6-1-2026 0:00",
                     "2026-01-06T00:00:00", "2026-01-06 00:00", "2026\u201101\u201106\u200e", "6–1–2026"),
                    date(2026, 1, 6)),
    "12/1/2026": date(2026, 1, 12),
    **dict.fromkeys(("1/31/2026", "6-1-26", "6 jan 2026", "2026-13-01", "6-1-2026 09:30", "46028", "6-1", "2026-02-30",
                     "\u202e60-10-6202"),
                    None),
}  # fmt: skip
"""How people write a day in a file → the day that it is; None for what is refused."""
TURNED = {"1/31/2026": ("-2026", "/2026", ".2026", "–2026"), "2026-13-01": ("2026-", "2026/", "2026\u2011")}
"""Days that can only be meant with day and month the other way round → what those that they put in doubt hold."""
WHOLES = {
    **dict.fromkeys(("46", " 46 ", "46.0", "46,0", "46,00", "+46", "46\u200b"), 46),
    **dict.fromkeys(("1.000", "1,000", "46,5", "4 6", "46,", "forty", "\u202e64"), None),
}
"""How people write a number of members in a file → the number; None for what is refused."""
PROFILE = {"work_setting": ["mobile_field", "client_room"], "login_tolerance": "low", "device_access": ["work_phone"]}


def raw(**changes: Any) -> dict[str, Any]:
    """The fields of a record that is right, with changes; a change to None leaves the field out."""
    fields = {
        "community": "alfa",
        "profile": PROFILE,
        "channel": "embrace",
        "start": "2026-01-01",
        "invited": 46,
        "active": 3,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


class Maker:
    """Makes records under one set of knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.gate = OutcomeGate(knowledge, ProfileGate(knowledge))

    def submission(self, **changes: Any) -> Submission:
        return self.gate.load(raw(**changes), ORIGIN)

    def prepared(self, **changes: Any) -> PreparedOutcome:
        return prepare(self.submission(**changes), self.knowledge.questionnaire)


@pytest.fixture(scope="session")
def maker(knowledge):
    return Maker(knowledge)


def put_down(store: Store, records: Iterable[OutcomeRecord], knowledge: Knowledge) -> None:
    """Write records into the tables as they are, past the gate: very many of them are made by no sender."""
    rows = [
        {
            "record": f"record-{number}", "revision": 1, "community": each.community,
            "profile": answers_text(each.profile, knowledge.questionnaire), "channel": each.channel,
            "start": each.start, "invited": each.invited, "active": each.active, "counted": True, "source": "test",
            "recorded_by": "test", "recorded_at": datetime.now(UTC), "digest": str(number),
        }
        for number, each in enumerate(records)
    ]  # fmt: skip
    with store.writing() as connection:
        connection.execute(outcomes.insert(), [{"approved": True, **row} for row in rows])


def fates(results: Iterable[StoredRevision | NoRecordError | RecordExistsError]) -> list[str]:
    """What became of each record, a refusal by the name of its error."""
    return [each.fate if isinstance(each, StoredRevision) else type(each).__name__ for each in results]
