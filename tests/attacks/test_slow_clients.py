"""Slow and silent clients take no thread, are told so, cut off, logged and counted; others do not notice them."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.attacks.probes import Probe
from tests.attacks.slow_clients import (
    BODY,
    SILENT,
    SLOW_BODY,
    SLOW_CHUNKS,
    SLOW_HEAD,
    TLS,
    SlowClients,
    slow_reader,
    wait_until_ended,
)  # fmt: skip
from tests.drills import size
from tests.service.servers import Server, serve, stop_server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the settings of the product; one worker, so that nothing hides in another one."""
    running = serve(tmp_path_factory.mktemp("served"), workers=1)
    yield running
    stop_server(running)


def port_of(server: Server) -> int:
    return urlsplit(server.url).port or 0


def trace_of(profile: dict) -> bytes:
    """A request whose answer is a quarter of a megabyte."""
    body = json.dumps({"profile": profile}).encode()
    return (
        b"POST /v1/recommendations?include=trace HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def cut(server: Server) -> dict[str, int]:
    """Reason → connections that the server says it ended."""
    with urlopen(f"{server.url}/metrics", timeout=20) as answer:
        lines = re.findall(r'^platform_fit_connections_cut_total\{reason="(\w+)"\} (\d+)', answer.read().decode(), re.M)
    return {reason: int(count) for reason, count in lines}


def test_two_hundred_slow_clients_at_once_do_not_slow_down_another_one(served: Server, profile):
    each = size(short=35, full=150)
    reader = slow_reader(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n", times=20)
    kinds = [SILENT, SLOW_HEAD, TLS, SLOW_BODY, SLOW_CHUNKS, reader] * each
    with Probe(served, profile) as probe, SlowClients(port_of(served), kinds) as clients:
        wait_until_ended(clients, [SILENT, SLOW_HEAD, TLS], 30)
        wait_until_ended(clients, [SLOW_BODY, SLOW_CHUNKS], 30)
    assert probe.failures == []
    assert probe.p95() < 1
    assert max(probe.seconds["/livez"]) < 5
    counts = cut(served)
    assert [counts[reason] for reason in ("silent", "slow_head", "slow_body")] == [each, 2 * each, 2 * each]
    assert counts["slow_reader"] > 0
    told = [data for kind, data in clients.told if kind in (SLOW_HEAD, SLOW_BODY, SLOW_CHUNKS)]
    assert len(told) == 3 * each
    assert all(data.startswith(b"HTTP/1.1 408 ") and b"Connection: close" in data for data in told)
    lines = [json.loads(line) for line in served.log.read_text().splitlines() if line.startswith("{")]
    said = [line for line in lines if line["logger"] == "platform_fit.connection"]
    assert [line["message"] for line in said if line["reason"] == "slow_head"] == ["cut"] * 2 * each
    assert all(9 < line["seconds"] < 14 for line in said if line["reason"] == "slow_head")
    assert "127.0.0.1" not in json.dumps(said)


def test_a_crowd_of_silent_connections_makes_room_for_whole_requests(served: Server, profile):
    """More connections than a worker keeps: the ones that waited longest go, and nobody else is refused."""
    with SlowClients(port_of(served), [SILENT] * 1100), Probe(served, profile) as probe:
        time.sleep(3)
    assert probe.failures == []
    assert probe.p95() < 1
    assert cut(served)["crowded"] >= 100


def test_a_large_answer_reaches_a_client_that_reads_slowly_but_steadily(served: Server, profile):
    with socket.create_connection(("127.0.0.1", port_of(served)), timeout=20) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        client.sendall(trace_of(profile).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        answer = http.client.HTTPResponse(client)
        answer.begin()
        pieces = []
        while piece := answer.read(8192):
            pieces.append(piece)
            time.sleep(0.05)
    assert json.loads(b"".join(pieces))["trace"]


def test_a_client_that_waits_for_the_go_ahead_gets_it_once(served: Server, profile):
    body = json.dumps({"profile": profile}).encode()
    head = BODY.replace(b"5000", str(len(body)).encode()).replace(b"Host: a", b"Host: a\r\nExpect: 100-continue")
    with socket.create_connection(("127.0.0.1", port_of(served)), timeout=20) as client:
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 200


def test_requests_that_come_in_one_piece_are_answered_in_their_order(served: Server, profile):
    body = json.dumps({"profile": profile}).encode()
    post = BODY.replace(b"5000", str(len(body)).encode()) + body
    get = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port_of(served)), timeout=20) as client:
        client.sendall(get + post + get)
        lengths = []
        stream = client.makefile("rb")
        for _ in range(3):
            assert stream.readline().startswith(b"HTTP/1.1 200")
            headers = http.client.parse_headers(stream)
            lengths.append(len(stream.read(int(headers["Content-Length"]))))
    assert lengths[1] > 10_000 > lengths[0] == lengths[2]


def test_a_body_that_is_not_read_closes_its_connection(served: Server):
    """What is left of it could be taken for the next request."""
    with socket.create_connection(("127.0.0.1", port_of(served)), timeout=20) as client:
        client.sendall(BODY.replace(b"5000", b"70000") + b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in answer
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [("/v1/nothing", "application/json", 404), ("/v1/recommendations", "text/plain", 415), ("/livez", "a/b", 405)],
)
def test_after_a_refusal_the_next_request_is_read_from_its_beginning(served: Server, path: str, kind: str, status: int):
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    for _ in range(2):
        connection.request("POST", path, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


def test_it_stops_in_time_with_slow_clients(tmp_path, profile):
    served = serve(tmp_path, workers=1)
    with SlowClients(port_of(served), [SILENT, SLOW_HEAD, SLOW_BODY, slow_reader(trace_of(profile))] * 5):
        time.sleep(0.5)
        began = time.monotonic()
        assert stop_server(served) == 0
        assert time.monotonic() - began < 10
