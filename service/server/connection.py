"""Connection: one client of a worker, from its first byte until it has gone, and how long each step may take."""

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

from service.server.incoming import IncomingRequest
from service.server.outlet import Outlet

SILENT, IDLE, HEAD, BODY, ANSWER, LEAVING = ("silent", "idle", "slow_head", "slow_body", "slow_reader", "leaving")
"""What a connection is at, named after what is wrong when it takes too long: nothing came yet; nothing came after an
answer; a head comes; a body comes; an answer goes out; all was said and the client may hang up."""
CROWDED = "crowded"
"""It had to make room for others."""
SECONDS = {SILENT: 10.0, HEAD: 10.0, BODY: 20.0, ANSWER: 10.0, LEAVING: 2.0}
"""The most that each step may take; for an answer the most for each `PIECE`. `IDLE` has gunicorn's `keepalive`."""
PIECE = 64 * 1024
IN_KERNEL = 256 * 1024
"""Bytes of answers that the kernel keeps for a client."""
_AT_ONCE = 64 * 1024


class Connection:
    """A client and what it is at. Only the main thread of the worker changes it.

    Attributes:
        step: what it is at.
        since: from when.
        incoming: the request that comes or is being answered.
        sock: for threads, to write the answer to; the name that gunicorn gives it.
        busy: whether a thread is making an answer.
        keep: whether another request may follow.
        watched: the events that the worker waits for.
        served: answers given.
    """

    def __init__(self, cfg: Any, client: socket.socket, address: Any, server: Any, wake: Callable[[], None]) -> None:
        client.setblocking(False)
        # Left to itself the kernel keeps up to 4 MB for a client that reads nothing.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, IN_KERNEL)
        self.cfg, self.client, self.server = cfg, address, server
        self.step, self.since = SILENT, monotonic()
        self.incoming = IncomingRequest(cfg, address)
        self.sock = Outlet(client, wake)
        self.busy = False
        self.keep = True
        self.watched = 0
        self.served = 0
        self._client = client
        self._mark = 0

    @property
    def held(self) -> int:
        """Bytes in memory, on their way in or out."""
        return self.incoming.held + self.sock.held

    def fileno(self) -> int:
        return self._client.fileno()

    def begin(self, step: str) -> None:
        """Go on to a step; its time begins now."""
        if step != self.step:
            self.step, self.since = step, monotonic()
            self._mark = self.sock.sent

    def overdue(self, now: float) -> bool:
        """Whether its step takes too long; asked at least every second."""
        if self.step == ANSWER and (not self.sock.held or self.sock.sent - self._mark >= PIECE):
            # The client took all there was, or enough of it: the next piece has its own time.
            self.since, self._mark = now, self.sock.sent
        return now - self.since > SECONDS.get(self.step, float(self.cfg.keepalive))

    def receive(self) -> bytes | None:
        """What came; nothing when the client sends no more, None when nothing is there yet.

        Raises:
            OSError: the client has gone.
        """
        try:
            return self._client.recv(_AT_ONCE)
        except BlockingIOError:
            return None

    def next_request(self) -> bytes:
        """Begin another request; what came of it already."""
        self.served += 1
        following = self.incoming.following()
        self.incoming.let_go()
        self.incoming = IncomingRequest(self.cfg, self.client)
        self.sock.renew()
        self.begin(IDLE)
        return following

    def hang_up(self) -> None:
        """Say that nothing more comes from here. What still comes is read, or the client would lose our last words."""
        self._client.shutdown(socket.SHUT_WR)
        self.begin(LEAVING)

    def close(self) -> None:
        """End it. What a thread still reads is let go after that."""
        self.sock.close()
        self._client.close()
        if not self.busy:
            self.incoming.let_go()
