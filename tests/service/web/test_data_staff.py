"""The page for data staff: whoever has the right key sees all of it, and nobody else anything."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.registry import Registry
from service.app import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.service.web.staffed import NAME, REPORT, Staffed, card, staffed


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("staffed")) as made:
        yield made


@pytest.fixture
def client(site: Staffed) -> FlaskClient:
    return site.app.test_client()


def shown(client: FlaskClient, key: str, language: str = "en", show: str = "live") -> tuple[int, str]:
    answer = client.post(
        f"/data-staff?lang={language}", data={"key": key, "show": show}, headers={"Accept": "text/html"}
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    text = unescape(answer.get_data(as_text=True))
    assert key == "" or key not in text
    return answer.status_code, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_live_and_how_it_got_there(language: str, site: Staffed, client: FlaskClient) -> None:
    status, page = shown(client, site.key, language)
    assert status == 200
    for words in (NAME, "Els de Vries", "Odd advice for home care", "412", "96", "2026-09-14"):
        assert words in page
    knowledge = site.app.extensions[EXTENSION].knowledge
    heard = [finding for finding in card()["rules"] if finding["records"]]
    assert len(heard) == 3
    for finding in heard:
        assert finding["rule"] in page
        assert knowledge.rule_by_id[finding["rule"]].text[language] in page
    places = [page.index(f'class="{verdict}"') for verdict in ("contradicted", "supported", "cannot_tell_yet")]
    assert places == sorted(places)
    assert ("−0,25 … 0,15" if language == "nl" else "−0.25 … +0.15").replace("… 0", "… +0") in page
    assert page.count("<time") == 1 + len(Registry(site.app.extensions[EXTENSION].store.get()).history())


def test_what_people_wrote_is_text_and_not_markup(site: Staffed, client: FlaskClient) -> None:
    answer = client.post("/data-staff", data={"key": site.key})
    assert b"&lt;the advice&gt;" in answer.data
    assert b"<the advice>" not in answer.data


def test_the_report_comes_as_it_was_made_and_may_run_nothing(site: Staffed, client: FlaskClient) -> None:
    answer = client.post("/data-staff", data={"key": site.key, "show": "report"})
    assert answer.get_data(as_text=True) == REPORT
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("show", ["live", "report"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_key_shows_the_form_again(language: str, show: str, site: Staffed, client: FlaskClient) -> None:
    wrong = site.key[:-1] + ("A" if site.key[-1] != "A" else "B")
    for key, expected in (("", 401), ("nonsense", 401), ("x" * 5000, 401), (wrong, 401), (site.other_key, 403)):
        status, page = shown(client, key, language, show)
        assert status == expected
        assert 'role="alert"' in page
        assert 'name="key"' in page
        assert NAME not in page
        assert "Els de Vries" not in page


def test_a_key_in_the_address_opens_nothing(site: Staffed, client: FlaskClient) -> None:
    assert client.post(f"/data-staff?key={site.key}").status_code == 401
    assert NAME not in client.get(f"/data-staff?key={site.key}").get_data(as_text=True)


def test_without_records_the_page_says_what_the_advice_rests_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    store = Store.open(url)
    key = Keys(store).create("Els", ["reports:read"])[1]
    app = create_app(Settings(database_url=url))
    client = app.test_client()
    status, page = shown(client, key)
    assert status == 200
    assert "Nothing was ever promoted." in page
    documented = len(app.extensions[EXTENSION].knowledge.evidence)
    assert f"what was learned from {documented} documented communities" in page
    assert shown(client, key, show="report")[0] == 404
    Registry(store).promote("rules", "Els", "a comparison")
    app.extensions[EXTENSION].watch.look()
    assert "The advice rests on the rules alone." in shown(client, key)[1]
    store.close()
    app.extensions[EXTENSION].store.get().close()
