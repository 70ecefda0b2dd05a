"""Slow clients: many connections that send or read next to nothing, all on one thread, while a test looks on."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

HEAD = b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: "
BODY = b"POST /v1/recommendations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
CHUNKS = BODY.replace(b"Content-Length: 5000", b"Transfer-Encoding: chunked") + b"1000\r\n"
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
"""How a browser begins that was told https."""


class Kind(NamedTuple):
    """What a slow client does.

    Attributes:
        first: what it sends at once.
        drip: what it sends every second after that.
        reads: whether it reads what comes.
    """

    first: bytes
    drip: bytes = b""
    reads: bool = True


SILENT, SLOW_HEAD, SLOW_BODY, SLOW_CHUNKS, TLS = (
    Kind(b""), Kind(HEAD, b"a"), Kind(BODY, b" "), Kind(CHUNKS, b" "), Kind(HELLO),
)  # fmt: skip


def slow_reader(request: bytes, times: int = 30) -> Kind:
    """One that asks for much and takes nothing of it."""
    return Kind(request * times, reads=False)


class SlowClients:
    """Clients of these kinds, from `with` until its end.

    Attributes:
        ended: of each kind, how many connections the server has ended.
        told: of each kind, what the server said first.
    """

    def __init__(self, port: int, kinds: Iterable[Kind]) -> None:
        self._port, self._kinds = port, list(kinds)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self._open: dict[socket.socket, Kind] = {}
        self._poller = selectors.DefaultSelector()
        self.ended: list[Kind] = []
        self.told: list[tuple[Kind, bytes]] = []

    def __enter__(self) -> SlowClients:
        for kind in self._kinds:
            client = socket.create_connection(("127.0.0.1", self._port), timeout=20)
            if not kind.reads:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            self._try(client.send, kind.first)
            self._open[client] = kind
            if kind.reads:
                self._poller.register(client, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for client in self._open:
            client.close()
        self._poller.close()

    def _go_on(self) -> None:
        dripped = time.monotonic()
        while not self._stop.is_set():
            for key, _ in self._poller.select(0.1):
                self._read(key.fileobj)  # type: ignore[arg-type]
            if time.monotonic() - dripped > 1:
                dripped = time.monotonic()
                for client, kind in list(self._open.items()):
                    if kind.drip:
                        self._try(client.send, kind.drip)

    def _read(self, client: socket.socket) -> None:
        data = self._try(client.recv, 4096)
        kind = self._open[client]
        if data:
            self.told.append((kind, data))
            return
        self._poller.unregister(client)
        del self._open[client]
        self.ended.append(kind)
        client.close()

    @staticmethod
    def _try(do, what):
        try:
            return do(what)
        except OSError:
            return b""


def wait_until_ended(clients: SlowClients, kinds: Sequence[Kind], seconds: float) -> None:
    """Wait until the server has ended all connections of these kinds."""
    wanted = sum(kind in kinds for kind in clients._kinds)
    until = time.monotonic() + seconds
    while sum(kind in kinds for kind in clients.ended) < wanted:
        assert time.monotonic() < until, (len(clients.ended), wanted)
        time.sleep(0.1)
