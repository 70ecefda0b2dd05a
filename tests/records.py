"""Outcome records for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from model.errors import NoRecordError, RecordExistsError
from model.knowledge.base import Knowledge
from model.outcome_schemas import Origin, OutcomeGate
from model.outcomes import OutcomeRecord, Submission, answers_text
from model.schemas import ProfileGate
from model.storage.engine import Store
from model.storage.outcomes import Kept, Prepared, prepare
from model.storage.tables import outcomes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "wijkteam-geheim"
"""Part of the name of every community in a file; nothing that is passed on may hold it."""
ORIGIN = Origin("test", "tester", NOW)
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

    def prepared(self, **changes: Any) -> Prepared:
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
        connection.execute(outcomes.insert(), rows)


def fates(results: Iterable[Kept | NoRecordError | RecordExistsError]) -> list[str]:
    """What became of each record, a refusal by the name of its error."""
    return [each.fate if isinstance(each, Kept) else type(each).__name__ for each in results]
