"""A crowd of clients that keep asking a real server while it changes, and what its log says of the change."""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from tests.service.servers import Server

PROMISED = 5.0
"""Seconds within which every worker follows a promotion."""


class Crowd:
    """Clients that ask again and again, and note which artifact answered when."""

    def __init__(self, server: Server, body: bytes, clients: int = 3) -> None:
        self.answers: list[tuple[float, float, int, str]] = []
        self.errors: list[str] = []
        self._place, self._body = urlsplit(server.url).netloc, body
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._enough.is_set():
            began = time.time()
            try:
                connection = http.client.HTTPConnection(self._place, timeout=20)
                connection.request("POST", "/v1/recommendations", self._body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                content = json.loads(answer.read())
                connection.close()
                self.answers.append((began, time.time(), answer.status, content["model"]["artifact"]))
            except Exception as error:
                self.errors.append(repr(error))
            # So that the test leaves a little of the machine to the server.
            time.sleep(0.002)

    def failed(self) -> list[object]:
        return [*self.errors, *(answer for answer in self.answers if answer[2] != 200)]


def logged(server: Server, message: str, **fields: object) -> list[dict]:
    """The lines of the log that say this, with the worker that said it."""
    # The last line may still be on its way.
    whole = server.log.read_text().rpartition("\n")[0].splitlines()
    lines = [json.loads(line) for line in whole if f'"message":"{message}"' in line]
    return [
        line for line in lines if all(line.get(name) == value for name, value in fields.items())
    ]  # fmt: skip


def seconds_until_both(server: Server, message: str, **fields: object) -> float:
    """How long it takes until two workers have said this."""
    began = time.time()
    while len({line["worker"] for line in logged(server, message, **fields)}) < 2:
        assert time.time() < began + 2 * PROMISED, server.log.read_text()[-3000:]
        time.sleep(0.05)
    return time.time() - began


def asked(server: Server, path: str) -> dict:
    """What the server answers there, which must be 200."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    content: dict = json.loads(answer.read())
    connection.close()
    return content
