"""Probes: another client that goes on asking while a server is under attack, and how long it had to wait."""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from tests.service.servers import Server

LIMIT = 15.0


class Probe:
    """Asks for a recommendation and for `/livez` in turn, each on a new connection.

    Attributes:
        seconds: path → how long each answer took.
        failures: what went wrong otherwise.
    """

    def __init__(self, server: Server, profile: dict) -> None:
        self._place = urlsplit(server.url).netloc
        self._body = json.dumps({"profile": profile})
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.seconds: dict[str, list[float]] = {"/v1/recommendations": [], "/livez": []}
        self.failures: list[str] = []

    def __enter__(self) -> Probe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._stop.is_set():
            self._ask("POST", "/v1/recommendations", self._body)
            self._ask("GET", "/livez")
            time.sleep(0.02)

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        began = time.monotonic()
        try:
            connection = http.client.HTTPConnection(self._place, timeout=LIMIT)
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                self.failures.append(f"{path}: {answer.status}")
        except OSError as error:
            self.failures.append(f"{path}: {error!r}")
        self.seconds[path].append(time.monotonic() - began)

    def p95(self, path: str = "/v1/recommendations") -> float:
        """Seconds within which 95 of 100 answers came."""
        times = sorted(self.seconds[path])
        assert len(times) >= 5, "too few answers to tell"
        return times[int(len(times) * 0.95)]
