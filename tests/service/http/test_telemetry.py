"""The log and the counts: one line and one count per request, and nothing of what people sent."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service import create_app
from service.http.telemetry import JsonLines, log_to
from service.settings import Settings

ONE = "/v1/recommendations"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What would be written to standard output."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("platform_fit")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_request_is_one_line_without_what_was_sent(client: FlaskClient, log: io.StringIO, profile):
    body = json.dumps({"profile": {**profile, "secretfield": "secretvalue"}})
    client.post(
        ONE, data=body, content_type="application/json", query_string="lang=nl", headers={"X-Request-Id": "mine"}
    )
    (line,) = log.getvalue().splitlines()
    entry = json.loads(line)
    assert entry.pop("ms") > 0
    assert entry.pop("bytes") > 100
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "level": "info",
        "logger": "platform_fit.access",
        "message": "request",
        "requestId": "mine",
        "method": "POST",
        "route": ONE,
        "status": 400,
    }
    assert "secret" not in line


def test_a_code_in_an_address_is_not_logged_and_an_address_that_does_not_exist_is(
    client: FlaskClient, log: io.StringIO
):
    client.get("/v1/profiles/1R5ZQ-36PEF-MVQH5-4DNZ3-RKAW6-GNZH")
    client.get("/v1/profile")
    known, unknown = (json.loads(line) for line in log.getvalue().splitlines())
    assert "1R5ZQ" not in str(known)
    assert (known["route"], "path" in known) == ("/v1/profiles/<code>", False)
    assert (unknown["route"], unknown["path"]) == ("none", "/v1/profile")


def test_a_line_cannot_be_forged(client: FlaskClient, log: io.StringIO):
    client.get('/x%0A{"level":"info"}')
    assert len(log.getvalue().splitlines()) == 1


def test_a_batch_is_noted_when_it_is_sent(client: FlaskClient, log: io.StringIO, profile):
    client.post(ONE + "/batch", json={"profiles": [profile] * 3}, buffered=True)
    (line,) = log.getvalue().splitlines()
    assert json.loads(line)["status"] == 200


def counted(text: str) -> dict[tuple[str, str, str], float]:
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "platform_fit_requests_total"
    }


def test_requests_are_counted_by_route_and_status(profile):
    client = create_app(Settings()).test_client()
    for _ in range(3):
        client.post(ONE, json={"profile": profile})
    client.post(ONE, json={})
    client.get("/v1/channels/siilo")
    client.get("/v1/channels/whatsapp_group")
    client.get("/nothing/1")
    client.get("/nothing/2")
    client.open("/livez", method="INVENTED")
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    assert counted(answer.text) == {
        ("POST", ONE, "200"): 3,
        ("POST", ONE, "400"): 1,
        ("GET", "/v1/channels/<channel>", "200"): 2,
        ("GET", "none", "404"): 2,
        ("other", "none", "405"): 1,
    }
    assert "platform_fit_request_seconds_bucket" in answer.text


WORKER = """
from service import create_app
from service.settings import Settings
client = create_app(Settings()).test_client()
client.get("/livez")
print(client.get("/metrics").text)
"""


@pytest.mark.slow
def test_workers_that_share_a_folder_are_added_up(tmp_path: Path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}
    texts = [
        subprocess.run(
            [sys.executable, "-c", WORKER], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [counted(text)["GET", "/livez", "200"] for text in texts] == [1, 2]


def gauges(text: str) -> dict[str, dict[str, float]]:
    """Name of a gauge → its labels in one text → value, where that is not 0."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if family.type == "gauge" and sample.value:
                name = sample.name.removeprefix("platform_fit_")
                found.setdefault(name, {})["/".join(sample.labels.values())] = sample.value
    return found


def test_the_metrics_tell_what_the_worker_is_and_how_it_is_doing(tmp_path: Path):
    file = tmp_path / "platform-fit.db"
    app = create_app(Settings(database_url=f"sqlite:///{file}"))
    client, part = app.test_client(), app.extensions["platform_fit"]
    part.watch.look()
    began = gauges(client.get("/metrics").text)
    assert time.time() - began.pop("store_look_timestamp_seconds")[""] < 60
    assert began == {
        "build_workers": {f"{part.knowledge.fingerprint[:12]}/{version('platform-fit')}": 1},
        "artifact_workers": {"starter": 1},
        "store_workers": {"none_yet": 1},
    }
    file.write_bytes(b"no database" * 100)
    part.watch.look()
    now = gauges(client.get("/metrics").text)
    assert now["degraded_workers"] == {"store_unreachable": 1}
    assert now["store_workers"] == {"unreachable": 1}
    file.unlink()
    part.watch.look()
    assert "degraded_workers" not in gauges(client.get("/metrics").text)


def test_refusals_are_counted_by_kind(profile):
    client = create_app(Settings()).test_client()
    client.post(ONE, json={})
    client.get("/v1/channels/none")
    counts = {
        sample.labels["kind"]: sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name == "platform_fit_refusals_total"
    }
    assert counts == {"invalid_input": 1, "unknown_name": 1}


def test_less_is_logged_where_less_is_asked_for():
    logger = logging.getLogger("platform_fit")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        for level, expected in {"info": ["a request", "a failure"], "error": ["a failure"]}.items():
            stream = io.StringIO()
            log_to(stream, level)
            logging.getLogger("platform_fit.access").info("a request")
            logging.getLogger("platform_fit.error").error("a failure")
            assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == expected
    finally:
        logger.handlers[:], logger.level, logger.propagate = before


@pytest.mark.parametrize("path", ["/metrics/", "//metrics", "///metrics", "/metrics%2f", "/metrics//", "/Metrics"])
def test_metrics_have_one_address_only(client, path):
    """A proxy keeps that one inside."""
    answer = client.get("/", environ_overrides={"PATH_INFO": unquote(path)})
    assert (answer.status_code, "platform_fit_" in answer.text) == (404, False)
    assert client.get("/metrics").status_code == 200
