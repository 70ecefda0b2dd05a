"""Report back: what a team tells with its private link is kept once, corrected, and really deleted, by it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from model.outcomes.record import NOT_USED_REASONS
from model.profiles.code import ProfileCodes
from model.storage import outcomes
from model.storage.engine import Store
from model.storage.outcomes import StoredOutcome
from model.storage.reviews import Review, decide, waiting
from service.app import create_app
from service.components import EXTENSION, Components
from service.runtime.private_links import PREFIX
from service.settings import Settings
from service.web.report_store import MOST
from tests.service.web.paths import DIABEAT, FIELD, code_of

PAGE = {"Accept": "text/html"}
TOLD = {"channel": "teams", "start": "2026-01-05", "how": "counted", "invited": "40", "active": "31"}
SECRET, OTHER = "a secret of sixteen".replace(" ", "-"), "another-secret-of-ours"


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    made = create_app(Settings(database_url=database_url))
    yield made
    parts_of(made).store.get().close()


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site for what is the same on each database."""
    made = create_app(Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('form')}/form.db"))
    yield made
    parts_of(made).store.get().close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def link(client: FlaskClient) -> str:
    return new_link(client)


def parts_of(app: Flask) -> Components:
    found: Components = app.extensions[EXTENSION]
    return found


def new_link(client: FlaskClient, answers: str = DIABEAT, language: str = "en") -> str:
    made = client.post(f"/report-back?{answers}&lang={language}", headers=PAGE)
    assert made.status_code == 303
    return made.headers["Location"]


def tell(client: FlaskClient, link: str, **form: Any) -> tuple[int, str]:
    """The status, and the page with what went wrong or where it goes on."""
    answer = client.post(link, data=form, headers=PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, unescape(answer.get_data(as_text=True))


def kept(app: Flask) -> list[StoredOutcome]:
    part = parts_of(app)
    with part.store.get().reading() as connection:
        return list(outcomes.current(connection, part.knowledge.questionnaire))


def shown(client: FlaskClient, link: str) -> str:
    return unescape(client.get(link, headers=PAGE).get_data(as_text=True))


def test_what_is_told_becomes_a_record_of_this_community(app: Flask, client: FlaskClient, link: str) -> None:
    assert tell(client, link, **TOLD, reason="no_time", consent="yes")[0] == 303
    [record] = kept(app)
    assert (record.channel, record.start, record.invited, record.active) == ("teams", date(2026, 1, 5), 40, 31)
    assert (record.counted, record.reason, record.consent) == (True, "no_time", True)
    assert (record.source, record.recorded_by, record.note) == ("report-back", "private link", None)
    assert re.fullmatch(rf"{PREFIX}[0-9a-z]{{16}}", record.community)
    profile = parts_of(app).gate.load(record.answers)
    code = DIABEAT.removeprefix("p=")
    assert profile.masks == ProfileCodes(parts_of(app).knowledge).read(code).masks


def test_nothing_is_kept_when_the_link_is_made_or_read(app: Flask, client: FlaskClient, link: str) -> None:
    assert "What you told" not in shown(client, link)
    assert kept(app) == []
    assert new_link(client) != link


@pytest.mark.parametrize(("how", "active"), [("yes", 1), ("no", 0)])
def test_a_yes_or_no_is_enough(how: str, active: int, app: Flask, client: FlaskClient, link: str) -> None:
    assert tell(client, link, channel="teams", start="2026-01-05", how=how)[0] == 303
    [record] = kept(app)
    assert (record.counted, record.active, record.consent) == (False, active, False)


def test_pressing_twice_keeps_one_record(app: Flask, client: FlaskClient, link: str) -> None:
    assert tell(client, link, **TOLD) == tell(client, link, **TOLD)
    assert [each.revision for each in kept(app)] == [1]


def test_telling_again_about_the_same_use_corrects_it(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD)
    assert tell(client, link, **{**TOLD, "active": "12"})[0] == 303
    [record] = kept(app)
    assert (record.revision, record.active) == (2, 12)


def test_every_field_of_a_record_can_be_changed(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD, consent="yes")
    [first] = kept(app)
    page = shown(client, f"{link}&change={first.id}")
    assert f'name="record" value="{first.id}"' in page
    assert 'value="teams" selected' in page
    assert 'value="2026-01-05"' in page
    changed = {"record": first.id, "channel": "whatsapp_group", "start": "2026-02-02", "how": "no", "reason": "other"}
    assert tell(client, link, **changed)[0] == 303
    [record] = kept(app)
    assert (record.id, record.revision, record.channel, record.start) == (
        first.id, 2, "whatsapp_group", date(2026, 2, 2),
    )  # fmt: skip
    assert (record.active, record.reason, record.consent) == (0, "other", False)


def test_a_change_cannot_make_two_records_of_one_use(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD)
    tell(client, link, **{**TOLD, "channel": "embrace"})
    second = next(each for each in kept(app) if each.channel == "embrace")
    status, page = tell(client, link, **TOLD, record=second.id)
    assert status == 400
    assert "You told about this channel and day already." in page
    assert {each.channel for each in kept(app)} == {"teams", "embrace"}


def test_removing_really_deletes_what_was_told_and_what_it_said_before(
    app: Flask, client: FlaskClient, link: str
) -> None:
    tell(client, link, **TOLD)
    tell(client, link, **{**TOLD, "active": "1"})
    tell(client, link, **{**TOLD, "channel": "embrace"})
    first = next(each for each in kept(app) if each.channel == "teams")
    assert "Remove this?" in shown(client, f"{link}&remove={first.id}")
    assert len(kept(app)) == 2, "asking is not removing"
    assert tell(client, link, remove=first.id)[0] == 303
    assert [each.channel for each in kept(app)] == ["embrace"]
    store: Store = parts_of(app).store.get()
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outcomes").scalar_one() == 1
    assert tell(client, link, remove=first.id)[0] == 303, "removing twice is no mistake"
    assert tell(client, link, **TOLD, record=first.id)[0] == 303, "and it can be told anew"
    assert len(kept(app)) == 2


def test_others_see_it_only_with_consent_and_without_a_name(app: Flask, client: FlaskClient, link: str) -> None:
    def others_see() -> bool:
        store, knowledge = parts_of(app).store.get(), parts_of(app).knowledge
        decide(store, [Review(each.id, each.revision, True) for each in waiting(store, knowledge)], "Els")
        parts_of(app).watch.look()
        page = shown(client, f"/similar?{DIABEAT}&lang=en")
        assert not re.search(rf"{PREFIX}[0-9a-z]{{16}}", page)
        return 'id="own-records"' in page

    told = {**TOLD, "channel": "whatsapp_group"}
    tell(client, link, **told)
    assert not others_see()
    tell(client, link, **told, consent="yes")
    assert others_see()
    tell(client, link, **told)
    assert not others_see()
    tell(client, link, **told, consent="yes")
    [record] = kept(app)
    tell(client, link, remove=record.id)
    assert not others_see()


def test_no_link_reaches_the_records_of_another(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD)
    [record] = kept(app)
    other = new_link(client)
    tell(client, other, remove=record.id)
    tell(client, other, **{**TOLD, "active": "1"}, record=record.id)
    assert record in kept(app)
    assert len(kept(app)) == 2
    assert 'value="31"' in shown(client, f"{link}&change={record.id}")
    assert 'value="31"' not in shown(client, f"{other}&change={record.id}")


def test_one_link_cannot_fill_the_store(app: Flask, client: FlaskClient, link: str) -> None:
    for week in range(MOST):
        assert tell(client, link, **{**TOLD, "start": str(date(2026, 1, 5) - timedelta(weeks=week))})[0] == 303
    status, page = tell(client, link, **{**TOLD, "channel": "embrace"})
    assert status == 409
    assert "no room" in page
    assert tell(client, link, **{**TOLD, "active": "2"})[0] == 303, "a correction needs no room"
    assert len(kept(app)) == MOST


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, "channel start use"),
        ({"channel": "fax"}, "channel"),
        ({"start": "05-01-2026"}, "start"),
        ({"start": str(date.today() - timedelta(weeks=2))}, "start"),
        ({"start": str(date.today() + timedelta(weeks=2))}, "start"),
        ({"invited": ""}, "use"),
        ({"active": "41"}, "use"),
        ({"active": "some"}, "use"),
        ({"active": "-1"}, "use"),
        ({"active": "9" * 30}, "use"),
        ({"how": "yes"}, "use"),
        ({"how": "yes", "invited": "", "active": "", "reason": "other"}, "reason"),
        ({"reason": "boring"}, "reason"),
    ],
    ids=str,
)
def test_mistakes_are_said_beside_the_field_and_keep_the_rest(
    sent: dict[str, str], fields: str, language: str, form: Flask
) -> None:
    client = form.test_client()
    link = new_link(client, language=language)
    sent = {**TOLD, **sent} if sent else {}
    status, page = tell(client, link, **sent)
    assert status == 400
    beside = dict(re.findall(r'id="e-(\w+)">([^<]+)<', page))
    assert set(beside) == set(fields.split())
    assert not any(word in text for text in beside.values() for word in ("invited”", "“used", "{", "%("))
    assert kept(form) == []
    if sent and "start" not in fields:
        assert f'value="{sent["start"]}"' in page


def test_a_change_with_a_mistake_stays_a_change(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD)
    [record] = kept(app)
    status, page = tell(client, link, **{**TOLD, "active": "99"}, record=record.id)
    assert status == 400
    assert f'name="record" value="{record.id}"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str, form: Flask) -> None:
    client = form.test_client()
    page = shown(client, new_link(client, language=language))
    for code in NOT_USED_REASONS:
        assert parts_of(form).knowledge.messages[language][f"not_used_{code}"] in page


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-6], lambda text: text + "x", lambda text: "", lambda text: "<b>"]
)
def test_a_link_that_was_changed_opens_nothing(spoil: Any, form: Flask) -> None:
    client = form.test_client()
    link = new_link(client)
    start, _, token = link.partition("link=")
    for method in (client.get, client.post):
        answer = method(f"{start}link={spoil(token)}", headers=PAGE, data=TOLD)
        assert answer.status_code == 404
        assert "We cannot open this link" in answer.get_data(as_text=True)
    assert kept(form) == []


def test_answers_and_community_in_a_link_cannot_be_swapped(form: Flask) -> None:
    client = form.test_client()
    link = new_link(client)
    start, _, token = link.partition("link=")
    code, community, signature = token.split(".")
    other = new_link(client, f"p={code_of('set-up')}").partition("link=")[2].split(".")
    for forged in (
        f"{other[0]}.{community}.{signature}",
        f"{code}.{other[1]}.{signature}",
        f"{code}.{community}.{other[2]}",
    ):
        assert client.get(f"{start}link={forged}", headers=PAGE).status_code == 404


def test_links_open_in_every_worker_and_after_a_restart(app: Flask, client: FlaskClient, link: str) -> None:
    tell(client, link, **TOLD)
    url = parts_of(app).settings.database_url
    for secrets in ((), (SECRET,)):
        again = create_app(Settings(database_url=url, secrets=secrets))
        assert "31 of 40" in shown(again.test_client(), link)
        parts_of(again).store.get().close()


def test_a_secret_can_be_replaced(tmp_path: Any) -> None:
    def client_with(*secrets: str) -> FlaskClient:
        # Each has a store of its own, so that only the secret can tell.
        store = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        return create_app(Settings(database_url=f"sqlite:///{store}", secrets=secrets)).test_client()

    before = client_with(SECRET)
    link = new_link(before)
    clients = [client_with(OTHER, SECRET), client_with(SECRET), client_with(OTHER), client_with()]
    assert [each.get(link, headers=PAGE).status_code for each in clients] == [200, 200, 404, 404]
    assert client_with(SECRET).get(new_link(clients[0]), headers=PAGE).status_code == 404
    for each in (before, *clients):
        parts_of(each.application).store.get().close()


def test_a_link_of_other_questions_takes_nothing_new(form: Flask) -> None:
    client = form.test_client()
    link = new_link(client)
    links = parts_of(form).links
    code = link.partition("link=")[2].split(".")[0]
    gone = "/my-report?lang=en&link=" + links.make(f"{code[0]}0000{code[5:]}")
    page = shown(client, gone)
    assert "Our questions have changed" in page
    assert 'id="tell"' not in page
    status, page = tell(client, gone, **TOLD)
    assert status == 400
    assert kept(form) == []


def test_a_store_that_is_busy_says_so_and_when_to_try_again(app: Flask, client: FlaskClient, link: str) -> None:
    store = parts_of(app).store.get()
    busy = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    for answer in (
        busy.test_client().post(f"/report-back?{DIABEAT}", headers=PAGE),
        busy.test_client().get(link, headers=PAGE),
        busy.test_client().post(link, headers=PAGE, data=TOLD),
    ):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Nothing was kept or changed" in answer.get_data(as_text=True) or "Er is niets bewaard" in answer.text
    with store.reading() as connection:
        assert outcomes.count(connection) == 0


def test_without_answers_there_is_no_link(form: Flask) -> None:
    client = form.test_client()
    for method in (client.get, client.post):
        assert method("/report-back", headers=PAGE).headers["Location"].startswith("/ask")
    assert client.post("/report-back?work_setting=moon", headers=PAGE).status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_page_leads_here_with_its_answers(form: Flask, language: str) -> None:
    client = form.test_client()
    page = shown(client, f"/answer?{FIELD}&lang={language}")
    address = re.findall(r'href="(/report-back\?[^"]+)"', page)
    assert len(address) == 1
    assert client.get(address[0], headers=PAGE).status_code == 200


def test_private_pages_are_kept_nowhere(form: Flask) -> None:
    client = form.test_client()
    link = new_link(client)
    for address in (link, f"/report-back?{DIABEAT}", "/my-report"):
        headers = client.get(address, headers=PAGE).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
    token = link.partition("link=")[2]
    outside = [each for each in re.findall(r'href="([^"]+)"', shown(client, link)) if token in each]
    assert all(each.startswith(("/my-report?", "/my-report.ics?", "mailto:?")) for each in outside)


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", '"><img src=x>', "\x00\r\n", "A" * 5_000, "%(name)s{x}"]
)
def test_hostile_fields_are_harmless(attack: str, form: Flask) -> None:
    client = form.test_client()
    link = new_link(client)
    names = ("channel", "start", "how", "invited", "active", "reason", "record", "consent")
    for sent in [dict.fromkeys(names, attack), *({**TOLD, name: attack} for name in names), {"remove": attack}]:
        assert tell(client, link, **sent)[0] in (303, 400)
        markup = re.sub(r'"[^"]*"', '""', client.post(link, data=sent, headers=PAGE).get_data(as_text=True))
        assert not re.search(r"<img|<script(?! src=)|\x00", markup)
    for name in ("change", "remove", "told", "gone", "link"):
        query = {"link": link.partition("link=")[2], name: attack}
        answer = client.get("/my-report", query_string=query, headers=PAGE)
        assert answer.status_code in (200, 404)
        assert "<script>alert" not in answer.get_data(as_text=True)
    assert all(each.channel == "teams" for each in kept(form))
