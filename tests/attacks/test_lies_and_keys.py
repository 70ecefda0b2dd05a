"""What anybody can tell counts only after data staff approved; a key corrects only its own records, and ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from model.storage.keys import Keys
from model.storage.reviews import Review, decide, waiting
from service import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.records import raw

SIMILAR = "/v1/recommendations?include=cases"


@pytest.fixture
def app(database_url):
    made = create_app(Settings(database_url=database_url))
    yield made
    if made.extensions[EXTENSION].store._store is not None:
        made.extensions[EXTENSION].store._store.close()


def comparable(app, profile):
    app.extensions[EXTENSION].watch.look()
    return app.test_client().post(SIMILAR, json={"profile": profile}).json["confidence"]["comparable"]


def tell(app, profile, **form):
    client = app.test_client()
    code = client.post("/v1/recommendations", json={"profile": profile}).json["code"]
    link = client.post(f"/report-back?p={code}").headers["Location"]
    whole = {
        "channel": "whatsapp_group",
        "start": "2025-01-06",
        "how": "no",
        "reason": "not_trusted",
        "consent": "1",
        **form,
    }
    assert client.post(link, data=whole).status_code == 303
    return link


def test_what_is_told_without_a_key_changes_nothing_until_it_is_approved(app, store, knowledge, profile):
    links = [tell(app, profile) for _ in range(3)]
    assert comparable(app, profile) == 0
    reports = waiting(store, knowledge)
    assert len(reports) == 3
    first, second, third = reports
    assert len(decide(store, [Review(first.id, 1, True), Review(second.id, 1, False)], "Els")) == 2
    assert comparable(app, profile) == 1
    assert [each.id for each in waiting(store, knowledge)] == [third.id]
    # A correction says something else, so it waits again.
    place = next(link for link in links if first.community.removeprefix("link-") in link.lower())
    change = {"channel": "whatsapp_group", "start": "2025-01-06", "how": "yes", "record": first.id}
    assert app.test_client().post(place, data=change).status_code == 303
    assert comparable(app, profile) == 0
    assert {each.id for each in waiting(store, knowledge)} == {first.id, third.id}
    # What was decided about is not what it says now.
    assert decide(store, [Review(first.id, 1, True)], "Els") == []


def test_lies_push_no_record_with_a_key_out_of_sight(app, token, profile, monkeypatch):
    monkeypatch.setattr("model.storage.recent.LOOKED_AT", 20)
    client, headers = app.test_client(), {"Authorization": f"Bearer {token('outcomes:write')}"}
    genuine = raw(profile=dict(profile), channel="whatsapp_group", start="2025-01-06", consent=True)
    assert client.post("/v1/outcomes", json=genuine, headers=headers).status_code == 201
    assert comparable(app, profile) == 1
    for _ in range(25):
        tell(app, profile)
    assert comparable(app, profile) == 1


def test_data_staff_decide_in_the_browser(app, token, store, knowledge, profile):
    tell(app, profile, note="<b>note</b>")
    client, key = app.test_client(), token("outcomes:approve", name="Els")
    ask = {"key": key, "show": "told"}
    page = client.post("/data-staff?lang=nl", data=ask).text
    assert "Er wacht 1 melding op u." in page
    assert "<b>note" not in page
    assert key not in page
    (field,) = re.findall(r'name="(decide\.[^"]+)" value="approve"', page)
    assert (
        "1 keuze is bewaard."
        in client.post("/data-staff?lang=nl", data={**ask, "show": "decide", field: "approve"}).text
    )
    assert waiting(store, knowledge) == []
    assert comparable(app, profile) == 1
    wrong = client.post("/data-staff", data={"key": token("reports:read"), "show": "decide", field: "refuse"})
    assert (wrong.status_code, "outcomes:approve" in wrong.text) == (403, True)


def test_only_who_made_a_record_corrects_it_and_nobody_else_learns_its_id(app, token):
    client = app.test_client()
    a, b = ({"Authorization": f"Bearer {token('outcomes:write', name=name)}"} for name in ("form-a", "form-b"))
    made = client.post("/v1/outcomes", json=raw(start="2025-01-06"), headers=a).json["id"]
    again = client.post("/v1/outcomes", json=raw(start="2025-01-06", active=9), headers=b)
    assert (again.status_code, again.json["type"]) == (409, "urn:platform-fit:problem:record_of_another")
    assert made not in again.text
    change = raw(start="2025-01-06", community="beta", active=0, corrects=made)
    taken = client.post("/v1/outcomes", json=change, headers=b)
    never = client.post("/v1/outcomes", json={**change, "corrects": "auto-0123"}, headers=b)
    assert (taken.status_code, taken.json["errors"]) == (never.status_code, never.json["errors"])
    assert taken.status_code == 400
    wider = {"Authorization": f"Bearer {token('outcomes:write', 'outcomes:correct', name='staff')}"}
    assert client.post("/v1/outcomes", json={**change, "community": "alfa"}, headers=wider).status_code == 201


def test_a_key_ends_and_another_takes_its_place(store):
    keys = Keys(store)
    now = datetime.now(UTC)
    _, over = keys.create("form", ["outcomes:write"], now - timedelta(seconds=1))
    old, still = keys.create("form", ["outcomes:write"], now + timedelta(days=1))
    assert keys.find(over) is None
    assert keys.find(still) == old
    new, token = keys.rotate(old.id, now)
    assert (new.name, new.scopes) == (old.name, old.scopes)
    assert keys.find(still) is None
    assert keys.find(token) == new


@pytest.mark.parametrize("path", ["/my-report%3Flink=1R5ZQ36PEF.ABCD.abcdef", "/answers/1R5ZQ-36PEF-MVQH5", "/x/y?a=b"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_line_of_the_log_holds_a_link_or_a_code(app, path, caplog):
    with caplog.at_level("INFO", "platform_fit.access"):
        assert app.test_client().get(path).status_code == 404
    said = [vars(record)["fields"] for record in caplog.records if record.name == "platform_fit.access"]
    assert [fields["path"] for fields in said] == (["/x/y"] if path.startswith("/x") else [None])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_links_say_the_public_address_and_browsers_stay_with_https(database_url, profile):
    app = create_app(Settings(database_url=database_url, public_url="https://advies.example.org"))
    client = app.test_client()
    code = client.post("/v1/recommendations", json={"profile": profile}).get_json()["code"]
    link = client.post(f"/report-back?p={code}", headers={"Host": "evil.example"}).headers["Location"]
    page = client.get(link, headers={"Host": "evil.example"})
    assert "https://advies.example.org/my-report?" in page.text
    assert "evil.example" not in page.text
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "camera=()" in page.headers["Permissions-Policy"]
    problem = client.get("/v1/channels/none")
    assert (problem.headers["Cache-Control"], problem.headers["Content-Language"]) == ("no-store", "en")
    app.extensions[EXTENSION].store.get().close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_says_which_key_wrote_or_may_not_and_the_counts_what_was_refused(app, store, caplog):
    key, token = Keys(store).create("form", ["outcomes:write"])
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    with caplog.at_level("INFO", "platform_fit.access"):
        client.post("/v1/outcomes", json=raw(start="2025-01-06"), headers=headers)
        client.get("/v1/outcomes", headers=headers)
        client.post("/data-staff", data={"key": token, "show": "decide"})
        client.get("/v1/outcomes")
    said = [vars(record)["fields"].get("key") for record in caplog.records if record.name == "platform_fit.access"]
    assert said == [key.id, key.id, key.id, None]
    assert token not in caplog.text
    assert 'platform_fit_refusals_total{kind="forbidden"} 1.0' in client.get("/metrics").text
