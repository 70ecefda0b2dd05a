"""Outcomes over HTTP: who may do what, what a retry gets, and what is said when the store does not answer."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES
from model.errors import StoreBusyError
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.outcomes import count
from service import create_app
from service.http.problems import STATUS
from service.runtime.lazy_store import LazyStore
from service.settings import Settings
from tests.examples import examples
from tests.records import PROFILE, raw

PATH, BATCH = "/v1/outcomes", "/v1/outcomes/batch"


@pytest.fixture
def app(database_url):
    # More threads than a test sends requests at once: one thread never waits for the store, so who is one too many
    # is refused when the machine is slow.
    made = create_app(Settings(database_url=database_url, threads=8))
    yield made
    opened = made.extensions["platform_fit"].store._store
    if opened is not None:
        opened.close()


@pytest.fixture
def client(app, token):
    """A client with a key for everything."""
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token()}"
    return made


def record(**changes):
    return raw(start="2025-01-06", **changes)


def total(store):
    with store.reading() as connection:
        return count(connection)


def kind(answer):
    return answer.get_json()["type"].rpartition(":")[2]


def test_a_record_is_kept_and_can_be_read(client):
    answer = client.post(PATH, json=record(id="form-1", note="Één keer te veel", reason="one_login_too_many"))
    assert (answer.status_code, answer.get_json()) == (201, {"id": "form-1", "revision": 1, "result": "added"})
    page = client.get(PATH).get_json()
    assert page["next"] is None
    [kept] = page["outcomes"]
    assert {name: kept[name] for name in ("id", "community", "invited", "active", "used", "note", "recordedBy")} == {
        "id": "form-1", "community": "alfa", "invited": 46, "active": 3, "used": None, "note": "Één keer te veel",
        "recordedBy": "tester",
    }  # fmt: skip


def test_consent_is_given_and_taken_back_by_a_correction(client):
    def told():
        return [each["consent"] for each in client.get(PATH).get_json()["outcomes"]]

    assert client.post(PATH, json=record(id="1")).status_code == 201
    assert told() == [False]
    assert kind(client.post(PATH, json=record(id="1", consent=True))) == "key_reused"
    for number, consent in enumerate((True, False), 2):
        kept = client.post(PATH, json=record(id=f"1-{number}", corrects="1", consent=consent)).get_json()
        assert kept == {"id": "1", "revision": number, "result": "corrected"}
        assert told() == [consent]


def test_sending_an_old_record_again_takes_no_consent_back(client):
    client.post(PATH, json=record())
    [kept] = client.get(PATH).get_json()["outcomes"]
    client.post(PATH, json=record(id="new", corrects=kept["id"], consent=True))
    assert client.post(PATH, json=record()).get_json()["result"] == "outdated"
    assert client.get(PATH).get_json()["outcomes"][0]["consent"] is True


def test_a_record_that_is_wrong_is_refused_with_every_mistake(client):
    answer = client.post(PATH + "?lang=nl", json=record(active=47, channel="telepathy"))
    assert answer.status_code == 400
    content = answer.get_json()
    assert {each["pointer"] for each in content["errors"]} == {"/active", "/channel"}
    assert "Er kunnen niet meer actieve leden zijn" in answer.text
    assert "telepathy" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [("POST", PATH, "outcomes:write"), ("POST", BATCH, "outcomes:write"), ("GET", PATH, "outcomes:read"),
     ("DELETE", PATH + "?community=a", "outcomes:delete")],
)  # fmt: skip
def test_each_operation_needs_its_own_scope(app, token, method, path, scope):
    client = app.test_client()
    body = {"json": record() if path == PATH else {"outcomes": [record()]}} if method == "POST" else {}
    for header in ({}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer "}, {"Authorization": "Bearer é"},
                   {"Authorization": f"Bearer pf_{'0' * 12}_{'A' * 43}"}):  # fmt: skip
        answer = client.open(path, method=method, headers=header, **body)
        assert (answer.status_code, kind(answer), answer.headers["WWW-Authenticate"]) == (401, "unauthorized", "Bearer")
    others = [name for name in ("outcomes:write", "outcomes:read", "outcomes:delete", "reports:read") if name != scope]
    answer = client.open(path, method=method, headers={"Authorization": f"Bearer {token(*others)}"}, **body)
    assert (answer.status_code, kind(answer)) == (403, "forbidden")
    assert scope in answer.get_json()["detail"]
    answer = client.open(path, method=method, headers={"Authorization": f"bearer {token(scope)}"}, **body)
    assert answer.status_code in (200, 201)


def test_a_revoked_key_is_refused_at_once(app, token, store):
    client, own = app.test_client(), token()
    header = {"Authorization": f"Bearer {own}"}
    assert client.get(PATH, headers=header).status_code == 200
    Keys(store).revoke(own.split("_")[1])
    assert client.get(PATH, headers=header).status_code == 401


@pytest.mark.parametrize("by", ["header", "id"])
def test_a_replay_gets_the_same_answer_and_adds_nothing(client, store, by):
    how = {"headers": {"Idempotency-Key": "k-1"}} if by == "header" else {}
    body = record() if by == "header" else record(id="form-1")
    first = client.post(PATH, json=body, **how)
    again = [client.post(PATH, json=dict(reversed(body.items())), **how) for _ in range(2)]
    assert [(each.status_code, each.data) for each in again] == [(201, first.data)] * 2
    assert total(store) == 1
    other = client.post(PATH, json={**body, "active": 9}, **how)
    assert (other.status_code, kind(other)) == (422, "key_reused")
    assert total(store) == 1


def test_a_replay_still_gets_its_answer_after_a_correction(client):
    first = client.post(PATH, json=record(id="form-1"))
    assert client.post(PATH, json=record(corrects="form-1", active=9)).status_code == 201
    assert client.post(PATH, json=record(id="form-1")).data == first.data
    assert client.get(PATH).get_json()["outcomes"][0]["active"] == 9


def test_a_refused_request_can_be_mended_under_the_same_key(client):
    headers = {"Idempotency-Key": "k-1"}
    assert client.post(PATH, json=record(active=99), headers=headers).status_code == 400
    assert client.post(PATH, json=record(active=9), headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 201, "é"])
def test_a_key_of_another_form_is_refused(client, key):
    answer = client.post(PATH, json=record(), headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_keys_of_one_client_are_not_those_of_another(app, token, store):
    client = app.test_client()
    for name in ("one", "two"):
        headers = {"Authorization": f"Bearer {token(name=name)}", "Idempotency-Key": "k"}
        assert client.post(PATH, json=record(community=name), headers=headers).status_code == 201
    assert total(store) == 2


def test_without_a_key_the_same_record_is_known_and_another_is_a_conflict(client, store):
    assert client.post(PATH, json=record()).status_code == 201
    again = client.post(PATH, json=record())
    assert (again.status_code, again.get_json()["result"]) == (200, "known")
    other = client.post(PATH, json=record(active=9))
    assert (other.status_code, kind(other)) == (409, "record_exists")
    assert again.get_json()["id"] in other.get_json()["detail"]  # with which it can be corrected
    corrected = client.post(PATH, json=record(active=9, corrects=again.get_json()["id"]))
    assert corrected.get_json() == {"id": again.get_json()["id"], "revision": 2, "result": "corrected"}
    assert total(store) == 1


def test_an_id_that_another_client_used_for_something_else_is_refused(app, token):
    client = app.test_client()
    one, two = ({"Authorization": f"Bearer {token(name=name)}"} for name in "ab")
    assert client.post(PATH, json=record(id="form-1"), headers=one).status_code == 201
    assert client.post(PATH, json=record(id="form-1"), headers=two).status_code == 200
    answer = client.post(PATH, json=record(id="form-1", active=9), headers=two)
    assert (answer.status_code, kind(answer)) == (422, "key_reused")


def test_a_correction_of_nothing_is_a_mistake_in_the_request(client):
    answer = client.post(PATH, json=record(corrects="ghost"))
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (400, "unknown_record")


def test_a_batch_keeps_what_is_right_and_says_what_is_not(client, store):
    batch = [record(id="1"), record(id="2", active=99), record(corrects="ghost"), record(id="1", active=9),
             record(id="1", active=9, corrects="1"), 7]  # fmt: skip
    answer = client.post(BATCH, json={"outcomes": batch}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 200
    results = answer.get_json()["results"]
    assert [each.get("answer", {}).get("result") for each in results] == ["added", None, None, None, "corrected", None]
    assert [each["problem"]["status"] for each in results if "problem" in each] == [400, 400, 422, 400]
    assert results[1]["problem"]["instance"] == "/v1/outcomes/batch#/outcomes/1"
    assert [each["pointer"] for each in results[2]["problem"]["errors"]] == ["/outcomes/2/corrects"]
    assert total(store) == 1
    again = client.post(BATCH, json={"outcomes": batch}, headers={"Idempotency-Key": "k"})
    assert again.data == answer.data
    other = client.post(BATCH, json={"outcomes": batch[:1]}, headers={"Idempotency-Key": "k"})
    assert kind(other) == "key_reused"


@pytest.mark.parametrize(
    ("body", "code"),
    [({"outcomes": []}, "none_chosen"), ({"outcomes": {}}, "wrong_type"), ({"outcomes": [1] * 1001}, "too_many")],
)
def test_a_batch_that_is_none_is_refused(client, body, code):
    answer = client.post(BATCH, json=body)
    assert (answer.status_code, [each["code"] for each in answer.get_json()["errors"]]) == (400, [code])


def test_a_full_batch_fits_in_one_request(client, store):
    batch = [record(id=f"form-{number}", note="x" * 100) for number in range(1000)]
    answer = client.post(BATCH, json={"outcomes": batch})
    assert answer.status_code == 200, answer.text[:300]
    assert total(store) == 1000


def test_pages_follow_each_other_to_the_end(client):
    client.post(BATCH, json={"outcomes": [record(id=f"{number}", community="ab"[number % 2]) for number in range(7)]})
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.get(PATH, query_string={"after": after, "limit": 3, "community": "a"}).get_json()
        seen += [each["id"] for each in page["outcomes"]]
        after = page["next"]
    assert seen == ["0", "2", "4", "6"]
    assert client.get(PATH, query_string={"channel": "teams"}).get_json()["outcomes"] == []


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"after": -1}, {"after": "1" * 19}, {"channel": "telepathy"},
     {"community": ""}, {"community": "x" * 101}, {"community": "nul\x00"}],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused(client, query):
    answer = client.get(PATH, query_string=query)
    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.get_json()["errors"]] == list(query)


def test_mistakes_in_an_address_say_what_is_possible(client):
    query = {"community": "a" * 101, "channel": "smoke_signals", "after": "-1", "limit": "1001"}
    errors = client.get(PATH, query_string=query | {"lang": "en"}).get_json()["errors"]
    assert {each["parameter"]: (each["code"], each["message"]) for each in errors} == {
        "community": ("too_long", "This text is too long. Use at most 100 characters."),
        "channel": ("not_allowed", "This is not one of the possible codes."),
        "after": ("out_of_range", "Give a whole number from 0 to 999999999999999999."),
        "limit": ("out_of_range", "Give a whole number from 1 to 1000."),
    }
    assert "teams" in errors[1]["allowed"]


def test_what_can_be_read_can_be_handed_in_elsewhere(client, tmp_path):
    for each in (
        record(id="1"),
        record(id="2", invited=None, active=None, used=False, reason="no_time"),
        record(id="3", consent=True, active=9),
    ):
        client.post(PATH, json={**each, "profile": {**PROFILE, "device_access": "unknown"}})
    kept = client.get(PATH).get_json()["outcomes"]
    url = f"sqlite:///{tmp_path / 'other.db'}"
    other = create_app(Settings(database_url=url)).test_client()
    store = Store.open(url)
    other.environ_base["HTTP_AUTHORIZATION"] = (
        f"Bearer {Keys(store).create('x', ['outcomes:write', 'outcomes:read'])[1]}"
    )
    theirs = ("revision", "recordedBy", "recordedAt")
    for each in kept:
        given = {name: value for name, value in each.items() if value is not None and name not in theirs}
        assert other.post(PATH, json=given).status_code == 201

    def same(records):
        return [{name: value for name, value in each.items() if name not in theirs} for each in records]

    assert same(other.get(PATH).get_json()["outcomes"]) == same(kept)
    store.close()


def test_a_deleted_community_is_gone_also_for_replays(client, store):
    client.post(PATH, json=record(id="a", community="a"), headers={"Idempotency-Key": "k"})
    client.post(PATH, json=record(id="b", community="b"))
    answer = client.delete(PATH, query_string={"community": "a"})
    assert (answer.status_code, answer.get_json()) == (200, {"deleted": 1})
    assert [each["community"] for each in client.get(PATH).get_json()["outcomes"]] == ["b"]
    assert client.delete(PATH, query_string={"community": "a"}).get_json() == {"deleted": 0}
    # The key was forgotten with the record, so it is free again.
    other = client.post(PATH, json=record(id="c", community="c"), headers={"Idempotency-Key": "k"})
    assert other.status_code == 201


def test_deleting_needs_a_community(client):
    assert client.delete(PATH).get_json()["errors"][0]["parameter"] == "community"


def test_a_busy_store_is_said_with_when_to_try_again(database_url, store, token, monkeypatch):
    monkeypatch.setattr("model.storage.guard.PAUSE", 0.0)
    hasty = partial(Store.open, wait=0.2)
    monkeypatch.setattr("model.storage.engine.Store.open", hasty)
    app = create_app(Settings(database_url=database_url))
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token()}", "Idempotency-Key": "k"}
    assert client.get(PATH, headers=headers).status_code == 200
    with store.writing() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE outcomes IN EXCLUSIVE MODE")
        answer = client.post(PATH, json=record(), headers=headers)
        assert (answer.status_code, kind(answer), answer.headers["Retry-After"]) == (503, "store_busy", "2")
    assert client.post(PATH, json=record(), headers=headers).status_code == 201
    app.extensions["platform_fit"].store.get().close()


def test_ranking_works_and_only_records_are_refused_with_the_store_down(tmp_path, profile_body, monkeypatch):
    monkeypatch.setattr("model.storage.guard.PAUSE", 0.0)
    (tmp_path / "in the way").write_text("")
    url = f"sqlite:///{tmp_path / 'in the way' / 'platform-fit.db'}"
    client = create_app(Settings(database_url=url)).test_client()
    assert client.post("/v1/recommendations", json=profile_body).status_code == 200
    headers = {"Authorization": f"Bearer pf_{'0' * 12}_{'A' * 43}"}
    answer = client.post(PATH, json=record(), headers=headers)
    assert (answer.status_code, kind(answer)) == (503, "store_busy")
    (tmp_path / "in the way").unlink()
    assert client.post(PATH, json=record(), headers=headers).status_code == 401  # it is there now, the key is not


def test_a_store_that_was_down_a_moment_ago_is_not_asked_again_at_once(tmp_path, monkeypatch):
    tries = []

    def down(url, **_):
        tries.append(url)
        raise StoreBusyError("down")

    monkeypatch.setattr("model.storage.engine.Store.open", down)
    store = LazyStore("sqlite:///nowhere", 4)
    for _ in range(3):
        with pytest.raises(StoreBusyError):
            store.get()
    assert len(tries) == 1


@pytest.fixture
def profile_body(knowledge):
    return {"profile": dict(knowledge.case("2diabeat").profile)}


@pytest.mark.slow
def test_a_worker_that_only_ranks_does_not_pay_for_the_store(tmp_path, profile_body):
    code = f"""
import json, sys
from service import create_app
from service.settings import Settings
client = create_app(Settings(database_url="sqlite:///{tmp_path}/x.db")).test_client()
assert client.post("/v1/recommendations", json=json.loads(sys.argv[1])).status_code == 200
assert client.post("/v1/outcomes", json={{}}).status_code == 401
print("sqlalchemy" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(profile_body)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
    assert not (tmp_path / "x.db").exists()


def test_the_same_request_at_the_same_moment_is_done_once(app, token, store):
    headers = {"Authorization": f"Bearer {token()}", "Idempotency-Key": "k"}
    start = threading.Barrier(6)

    def send(_):
        start.wait()
        return app.test_client().post(PATH, json=record(), headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert total(store) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_refusal_has_its_words(knowledge, language):
    for name in STATUS:
        assert knowledge.messages[language][f"problem_{name}"]
        assert knowledge.messages[language][f"problem_{name}_detail"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
near = st.dictionaries(
    st.sampled_from([*raw(), "id", "used", "reason", "note", "source", "consent", "corrects", "x"]),
    json_values,
    max_size=3,
)


@settings(max_examples=examples(80))
@given(changes=near, whole=json_values, path=st.sampled_from([PATH, BATCH]), use=st.booleans())
def test_no_request_brings_the_service_down(client, changes, whole, path, use):
    body = whole if use else {**record(), **changes}
    answer = client.post(path, json={"outcomes": [body, record()]} if path == BATCH else body)
    assert answer.status_code < 500, answer.text
    answer.get_json()
