"""A server that is killed under load: what it acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from model.storage.tables import answered, outcomes
from tests.drills import size
from tests.records import raw

KILLS = size(short=3, full=30)
CLIENTS = 6
ENOUGH = 40
"""Records acknowledged before each kill, so that it really comes under load."""


class Running:
    """A real server, with its own kind of worker: two of them, on a port that it chose itself."""

    def __init__(self, folder: Path, url: str) -> None:
        self._log = folder / "server.log"
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "python:service.server.gunicorn_settings",
                 "--bind", "127.0.0.1:0", "--workers", "2", "--threads", "3", "service.server.wsgi:app"],
                env={**os.environ, "PLATFORM_FIT_DATABASE_URL": url}, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        self.port = self._wait_for_port()

    def _wait_for_port(self) -> int:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            if found := re.search(r"listens on http://127\.0\.0\.1:(\d+)", self._log.read_text()):
                return int(found[1])
            time.sleep(0.02)
        self.kill()
        raise AssertionError(self._log.read_text())

    def kill(self) -> None:
        """kill -9 for the master and every worker at once: nobody gets to finish anything."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @contextmanager
    def client(self, token: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

        def send(path: str, body: Any) -> tuple[int, Any]:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        try:
            yield send
        finally:
            connection.close()


def record(name: str) -> dict[str, Any]:
    return raw(id=name, community=f"community {name}", start="2025-01-06")


class Load:
    """Clients that hand in records as fast as they can, one by one and in batches, and note what was acknowledged."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.sent: dict[str, list[str]] = {}
        self.acknowledged: set[str] = set()

    def run(self, server: Running, token: str) -> None:
        """Until the server is gone."""
        with server.client(token) as send:
            while True:
                number = next(self._numbers)
                names = [f"{number}-{place}" for place in range(1 if number % 3 else 5)]
                self.sent[str(number)] = names
                try:
                    status, answer = submit(send, names)
                except (OSError, http.client.HTTPException, ValueError):
                    return
                if status in (200, 201):
                    self.acknowledged.update(names)
                else:
                    assert status == 503, answer

    def under(self, server: Running, token: str) -> None:
        """Load the server, and kill it in the middle."""
        before = len(self.acknowledged)
        threads = [threading.Thread(target=self.run, args=(server, token)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < before + ENOUGH and time.monotonic() < deadline:
            time.sleep(0.005)
        server.kill()
        for thread in threads:
            thread.join()
        assert len(self.acknowledged) >= before + ENOUGH


def submit(send: Callable[[str, Any], tuple[int, Any]], names: list[str]) -> tuple[int, Any]:
    if len(names) == 1:
        return send("/v1/outcomes", record(names[0]))
    return send("/v1/outcomes/batch", {"outcomes": [record(name) for name in names]})


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(database_url, store, token, tmp_path):
    load, own = Load(), token()
    for _ in range(KILLS):
        load.under(Running(tmp_path, database_url), own)

    with store.reading() as connection:
        rows = Counter(connection.execute(sa.select(outcomes.c.record)).scalars())
        keys = Counter(connection.execute(sa.select(answered.c.key)).scalars())
    assert not load.acknowledged - rows.keys()
    assert {name for name, times in rows.items() if times > 1} == set()
    assert {key for key, times in keys.items() if times > 1} == set()
    for names in load.sent.values():
        assert len(rows.keys() & set(names)) in (0, len(names)), "half of a batch was kept"

    # Every client that heard nothing sends its request again, and those that did as well.
    server = Running(tmp_path, database_url)
    try:
        with server.client(own) as send:
            for names in load.sent.values():
                status, answer = submit(send, names)
                assert status in (200, 201), answer
    finally:
        server.kill()
    with store.reading() as connection:
        rows = Counter(connection.execute(sa.select(outcomes.c.record)).scalars())
    assert rows == Counter(name for names in load.sent.values() for name in names)
