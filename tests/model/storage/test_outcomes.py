"""Outcome records in the store: nothing is changed in place, and what is deleted is gone."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from model.storage.engine import Store
from model.storage.outcomes import count, current, delete_community, keep
from model.storage.tables import outcomes
from tests.databases import new_database
from tests.examples import examples
from tests.factories import minimal_knowledge
from tests.records import NOW, PROFILE, fates
from training.records.aggregation import AggregatedEvidence
from training.records.from_store import stored_outcomes


def put(store, *prepared, replace=False):
    with store.writing() as connection:
        return fates(keep(connection, prepared, replace=replace))


def now(store, knowledge, **where):
    with store.reading() as connection:
        return list(current(connection, knowledge.questionnaire, **where))


def rows(store):
    with store.reading() as connection:
        return connection.execute(sa.select(outcomes).order_by(outcomes.c.row)).all()


def test_a_record_comes_back_as_it_went_in(store, maker, knowledge, gate):
    # Codes without an order come back in the order of the alphabet, so they go in like that here.
    profile = {**PROFILE, "work_setting": sorted(PROFILE["work_setting"])}
    told = {"id": "form-1", "profile": profile, "reason": "one_login_too_many", "note": "Één keer\nte veel",
            "consent": True}  # fmt: skip
    submission = maker.submission(**told)
    put(store, maker.prepared(**told))
    (found,) = now(store, knowledge)
    assert gate.load(found.answers) == submission.record.profile
    for field in fields(submission.record):
        if field.name != "profile":
            assert getattr(found, field.name) == getattr(submission.record, field.name)


def test_a_yes_or_no_is_one_observation_and_stays_a_yes_or_no(store, maker, knowledge):
    put(store, maker.prepared(invited=None, active=None, used=True))
    [record] = now(store, knowledge)
    assert (record.invited, record.active, record.counted) == (1, 1, False)


def test_the_same_news_twice_is_one_record(store, maker):
    assert put(store, maker.prepared(), maker.prepared()) == ["added", "known"]
    assert put(store, maker.prepared()) == ["known"]
    assert len(rows(store)) == 1


def test_a_refused_record_does_not_keep_out_the_others(store, maker):
    batch = [maker.prepared(), maker.prepared(active=9), maker.prepared(corrects="ghost"), maker.prepared(id="x")]
    assert put(store, *batch) == ["added", "RecordExistsError", "NoRecordError", "added"]


def test_a_correction_is_a_new_row_and_only_it_counts(store, maker, knowledge):
    put(store, maker.prepared(id="form-1"))
    assert put(store, maker.prepared(id="form-2", corrects="form-1", active=9)) == ["corrected"]
    assert [(row.record, row.revision, row.active) for row in rows(store)] == [("form-1", 1, 3), ("form-1", 2, 9)]
    assert [(each.id, each.revision, each.active) for each in now(store, knowledge)] == [("form-1", 2, 9)]


def test_two_corrections_of_one_revision_cannot_both_be_kept(store, maker):
    put(store, maker.prepared(id="form-1"))

    def insert():
        row = {**maker.prepared(id="form-1", active=9).row, "revision": 2}
        with store.writing() as connection:
            connection.execute(outcomes.insert(), [row])

    insert()
    with pytest.raises(sa.exc.IntegrityError):
        insert()


def test_reading_can_be_narrowed_and_paged(store, maker, knowledge):
    put(store, *(maker.prepared(community=name, channel=channel) for name in "ab" for channel in ("teams", "slack")))
    assert [each.channel for each in now(store, knowledge, community="a")] == ["teams", "slack"]
    assert [each.community for each in now(store, knowledge, channel="slack")] == ["a", "b"]
    first = now(store, knowledge, limit=3)
    rest = now(store, knowledge, after=first[-1].row)
    assert [each.id for each in first + rest] == [each.id for each in now(store, knowledge)]


def test_records_that_the_knowledge_has_outgrown_are_counted_and_not_used(store, maker):
    put(store, maker.prepared(id="old"))
    other = minimal_knowledge()
    with stored_outcomes(store, other) as stored:
        assert (AggregatedEvidence(stored.outcomes, other).records, stored.total) == (0, 1)


def test_answers_come_back_as_the_gate_wants_them(store, maker, knowledge):
    put(store, maker.prepared(profile={**PROFILE, "login_tolerance": "unknown", "needs": ["events_meetings",
        "announcements"], "copied_from": "unknown"}))  # fmt: skip
    [record] = now(store, knowledge)
    assert record.answers == {
        "work_setting": ["client_room", "mobile_field"],  # no order, so the same answers are always the same text
        "needs": ["events_meetings", "announcements"],  # the order means something
        "login_tolerance": "unknown",
        "device_access": ["work_phone"],
    }


def test_deleting_a_community_takes_every_revision_and_nobody_elses(store, maker, knowledge):
    put(store, maker.prepared(id="a1", community="a"), maker.prepared(id="a2", community="a"))
    put(store, maker.prepared(id="a1", corrects="a1", community="a", active=9), maker.prepared(id="b", community="b"))
    assert delete_community(store, "a") == 2
    assert [row.record for row in rows(store)] == ["b"]
    assert delete_community(store, "a") == 0


def test_deleting_the_community_of_a_corrected_slip_does_not_bring_the_slip_back(store, maker, knowledge):
    put(store, maker.prepared(id="1", community="slip"), maker.prepared(id="1", corrects="1", community="right"))
    assert delete_community(store, "right") == 1
    assert rows(store) == []


def test_deleting_the_slip_keeps_the_correction(store, maker, knowledge):
    put(store, maker.prepared(id="1", community="slip"), maker.prepared(id="1", corrects="1", community="right"))
    delete_community(store, "slip")
    assert [(row.community, row.revision) for row in rows(store)] == [("right", 2)]
    assert put(store, maker.prepared(id="1", corrects="1", community="right", active=7)) == ["corrected"]


def test_a_deleted_community_is_in_no_file_of_the_store(tmp_path, maker):
    store = Store.open(new_database("sqlite", tmp_path))
    name = "UNMISTAKABLE-COMMUNITY"
    put(store, *(maker.prepared(id=f"{number}", community=name) for number in range(50)))
    put(store, maker.prepared(community="other"))
    assert any(name.encode() in file.read_bytes() for file in Path(tmp_path).iterdir())
    delete_community(store, name)
    assert not any(name.encode() in file.read_bytes() for file in Path(tmp_path).iterdir())
    store.close()


def test_a_batch_larger_than_one_look_up_is_kept_whole(store, maker):
    batch = [maker.prepared(id=f"{number}") for number in range(1203)]
    assert set(put(store, *batch)) == {"added"}
    assert set(put(store, *batch)) == {"known"}
    with store.reading() as connection:
        assert count(connection) == len(batch)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.sampled_from("xy"), st.sampled_from("ab"), st.integers(0, 2)),
        st.tuples(st.just("correct"), st.sampled_from("xyz"), st.sampled_from("ab"), st.integers(0, 2)),
        st.tuples(st.just("import"), st.sampled_from("xyz"), st.sampled_from("ab"), st.integers(0, 2)),
        st.tuples(st.just("delete"), st.just(""), st.sampled_from("ab"), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=examples(25))
@given(steps=STEPS)
def test_any_sequence_of_steps_leaves_what_a_plain_dictionary_would_hold(store, maker, knowledge, steps):
    with store.writing() as connection:
        connection.execute(outcomes.delete())
    histories: dict[str, list[tuple[str, int]]] = {}
    for step, record, community, active in steps:
        news = (community, active)
        history = histories.get(record, [])
        if step == "delete":
            delete_community(store, community)
            histories = {
                name: kept
                for name, told in histories.items()
                if told[-1][0] != community and (kept := [each for each in told if each[0] != community])
            }
            continue
        corrects = record if step == "correct" else None
        put(store, maker.prepared(id=record, corrects=corrects, community=community, active=active),
            replace=step == "import")  # fmt: skip
        wanted = {
            "post": not history,
            "correct": bool(history) and history[-1] != news,
            "import": news not in history,
        }[step]
        if wanted:
            histories[record] = [*history, news]
    found = {each.id: (each.community, each.active) for each in now(store, knowledge)}
    assert found == {name: told[-1] for name, told in histories.items()}
    assert len(rows(store)) == sum(map(len, histories.values()))


def test_dates_and_moments_are_the_same_on_both_databases(store, maker, knowledge):
    put(store, maker.prepared())
    [record] = now(store, knowledge)
    assert (record.start, record.recorded_at) == (date(2026, 1, 1), NOW)
