"""Whatever is put in an address does no harm: it is never run, never repeated raw, never kept, never a failure."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from service.components import EXTENSION
from tests.drills import size
from tests.service.web.conftest import Visitor
from tests.service.web.paths import FIELD, PATHS

PAGES = (
    "/",
    "/ask",
    "/answer",
    "/answer.json",
    "/channel",
    "/compare",
    "/transfer",
    "/about",
    "/report-back",
    "/my-report",
    "/data-staff",
    "/embed",
    "/embed/answer",
)
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "quote": "' onmouseover='alert(1)",
    "address": "javascript:alert(1)",
    "template": "{{ 7*7 }}{% raw %}%(name)s{name}",
    "long": "A" * 10_000,
    "many": ",".join(["desk"] * 500),
    "control": "\x00\x01\x0d\x0aSet-Cookie: a=b\u2028\U0001f600",
    "not text": "%ff%fe%00",
    "numbers": "-1e309",
    "nothing": "",
}
OTHERS = (
    "p",
    "seen",
    "step",
    "go",
    "only",
    "channel",
    "first",
    "second",
    "case",
    "lang",
    "accent",
    "scheme",
    "v",
    "new",
    "link",
    "change",
    "remove",
    "told",
    "gone",
    "key",
    "show",
)

USUAL = f"{FIELD}&channel=embrace&first=embrace&second=teams&case=set-up&go=next&step=needs"


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


@pytest.fixture
def parameters(site_app: Flask) -> list[str]:
    return [question.id for question in site_app.extensions[EXTENSION].knowledge.questionnaire] + list(OTHERS)


@pytest.mark.parametrize("attack", size(short=["attribute", "long", "control"], full=list(ATTACKS)))
@pytest.mark.parametrize("page", PAGES)
def test_every_parameter_is_harmless(page: str, attack: str, client: FlaskClient, parameters: list[str]) -> None:
    for parameter in parameters:
        kept = "&".join(part for part in USUAL.split("&") if not part.startswith(f"{parameter}="))
        address = f"{page}?{kept}&{urlencode({parameter: ATTACKS[attack]})}"
        response = client.get(address, headers={"Accept": "text/html"})
        check(response.status_code, response.get_data(as_text=True), response.headers)


@pytest.mark.parametrize("attack", ATTACKS)
def test_all_parameters_at_once_are_harmless(attack: str, client: FlaskClient, parameters: list[str]) -> None:
    for page in PAGES:
        query = urlencode(dict.fromkeys(parameters, ATTACKS[attack]))
        response = client.get(f"{page}?{query}", headers={"Accept": "text/html"})
        check(response.status_code, response.get_data(as_text=True), response.headers)


def check(status: int, body: str, headers: Headers) -> None:
    assert status in (200, 303, 400, 404)
    assert "Set-Cookie" not in headers
    assert "\x00" not in body
    assert len(body) < 250_000
    if "html" in headers["Content-Type"]:
        # What stays when the values of attributes are taken away is markup; nothing that was sent may be part of it.
        markup = re.sub(r'"[^"]*"', '""', body)
        assert not re.search(r"<[^>]*\son\w+\s*=|<img|<script(?! src=)", markup)
        assert 'href="javascript:' not in body


@pytest.mark.parametrize("path", ["/%3Cscript%3Ealert(1)%3C/script%3E", "/../../etc/passwd", "/static/../style.css"])
def test_strange_paths_are_not_found(path: str, client: FlaskClient) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert b"alert(1)" not in response.data


def test_hostile_answers_run_nothing_in_a_browser(visitor: Visitor, parameters: list[str]) -> None:
    with visitor(expected=("status of 400", "status of 404")) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        for path in ("/ask", "/answer", "/embed"):
            for attack in ("script", "attribute", "quote"):
                page.goto(f"{path}?{urlencode(dict.fromkeys(parameters, ATTACKS[attack]))}")


@pytest.mark.parametrize("name", PATHS)
def test_pages_say_what_a_browser_may_do(name: str, client: FlaskClient) -> None:
    headers = client.get(PATHS[name].address, headers={"Accept": "text/html"}).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("name", PATHS)
def test_pages_hold_no_code_and_no_styles_of_their_own(name: str, client: FlaskClient) -> None:
    body = client.get(PATHS[name].address, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src=\"/static/)", body)
    outside = re.findall(r'(?:src|href|action)="((?:https?:)?//[^"]+)"', body)
    # Only sources are elsewhere: as links, which say nothing of the page that they stand on.
    links = re.findall(r'<a href="(https?://[^"]+)" rel="noopener noreferrer">', body)
    assert outside == links
    assert name in ("about", "similar", "elsewhere-channel") or not outside
