"""The log and the counts: one line and one count per request, and nothing of what people sent."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from service import create_app
from service.http.telemetry import JsonLines
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


def test_workers_that_share_a_folder_are_added_up(tmp_path: Path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}
    texts = [
        subprocess.run(
            [sys.executable, "-c", WORKER], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [counted(text)["GET", "/livez", "200"] for text in texts] == [1, 2]
