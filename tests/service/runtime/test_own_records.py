"""Own records reach answers within one look, and leave them as soon as nobody can vouch for them any more."""

from __future__ import annotations

import json
import sqlite3
import time
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES
from model.storage import recent
from model.storage.engine import Store
from model.storage.outcomes import delete_community, keep
from model.storage.registry import Registry
from model.storage.tables import outcomes
from service import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.examples import examples
from tests.factories import minimal_knowledge
from tests.service.servers import start_server, stop_server

EVERY = 2.0

PATH = "/v1/recommendations?include=cases"
SECRETS = {"community": "SECRET-NAME", "note": "secret words", "source": "secret form", "id": "secret-id"}


@pytest.fixture(scope="session")
def diabeat(knowledge):
    return dict(knowledge.case("2diabeat").profile)


@pytest.fixture
def tell(store, maker, diabeat):
    """Keeps a record of the channel that comes first for 2diabeat."""

    def told(**changes):
        given = {"profile": diabeat, "channel": "whatsapp_group", "consent": True, **SECRETS, **changes}
        with store.writing() as connection:
            [kept] = keep(connection, [maker.prepared(**given)])
        return kept

    return told


@pytest.fixture
def ask(database_url, diabeat):
    """Looks at the store once, and asks for advice."""
    app = create_app(Settings(database_url=database_url))

    def asked(look=True, language="en"):
        if look:
            app.extensions[EXTENSION].watch.look()
        answer = app.test_client().post(f"{PATH}&lang={language}", json={"profile": diabeat})
        assert answer.status_code == 200
        return answer.get_json()

    asked.app = app  # type: ignore[attr-defined]
    return asked


def shown(answer):
    return [(each["active"], each["invited"]) for each in answer["ownRecords"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_that_may_be_shown_is_shown_without_whose_it_is(ask, tell, language):
    tell(reason="no_time", active=3, start="2025-11-03")
    answer = ask(language=language)
    [record] = answer["ownRecords"]
    assert {name: record[name] for name in ("channel", "year", "invited", "active", "used", "reason", "distance")} == {
        "channel": "whatsapp_group", "year": 2025, "invited": 46, "active": 3, "used": None, "reason": "no_time",
        "distance": pytest.approx(record["distance"]),
    }  # fmt: skip
    assert record["label"] == {"en": "Own record, not a study", "nl": "Eigen praktijkgegeven, geen onderzoek"}[language]
    assert (
        record["text"]
        == {
            "en": "3 of 46 members were active in week 8. Started in 2025. Why not: Members had no time.",
            "nl": "3 van de 46 leden waren actief in week 8. Begonnen in 2025. Waarom niet: Leden hadden geen tijd.",
        }[language]
    )
    text = json.dumps(answer)
    assert not [secret for secret in (*SECRETS.values(), "tester") if secret in text]
    assert answer["confidence"]["comparable"] == 1
    assert answer["cases"]


def test_a_record_without_consent_is_only_counted(ask, tell):
    tell(consent=False)
    answer = ask()
    assert (answer["ownRecords"], answer["confidence"]["comparable"]) == ([], 1)


def test_consent_that_is_taken_back_is_heard_by_the_next_look(ask, tell):
    tell()
    assert shown(ask()) == [(3, 46)]
    assert tell(id="2", corrects=SECRETS["id"], consent=False).fate == "corrected"
    assert shown(ask(look=False)) == [(3, 46)]
    assert shown(ask()) == []


def test_a_deleted_community_is_gone_at_the_next_look(ask, tell, store):
    tell()
    tell(community="other", id="other", active=9)
    assert sorted(shown(ask())) == [(3, 46), (9, 46)]
    delete_community(store, SECRETS["community"])
    answer = ask()
    assert (shown(answer), answer["confidence"]["comparable"]) == ([(9, 46)], 1)


def test_a_correction_shows_what_counts_now(ask, tell):
    tell()
    tell(id="2", corrects=SECRETS["id"], active=30)
    assert shown(ask()) == [(30, 46)]


def test_a_yes_or_no_is_told_as_one(ask, tell):
    tell(invited=None, active=None, used=True)
    [record] = ask()["ownRecords"]
    assert (record["invited"], record["active"], record["used"]) == (None, None, True)


def test_records_are_read_only_when_something_changed(ask, tell, monkeypatch):
    reads = []
    read = recent.uses

    def counted(*given):
        reads.append(given)
        return read(*given)

    monkeypatch.setattr(recent, "uses", counted)
    tell()
    for _ in range(3):
        ask()
    assert len(reads) == 1
    tell(id="2", community="other")
    ask()
    assert len(reads) == 2


def test_a_new_artifact_has_the_records_after_the_look_that_brings_it(ask, tell, store, knowledge):
    tell()
    ask()
    Registry(store).promote("starter", "Noor", "once more")
    before = ask.app.extensions[EXTENSION].champion.current
    assert shown(ask()) == [(3, 46)]
    assert ask.app.extensions[EXTENSION].champion.current is not before


def test_a_record_of_a_channel_or_an_answer_that_is_no_more_is_passed_over(tell, database_url):
    tell()
    assert list(recent.uses(database_url, minimal_knowledge())) == []


def readiness(app):
    return app.test_client().get("/readyz").get_json()


def test_before_any_look_nothing_is_said_of_records(ask):
    answer = ask(look=False)
    assert (answer["ownRecords"], answer["confidence"]["comparable"]) == (None, None)
    assert answer["confidence"]["basis"] == "Based on expert rules and 510 documented communities."
    assert readiness(ask.app)["outcomes"] is None


def test_without_a_store_there_are_no_records_yet(tmp_path, diabeat):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'new' / 'platform-fit.db'}"))
    app.extensions[EXTENSION].watch.look()
    answer = app.test_client().post(PATH, json={"profile": diabeat}).get_json()
    assert (answer["ownRecords"], answer["confidence"]["comparable"]) == ([], 0)
    assert answer["confidence"]["basis"].endswith("there are no outcome records of communities like yours yet.")
    assert readiness(app)["outcomes"] == "none_yet"
    assert not (tmp_path / "new").exists()


def test_with_the_store_down_advice_works_and_says_nothing_of_records(ask, tell, monkeypatch):
    tell()
    assert shown(ask()) == [(3, 46)]
    assert (readiness(ask.app)["status"], readiness(ask.app)["outcomes"]) == ("ready", "reachable")
    watch = ask.app.extensions[EXTENSION].watch
    for part in (watch, watch.records):
        monkeypatch.setattr(part, "_url", "postgresql://nobody@127.0.0.1:1/nothing")
    answer = ask()
    assert (answer["ownRecords"], answer["confidence"]["comparable"]) == (None, None)
    assert answer["cases"]
    state = readiness(ask.app)
    assert (state["status"], state["reason"], state["outcomes"]) == ("degraded", "store_unreachable", "unreachable")
    monkeypatch.undo()
    assert shown(ask()) == [(3, 46)]
    assert readiness(ask.app)["outcomes"] == "reachable"


def test_only_outcomes_out_of_reach_show_too(ask, tell, monkeypatch):
    tell()
    ask()
    monkeypatch.setattr(recent, "token", lambda url: 1 / 0)
    assert ask()["ownRecords"] is None
    state = readiness(ask.app)
    assert (state["status"], state["outcomes"]) == ("ready", "unreachable")


def test_a_store_of_an_earlier_version_is_told_and_not_misread(ask, tell, store):
    tell()
    with store.writing() as connection:
        connection.exec_driver_sql("DROP VIEW current_outcomes")
        connection.exec_driver_sql("ALTER TABLE outcomes DROP COLUMN consent")
        connection.exec_driver_sql("CREATE VIEW current_outcomes AS SELECT * FROM outcomes")
    assert ask()["ownRecords"] is None
    assert readiness(ask.app)["outcomes"] == "not_up_to_date"


# The look itself


def test_a_transaction_that_commits_late_changes_the_token(store, maker, database_url):
    """Its row has a lower number than the newest one that was seen."""
    if store.engine.dialect.name != "postgresql":
        return  # SQLite has one writer at a time
    with store.writing() as late:
        keep(late, [maker.prepared(id="late")])
        with store.writing() as early:
            keep(early, [maker.prepared(id="early")])
        before = recent.token(database_url)
    after = recent.token(database_url)
    assert (before.newest, before.rows, after.rows) == (after.newest, 1, 2)
    assert before != after


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_newest_rows_are_looked_at(store, maker, database_url, knowledge):
    with store.writing() as connection:
        keep(connection, [maker.prepared(id=f"{n}", consent=n < 2) for n in range(recent.LOOKED_AT + 1)])
    assert recent.token(database_url).rows == recent.LOOKED_AT
    found = list(recent.uses(database_url, knowledge))
    assert (len(found), sum(consent for _, consent in found)) == (recent.LOOKED_AT, 1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tell", "tell", "correct", "delete"]),
        st.sampled_from("abc"),
        st.sampled_from("xy"),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=examples(20))
@given(steps=STEPS)
def test_whatever_happened_only_consent_that_stands_is_shown(store, maker, database_url, knowledge, steps):
    with store.writing() as connection:
        connection.execute(outcomes.delete())
    stands: dict[str, tuple[str, bool, int]] = {}
    token = recent.token(database_url)
    for number, (step, record, community, consent) in enumerate(steps):
        if step == "delete":
            delete_community(store, community)
            kept = {name: told for name, told in stands.items() if told[0] != community}
            changed = kept != stands
            stands = kept
        else:
            corrects = record if step == "correct" else None
            prepared = maker.prepared(
                id=record, corrects=corrects, community=community, consent=consent, active=number
            )  # fmt: skip
            with store.writing() as connection:
                [result] = keep(connection, [prepared])
            changed = getattr(result, "fate", "") in ("added", "corrected")
            if changed:
                stands[record] = community, consent, number
        assert not changed or recent.token(database_url) != token
        token = recent.token(database_url)
        found = [(consented, use.active) for use, consented in recent.uses(database_url, knowledge)]
        assert sorted(found) == sorted((consented, active) for _, consented, active in stands.values())


def test_a_look_needs_no_sqlalchemy_and_changes_nothing(tmp_path, maker):
    url = f"sqlite:///{tmp_path / 'platform-fit.db'}"
    assert recent.token(url) == recent.NOTHING
    assert not (tmp_path / "platform-fit.db").exists()
    Store.open(url).close()
    assert recent.token(url) == recent.NOTHING
    with sqlite3.connect(tmp_path / "platform-fit.db") as connection:
        assert connection.execute("SELECT count(*) FROM outcomes").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_running_server_shows_and_forgets_within_seconds(store, maker, diabeat, database_url, tmp_path, tell):
    server = start_server(tmp_path, PLATFORM_FIT_DATABASE_URL=database_url)
    body = json.dumps({"profile": diabeat}).encode()

    def count():
        asked = Request(server.url + PATH, body, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=20) as answer:
            return len(json.load(answer)["ownRecords"] or ())

    def wait_for(number):
        deadline = time.monotonic() + EVERY + 8
        while count() != number:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    try:
        tell()
        wait_for(1)
        tell(id="2", corrects=SECRETS["id"], consent=False)
        wait_for(0)
        with store.reading() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(outcomes)).scalar_one() == 2
    finally:
        assert stop_server(server) == 0
