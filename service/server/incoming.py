"""Incoming request: collects the bytes of one request until it is whole, and says so; it never waits for any.

Gunicorn's parser reads the head as soon as it can be there, and later the body, both out of memory. What is here only
finds out where they end. A request that is too large, or that can no longer become one, is refused at once.
"""

from __future__ import annotations

import re
from typing import Any

from gunicorn.http.body import CHUNK_EXT_RE, ChunkedReader
from gunicorn.http.errors import InvalidHeader, LimitRequestHeaders, NoMoreData, ParseException
from gunicorn.http.parser import RequestParser

from service.http.bodies import most_bytes

HEAD_LIMIT = 64 * 1024
"""Most bytes of a request line with its headers; gunicorn has limits for each of them."""
_LINE_LIMIT = 4096
_TRAILER_LIMIT = 8192
_CHUNKS_OVERHEAD = 8
"""Most bytes on the wire for each byte of a body in chunks: a chunk of one byte takes six."""
_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})" + CHUNK_EXT_RE.pattern)


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
            + (self._chunks.held if self._chunks else 0)
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
            self._chunks.add(data)
        else:
            self._give(data)

    def _give(self, data: bytes) -> None:
        """Put bytes where gunicorn reads them."""
        buffer = self.parser.unreader.buf
        buffer.seek(0, 2)
        buffer.write(data)

    def _body_is_there(self) -> bool:
        if self._chunks is not None:
            if not self._chunks.ended():
                return False
            self._give(self._chunks.joined())
            self._chunks = None
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
    """Finds the end of a body in chunks (RFC 9112, section 7.1), and makes one chunk of them all.

    Gunicorn copies all that still follows for each chunk that it reads, which for chunks of one byte takes minutes.
    What is no chunk is an end as well: it stays as it came, and who reads it will refuse it.
    """

    def __init__(self, body: bytes, most: int) -> None:
        self._rest = bytearray(body)
        self._data = bytearray()
        self._most = most
        self._taken = 0
        self._last = False

    @property
    def held(self) -> int:
        """Bytes kept in memory for it."""
        return len(self._rest) + len(self._data)

    def add(self, data: bytes) -> None:
        """Take what came."""
        self._rest += data

    def ended(self) -> bool:
        """Whether the end is there.

        Raises:
            TooLargeError: it is larger than it may be.
        """
        rest, at = self._rest, 0
        found: bool | None = None
        while found is None and not self._last:
            end = rest.find(b"\r\n", at)
            if end < 0:
                found = len(rest) - at > _LINE_LIMIT
                self._check_size(0)
            elif not (line := _SIZE.fullmatch(rest, at, end)):
                found = True
            elif not (size := int(line[1], 16)):
                self._last = True
            else:
                self._check_size(size)
                after = end + 2 + size + 2
                if len(rest) < after:
                    found = False
                elif rest[after - 2 : after] != b"\r\n":
                    found = True
                else:
                    self._data += rest[end + 2 : after - 2]
                    at = after
        # Once for all that was taken: each time costs as much as what is left.
        del rest[:at]
        self._taken += at
        return self._trailers_ended() if found is None else found

    def _trailers_ended(self) -> bool:
        """Whether the trailers after the last chunk are there: two ends of a line in a row close them."""
        line = self._rest.find(b"\r\n")
        return self._rest.find(b"\r\n\r\n", line) >= 0 or len(self._rest) - line > _TRAILER_LIMIT

    def joined(self) -> bytes:
        """All of it, with one chunk in the place of those that were found, and what came after it."""
        one = b"\r\n".join((b"%x" % len(self._data), self._data, b"")) if self._data else b""
        return one + self._rest

    def _check_size(self, more: int) -> None:
        on_the_wire = self._taken + len(self._rest)
        if len(self._data) + more > self._most or on_the_wire > self._most * _CHUNKS_OVERHEAD:
            raise TooLargeError(self._most)


def _buffered(parser: Any) -> int:
    size: int = parser.unreader.buf.getbuffer().nbytes
    return size
