"""A store that hangs or is locked: advice does not notice, records are refused soon, and it is told."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.attacks.faults import Line, locked_file, locked_tables, stopped_postgresql
from tests.attacks.probes import Probe
from tests.drills import size
from tests.records import raw
from tests.service.crowd import asked
from tests.service.servers import Server, serve, stop_server

POSTS = 12
SECONDS = size(9, 25)
"""How long a fault lasts; longer than one answer may take and than a look may be old."""


def post(server: Server, token: str, number: int) -> tuple[int, float]:
    """Status and seconds of one record that is handed in."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/outcomes", json.dumps(raw(community=f"c{number}", start="2025-01-06")), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


def post_many(server: Server, token: str, first: int, count: int) -> list[tuple[int, float]]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: post(server, token, number), range(first, first + count)))


Fault = Callable[[], AbstractContextManager[None]]


@pytest.fixture(params=["stopped", "silent line", "locked tables", "locked file"])
def attacked(request, tmp_path) -> Iterator[tuple[Server, str, Fault]]:
    """A server on a store, a key, and what goes wrong with that store."""
    from model.storage.engine import Store
    from model.storage.keys import Keys
    from model.storage.tokens import SCOPES
    from tests.databases import drop_database, new_database

    kind = "sqlite" if request.param == "locked file" else "postgresql"
    url = new_database(kind, tmp_path)
    store = Store.open(url)
    token = Keys(store).create("sender", SCOPES)[1]
    store.close()
    folder = "" if kind == "sqlite" else url.partition("host=")[2].partition("&")[0]
    with Line(f"{folder}/.s.PGSQL.5432") as line:
        seen = url
        if request.param == "silent line":
            name = url.partition("?")[0].rpartition("/")[2]
            seen = f"postgresql://postgres@127.0.0.1:{line.port}/{name}"

        @contextmanager
        def silent() -> Iterator[None]:
            line.silent = True
            yield
            line.silent = False

        faults: dict[str, Fault] = {
            "stopped": stopped_postgresql,
            "silent line": silent,
            "locked tables": lambda: locked_tables(url),
            "locked file": lambda: locked_file(url),
        }
        server = serve(tmp_path, workers=1, PLATFORM_FIT_DATABASE_URL=seen)
        yield server, token, faults[request.param]
        stop_server(server)
    if kind == "postgresql":
        drop_database(url)


def test_advice_goes_on_while_records_are_refused(attacked: tuple[Server, str, Fault], profile):
    server, token, fault = attacked
    assert post(server, token, 0)[0] == 201
    assert {status for status, _ in post_many(server, token, 1, 4)} == {201}
    with fault():
        began = time.monotonic()
        with Probe(server, profile) as probe:
            refused = post_many(server, token, 100, POSTS)
            time.sleep(max(0.0, began + SECONDS - time.monotonic()))
            said = asked(server, "/readyz")
    assert {status for status, _ in refused} == {503}
    assert max(seconds for _, seconds in refused) < 12
    assert probe.failures == []
    assert probe.p95() < 1
    assert max(probe.seconds["/livez"]) < 2
    assert said["status"] == "degraded"
    assert said["reason"] in ("store_unreachable", "writes_fail", "look_overdue")
    # Where nothing is answered, not even the key of the sender is found.
    assert said["failedWriteAge"] is None or said["failedWriteAge"] < SECONDS
    until = time.monotonic() + 20
    while post(server, token, 200)[0] not in (200, 201):
        assert time.monotonic() < until
        time.sleep(0.5)
    # What was refused was not kept: it is new when it is sent again.
    assert {status for status, _ in post_many(server, token, 100, 3)} == {201}
    while asked(server, "/readyz")["status"] != "ready":
        assert time.monotonic() < until
        time.sleep(0.5)
