"""Names under which the service answers, where an operator says which."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.app import create_app
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
