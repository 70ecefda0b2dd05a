"""The page with the contract works offline and under a strict policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from flask.testing import FlaskClient

import service

VENDORED = Path(service.__file__).parent / "docs" / "openapi-explorer"


class Page(HTMLParser):
    """The addresses on a page, and whatever a strict policy would not run."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._in = ""

    def handle_starttag(self, tag, attrs):
        self._in = tag
        for name, value in attrs:
            if name in ("src", "href", "spec-url") and value != "data:,":
                self.addresses.append(value)
            if name == "style" or name.startswith("on"):
                self.inline.append(name)

    def handle_data(self, data):
        if self._in in ("script", "style") and data.strip():
            self.inline.append(data)


def test_the_page_fetches_only_from_this_service(client: FlaskClient):
    answer = client.get("/docs")
    assert answer.mimetype == "text/html"
    page = Page()
    page.feed(answer.text)
    assert page.inline == []
    assert page.addresses
    for address in page.addresses:
        assert address.startswith("/"), address
        assert client.get(address, buffered=True).status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"


def test_the_page_works_behind_a_prefix(client: FlaskClient):
    page = client.get("/docs", environ_overrides={"SCRIPT_NAME": "/fit"}).text
    assert '"/fit/docs/openapi-explorer.min.js"' in page
    assert "{root}" not in page


def test_scripts_are_scripts_and_kept_by_browsers(client: FlaskClient):
    for name, kind in (("openapi-explorer.min.js", "text/javascript"), ("docs.css", "text/css")):
        first = client.get(f"/docs/{name}", buffered=True)
        assert first.mimetype == kind
        again = client.get(f"/docs/{name}", headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
        assert again.status_code == 304


def test_the_copied_files_have_their_licence_and_version():
    assert "Apache License" in (VENDORED / "LICENSE").read_text(encoding="utf-8")
    assert re.search(
        r"Version \d+\.\d+\.\d+ of the npm package `openapi-explorer`", (VENDORED / "README.md").read_text()
    )
