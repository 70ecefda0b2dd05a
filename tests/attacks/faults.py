"""Faults of a database: stopped in the middle of everything, behind a line that passes nothing on, or locked."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.databases import postgresql_server


@contextmanager
def stopped_postgresql() -> Iterator[None]:
    """PostgreSQL with all its processes, stopped as a frozen machine is: connections stay open, nothing is answered."""
    folder = Path(postgresql_server().partition("host=")[2].partition("&")[0])
    master = int((folder / "postmaster.pid").read_text().split()[0])
    processes = [master, *map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@contextmanager
def locked_tables(url: str) -> Iterator[None]:
    """Tables of PostgreSQL that somebody else keeps for himself."""
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE outcomes, promotions IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def locked_file(url: str) -> Iterator[None]:
    """A file of SQLite that another writer keeps for himself."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


class Line:
    """A line to a socket of PostgreSQL that can be told to pass nothing on any more.

    Attributes:
        port: where it listens on 127.0.0.1.
        silent: whether it passes nothing on.
    """

    def __init__(self, target: str) -> None:
        self.silent = False
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _go_on(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.05):
                if key.fileobj is self._listener:
                    self._connect()
                elif not self.silent and key.fileobj.fileno() >= 0:
                    self._pass_on(key.fileobj, key.data)  # type: ignore[arg-type]
            if self.silent:
                self._stop.wait(0.05)

    def _connect(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        self._selector.register(client, selectors.EVENT_READ, server)
        self._selector.register(server, selectors.EVENT_READ, client)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            data = source.recv(65536)
            target.sendall(data)
        except OSError:
            data = b""
        if not data:
            for end in (source, target):
                if end.fileno() >= 0:
                    self._selector.unregister(end)
                    end.close()
