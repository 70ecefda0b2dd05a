"""Incoming requests: however the bytes come in, the same requests come out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import (
    InvalidHeader,
    InvalidRequestLine,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from hypothesis import given
from hypothesis import strategies as st

from service.server.incoming import IncomingRequest, TooLargeError

PATH = "/v1/recommendations"
CHUNKED = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()


def post(body: bytes, path: str = PATH) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def in_chunks(body: bytes, size: int, trailers: bytes = b"") -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(f"{len(piece):x};a=1\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return CHUNKED + chunks + b"0\r\n" + trailers + b"\r\n"


def read(pieces: list[bytes]) -> list[tuple[str, bytes]]:
    """Method and body of every request in this stream; what stays unfinished is left out."""
    found = []
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    for piece in pieces:
        incoming.add(piece)
        while incoming.whole:
            found.append((incoming.request.method, incoming.request.body.read()))
            following = incoming.following()
            incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
            if following:
                incoming.add(following)
    return found


requests = st.one_of(
    st.just((b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", ("GET", b""))),
    st.binary(max_size=80).map(lambda body: (post(body), ("POST", body))),
    st.tuples(st.binary(max_size=80), st.integers(1, 9)).map(lambda it: (in_chunks(*it), ("POST", it[0]))),
    st.binary(max_size=9).map(lambda body: (in_chunks(body, 3, b"X-A: b\r\n"), ("POST", body))),
)


@given(st.lists(requests, min_size=1, max_size=4), st.lists(st.integers(0, 400), max_size=12))
def test_however_bytes_are_cut_the_same_requests_come_out(sent, cuts):
    stream = b"".join(each for each, _ in sent)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[first:last] for first, last in pairwise(places)]
    assert read(pieces) == [expected for _, expected in sent]


@given(requests, st.data())
def test_a_request_is_not_whole_before_its_last_byte(sent, data):
    stream, _ = sent
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    incoming.add(stream[: data.draw(st.integers(1, len(stream) - 1))])
    assert not incoming.whole


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"GET / HTTP/1.1\n\n", InvalidRequestLine),
        (b"GET / HTTP/1.1\r\n\r\n", InvalidHeader),
        (b"GET /" + b"a" * 5000, LimitRequestLine),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, LimitRequestHeaders),
        (CHUNKED + b"10001\r\n", TooLargeError),
        (CHUNKED + b"8000\r\n" + b"a" * 0x8000 + b"\r\n8001\r\n", TooLargeError),
        (CHUNKED + b"1;" + b"a" * 600_000, TooLargeError),
    ],
    ids=["bare_line_end", "no_host", "long_address", "long_head", "large_chunk", "large_chunks", "long_extension"],
)
def test_what_can_become_no_request_is_refused_before_it_ends(sent, error):
    with pytest.raises(error):
        IncomingRequest(Config(), ("127.0.0.1", 1)).add(sent)


def test_a_body_that_is_too_large_by_its_length_is_not_waited_for():
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    incoming.add(post(b"a" * 65_537).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    assert incoming.whole
    assert incoming.request.should_close()


@pytest.mark.parametrize("path", ["/v1/recommendations/batch", "/v1/outcomes/batch/"])
def test_a_batch_may_be_larger(path):
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    incoming.add(post(b"a" * 1_048_576, path))
    assert incoming.whole
    assert not incoming.request.should_close()


def test_what_is_no_chunk_is_handed_on_to_be_refused():
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    incoming.add(CHUNKED + b"secret\r\n")
    assert incoming.whole


@pytest.mark.parametrize("size", [1, 7, 5000])
def test_chunks_become_one_and_what_follows_stays(size):
    """For each chunk that it reads gunicorn copies the rest: 100,000 of one byte took 46 seconds of processor time."""
    following = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    body = bytes(range(256)) * 20
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    for byte in in_chunks(body, size, b"X-A: b\r\n") + following:
        if not incoming.whole:
            incoming.add(bytes([byte]))
    assert incoming.whole
    given = incoming.parser.unreader.buf.getvalue()
    assert given == b"1400\r\n" + body + b"\r\n0\r\nX-A: b\r\n\r\n"
    assert incoming.request.body.read() == body


@pytest.mark.parametrize(
    "odd",
    [
        b"2 \r\n{}\r\n", b"2;\r\n{}\r\n", b"2;a b\r\n{}\r\n", b"0x2\r\n{}\r\n", b"+2\r\n{}\r\n", b"2\r\n{}}\r\n",
        b"1_0\r\n{}\r\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [b"", b"1\r\na\r\n" * 3])
def test_a_chunk_that_is_none_is_left_to_be_refused(odd, before):
    incoming = IncomingRequest(Config(), ("127.0.0.1", 1))
    incoming.add(CHUNKED + before + odd + b"0\r\n\r\n")
    assert incoming.whole
    assert incoming.parser.unreader.buf.getvalue().endswith(odd + b"0\r\n\r\n")
    with pytest.raises(ParseException):
        incoming.request.body.read()
