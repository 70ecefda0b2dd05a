"""Floods: what costs much is counted, told and refused in time; a large body of mistakes makes no large answer."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service import create_app
from service.http.costs import ADVICE, cost_of_includes
from service.http.shared_counts import SharedCounts
from service.settings import DEFAULT_LIMITS, LIMIT_SECONDS, Limit, Settings
from tests.attacks.probes import Probe
from tests.drills import size
from tests.records import raw
from tests.service.servers import Server, serve, stop_server

BATCH = "/v1/recommendations/batch"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = "batch=40/1000 includes=5/1000 telling=off"
    running = serve(tmp_path_factory.mktemp("served"), workers=2, PLATFORM_FIT_LIMITS=limits)
    yield running
    stop_server(running)


def post(server: Server, path: str, content: object) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.request("POST", path, json.dumps(content), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.headers), body


def most_memory(server: Server) -> int:
    """The most MB that a worker has taken so far."""
    master = server.process.pid
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    said = "".join(Path(f"/proc/{pid}/status").read_text() for pid in workers)
    return max(map(int, re.findall(r"VmHWM:\s+(\d+)", said))) // 1024


def test_a_body_full_of_mistakes_gets_a_short_answer_and_takes_little_memory(served: Server):
    bodies = [
        {"profiles": [{"daily_tools": ["x"] * 200_000}]},
        {"profiles": [{f"k{number}": 1 for number in range(70_000)}]},
        {"profiles": [{"daily_tools": "x"}] * 1000},
        {f"k{number}": 1 for number in range(70_000)},
    ]
    answers = [post(served, BATCH, body) for body in bodies]
    assert [status for status, *_ in answers] == [200, 200, 200, 400]
    assert [len(body) < 200_000 for *_, body in answers] == [True, True, False, True]
    assert len(answers[2][2]) < 3_000_000
    problems = [json.loads(answers[place][2])["results"][0]["problem"] for place in (0, 1)]
    assert [len(problem["errors"]) for problem in problems] == [4, 10]
    assert [problem["more"] for problem in problems] == [False, True]
    assert (len(json.loads(answers[3][2])["errors"]), json.loads(answers[3][2])["more"]) == (100, True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: post(served, BATCH, body), bodies * 2))
    assert most_memory(served) < 130


def test_large_bodies_that_never_end_take_little_memory(tmp_path):
    """Each lacks its last bytes; a worker keeps 64 MB of them at most, and gives back what it lets go."""
    head = b"POST /v1/recommendations/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    served, clients = serve(tmp_path, workers=1), []
    try:
        for _ in range(size(400, 3000)):
            client = socket.create_connection(("127.0.0.1", urlsplit(served.url).port or 0), timeout=20)
            with suppress(OSError):  # it may be let go while it sends
                client.sendall(head + bytes(999_990))
            clients.append(client)
        assert post(served, "/v1/recommendations", {})[0] == 400
        assert most_memory(served) < 180
    finally:
        for client in clients:
            client.close()
        stop_server(served)


def test_a_body_in_very_many_chunks_is_read_as_soon_as_one_in_a_few(served: Server, profile):
    """It took minutes of a processor; a client that waits for 20 seconds would have no answer."""
    chunks = size(100_000, 1_000_000)
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    content = json.dumps({"profiles": [profile]}).encode().ljust(chunks)
    pieces, headers = (bytes([byte]) for byte in content), {"Content-Type": "application/json"}
    with Probe(served, profile) as probe:
        connection.request("POST", BATCH, pieces, headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, len(json.loads(answer.read())["results"])) == (200, 1)
    assert probe.failures == []
    connection.close()


def test_two_workers_count_together_and_tell_what_is_left(served: Server, profile):
    def ask() -> tuple[int, dict[str, str], bytes]:
        return post(served, "/v1/recommendations?include=cases", {"profile": profile})

    answers = [ask()]
    if (left := int(answers[0][1]["RateLimit"].partition("t=")[2])) < 10:
        time.sleep(left)  # all in one window
        answers = [ask()]
    answers += [ask() for _ in range(7)]
    assert [status for status, *_ in answers] == [200] * 5 + [429] * 3
    assert [headers["RateLimit"].partition(";t=")[0] for _, headers, _ in answers[:6]] == [
        f'"includes";r={left}' for left in (4, 3, 2, 1, 0, 0)
    ]
    _, headers, body = answers[-1]
    assert headers["RateLimit-Policy"] == '"includes";q=5;w=60'
    assert 1 <= int(headers["Retry-After"]) <= 60
    assert json.loads(body)["type"] == "urn:platform-fit:problem:too_many_requests"
    # What costs little is not counted.
    assert post(served, "/v1/recommendations", {"profile": profile})[0] == 200


def test_a_batch_with_more_is_small_and_without_a_trace(served: Server, profile):
    status, _, body = post(served, f"{BATCH}?include=trace", {"profiles": [profile]})
    assert (status, json.loads(body)["errors"][0]["allowed"]) == (400, ["levers", "cases", "nextQuestion"])
    status, _, body = post(served, f"{BATCH}?include=levers", {"profiles": [profile] * 51})
    assert (status, json.loads(body)["errors"][0]["code"]) == (400, "too_many")
    assert "50" in json.loads(body)["errors"][0]["message"]
    assert post(served, f"{BATCH}?include=levers", {"profiles": [profile] * 2})[0] == 200


@pytest.fixture
def one_worker(tmp_path: Path) -> Iterator[Server]:
    running = serve(tmp_path, workers=1)
    yield running
    stop_server(running)


def statuses_of_flood(
    served: Server, profile: dict[str, object], clients: int, seconds: float, ask: Callable[[int], int]
) -> set[int]:
    """What clients get who ask without a pause, while another client is answered as ever."""
    stop = threading.Event()

    def attack(client: int) -> set[int]:
        seen = set()
        while not stop.is_set():
            seen.add(ask(client))
        return seen

    with Probe(served, profile) as probe, ThreadPoolExecutor(clients) as pool:
        attacks = [pool.submit(attack, client) for client in range(clients)]
        time.sleep(seconds)
        stop.set()
    seen = set().union(*(each.result() for each in attacks))
    assert probe.failures == []
    assert probe.p95() < 1
    return seen


def test_sixteen_batches_at_once_do_not_stop_another_client(one_worker: Server, profile):
    content = {"profiles": [profile] * size(200, 1000)}

    def ask(_: int) -> int:
        status, headers, _body = post(one_worker, BATCH, content)
        if status != 200:
            assert int(headers["Retry-After"]) >= 1
            time.sleep(0.05)
        return status

    assert statuses_of_flood(one_worker, profile, 16, size(5, 30), ask) <= {200, 429, 503}


def test_fifty_clients_that_ask_for_the_trace_do_not_stop_another_client(one_worker: Server, profile):
    """All of them within the limits: a worker makes one such answer at a time, and others need not wait for it."""
    connections = [http.client.HTTPConnection(urlsplit(one_worker.url).netloc, timeout=60) for _ in range(50)]

    def ask(client: int) -> int:
        headers = {"Content-Type": "application/json", "X-Forwarded-For": f"198.51.100.{client}"}
        connections[client].request("POST", f"{ADVICE}?include=trace", json.dumps({"profile": profile}), headers)
        answer = connections[client].getresponse()
        answer.read()
        return answer.status

    assert statuses_of_flood(one_worker, profile, 50, size(5, 60), ask) <= {200, 429}
    for each in connections:
        each.close()


@pytest.mark.parametrize(
    ("include", "times"),
    [("trace", 100), ("levers", 200), ("nextQuestion", 200), ("cases", 600), ("levers:teams", 200),
     ("trace,levers,cases,nextQuestion", 46)],
)  # fmt: skip
def test_one_address_has_six_seconds_of_a_processor_a_minute_for_what_it_includes(include, times):
    """Out of the 60 that a worker has; trace costs 6 hundredths of one, levers and the next question 3, cases 1."""
    limit, counts = DEFAULT_LIMITS["includes"], SharedCounts()
    assert (limit.each, limit.all, LIMIT_SECONDS["includes"]) == (600, 2400, 60)
    cost = cost_of_includes(f"lang=nl&include={include}")
    assert sum(counts.add("a", 60, limit.each, cost, now=0).fits for _ in range(1000)) == times


def limited(**limits: Limit):
    return create_app(Settings(limits=limits, proxies=("10.0.0.0/8",)))


def ask(app, profile, address="203.0.113.7", forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return app.test_client().post(
        "/v1/recommendations?include=cases", json={"profile": profile}, headers=headers,
        environ_base={"REMOTE_ADDR": address},
    )  # fmt: skip


def test_one_address_does_not_use_up_what_there_is_for_all(profile):
    app = limited(includes=Limit(2, 3))
    assert [ask(app, profile).status_code for _ in range(6)] == [200, 200, 429, 429, 429, 429]
    assert ask(app, profile, "203.0.113.8").status_code == 200
    assert ask(app, profile, "203.0.113.9").status_code == 429


@pytest.mark.parametrize(
    ("address", "forwarded", "others"),
    [
        ("203.0.113.7", "198.51.100.1", "198.51.100.2"),  # no proxy of ours: what it says of itself does not count
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7"),  # made up before our proxy
        ("2001:db8::1", None, None),
    ],
)
def test_nobody_gets_more_by_making_up_addresses(profile, address, forwarded, others):
    app = limited(includes=Limit(1, 9))
    assert ask(app, profile, address, forwarded).status_code == 200
    other = "2001:db8::2" if ":" in address else address
    assert ask(app, profile, other, others).status_code == 429


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/v1/recommendations?lang=nl&include=cases", True),
        ("/v1/recommendations?%69nclude=cases", True),
        ("/v1/recommendations/?incl%75d%65=cases", True),
        ("/v1/recommendations?include=&include=cases", True),
        ("/v1/recommendations?lang=nl", False),
        ("/v1/recommendations?notinclude=cases", False),
    ],
)
def test_nobody_gets_more_by_another_spelling_of_an_address(profile, path, counted):
    client = limited(includes=Limit(1, 9)).test_client()
    asked_for = [client.post(path, json={"profile": profile}).status_code for _ in range(2)]
    assert asked_for == [200, 429 if counted else 200]


def test_two_clients_behind_a_proxy_of_ours_are_counted_apart(profile):
    app = limited(includes=Limit(1, 9))
    assert [ask(app, profile, "10.0.0.1", client).status_code for client in ("198.51.100.1", "198.51.100.2")] == [
        200
    ] * 2


def test_links_and_records_are_counted_together_as_telling(profile):
    app = limited(telling=Limit(2, 9))
    client = app.test_client()
    code = client.post("/v1/recommendations", json={"profile": profile}).json["code"]
    answers = [client.post(f"/report-back?p={code}", headers={"Accept": "text/html"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "very often" in answers[2].text
    assert int(answers[2].headers["Retry-After"]) > 0


def test_posting_is_limited_before_the_store_is_asked(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/no/store.db", limits={"posting": Limit(1, 1)}))
    answers = [app.test_client().post("/v1/outcomes", json=raw()).status_code for _ in range(2)]
    assert answers == [401, 429]
