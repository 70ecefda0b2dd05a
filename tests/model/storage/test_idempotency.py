"""Idempotency: the same request is done once, whoever sends it how often and at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import KeyReusedError, StoreBusyError
from model.storage.engine import Store
from model.storage.idempotency import KEPT, RequestKey, StoredAnswer, fingerprint, once
from model.storage.outcomes import count, delete_community, keep
from model.storage.tables import answered, answered_communities, outcomes
from tests.examples import examples
from tests.records import fates


def request(key="k", payload: object = "p", client="c"):
    return RequestKey(client, key, fingerprint(payload))


def total(store, table):
    with store.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_replay_gives_the_first_answer_and_does_nothing(store):
    calls = []

    def work(connection):
        calls.append(1)
        return StoredAnswer(201, f"answer {len(calls)}")

    answers = [once(store, request(), ["a"], work) for _ in range(3)]
    assert answers == [StoredAnswer(201, "answer 1")] * 3
    assert len(calls) == 1


def test_another_request_under_the_same_key_is_refused(store):
    once(store, request(payload={"active": 1}), [], lambda connection: StoredAnswer(201, ""))
    with pytest.raises(KeyReusedError):
        once(store, request(payload={"active": 2}), [], lambda connection: StoredAnswer(201, ""))


def test_the_order_of_fields_makes_no_other_request():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": True})


def test_clients_do_not_meet_each_others_keys(store):
    for client in ("one", "two"):
        answer = StoredAnswer(201, client)

        def work(connection, own=answer):
            return own

        assert once(store, request(client=client), [], work) == answer


def test_work_that_fails_is_not_remembered(store):
    def fail(connection):
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (it is our own)
        once(store, request(), [], fail)
    assert once(store, request(), [], lambda connection: StoredAnswer(201, "done")).body == "done"


def test_deleting_a_community_forgets_the_answers_about_it(store):
    once(store, request("both"), ["a", "b"], lambda connection: StoredAnswer(201, "about a and b"))
    once(store, request("b"), ["b"], lambda connection: StoredAnswer(201, "about b"))
    delete_community(store, "a")
    with store.reading() as connection:
        assert connection.execute(sa.select(answered.c.key)).scalars().all() == ["b"]
        assert connection.execute(sa.select(answered_communities.c.community)).scalars().all() == ["b"]


def kept_keys(store):
    with store.reading() as connection:
        return connection.execute(sa.select(answered.c.key).order_by(answered.c.request)).scalars().all()


def test_old_answers_go_a_few_at_a_time_as_new_ones_come(store):
    for number in range(14):
        once(store, request(f"old {number}"), ["a"], lambda connection: StoredAnswer(201, ""))
    once(store, request("recent"), ["a"], lambda connection: StoredAnswer(201, "first"))
    with store.writing() as connection:
        old = answered.c.key.startswith("old")
        connection.execute(answered.update().where(old).values(at=datetime.now(UTC) - KEPT - timedelta(minutes=1)))
        connection.execute(answered.update().where(~old).values(at=datetime.now(UTC) - KEPT + timedelta(minutes=1)))
    once(store, request("new"), ["a"], lambda connection: StoredAnswer(201, ""))
    assert kept_keys(store) == ["old 10", "old 11", "old 12", "old 13", "recent", "new"]
    once(store, request("newer"), ["a"], lambda connection: StoredAnswer(201, ""))
    assert kept_keys(store) == ["recent", "new", "newer"]
    assert total(store, answered_communities) == 3
    assert once(store, request("recent"), ["a"], lambda connection: StoredAnswer(201, "again")).body == "first"


def test_a_key_whose_answer_was_let_go_is_a_new_request(store, maker):
    def work(connection):
        return StoredAnswer(200, ",".join(fates(keep(connection, [maker.prepared()]))))

    assert once(store, request("k"), ["a"], work).body == "added"
    with store.writing() as connection:
        connection.execute(answered.update().values(at=datetime.now(UTC) - KEPT - timedelta(days=1)))
    once(store, request("other", "p2"), ["a"], lambda connection: StoredAnswer(201, ""))
    assert once(store, request("k"), ["a"], work).body == "known"  # nothing is kept twice all the same


def test_writers_that_let_go_of_the_same_answers_do_not_wait_for_each_other(database_url):
    store = Store.open(database_url, wait=20)
    for number in range(8):
        once(store, request(f"old {number}"), ["a"], lambda connection: StoredAnswer(201, ""))
    with store.writing() as connection:
        connection.execute(answered.update().values(at=datetime.now(UTC) - KEPT - timedelta(days=1)))
    start = threading.Barrier(4)

    def send(number):
        start.wait()
        return once(store, request(f"new {number}"), ["a"], lambda connection: StoredAnswer(201, f"{number}"))

    with ThreadPoolExecutor(4) as pool:
        assert [answer.body for answer in pool.map(send, range(4))] == ["0", "1", "2", "3"]
    assert sorted(kept_keys(store)) == [f"new {number}" for number in range(4)]
    store.close()


def test_writers_with_the_same_key_at_the_same_moment_make_one_record(database_url, maker):
    store = Store.open(database_url, wait=20)
    start, runs = threading.Barrier(8), []

    def send(_):
        def work(connection):
            runs.append(1)
            results = keep(connection, [maker.prepared(id="form-1")])
            return StoredAnswer(201, ",".join(fates(results)))

        start.wait()
        return once(store, request(), ["alfa"], work)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [StoredAnswer(201, "added")] * 8
    assert (total(store, outcomes), total(store, answered)) == (1, 1)
    store.close()


def test_writers_with_the_same_record_and_no_key_make_one_record(database_url, maker):
    store = Store.open(database_url, wait=20)
    start = threading.Barrier(8)

    def send(_):
        start.wait()
        return once(store, None, [], lambda connection: StoredAnswer(201, *fates(keep(connection, [maker.prepared()]))))

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(answer.body for answer in pool.map(send, range(8)))
    assert answers == ["added"] + ["known"] * 7
    assert total(store, outcomes) == 1
    store.close()


def test_corrections_at_the_same_moment_follow_each_other(database_url, maker):
    store = Store.open(database_url, wait=20)
    with store.writing() as connection:
        keep(connection, [maker.prepared(id="1", active=0)])
    start = threading.Barrier(3)

    def send(active):
        start.wait()
        prepared = maker.prepared(id="1", corrects="1", active=active)
        return once(store, None, [], lambda connection: StoredAnswer(201, *fates(keep(connection, [prepared]))))

    with ThreadPoolExecutor(3) as pool:
        assert [answer.body for answer in pool.map(send, [1, 2, 3])] == ["corrected"] * 3
    with store.reading() as connection:
        assert connection.execute(sa.select(outcomes.c.revision).order_by(outcomes.c.revision)).scalars().all() == [
            1, 2, 3, 4,
        ]  # fmt: skip
        assert count(connection) == 1
    store.close()


def test_a_writer_that_always_comes_second_is_told_to_try_again(store):
    def always_late(connection):
        raise sa.exc.IntegrityError("", {}, Exception())

    with pytest.raises(StoreBusyError):
        once(store, None, [], always_late)


@settings(max_examples=examples(30))
@given(
    requests=st.lists(
        st.tuples(st.sampled_from(["k1", "k2", None]), st.sampled_from(["x", "y"]), st.integers(0, 1)), max_size=10
    )
)
def test_each_key_is_answered_by_its_first_request_for_ever(store, maker, requests):
    with store.writing() as connection:
        for table in (answered_communities, answered, outcomes):
            connection.execute(table.delete())
    first: dict[str, tuple[tuple[str, int], StoredAnswer]] = {}
    records: set[str] = set()
    for key, record, active in requests:
        payload = (record, active)
        prepared = maker.prepared(id=record, active=active)

        def work(connection, each=prepared):
            return StoredAnswer(200, ",".join(fates(keep(connection, [each]))))

        asked = None if key is None else request(key, payload)
        if key in first and first[key][0] != payload:
            with pytest.raises(KeyReusedError):
                once(store, asked, ["alfa"], work)
            continue
        answer = once(store, asked, ["alfa"], work)
        if key in first:
            assert answer == first[key][1]
        elif key is not None:
            first[key] = payload, answer
        records.add(record)
    assert total(store, outcomes) == len(records)
    assert total(store, answered) == len(first)
