"""Names under which the service answers, where an operator says which."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.http.hosts import is_usable
from service.settings import Settings

NAMES = {"PLATFORM_FIT_TRUSTED_HOSTS": "Advies.example.org, .example.nl"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A service that answers under these names."""
    return create_app(Settings.from_environment(NAMES)).test_client()


@pytest.mark.parametrize("host", ["advies.example.org", "advies.example.org:8443", "example.nl", "een.twee.example.nl"])
def test_it_answers_under_its_own_names(client, host):
    assert client.get("/v1/channels", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "advies.example.org.evil.example", "notexample.nl", "localhost"])
@pytest.mark.parametrize("address", ["/v1/channels", "/livez", "/nothing/here"])
def test_another_name_is_refused_in_words(client, host, address):
    answer = client.get(address, headers={"Host": host, "Accept-Language": "en"})
    assert (answer.status_code, answer.json["type"]) == (400, "urn:platform-fit:problem:unknown_host")
    assert "not one that this service was set up for" in answer.json["detail"]
    assert host not in answer.text


def test_a_browser_gets_a_page(client):
    headers = {"Host": "evil.example.com", "Accept": "text/html", "Accept-Language": "nl"}
    answer = client.get("/answer", headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "niet een waarvoor deze dienst is ingesteld" in answer.text
    assert "evil.example.com" not in answer.text


BROKEN = [
    "a/b", "you:me@evil.example", 'x"><script>', "evil.example#", "a\\b", "a b", "[::1", ":80", "a:b", "a:99999", "",
    "a..b", "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("host", BROKEN)
def test_what_is_no_name_is_refused_and_makes_no_link(host):
    """Nowhere is it said which names there are; a link made with one of these leads nowhere."""
    client = create_app(Settings()).test_client(use_cookies=False)
    for address in ("/answer?work_setting=desk&login_tolerance=low&device_access=unknown", "/v1/channels", "/livez"):
        answer = client.get(address, headers={"Host": host})
        kind = answer.get_json()["type"].rpartition(":")[2]
        # Some of these stop the framework before it looks at anything.
        assert (answer.status_code, kind) in ((400, "unknown_host"), (400, "bad_request"))
        assert not host or host not in answer.text


def test_letters_that_cannot_be_read_are_no_name():
    assert [is_usable(host) for host in ("xn--", "xn--.example", "xn--caf-dma.example")] == [False, False, True]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "xn--caf-dma.example", "a.b.example."])
def test_any_name_will_do_where_nobody_said_which(host):
    client = create_app(Settings()).test_client(use_cookies=False)
    assert client.get("/answer", headers={"Host": host, "Accept": "text/html"}).status_code in (200, 303)
