"""Outlet: where a thread writes an answer; it looks like a socket, and takes in what the client does not take yet.

So a thread is free again as soon as its answer is made, however slowly the client reads. Only an answer that is larger
than `ROOM`, which means a batch, has to wait for its client, and not for long.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from time import monotonic

ROOM = 512 * 1024
"""Most bytes that wait for a client while a thread makes more; every answer but that to a batch is smaller."""
PATIENCE = 60.0
"""Seconds that one answer may wait for its client in all while a thread makes it."""


class Outlet:
    """The way out of one connection.

    Attributes:
        sent: bytes that went out so far.

    Args:
        client: a socket that does not block.
        wake: called when something has to be sent on by whoever looks after the connection.
    """

    def __init__(self, client: socket.socket, wake: Callable[[], None]) -> None:
        self.sent = 0
        self._client, self._wake = client, wake
        self._waiting = bytearray()
        self._changed = threading.Condition()
        self._closed = False
        self._patience = PATIENCE

    @property
    def held(self) -> int:
        """Bytes that wait for the client."""
        return len(self._waiting)

    def sendall(self, data: bytes) -> None:
        """Send, or keep to be sent on.

        Raises:
            OSError: the client has gone, or was too slow.
        """
        with self._changed:
            self._check_open()
            sent = 0 if self._waiting else self._send(data)
            if sent < len(data):
                self._waiting += memoryview(data)[sent:]
                self._wake()
                self._wait_for_room()

    send = sendall

    def gettimeout(self) -> float:
        """As a socket that does not block says it."""
        return 0.0

    def flush(self) -> bool:
        """Send on what waits, as far as the client takes it; whether nothing waits any more.

        Raises:
            OSError: the client has gone.
        """
        with self._changed:
            if self._waiting:
                with memoryview(self._waiting) as waiting:
                    sent = self._send(waiting)
                del self._waiting[:sent]
                self._changed.notify_all()
            return not self._waiting

    def renew(self) -> None:
        """Begin another answer."""
        self._patience = PATIENCE

    def close(self) -> None:
        """Take nothing more."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _send(self, data: bytes | memoryview) -> int:
        try:
            count = self._client.send(data)
        except BlockingIOError:
            return 0
        self.sent += count
        return count

    def _wait_for_room(self) -> None:
        began = monotonic()
        while len(self._waiting) > ROOM:
            if not self._changed.wait(self._patience - (monotonic() - began)):
                raise TimeoutError("the client takes its answer too slowly")
            self._check_open()
        self._patience -= monotonic() - began

    def _check_open(self) -> None:
        if self._closed:
            raise BrokenPipeError("the client has gone")
