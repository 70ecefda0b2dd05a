"""Incoming request: collects the bytes of one request until it is whole, and says so; it never waits for any.

Gunicorn's parser reads the head as soon as it can be there, and later the body, both out of memory. What is here only
finds out where they end. A request that is too large, or that can no longer become one, is refused at once.
"""

from __future__ import annotations

import re
from typing import Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import InvalidHeader, LimitRequestHeaders, NoMoreData, ParseException
from gunicorn.http.parser import RequestParser

from service.http.bodies import most_bytes

HEAD_LIMIT = 64 * 1024
"""Most bytes of a request line with its headers; gunicorn has limits for each of them."""
_LINE_LIMIT = 4096
_TRAILER_LIMIT = 8192
_CHUNKS_OVERHEAD = 8
"""Most bytes on the wire for each byte of a body in chunks: a chunk of one byte takes six."""
_SIZE = re.compile(rb"[0-9a-fA-F]{1,16}[ \t]*(;.*)?", re.DOTALL)


class TooLargeError(ParseException):  # type: ignore[misc]  # it has no types
    """A body in chunks that is larger than its route takes.

    Attributes:
        limit: most bytes there.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class IncomingRequest:
    """What has come so far of one request.

    Attributes:
        request: as gunicorn reads it, once its head is there.
        parser: the same; gives what follows the request when that was answered.
        whole: nothing more is needed to answer it.

    Args:
        cfg: the settings of gunicorn.
        client: its address.
    """

    def __init__(self, cfg: Any, client: Any) -> None:
        self.request: Any = None
        self.parser: Any = None
        self.whole = False
        self._cfg, self._client = cfg, client
        self._head = bytearray()
        self._chunks: _Chunks | None = None

    @property
    def started(self) -> bool:
        """Whether anything came."""
        return bool(self._head) or self.request is not None

    @property
    def held(self) -> int:
        """Bytes kept in memory for it."""
        return (
            len(self._head)
            + (len(self._chunks.body) if self._chunks else 0)
            + (_buffered(self.parser) if self.parser else 0)
        )

    @property
    def expects_go_ahead(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body (RFC 9110, section 10.1.1)."""
        return self.request is not None and not self.whole and bool(self.request._expected_100_continue)

    def add(self, data: bytes) -> None:
        """Take what came.

        Raises:
            ParseException: this is no request, and nothing that may follow can make it one.
        """
        if self.request is None:
            self._head += data
            # A line that ended may be the last one of the head; one that does not end may be too long.
            if b"\n" in data or (len(self._head) > _LINE_LIMIT and b"\n" not in self._head):
                self._read_head()
        else:
            self._keep(data)
        if self.request is not None:
            self.whole = self._body_is_there()

    def _read_head(self) -> None:
        parser = RequestParser(self._cfg, [bytes(self._head)], self._client)
        try:
            request = next(parser)
        except NoMoreData:
            if len(self._head) > HEAD_LIMIT:
                raise LimitRequestHeaders("limit request head size") from None
            return
        if request.version >= (1, 1) and not any(name == "HOST" for name, _ in request.headers):
            raise InvalidHeader("HOST", req=request)
        self.request, self.parser = request, parser
        if isinstance(request.body.reader, ChunkedReader):
            self._chunks = _Chunks(parser.unreader.take_buffered(), most_bytes(request.path))

    def _keep(self, data: bytes) -> None:
        if self._chunks is not None:
            self._chunks.body += data
        else:
            self._give(data)

    def _give(self, data: bytes | bytearray) -> None:
        """Put bytes where gunicorn reads them."""
        buffer = self.parser.unreader.buf
        buffer.seek(0, 2)
        buffer.write(data)

    def _body_is_there(self) -> bool:
        if self._chunks is not None:
            if not self._chunks.ended():
                return False
            self._give(self._chunks.body)
            return True
        length: int = self.request.body.reader.length
        if length > most_bytes(self.request.path):
            # The application refuses it by its length alone. Nobody reads the rest, so no other request can follow.
            self.request.force_close()
            return True
        return _buffered(self.parser) >= length

    def following(self) -> bytes:
        """What came after this request, once it was answered."""
        return bytes(self.parser.unreader.take_buffered())

    def let_go(self) -> None:
        """Give back the memory, when nobody reads it any more.

        A request and its parser hold each other. Of a connection that lasted long they would stay until a look for
        garbage that seldom comes, and a thousand of them with a body are a gigabyte.
        """
        if self.parser is not None:
            self.parser.unreader.buf.close()
        self.request = self.parser = self._chunks = None
        self._head = bytearray()


class _Chunks:
    """Finds the end of a body in chunks (RFC 9112, section 7.1).

    What is no chunk is an end as well: who reads it will refuse it.

    Attributes:
        body: what came of it, as it came.
    """

    def __init__(self, body: bytes, most: int) -> None:
        self.body = bytearray(body)
        self._most = most
        self._size = 0
        self._line = 0
        self._last = False

    def ended(self) -> bool:
        """Whether the end is there.

        Raises:
            TooLargeError: it is larger than it may be.
        """
        body = self.body
        while not self._last:
            end = body.find(b"\r\n", self._line)
            if end < 0:
                self._check_size(len(body))
                return len(body) - self._line > _LINE_LIMIT
            line = bytes(body[self._line : end])
            if not _SIZE.fullmatch(line):
                return True
            size = int(line.partition(b";")[0], 16)
            self._size += size
            self._check_size(len(body))
            self._last = size == 0
            # Of the last chunk the end of its line stays: two such ends in a row close the trailers.
            self._line = end if self._last else end + 2 + size + 2
        return body.find(b"\r\n\r\n", self._line) >= 0 or len(body) - self._line > _TRAILER_LIMIT

    def _check_size(self, on_the_wire: int) -> None:
        if self._size > self._most or on_the_wire > self._most * _CHUNKS_OVERHEAD:
            raise TooLargeError(self._most)


def _buffered(parser: Any) -> int:
    size: int = parser.unreader.buf.getbuffer().nbytes
    return size
