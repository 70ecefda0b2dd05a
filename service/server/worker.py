"""Worker: gunicorn's worker with threads, in which no client can keep a thread waiting.

One thread reads all requests and sends on all answers, without ever waiting for one client. A request goes to a thread
of the pool when it is whole, or to the one thread for answers that take long. Who takes too long is told so where that
is possible, cut off, logged and counted. Gunicorn's own worker gives a thread to each connection from its first byte,
without any limit in time.
"""

from __future__ import annotations

import errno
import logging
import resource
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic
from typing import Any

from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, ParseException
from gunicorn.workers.gthread import ThreadWorker

from service.components import EXTENSION
from service.http.costs import is_slow
from service.server.connection import ANSWER, BODY, CROWDED, HEAD, IDLE, LEAVING, SILENT, Connection
from service.server.refusal import refusal, status_of

GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"
MEMORY = 64 * 1024 * 1024
"""Most bytes that requests and answers on their way may take together in one worker."""
_LOOK = 8 * 1024 * 1024
"""After so many bytes the memory is looked at; every second anyway."""
_OTHER_FILES = 64
"""Files that a worker needs beside connections."""
_LINGER = 2.0
"""Seconds that a worker which stops leaves idle connections open, for a request that may be on its way."""
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_OF_THE_SERVICE = (InvalidResponseHeader, InvalidResponseHeaderName)

_LOG = logging.getLogger("platform_fit.connection")


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """A process that answers whole requests, each in a thread.

    Attributes:
        connections: all that are open.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connections: set[Connection] = set()
        self._slow = ThreadPoolExecutor(1)
        self._most = self.worker_connections
        self._unlooked = 0
        self._looked = 0.0

    def run(self) -> None:
        """Until it is told to stop; then for a while to answer what is in hand."""
        self._most = min(self._most, max(8, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _OTHER_FILES))
        self.poller.register(self.method_queue.fileno(), EVENT_READ, self.method_queue.run_callbacks)
        try:
            while self.alive and self.is_parent_alive():
                self.set_accept_enabled(True)
                self._turn()
            self.set_accept_enabled(False)
            self._finish()
        finally:
            # Even after a mistake of ours no thread may wait for a client, or the process would stay.
            self._close_all()
            self.tpool.shutdown(wait=False)
            self._slow.shutdown(wait=False)
            for listener in self.sockets:
                listener.close()

    def _finish(self) -> None:
        """Answer what is in hand, for a while."""
        began = monotonic()
        while self.connections and monotonic() < began + self.cfg.graceful_timeout:
            if monotonic() > began + _LINGER:
                self._close_all((SILENT, IDLE))
            self._turn(0.1)

    def _turn(self, seconds: float = 1.0) -> None:
        """Wait for what happens next, and see to it."""
        self.notify()
        self.wait_for_and_dispatch_events(seconds)
        now = monotonic()
        if now > self._looked + 1:
            self._looked = now
            for connection in [each for each in self.connections if each.overdue(now)]:
                self._cut(connection, connection.step)
            self._look_at_memory()

    # What happens to a connection, in the order in which it does.

    def accept(self, listener: Any) -> None:
        """Take a new connection; when there are too many already, the one goes that has waited longest."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                if not self._make_room():
                    self.set_accept_enabled(False)  # until the next turn
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        if len(self.connections) >= self._most:
            self._make_room()
        connection = Connection(self.cfg, client, address, listener.getsockname(), lambda: self._wake(connection))
        self.connections.add(connection)
        self._readable(connection)

    def _readable(self, connection: Connection, _: object = None) -> None:
        try:
            data = connection.receive()
        except OSError:
            self._close(connection)
            return
        if data == b"":
            self._close(connection)
        elif data and connection.step != LEAVING:
            self._take_in(connection, data)
        else:
            self._watch(connection, EVENT_READ)

    def _take_in(self, connection: Connection, data: bytes) -> None:
        incoming = connection.incoming
        try:
            incoming.add(data)
        except ParseException as error:
            self._refuse(connection, status_of(error), getattr(error, "limit", 0))
            return
        self._unlooked += len(data)
        if incoming.whole:
            self._watch(connection, 0)
            connection.busy = True
            connection.begin(ANSWER)
            self._hand_over(connection)
            return
        connection.begin(BODY if incoming.request else HEAD)
        if incoming.expects_go_ahead:
            incoming.request._expected_100_continue = False
            connection.sock.sendall(GO_AHEAD)
        self._watch(connection, EVENT_READ)
        if self._unlooked > _LOOK:
            self._look_at_memory()

    def _hand_over(self, connection: Connection) -> None:
        """Give a whole request to a thread; those that take long take turns, so that the others need not wait."""
        asked = connection.incoming.request
        if not is_slow(asked.path, asked.query):
            self.enqueue_req(connection)
            return
        done = self._slow.submit(self.handle, connection)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, connection, future))

    def handle(self, connection: Connection) -> bool:
        """Answer a whole request, in a thread of the pool; whether another one may follow."""
        request = connection.incoming.request
        try:
            return bool(self.handle_request(request, connection) and connection.incoming.parser.finish_body())
        except (OSError, StopIteration):
            pass  # the client has gone, or was told half an answer
        except (Exception, SystemExit) as error:
            self.handle_error(request, connection.sock, connection.client, error)
        return False

    def finish_request(self, connection: Connection, future: Any) -> None:
        """Go on with a connection after a thread has answered; called by gunicorn in the main thread."""
        connection.busy = False
        connection.keep = not future.cancelled() and bool(future.result())
        if connection in self.connections:
            self._send_on(connection)
        else:
            connection.incoming.let_go()

    def _send_on(self, connection: Connection, _: object = None) -> None:
        """Send what waits for the client; when nothing does, go on.

        A thread asks for it, and so does the poller, so it may be asked for once more when the answer has gone out.
        """
        if connection not in self.connections or connection.step != ANSWER:
            return
        try:
            if not connection.sock.flush():
                self._watch(connection, EVENT_WRITE)
            elif connection.busy:
                self._watch(connection, 0)
            elif connection.keep:
                self._go_on(connection)
            else:
                connection.hang_up()
                self._watch(connection, EVENT_READ)
        except OSError:
            self._close(connection)

    def _go_on(self, connection: Connection) -> None:
        following = connection.next_request()
        if following:
            self._take_in(connection, following)
        else:
            self._watch(connection, EVENT_READ)

    # How a connection ends.

    def _refuse(self, connection: Connection, status: HTTPStatus, limit: int = 0) -> None:
        """Answer what is no request, and hang up."""
        connection.keep = False
        connection.begin(ANSWER)
        try:
            connection.sock.sendall(refusal(self.wsgi.extensions[EXTENSION], status, limit))
        except OSError:
            self._close(connection)
            return
        self._send_on(connection)

    def _cut(self, connection: Connection, reason: str) -> None:
        """End a connection that takes too long, or that must make room."""
        if reason != LEAVING:
            self.wsgi.extensions[EXTENSION].metrics.cut(reason)
            fields = {"reason": reason, "seconds": round(monotonic() - connection.since, 1)}
            _LOG.log(logging.DEBUG if reason in (SILENT, IDLE) else logging.WARNING, "cut", extra={"fields": fields})
        if reason in (HEAD, BODY):
            self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        self._watch(connection, 0)
        self.connections.discard(connection)
        connection.close()

    def _close_all(self, steps: tuple[str, ...] = ()) -> None:
        """Close those that are at one of these steps; without steps all of them."""
        for connection in [each for each in self.connections if not steps or each.step in steps]:
            self._close(connection)

    def _make_room(self) -> bool:
        """Close the connection that has waited longest without an answer of ours; whether there was one."""
        waiting = [each for each in self.connections if not each.busy]
        if waiting:
            self._cut(min(waiting, key=lambda each: (each.served > 0, each.since)), CROWDED)
        return bool(waiting)

    def _look_at_memory(self) -> None:
        """Let those go that keep most, until all fits."""
        self._unlooked = 0
        held = sum(each.held for each in self.connections)
        if held > MEMORY:
            for connection in sorted(self.connections, key=lambda each: each.held, reverse=True):
                held -= connection.held
                self._cut(connection, CROWDED)
                if held <= MEMORY:
                    break

    # The rest.

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be read as a request; the log and the counts get it as they get all others."""
        if isinstance(exc, _OF_THE_SERVICE) or not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        client.sendall(refusal(self.wsgi.extensions[EXTENSION], status_of(exc)))

    def _wake(self, connection: Connection) -> None:
        """From any thread: something waits for this client."""
        self.method_queue.defer(partial(self._send_on, connection))

    def _watch(self, connection: Connection, events: int) -> None:
        """Wait for these events; for none of them when there are none."""
        if events == connection.watched:
            return
        if not events:
            self.poller.unregister(connection)
        else:
            action = partial(self._readable if events == EVENT_READ else self._send_on, connection)
            (self.poller.modify if connection.watched else self.poller.register)(connection, events, action)
        connection.watched = events
