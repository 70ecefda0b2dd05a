"""What every answer carries, who may call from a browser, and what HEAD, OPTIONS and odd addresses do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service import create_app
from service.http.security import HEADERS
from service.settings import Settings

ONE = "/v1/recommendations"
HERE, ELSEWHERE = "https://form.example", "https://other.example"
EVERYWHERE = [("GET", "/v1/questions"), ("GET", "/nothing"), ("POST", ONE), ("GET", "/livez"), ("DELETE", "/v1/rules"),
              ("GET", "/docs"), ("GET", "/docs/start.js"), ("OPTIONS", ONE), ("HEAD", "/v1/channels")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_every_answer_has_the_headers(client: FlaskClient, method: str, path: str):
    headers = client.open(path, method=method, buffered=True).headers
    assert headers["API-Version"]
    assert headers["X-Request-Id"]
    for name, value in HEADERS:
        assert len(headers.getlist(name)) == 1
        if path != "/docs":
            assert headers[name] == value
    assert "Access-Control-Allow-Origin" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("given", ["a", "order-66_b.c:1", "x" * 64])
def test_a_sane_request_id_is_taken_over(client: FlaskClient, given: str):
    assert client.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<b>", 'a"', "é", "-a"])
def test_any_other_request_id_is_replaced(client: FlaskClient, given: str):
    made = client.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert made != given
    assert len(made) == 24


def test_request_ids_differ(client: FlaskClient):
    assert len({client.get("/livez").headers["X-Request-Id"] for _ in range(50)}) == 50


@pytest.mark.parametrize("path", [ONE, ONE + "/", ONE + "/batch", ONE + "/batch/"])
def test_a_post_is_never_redirected(client: FlaskClient, path: str, profile):
    body = {"profiles": [profile]} if "batch" in path else {"profile": profile}
    assert client.post(path, json=body).status_code == 200


def test_a_head_has_the_headers_of_a_get(client: FlaskClient):
    head, get = client.head("/v1/channels"), client.get("/v1/channels")
    assert head.data == b""
    assert head.headers["Content-Length"] == str(len(get.data))
    assert head.headers["ETag"] == get.headers["ETag"]


def test_options_lists_the_methods(client: FlaskClient):
    answer = client.options(ONE)
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def client_for(*origins: str) -> FlaskClient:
    return create_app(Settings(cors_origins=frozenset(origins))).test_client()


def preflight(client: FlaskClient, origin: str):
    return client.options(
        ONE,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )


def test_a_page_of_a_listed_origin_may_call(profile):
    client = client_for(HERE)
    headers = preflight(client, HERE).headers
    assert headers["Access-Control-Allow-Origin"] == HERE
    assert "POST" in headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in headers["Access-Control-Allow-Headers"]
    answer = client.post(ONE, json={"profile": profile}, headers={"Origin": HERE})
    assert answer.headers["Access-Control-Allow-Origin"] == HERE
    assert "Origin" in answer.headers["Vary"]
    assert "Accept-Language" in answer.headers["Vary"]
    assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_page_of_a_listed_origin_can_read_a_problem():
    answer = client_for(HERE).post(ONE, json={}, headers={"Origin": HERE})
    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == HERE


@pytest.mark.parametrize("origin", [ELSEWHERE, HERE + ".evil.example", "null", HERE.upper()])
def test_a_page_of_another_origin_may_not_call(origin: str):
    client = client_for(HERE)
    assert "Access-Control-Allow-Origin" not in preflight(client, origin).headers
    answer = client.get("/v1/questions", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"], "a cache must not give this answer to the listed origin"


def test_every_origin_may_call_where_that_is_chosen():
    answer = client_for("*").get("/v1/questions", headers={"Origin": ELSEWHERE})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
