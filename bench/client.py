"""A client that costs little itself: requests that are already bytes, over connections that stay open."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from threading import Thread
from types import TracebackType
from typing import Any, Self

import orjson

CONNECTIONS = 4
_END_OF_HEAD = b"\r\n\r\n"


class AnswerError(RuntimeError):
    """An answer was not the one that is measured."""


def post(path: str, content: Any, headers: Mapping[str, str] | None = None) -> bytes:
    """A POST request with a JSON body, as bytes."""
    body = orjson.dumps(content)
    lines = {"Host": "bench", "Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Connection:
    """One open connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(1 << 18)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and wait for all of the answer: its status and its body."""
        self._socket.sendall(request)
        received, end, needed = 0, -1, 0
        view = memoryview(self._buffer)
        while end < 0 or received < needed:
            count = self._socket.recv_into(view[received:])
            if not count:
                raise AnswerError("the server closed the connection")
            received += count
            if end < 0 and (end := self._buffer.find(_END_OF_HEAD, 0, received)) >= 0:
                end += len(_END_OF_HEAD)
                needed = end + _length(bytes(view[:end]))
                if needed > len(self._buffer):
                    raise AnswerError("the answer is larger than this client reads")
        return int(self._buffer[9:12]), bytes(view[end:needed])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()


def send_all(port: int, requests: Sequence[bytes], count: int, connections: int = CONNECTIONS) -> None:
    """Send this many requests, taken in turn, over several connections at once.

    Raises:
        AnswerError: an answer other than 200.
    """
    errors: list[BaseException] = []

    def work(place: int) -> None:
        try:
            with Connection(port) as connection:
                for request in islice(cycle(requests), place, count, connections):
                    status, body = connection.ask(request)
                    if status != 200:
                        raise AnswerError(f"status {status}: {body[:500].decode(errors='replace')}")
        except (OSError, AnswerError) as error:
            errors.append(error)

    threads = [Thread(target=work, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise AnswerError(f"{len(errors)} of {connections} connections failed") from errors[0]


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise AnswerError("an answer without Content-Length")
