"""The worker, in this process: what happens to a connection when several things happen at once."""

from __future__ import annotations

import io
import logging
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from selectors import EVENT_READ, DefaultSelector

import pytest
from gunicorn.config import Config

from service.server.connection import ANSWER, IDLE, Connection
from service.server.worker import Worker

REQUEST = b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n"
LARGE = bytes(2_000_000)
"""More than a kernel keeps for a client that reads nothing."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that hands requests to nobody: a test says itself when a thread has answered."""
    worker = Worker(0, os.getppid(), [], None, 30, Config(), logging.getLogger("gunicorn.error"))
    worker.poller = DefaultSelector()
    worker.method_queue.init()
    worker.poller.register(worker.method_queue.fileno(), EVENT_READ, worker.method_queue.run_callbacks)
    worker.enqueue_req = lambda connection: None
    yield worker
    worker._close_all()
    worker.poller.close()
    worker.method_queue.close()
    worker.tmp.close()


@pytest.fixture
def client(worker) -> Iterator[tuple[Connection, socket.socket]]:
    """A connection that the worker has, and the end of it that its client holds."""
    near, far = socket.socketpair()
    far.settimeout(5)
    connection = Connection(worker.cfg, near, ("127.0.0.1", 1), ("127.0.0.1", 2), lambda: None)
    worker.connections.add(connection)
    yield connection, far
    far.close()


def received(client: socket.socket, count: int) -> int:
    while count:
        count -= len(client.recv(min(count, 65536)))
    return count


def test_an_answer_that_goes_out_as_its_thread_ends_is_finished_once(worker, client):
    connection, far = client
    far.sendall(REQUEST)
    worker._readable(connection)
    assert connection.busy
    connection.sock._send(LARGE)  # what the kernel takes
    connection.sock._waiting += b"the end"
    worker._send_on(connection)  # now it waits for a client that reads
    done: Future[bool] = Future()
    done.set_result(True)
    # First the thread ends, then the client reads: one look of the poller finds both.
    worker.method_queue.defer(worker.finish_request, connection, done)
    received(far, connection.sock.sent)
    worker.wait_for_and_dispatch_events(1)
    assert received(far, len(b"the end")) == 0
    assert (connection.step, connection.served) == (IDLE, 1)
    far.sendall(REQUEST)
    worker.wait_for_and_dispatch_events(1)
    assert (connection.step, connection.busy) == (ANSWER, True)


def test_after_a_mistake_of_ours_no_thread_waits_for_a_client(worker, client, monkeypatch):
    connection, _ = client
    worker.tpool = worker.get_thread_pool()
    worker.poller.unregister(worker.method_queue.fileno())

    def mistake(_: float) -> None:
        raise KeyError

    writing = worker.tpool.submit(connection.sock.sendall, LARGE)
    monkeypatch.setattr(worker, "wait_for_and_dispatch_events", mistake)
    with pytest.raises(KeyError):
        worker.run()
    with pytest.raises(BrokenPipeError):
        writing.result(5)


UPLOAD = b"POST /v1/recommendations/batch HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n"


def buffer_of(connection: Connection) -> io.BytesIO:
    """Where the bytes are that came of a request."""
    found = connection.incoming.parser.unreader.buf
    assert isinstance(found, io.BytesIO)
    return found


def test_what_came_is_let_go_with_its_connection_and_not_when_garbage_is_looked_for(worker, client):
    connection, far = client
    far.sendall(UPLOAD + bytes(999))
    worker._readable(connection)
    kept = buffer_of(connection)
    assert connection.held >= 999
    worker._close(connection)
    assert (kept.closed, connection.held) == (True, 0)


def test_what_a_thread_still_reads_is_let_go_after_it(worker, client):
    connection, far = client
    far.sendall(UPLOAD + bytes(1000))
    worker._readable(connection)
    assert connection.busy
    kept = buffer_of(connection)
    worker._close(connection)
    assert not kept.closed
    done: Future[bool] = Future()
    done.set_result(False)
    worker.finish_request(connection, done)
    assert kept.closed


ADVICE = b"POST /v1/recommendations%s HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(("query", "turns"), [(b"?include=trace", True), (b"", False), (b"?include=cases", False)])
def test_an_answer_that_takes_long_waits_its_turn_and_no_other_one_does(worker, client, query, turns):
    connection, far = client
    pool: list[Connection] = []
    worker.enqueue_req = pool.append
    before = threading.Event()
    worker._slow.submit(before.wait, 5)  # one that is being made
    handled: list[Connection] = []
    worker.handle = handled.append
    far.sendall(ADVICE % query)
    worker._readable(connection)
    assert connection.busy
    assert (pool, handled) == (([], []) if turns else ([connection], []))
    before.set()
    worker._slow.shutdown(wait=True)
    assert handled == ([connection] if turns else [])
