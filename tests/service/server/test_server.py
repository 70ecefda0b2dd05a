"""A real gunicorn, spoken to over HTTP by a plain client and by one generated from the contract."""

from __future__ import annotations

import http.client
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from service.api.contract import contract_file
from tests.service.servers import Server, serve, start_server, stop_server

ONE = "/v1/recommendations"


def post(server: Server, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, dict(answer.headers), content


def test_a_team_gets_its_answer_in_dutch(server: Server, profile):
    status, headers, body = post(server, f"{ONE}?lang=nl", json.dumps({"profile": profile}).encode())
    answer = json.loads(body)
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert answer["language"] == "nl"
    assert answer["channels"][0]["id"] == "whatsapp_group"


def test_requests_at_the_same_time_are_all_answered(server: Server, knowledge, profile):
    cases = [dict(case.profile) for case in knowledge.cases]
    bodies = [json.dumps({"profile": cases[place % len(cases)]}).encode() for place in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda body: post(server, ONE, body), bodies))
    assert [status for status, *_ in answers] == [200] * 20
    assert len({headers["X-Request-Id"] for _, headers, _ in answers}) == 20
    for place, (*_, body) in enumerate(answers):
        assert body == answers[place % len(cases)][2]


def test_a_body_in_pieces_of_unknown_length_has_the_same_limit(server: Server, profile):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    pieces = json.dumps({"profile": profile}).encode()
    connection.request("POST", ONE, iter([pieces[:50], pieces[50:]]), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["language"]) == (200, "en")
    connection.request("POST", ONE, iter([b" " * 40_000] * 2), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["status"] == 413
    connection.close()


def test_a_batch_comes_in_pieces_and_whole(server: Server, profile):
    status, headers, body = post(server, f"{ONE}/batch", json.dumps({"profiles": [profile, {}] * 100}).encode())
    assert status == 200
    assert headers["Transfer-Encoding"] == "chunked"
    assert [list(result) for result in json.loads(body)["results"]] == [["answer"], ["problem"]] * 100


def test_it_stops_when_it_is_asked_to(tmp_path: Path, profile):
    server = start_server(tmp_path)
    status, *_ = post(server, ONE, json.dumps({"profile": profile}).encode(), **{"X-Request-Id": "last"})
    assert status == 200
    assert stop_server(server) == 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    assert [line["status"] for line in lines if line["requestId"] == "last"] == [200]


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a client package that a public generator made from the contract."""
    folder = tmp_path_factory.mktemp("client")
    made = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", str(contract_file()), "--meta", "none",
            "--output-path", str(folder / "fit_client"), "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        env={"PATH": str(Path(sys.executable).parent)},
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    return "fit_client"


def test_a_generated_client_works(generated: str, server: Server, profile):
    package = importlib.import_module(generated)
    models = importlib.import_module(f"{generated}.models")
    recommend = importlib.import_module(f"{generated}.api.recommendations.recommend")
    request = models.RecommendationRequest.from_dict({"profile": profile})
    with package.Client(base_url=server.url) as client:
        answer = recommend.sync(client=client, body=request, lang=models.Language.NL)
    assert isinstance(answer, models.Recommendation)
    assert answer.channels[0].id == "whatsapp_group"
    assert answer.verdict.code == models.VerdictCode.FIX_FIRST


def test_a_generated_client_has_one_class_for_each_list_of_codes(generated: str, server: Server):
    models = importlib.import_module(f"{generated}.models")
    submit = importlib.import_module(f"{generated}.api.forms.submit_form")
    assert models.WorkSettingCode.DESK == "desk"
    assert models.ChannelId.EMBRACE == "embrace"
    classes = {name for name in dir(models) if name.endswith(("Code", "Language", "Moment"))}
    assert len([name for name in classes if "WorkSetting" in name]) == 1
    submission = models.FormSubmission.from_dict({"_id": 1, "group/work_setting": "desk classroom"})
    with importlib.import_module(generated).Client(base_url=server.url) as client:
        answer = submit.sync("kobotoolbox", client=client, body=submission)
    assert isinstance(answer, models.FormAnswer)
    assert answer.result == models.FormAnswerResult.ADVISED


def test_a_generated_client_reads_the_catalogue(generated: str, server: Server):
    questions = importlib.import_module(f"{generated}.api.catalogue.list_questions")
    channel = importlib.import_module(f"{generated}.api.catalogue.get_channel")
    with importlib.import_module(generated).Client(base_url=server.url) as client:
        assert questions.sync(client=client).questions[0].id == "work_setting"
        assert channel.sync("siilo", client=client).id == "siilo"
        problem = channel.sync("no-such", client=client)
    assert isinstance(problem, importlib.import_module(f"{generated}.models").Problem)
    assert "siilo" in problem.errors[0].allowed


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the settings that the product gives to gunicorn."""
    running = serve(tmp_path_factory.mktemp("served"), workers=1)
    yield running
    stop_server(running)


UNREADABLE = {
    "no_request": (b"GARBAGE\r\n\r\n", 400),
    "length": (f"POST {ONE} HTTP/1.1\r\nHost: a\r\nContent-Length: secret\r\n\r\n".encode(), 400),
    "address": (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "header": (b"GET /livez HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n", 431),
    "coding": (f"POST {ONE} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: secret\r\n\r\n".encode(), 501),
    "pieces": (
        f"POST {ONE} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\nsecret\r\n".encode(),
        400,
    ),
}


@pytest.mark.parametrize(("sent", "status"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_as_every_other_mistake(served: Server, sent: bytes, status: int):
    before = len(served.log.read_text())
    with socket.create_connection(("127.0.0.1", urlsplit(served.url).port or 0), timeout=20) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        problem = json.loads(answer.read())
    assert (answer.status, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"] == problem["requestId"]
    assert answer.headers["API-Version"]
    assert b"secret" not in json.dumps(problem).encode()
    lines = [json.loads(line) for line in served.log.read_text()[before:].splitlines()]
    assert [line["status"] for line in lines if line.get("requestId") == problem["requestId"]] == [status]
    assert "127.0.0.1" not in served.log.read_text()[before:]


def test_what_gunicorn_says_has_the_form_of_the_log(served: Server):
    before = len(served.log.read_text())
    with urlopen(f"{served.url}/livez", timeout=20) as answer:
        assert answer.status == 200
    (worker,) = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    with urlopen(f"{served.url}/livez", timeout=20) as answer:
        assert answer.status == 200
    lines = [json.loads(line) for line in served.log.read_text()[before:].splitlines()]
    said = [line for line in lines if line["logger"] == "gunicorn.error" and worker in line["message"]]
    assert said
    assert all(line["time"] and line["level"] == "error" for line in said)
