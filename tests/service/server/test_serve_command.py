"""`platform-fit serve`: a real server on a free port, and what is refused before one is started."""

import gc
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.server import gunicorn_settings as serving
from tests.packaged import KNOWLEDGE

PROFILE = dict(next(case.profile for case in KNOWLEDGE.cases if case.id == "2diabeat"))
READY = re.compile(r"listens on (http://127\.0\.0\.1:([0-9]+)) ")


@contextmanager
def server(*arguments: str, **environment: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server and its address; it is stopped at the end, whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from model.cli.main import main; main()", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = READY.search(said)
        assert found, said + process.stderr.read()
        yield found[1], process
    finally:
        process.kill()
        process.communicate()


def post(url: str, body: object):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return urllib.request.urlopen(request, timeout=20)


def stopped(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=15)


def test_it_says_where_it_listens_answers_there_and_stops_when_asked(tmp_path):
    with server("--workers", "2", TMPDIR=str(tmp_path), HOME=str(tmp_path / "home")) as (url, process):
        with post(f"{url}/v1/recommendations?lang=nl", {"profile": PROFILE}) as answer:
            assert json.load(answer)["language"] == "nl"
        assert [path.name[:13] for path in tmp_path.iterdir()] == ["platform-fit-"]
        assert stopped(process) == 0
    # Neither counts nor a control socket are left behind.
    assert list(tmp_path.iterdir()) == []


def test_a_request_in_hand_is_answered_before_it_stops():
    with server("--workers", "1") as (url, process):
        with post(f"{url}/v1/recommendations/batch", {"profiles": [PROFILE] * 1000}) as answer:
            start = answer.read(1000)
            process.send_signal(signal.SIGTERM)
            rest = answer.read()
        assert len(json.loads(start + rest)["results"]) == 1000
        assert process.wait(timeout=15) == 0


def test_counts_of_all_workers_are_added_up():
    with server("--workers", "2") as (url, _process):
        for _ in range(12):
            post(f"{url}/v1/recommendations", {"profile": PROFILE}).close()
        with urllib.request.urlopen(f"{url}/metrics", timeout=20) as metrics:
            counted = re.findall(r'platform_fit_requests_total\{method="POST".*\} ([0-9.]+)', metrics.read().decode())
        assert sum(map(float, counted)) == 12


def test_a_process_starts_with_what_it_needs_unless_told_otherwise(run, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda program, arguments: None)
    ((name, value),) = serving.ENVIRONMENT.items()
    monkeypatch.setenv(name, "3")
    assert run("serve", "--port", "0", "--workers", "1").exit_code == 0
    assert os.environ[name] == "3"
    monkeypatch.delenv(name)
    assert run("serve", "--port", "0", "--workers", "1").exit_code == 0
    assert os.environ[name] == value


def test_garbage_is_looked_for_again_once_a_worker_is_made():
    serving.post_fork(None, None)
    assert not gc.isenabled()
    serving.post_worker_init(None)
    try:
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_options_and_variables_reach_the_server(run, folder, monkeypatch, tmp_path):
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments))
    kept = ("PLATFORM_FIT_KNOWLEDGE", "PROMETHEUS_MULTIPROC_DIR", "PLATFORM_FIT_OWN_MULTIPROC_DIR")
    for variable in (*kept, *serving.ENVIRONMENT):
        monkeypatch.setenv(variable, "")
    options = ("--port", "0", "--workers", "3", "--threads", "9", "--knowledge", str(folder))
    assert run("serve", *options, PROMETHEUS_MULTIPROC_DIR=str(tmp_path)).exit_code == 0
    assert run("serve", PLATFORM_FIT_PORT="0", PLATFORM_FIT_WORKERS="3", PLATFORM_FIT_THREADS="9",
               PLATFORM_FIT_HOST="::1", PROMETHEUS_MULTIPROC_DIR=str(tmp_path)).exit_code == 0  # fmt: skip
    for arguments, bind in zip(started, ("127.0.0.1:0", "[::1]:0"), strict=True):
        settings = dict(zip(arguments[3:-1:2], arguments[4:-1:2], strict=True))
        assert settings == {
            "--config": "python:service.server.gunicorn_settings", "--bind": bind, "--workers": "3", "--threads": "9",
        }  # fmt: skip


def test_a_taken_port_is_refused(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "is in use already" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--host", "192.0.2.1", "--port", "0"), ("--host", "not an address of this machine")),
        (("--host", "::zz", "--port", "0"), ("--host", "not an address of this machine")),
        (("--port", "99999"), ("--port", "65535")),
        (("--workers", "0"), ("--workers",)),
        (("--knowledge", "nowhere"), ("--knowledge", "does not exist")),
    ],
)
def test_wrong_use_is_explained(run, arguments, words):
    result = run("serve", *arguments)
    assert result.exit_code == 2
    for each in words:
        assert each in result.stderr


def test_broken_knowledge_is_refused_before_a_server_is_started(run, folder):
    file = folder / "rules" / "access.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("effect: log_odds", "effect: logodds", 1), "utf-8")
    result = run("serve", "--port", "0", "--knowledge", str(folder))
    assert result.exit_code == 1
    assert "rules/access.yaml:" in result.stderr
    assert "Allowed: log_odds, order, exclude" in result.stderr


def test_a_store_that_cannot_be_used_is_told_and_the_server_starts(run, monkeypatch):
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments))
    result = run("serve", "--port", "0", "--workers", "1", PLATFORM_FIT_DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    assert (result.exit_code, len(started)) == (0, 1)
    assert "Warning: the store is busy or out of reach" in result.stderr
    assert "Connection refused" in result.stderr


def test_a_folder_for_counts_that_cannot_be_made_is_refused(run, tmp_path):
    (tmp_path / "file").touch()
    result = run("serve", "--port", "0", PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "file"))
    assert result.exit_code == 1
    assert "PROMETHEUS_MULTIPROC_DIR must be a folder that can be written: File exists." in result.stderr


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://localhost:80"), ("::1", "http://[::1]:80")],
)
def test_the_address_that_is_shown_can_be_opened(host, url):
    assert serving.url_of(host, 80) == url


def test_what_is_in_the_way_is_told_in_the_language_of_the_terminal(run, tmp_path):
    (tmp_path / "form.yaml").write_text("reply: letter\n")
    refused = run("serve", LC_ALL="nl_NL.UTF-8", PLATFORM_FIT_FORMS=str(tmp_path), PLATFORM_FIT_WORKER="3")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "Let op: PLATFORM_FIT_WORKER is geen instelling; bedoelt u PLATFORM_FIT_WORKERS?\n"
        "Fout: de vertalingen van formulieren zijn niet te gebruiken:\n"
        "form.yaml:1: reply: deze waarde is niet bekend. Mogelijk zijn: json, page.\n"
    )
    secret = run("serve", LC_ALL="nl_NL.UTF-8", PLATFORM_FIT_SECRET="short")
    assert (secret.exit_code, secret.stderr.splitlines()[-1]) == (
        2,
        "Fout: PLATFORM_FIT_SECRET heeft minstens 16 tekens nodig, zonder spaties.",
    )
