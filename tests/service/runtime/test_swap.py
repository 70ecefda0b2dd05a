"""Promotions reach workers that are running: no request fails, and what is wrong with one changes no answer."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.domain.knowledge import Knowledge
from model.scoring.artifact import Artifact, Basis, SelfTest
from model.scoring.scorer import Scorer
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.registry import Registry
from model.storage.tables import artifacts
from service import create_app
from service.components import EXTENSION
from service.runtime.champion import ChampionReference
from service.runtime.watcher import PromotionWatcher, WatchStatus
from service.settings import Settings
from tests.factories import read
from tests.service.crowd import PROMISED, Crowd, asked, seconds_until_both
from tests.service.servers import start_server, stop_server

ONE = "/v1/recommendations"
MINIMAL: dict[str, str | list[str]] = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"]}
Make = Callable[..., Artifact]


@pytest.fixture(scope="session")
def make(knowledge: Knowledge) -> Make:
    """Makes artifacts as records could have made them, each with its own numbers."""

    def made(name: str, embrace: float = 0.75) -> Artifact:
        artifact = Artifact(
            name,
            knowledge.score_fingerprint,
            created="2026-11-24",
            basis=Basis(records=120, communities=14, trained_until="2026-09-01"),
            deviations={"intercept": -0.2, "trust": 0.25, "channel:embrace": embrace},
        )
        score = Scorer(knowledge, artifact).assess(read(knowledge.questionnaire, MINIMAL))[0]
        return replace(artifact, self_test=(SelfTest(MINIMAL, score.channel.id, score.log_odds),))

    return made


@pytest.fixture
def registry(store: Store) -> Registry:
    return Registry(store)


def promote(registry: Registry, artifact: Artifact, report: str | None = None) -> None:
    registry.save_artifact(artifact, report, {})
    registry.promote(artifact.id, "Noor", "better")


def spoil(store: Store, name: str, content: str) -> None:
    with store.writing() as connection:
        connection.execute(artifacts.update().where(artifacts.c.id == name).values(content=content))


def watch_of(knowledge: Knowledge, url: str) -> tuple[ChampionReference, PromotionWatcher]:
    champion = ChampionReference(knowledge)
    return champion, PromotionWatcher(champion, url)


def answering(champion: ChampionReference) -> str:
    return champion.current.advisor.artifact.id


# One look, on each database


def test_nothing_promoted_leaves_the_starter(knowledge, database_url):
    champion, watch = watch_of(knowledge, database_url)
    starter = champion.current
    watch.look()
    assert champion.current is starter
    assert answering(champion) == "starter"
    assert watch.standing == WatchStatus()


@pytest.mark.parametrize("shipped", ["rules", "starter"])
def test_what_comes_with_the_knowledge_can_be_promoted(knowledge, database_url, registry, make, shipped):
    champion, watch = watch_of(knowledge, database_url)
    promote(registry, make("a"))
    watch.look()
    registry.promote(shipped, "Noor", "we go back")
    watch.look()
    assert answering(champion) == shipped
    assert watch.standing == WatchStatus(shipped)


def test_a_starter_that_is_gone_is_said(knowledge, database_url, registry):
    champion, watch = watch_of(replace(knowledge, load_starter=str), database_url)
    registry.promote("starter", "Noor", "a try")
    watch.look()
    assert answering(champion) == "rules"
    assert watch.standing.reason == "artifact_unusable"
    assert "has no starter" in (watch.standing.detail or "")


def test_a_look_follows_promotions_and_rollbacks(knowledge, make, registry, database_url):
    champion, watch = watch_of(knowledge, database_url)
    promote(registry, make("a"))
    watch.look()
    promotion = registry.newest_promotion()
    assert promotion is not None
    assert (answering(champion), champion.current.since) == ("a", promotion.at)
    assert champion.current.advisor.artifact == make("a")
    same = champion.current
    watch.look()
    assert champion.current is same, "the same promotion is not loaded twice"
    promote(registry, make("b", 1.5))
    watch.look()
    assert (answering(champion), watch.standing) == ("b", WatchStatus("b"))
    for expected in ("a", "rules"):
        registry.rollback("Noor", "not better")
        watch.look()
        assert (answering(champion), watch.standing) == (expected, WatchStatus(expected))


def test_an_artifact_that_cannot_be_used_changes_nothing_until_it_is_mended(
    knowledge, make, store, registry, database_url
):
    champion, watch = watch_of(knowledge, database_url)
    promote(registry, make("a"))
    watch.look()
    kept = champion.current
    good = make("b")
    promote(registry, good)
    wrong = replace(good, self_test=(replace(good.self_test[0], log_odds=9.0),))
    elsewhere = replace(good, knowledge="other")
    for content, words in (
        (good.to_json().replace("0.75", "0.76"), "damaged"),
        ("", "no artifact"),
        ("[" * 100_000, "no artifact"),
        (elsewhere.to_json(), "other rules"),
        (wrong.to_json(), "self-test"),
        (make("c").to_json(), "another one"),
    ):
        spoil(store, "b", content)
        for _ in range(2):
            watch.look()
            assert champion.current is kept
            assert (watch.standing.promoted, watch.standing.reason) == ("b", "artifact_unusable")
            assert words in (watch.standing.detail or "")
    with store.writing() as connection:
        connection.execute(artifacts.delete().where(artifacts.c.id == "b"))
    watch.look()
    assert (champion.current, watch.standing.reason) == (kept, "artifact_missing")
    registry.save_artifact(good, None, {})
    watch.look()
    assert (answering(champion), watch.standing) == ("b", WatchStatus("b"))


def test_a_worker_that_starts_now_answers_like_those_that_run_for_longer(
    knowledge, make, store, registry, database_url
):
    for name in ("a", "b", "c"):
        promote(registry, make(name))
    spoil(store, "b", "damaged")
    spoil(store, "c", "damaged")
    champion, watch = watch_of(knowledge, database_url)
    watch.look()
    assert (answering(champion), watch.standing.promoted, watch.standing.reason) == ("a", "c", "artifact_unusable")
    registry.rollback("Noor", "damaged")
    spoil(store, "b", make("b").to_json())
    watch.look()
    assert (answering(champion), watch.standing) == ("b", WatchStatus("b"))


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/version", "sqlite:////dev/null/x.db", "nonsense"]
)
def test_a_store_that_cannot_be_looked_at_is_said(knowledge, url):
    champion, watch = watch_of(knowledge, url)
    watch.look()
    assert answering(champion) == "starter"
    assert watch.standing.reason in (None, "store_unreachable", "unforeseen")
    assert "nobody" not in (watch.standing.detail or "")


# Over HTTP, in this process


@pytest.fixture
def asking(make, store, registry, database_url):
    """An application that has seen a promotion, and a client of it for a token."""
    app = create_app(Settings(database_url=database_url))
    promote(registry, make("a"), "<!doctype html><title>Report é</title>")
    app.extensions[EXTENSION].watch.look()
    yield app, lambda *scopes: {"Authorization": f"Bearer {Keys(store).create('x', scopes)[1]}"}
    if (opened := app.extensions[EXTENSION].store._store) is not None:
        opened.close()


def held(check, contract, path: str, answer, status: str = "200") -> None:
    check(contract["paths"][path]["get"]["responses"][status]["content"]["application/json"]["schema"], answer.json)


def test_the_card_names_no_person(asking, check, contract, registry):
    app, _ = asking
    answer = app.test_client().get("/v1/model")
    held(check, contract, "/v1/model", answer)
    names = ("artifact", "records", "communities", "created", "trainedUntil")
    assert [answer.json[name] for name in names] == ["a", 120, 14, "2026-11-24", "2026-09-01"]
    assert answer.json["since"] == registry.history()[0].at.isoformat()
    assert "Noor" not in answer.text


def test_the_report_is_for_whoever_may_read_reports(asking, registry):
    app, key = asking
    client = app.test_client()
    assert client.get("/v1/model/report").status_code == 401
    assert client.get("/v1/model/report", headers=key("outcomes:read")).status_code == 403
    answer = client.get("/v1/model/report", headers=key("reports:read"))
    assert (answer.status_code, answer.mimetype, answer.text) == (
        200, "text/html", "<!doctype html><title>Report é</title>",
    )  # fmt: skip
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    registry.rollback("Noor", "no")
    app.extensions[EXTENSION].watch.look()
    answer = client.get("/v1/model/report?lang=nl", headers=key("reports:read"))
    assert (answer.status_code, answer.json["type"]) == (404, "urn:platform-fit:problem:no_report")
    assert "alleen de regels" in answer.json["detail"]


def test_the_history_says_who_was_live_when(asking, check, contract, registry, make):
    app, key = asking
    client, headers = app.test_client(), key("reports:read")
    path = "/v1/model/history"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=key("outcomes:read")).status_code == 403
    promote(registry, make("b"))
    registry.rollback("Noor", "not better")
    log = registry.history()
    answer = client.get(path, headers=headers)
    held(check, contract, path, answer)
    assert answer.json["live"] == "a"
    assert [(each["artifact"], each["kind"], each["by"]) for each in answer.json["promotions"]] == [
        ("a", "promote", "Noor"), ("b", "promote", "Noor"), ("a", "rollback", "Noor"),
    ]  # fmt: skip
    for at, live, lines in (
        ("2020-01-01T00:00:00Z", "starter", 0),
        (log[0].at.isoformat(), "a", 1),
        (log[1].at.isoformat().replace("+00:00", "Z"), "b", 2),
        ("2999-01-01T00:00:00+02:00", "a", 3),
    ):
        answer = client.get(path, query_string={"at": at}, headers=headers)
        assert (answer.json["live"], len(answer.json["promotions"])) == (live, lines), at


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-24", "2026-11-24T12:00:00", "2026-13-01T00:00:00Z",
                                "0001-01-01T00:00:00+10:00", "2026-W01-1T00:00:00Z"])  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_moment_that_is_none_is_refused(asking, at):
    app, key = asking
    answer = app.test_client().get("/v1/model/history", query_string={"at": at}, headers=key("reports:read"))
    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (400, "at")
    assert "2026-11-24T12:00:00Z" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_readiness_tells_what_is_wrong_and_stays_ready(asking, check, contract, registry, make, store):
    app, _ = asking
    client = app.test_client()
    said = client.get("/readyz").json
    assert 0 <= said.pop("lookAge") < 10
    assert said.pop("version").count(".") == 2
    assert said == {
        "status": "ready", "artifact": "a", "promoted": "a", "reason": None, "detail": None,
        "outcomes": "reachable", "failedWriteAge": None,
    }  # fmt: skip
    promote(registry, make("b"))
    spoil(store, "b", "damaged")
    app.extensions[EXTENSION].watch.look()
    answer = client.get("/readyz")
    held(check, contract, "/readyz", answer)
    assert (answer.status_code, answer.json["status"], answer.json["artifact"]) == (200, "degraded", "a")
    assert (answer.json["promoted"], answer.json["reason"]) == ("b", "artifact_unusable")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_answer_in_flight_finishes_on_the_old_artifact(asking, registry, make, profile):
    app, _ = asking
    answer = app.test_client().post(f"{ONE}/batch", json={"profiles": [profile] * 50}, buffered=False)
    pieces = answer.iter_encoded()
    body = next(pieces)
    promote(registry, make("b"))
    app.extensions[EXTENSION].watch.look()
    body += b"".join(pieces)
    assert [each["answer"]["model"]["artifact"] for each in json.loads(body)["results"]] == ["a"] * 50
    assert app.test_client().post(ONE, json={"profile": profile}).json["model"]["artifact"] == "b"


SMALL = """
import sys
from service.server.wsgi import app
from service.components import EXTENSION
print(app.extensions[EXTENSION].champion.current.advisor.artifact.id, "sqlalchemy" in sys.modules)
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_begins_with_what_is_live_and_without_sqlalchemy(registry, make, database_url):
    promote(registry, make("a"))
    ran = subprocess.run(
        [sys.executable, "-c", SMALL],
        capture_output=True, text=True, check=True, env={**os.environ, "PLATFORM_FIT_DATABASE_URL": database_url},
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "a False"


FORKED = """
import os, sys, time
from service.server.wsgi import app
from service.components import EXTENSION
def answering():
    return app.extensions[EXTENSION].champion.current.advisor.artifact.id
child = os.fork()
if child == 0:
    print("begins", answering(), flush=True)
    deadline = time.monotonic() + 8
    while answering() == "starter" and time.monotonic() < deadline:
        time.sleep(0.02)
    os._exit(0 if answering() == "a" else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_process_that_was_forked_off_looks_too(registry, make, database_url):
    with subprocess.Popen(
        [sys.executable, "-c", FORKED],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PLATFORM_FIT_DATABASE_URL": database_url},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        assert parent.stdout.readline() == "begins starter\n"
        promote(registry, make("a"))
        assert parent.wait(20) == 0


# Under load, on a real gunicorn with two workers


def test_promoting_and_going_back_under_load_fails_no_request(tmp_path: Path, make, profile):
    url = f"sqlite:///{tmp_path / 'platform-fit.db'}"
    server = start_server(tmp_path, 2, PLATFORM_FIT_DATABASE_URL=url)
    store = Store.open(url)
    registry = Registry(store)
    switched: list[tuple[float, float, str]] = []
    try:
        with Crowd(server, json.dumps({"profile": profile}).encode()) as crowd:
            time.sleep(0.5)
            for number, (act, expected) in enumerate(
                [
                    (lambda: promote(registry, make("a")), "a"),
                    (lambda: promote(registry, make("b", 1.5)), "b"),
                    (lambda: registry.rollback("Noor", "no"), "a"),
                    (lambda: registry.rollback("Noor", "no"), "rules"),
                ],
                1,
            ):
                began = time.time()
                act()
                seconds = seconds_until_both(server, "live", artifact=expected, promotion=number)
                switched.append((began, time.time(), expected))
                assert seconds < PROMISED
                time.sleep(0.3)
        assert not crowd.failed()
        assert len(crowd.answers) > 500
        for (_, since, expected), (until, *_) in zip(switched, [*switched[1:], (time.time(), 0, "")], strict=True):
            answered = {name for began, ended, _, name in crowd.answers if began > since and ended < until}
            assert answered == {expected}, "after the swap every worker answers with the new artifact"
        assert asked(server, "/readyz")["status"] == "ready"
    finally:
        store.close()
        stop_server(server)


def test_trouble_with_artifact_or_store_fails_no_request(tmp_path: Path, make, profile):
    file = tmp_path / "platform-fit.db"
    url = f"sqlite:///{file}"
    store = Store.open(url)
    registry = Registry(store)
    promote(registry, make("a"))
    server = start_server(tmp_path, 2, PLATFORM_FIT_DATABASE_URL=url)
    try:
        seconds_until_both(server, "live", artifact="a")
        with Crowd(server, json.dumps({"profile": profile}).encode(), clients=2) as crowd:
            registry.save_artifact(make("b"), None, {})
            spoil(store, "b", make("b").to_json()[:-50])
            registry.promote("b", "Noor", "better")
            assert seconds_until_both(server, "not live", reason="artifact_unusable") < PROMISED
            said = asked(server, "/readyz")
            assert (said["status"], said["artifact"], said["promoted"]) == ("degraded", "a", "b")
            store.close()
            locker = sqlite3.connect(file)
            locker.execute("PRAGMA locking_mode=EXCLUSIVE")
            locker.execute("BEGIN EXCLUSIVE")
            seconds_until_both(server, "not live", reason="store_unreachable")
            assert asked(server, "/readyz")["reason"] == "store_unreachable"
            locker.close()
            for each in tmp_path.glob("platform-fit.db*"):
                each.unlink()
            seconds_until_both(server, "not live", reason="promotions_gone")
            assert (asked(server, "/readyz")["artifact"], asked(server, "/readyz")["reason"]) == (
                "a",
                "promotions_gone",
            )
        assert not crowd.failed()
        assert {name for *_, name in crowd.answers} == {"a"}
    finally:
        store.close()
        stop_server(server)
