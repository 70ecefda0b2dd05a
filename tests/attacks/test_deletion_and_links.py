"""Deletion says exactly what it did, whoever reads or cleans; one link keeps ten records, however many are sent."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from service import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.records import raw


@pytest.fixture
def app(database_url):
    made = create_app(Settings(database_url=database_url))
    yield made
    opened = made.extensions[EXTENSION].store
    with opened._scrubbing:  # whoever scrubs has come to an end
        if opened._store is not None:
            opened._store.close()


@pytest.fixture
def client(app, token):
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token()}"
    return made


def add(client, community):
    answer = client.post("/v1/outcomes", json=raw(community=community, start="2025-01-06"))
    assert answer.status_code == 201


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_deletion_is_told_while_somebody_else_cleans_the_tables(client, database_url):
    add(client, "alfa")
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE answered, outcomes IN SHARE UPDATE EXCLUSIVE MODE")
        began = time.monotonic()
        answer = client.delete("/v1/outcomes?community=alfa")
        seconds = time.monotonic() - began
        other.rollback()
    assert (answer.status_code, answer.json["deleted"]) == (200, 1)
    assert seconds < 1
    assert client.get("/v1/outcomes?community=alfa").json["outcomes"] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_deletion_is_told_while_somebody_reads_and_scrubs_when_he_is_done(client, database_url):
    add(client, "wijkteam-geheim")
    file = database_url.removeprefix("sqlite:///")
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM outcomes").fetchone() == (1,)
    began = time.monotonic()
    assert client.delete("/v1/outcomes?community=wijkteam-geheim").json["deleted"] == 1
    assert time.monotonic() - began < 1
    reader.execute("ROLLBACK")
    reader.close()
    until = time.monotonic() + 15
    while any(b"wijkteam-geheim" in Path(file + end).read_bytes() for end in ("", "-wal")):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_nothing_is_scrubbed_when_nothing_was_deleted(client, app, monkeypatch):
    add(client, "alfa")
    scrubbed = []
    monkeypatch.setattr(app.extensions[EXTENSION].store._store, "after_deletion", lambda: scrubbed.append(1))
    assert client.delete("/v1/outcomes?community=nobody").json["deleted"] == 0
    assert scrubbed == []


def test_one_link_keeps_ten_records_however_many_come_at_once(app, profile):
    client = app.test_client()
    code = client.post("/v1/recommendations", json={"profile": profile}).json["code"]
    link = client.post(f"/report-back?p={code}").headers["Location"]
    together = threading.Barrier(20)

    def tell(number: int) -> int:
        together.wait()
        form = {"channel": "teams", "start": f"2025-01-{number + 1:02}", "how": "yes"}
        status: int = app.test_client().post(link, data=form).status_code
        return status

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(tell, range(20)))
    assert set(codes) <= {303, 409, 503}, codes
    page = app.test_client().get(link).text
    assert len(re.findall(r"change=", page)) == min(10, codes.count(303))
    assert codes.count(303) <= 10
