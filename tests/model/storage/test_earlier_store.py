"""Earlier store: records in codes of before are read, learned from and known again, in both databases."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa

from model.outcomes.validation import Origin, OutcomeGate
from model.profiles.validation import ProfileGate
from model.storage.engine import Store
from model.storage.outcomes import current, keep, prepare
from model.storage.recent import uses
from model.storage.tables import outcomes
from tests.earlier.before import CODES, NURSES, STORE, fill, in_order, today
from tests.records import fates
from training.records.aggregation import AggregatedEvidence
from training.records.from_store import stored_outcomes

ORIGIN = Origin("test", "data staff", datetime(2026, 9, 1, tzinfo=UTC))
AGAIN = {"id": "before-1", "community": "Nurses north", "profile": NURSES.answers, "channel": "siilo",
         "start": "2026-06-01", "invited": 40, "active": 10, "consent": True}  # fmt: skip


def test_records_of_before_say_what_they_said(store, knowledge):
    fill(store)
    with store.reading() as connection:
        found = {each.id: each.answers for each in current(connection, knowledge.questionnaire)}
    assert sorted(found) == ["before-1", "before-2", "before-3", "before-4"]
    assert in_order(found["before-1"]) == in_order(today(NURSES.answers))
    assert found["before-3"]["sensitive_data"] == "identifiable_clients"
    assert in_order(found["before-4"]) == in_order(CODES[5].answers)


def test_all_of_them_are_learned_from(store, knowledge):
    fill(store)
    with stored_outcomes(store, knowledge) as stored:
        evidence = AggregatedEvidence(stored.outcomes, knowledge)
        assert (stored.total, evidence.records, evidence.seen_communities) == (4, 4, 4)
        sensitive = list(knowledge.questionnaire.by_id).index("sensitive_data")
        bit = knowledge.questionnaire["sensitive_data"].bit_of["identifiable_clients"]
        # Two communities of nurses with the same answers are one profile, and the carers another.
        assert (evidence.sample.pairs.profiles.masks[:, sensitive] == bit).sum() == 2


def test_the_same_news_in_codes_of_before_is_known_and_other_news_corrects_it(store, knowledge):
    fill(store)
    gate, changes = OutcomeGate(knowledge, ProfileGate(knowledge)), knowledge.questionnaire.changes
    told = [prepare(gate.load({**AGAIN, **more}, ORIGIN), knowledge.questionnaire) for more in ({}, {"active": 11})]
    with store.writing() as connection:
        assert fates(keep(connection, told, replace=True, changes=changes)) == ["known", "corrected"]
        profiles = connection.execute(sa.select(outcomes.c.profile).where(outcomes.c.record == "before-1")).scalars()
        # What was kept is never changed in place; the correction is in codes of today.
        assert [orjson.loads(each)["sensitive_data"] for each in profiles] == ["identifiable", "identifiable_clients"]


def test_a_store_file_of_before_opens_and_other_teams_see_its_records(tmp_path, knowledge):
    copy = shutil.copy(STORE, tmp_path / "platform-fit.db")
    Store.open(f"sqlite:///{copy}").close()
    seen = [use for use, _ in uses(f"sqlite:///{copy}", knowledge)]
    assert [use.channel for use in seen] == ["discourse", "sms_phone_tree", "teams", "siilo"]
    assert seen[-1].profile.answers["sensitive_data"] == "identifiable_clients"
