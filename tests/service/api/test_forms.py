"""Submissions of form tools over HTTP, as these send them: advice, records, retries, edits, tests and lies."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES, Knowledge
from model.storage.engine import Store
from model.storage.keys import Keys
from service import create_app
from service.settings import Settings
from tests.examples import examples
from tests.service.forms import payloads
from tests.service.forms.payloads import ANSWERS
from tests.service.web.browser import serving

SECRET = "whsec_" + base64.b64encode(b"sixteen bytes or more").decode()
OUTCOME = """\
extends: kobotoolbox
purpose: outcome
language: nl
fields: {start: first_day, invited: how_many_invited, active: how_many_active, consent: may_be_shown, code: advice_code}
values: {consent: {"OK": true, "*": false}, channel: {"Appgroep": whatsapp_group}}
"""
FILES = {
    "teams": payloads.MICROSOFT_MAPPING,
    "outcome": OUTCOME,
    "no-id": "purpose: outcome\n",
    "plain": "ignore: [send]\n",
    "with-id": "purpose: outcome\nsubmission: sid\n",
    "jotform": "json_in: rawRequest\nfields: {rhythm: q4_rhythm, needs: q1_needs}\n",
    "signed": "signature: {kind: standard-webhooks, secret: FORM_SECRET}\nwhen: {event: done}\nanswers: data\n",
    "signed-outcome": "purpose: outcome\nsubmission: id\nanswers: data\n"
    "signature: {kind: standard-webhooks, secret: FORM_SECRET}\n",
    "own-words": "values: {rhythm: {elke week: weekly, '*': unknown}, needs: {kletsen: [quick_contact, co_writing]}}\n"
    "separators: {needs: ' / '}\nlanguage: nl\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("forms")
    for name, text in FILES.items():
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORM_SECRET", SECRET)
        yield create_app(Settings(forms=folder))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """For advice, which needs no store."""
    return app.test_client()


@pytest.fixture
def keeping(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """For records, which are kept."""
    monkeypatch.setenv("FORM_SECRET", SECRET)
    made = create_app(Settings(database_url=database_url, forms=folder))
    yield made.test_client()
    opened = made.extensions["platform_fit"].store._store
    if opened is not None:
        opened.close()


@pytest.fixture
def key(token: Callable[..., str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token()}"}


def profile_of(client: FlaskClient, answer: dict[str, Any]) -> dict[str, Any]:
    profile: dict[str, Any] = client.get(f"/v1/profiles/{answer['code']}").get_json()["profile"]
    return profile


TOOLS = {
    "kobotoolbox": payloads.KOBO,
    "typeform": payloads.TYPEFORM,
    "formbricks": payloads.FORMBRICKS,
    "google-forms": payloads.GOOGLE,
    "teams": payloads.MICROSOFT,
    "redcap": payloads.REDCAP,
    "limesurvey": payloads.LIMESURVEY,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_submission_gets_the_advice_that_its_answers_would_get(
    client: FlaskClient, check, knowledge: Knowledge, tool: str, language: str
):
    response = client.post(f"/v1/forms/{tool}", json=TOOLS[tool], query_string={"lang": language})
    answer = response.get_json()
    assert response.status_code == 200, answer
    check({"$ref": "#/components/schemas/FormAnswer"}, answer)
    assert profile_of(client, answer) == ANSWERS
    whole = client.post("/v1/recommendations", json={"profile": ANSWERS}, query_string={"lang": language}).get_json()
    assert answer["team"] == whole["summary"]["team"]
    assert answer["verdictText"] == whole["verdict"]["text"]
    assert answer["channels"] == [channel["name"] for channel in whole["bundle"]["channels"]]
    assert None not in answer.values()
    assert "notTaken" not in answer
    page = client.get(answer["link"].removeprefix("http://localhost"))
    assert (page.status_code, page.headers["Content-Language"]) == (200, language)


def test_a_plain_html_form_sends_the_browser_on_to_the_advice(client: FlaskClient):
    kind = "application/x-www-form-urlencoded"
    response = client.post("/v1/forms/html-form", data=payloads.HTML, content_type=kind, query_string={"lang": "nl"})
    assert response.status_code == 303
    query = parse_qs(urlsplit(response.location).query)
    assert client.get(f"/v1/profiles/{query['p'][0]}").get_json()["profile"] == ANSWERS
    assert query["lang"] == ["nl"]


def test_a_browser_with_a_wrong_answer_is_sent_on_to_the_questions(client: FlaskClient):
    response = client.post(
        "/v1/forms/html-form?lang=en",
        data={"work_setting": "desk", "rhythm": "hourly", "device_access": "tablet"},
        follow_redirects=True,
    )
    assert response.request.path == "/answer"
    assert response.status_code == 400
    assert "This is not one of the possible answers." in response.text


def test_the_same_form_comes_as_multipart_and_as_json_in_a_field(client: FlaskClient):
    multipart = client.post(
        "/v1/forms/redcap", data=payloads.REDCAP, content_type="multipart/form-data", query_string={"lang": "nl"}
    )
    assert profile_of(client, multipart.get_json()) == ANSWERS
    raw = {"q1_needs": ["quick_contact", "events_meetings"], "q4_rhythm": "weekly", "slug": "submit/1"}
    raw |= {name: ANSWERS[name] for name in ("work_setting", "login_tolerance", "device_access")}
    sent = {"formID": "1", "rawRequest": json.dumps(raw)}
    jotform = client.post("/v1/forms/jotform", data=sent, content_type="multipart/form-data").get_json()
    assert profile_of(client, jotform) == ANSWERS
    assert jotform["notTaken"] == ["slug"]


def test_json_that_says_it_is_a_form_is_read_as_json(client: FlaskClient):
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/vnd.tool+json", ""):
        response = client.post("/v1/forms/google-forms", data=json.dumps(payloads.GOOGLE), content_type=kind)
        assert profile_of(client, response.get_json()) == ANSWERS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("formbricks", json.dumps(payloads.FORMBRICKS_TEST)),
        ("formbricks", json.dumps([{**payloads.FORMBRICKS[0], "event": "responseCreated"}])),
        ("typeform", "{}"),
        ("kobotoolbox", ""),
        ("kobotoolbox", "{}"),
        ("outcome", ""),
        ("signed", '{"event": "test"}'),
    ],
)
def test_a_test_of_the_tool_is_answered_and_nothing_is_done(client: FlaskClient, check, form, body, language):
    response = client.post(
        f"/v1/forms/{form}", data=body, content_type="application/json", query_string={"lang": language}
    )
    assert response.status_code == 200
    assert response.get_json()["result"] == "nothing"
    check({"$ref": "#/components/schemas/FormAnswer"}, response.get_json())


def test_a_wrong_answer_is_named_where_it_was_sent(client: FlaskClient, check):
    body = {**payloads.KOBO, "community/login_tolerance": "lowe", "community/work_setting": "sea", "colour": "red"}
    response = client.post("/v1/forms/kobotoolbox", json=body, query_string={"lang": "nl"})
    assert response.status_code == 400
    check({"$ref": "#/components/schemas/Problem"}, response.get_json())
    errors = {error["pointer"]: error for error in response.get_json()["errors"]}
    assert errors["/community~1login_tolerance"]["suggestion"] == "low"
    assert errors["/community~1login_tolerance"]["message"].startswith("Moeite met inloggen: Dit is geen mogelijk")
    assert errors["/community~1work_setting"]["code"] == "not_allowed"
    assert len(errors) == 2


def test_what_is_no_question_is_told(client: FlaskClient):
    answer = client.post("/v1/forms/kobotoolbox", json={**payloads.KOBO, "a/colour": "red"}).get_json()
    assert answer["notTaken"] == ["a/colour"]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("needs", "Elkaar ontmoeten&#44; online of op een locatie", ["events_meetings"]),
        ("needs", '["quick_contact","file_sharing"]', ["quick_contact", "file_sharing"]),
        ("needs", " quick_contact ,, file_sharing , ", ["quick_contact", "file_sharing"]),
        ("budget", "NA", ["unknown"]),
        ("budget", [None], ["unknown"]),
        ("work_setting", "In spreekkamers of oefenruimtes, met cli&euml;nten", ["client_room"]),
    ],
)
def test_answers_are_read_however_a_form_writes_them(client: FlaskClient, name: str, value: Any, read: Any):
    body = {"work_setting": "desk", "login_tolerance": "low", "device_access": "work_phone", name: value}
    answer = client.post("/v1/forms/plain", json=body)
    assert {each["question"]: each["answer"] for each in answer.get_json()["understood"]}[name] == read


@pytest.mark.parametrize(
    ("name", "value"),
    [("needs", [["quick_contact"]]), ("needs", {"label": "x"}), ("budget", False), ("needs", '["a",')],
)
def test_an_answer_of_another_shape_is_refused_at_its_place(client: FlaskClient, name: str, value: Any):
    answer = client.post("/v1/forms/plain", json={"work_setting": "desk", name: value})
    assert (answer.status_code, [each["pointer"] for each in answer.get_json()["errors"]]) == (400, [f"/{name}"])


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-1", "windows-1252"])
@pytest.mark.parametrize("encoded", ["cli%EBnten", b"cli\xebnten"])
def test_the_letters_of_an_old_page_are_read_as_it_says(client: FlaskClient, charset: str, encoded: str | bytes):
    letters = encoded if isinstance(encoded, bytes) else encoded.encode()
    body = b"work_setting=In+spreekkamers+of+oefenruimtes%2C+met+" + letters
    kind = "application/x-www-form-urlencoded"
    answer = client.post("/v1/forms/plain", data=body, content_type=f"{kind}; charset={charset}")
    assert profile_of(client, answer.get_json())["work_setting"] == ["client_room"]
    assert client.post("/v1/forms/plain", data=body, content_type=kind).status_code == 400


def test_what_nobody_filled_in_is_unknown_and_told(client: FlaskClient):
    answer = client.post("/v1/forms/kobotoolbox", json={"work_setting": "desk", "login_tolerance": ""}).get_json()
    assert profile_of(client, answer)["login_tolerance"] == "unknown"
    told = {each["question"]: each for each in answer["understood"]}
    assert told["login_tolerance"] == {
        "pointer": "/login_tolerance",
        "question": "login_tolerance",
        "answer": ["unknown"],
    }
    assert told["device_access"]["pointer"] == ""


def test_texts_of_the_form_itself_are_translated_and_parted(client: FlaskClient):
    body = {"work_setting": "desk", "rhythm": "Elke  WEEK", "needs": "kletsen / Find out who knows what"}
    answer = client.post("/v1/forms/own-words", json=body).get_json()
    assert profile_of(client, answer)["needs"] == ["quick_contact", "co_writing", "find_experts"]
    assert profile_of(client, answer)["rhythm"] == "weekly"
    assert answer["link"].endswith("&lang=nl")
    other = client.post("/v1/forms/own-words", json={**body, "rhythm": "soms"}).get_json()
    assert "rhythm" not in profile_of(client, other)


RECORD = {
    "community": "Zuid",
    "channel": "WhatsApp-groep",
    "start": "1-3-2026",
    "invited": "40",
    "active": "31",
    "consent": "ja",
}


def with_outcome(tool: str, **changes: str) -> Any:
    """A submission of a tool that also tells what became of a channel."""
    said: Any = copy.deepcopy(TOOLS[tool])
    record = {**RECORD, **changes}
    if tool == "typeform":
        said["form_response"]["answers"] += [
            {"type": "text", "text": value, "field": {"ref": name}} for name, value in record.items()
        ]
    else:
        place = said[0]["data"]["data"] if tool == "formbricks" else said.get("answers", said)
        place.update(record)
    return said


def test_each_tool_hands_in_outcomes_to_a_service_that_runs(tmp_path: Path):
    """What it sends again changes nothing, and what somebody edited there is corrected here."""
    for tool in TOOLS:
        mapping = payloads.MICROSOFT_MAPPING if tool == "teams" else f"extends: {tool}\n"
        (tmp_path / f"{tool}.yaml").write_text(f"{mapping}purpose: outcome\n", encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'platform-fit.db'}"
    store = Store.open(url)
    token = Keys(store).create("form", ["outcomes:write"])[1]
    store.close()
    with serving(create_app(Settings(database_url=url, forms=tmp_path))) as origin:
        for tool in TOOLS:
            sent = [with_outcome(tool), with_outcome(tool), with_outcome(tool, active="30")]
            answers = [posted(f"{origin}/v1/forms/{tool}", each, token) for each in sent]
            assert [(status, answer["result"]) for status, answer in answers] == [
                (201, "added"), (200, "known"), (201, "corrected"),
            ], (tool, answers)  # fmt: skip


def posted(address: str, body: Any, token: str) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urlopen(Request(address, json.dumps(body).encode(), headers), timeout=20) as answer:
        return answer.status, json.load(answer)


KEPT = {**ANSWERS, "work_setting": ["client_room", "mobile_field"]}
"""Where the order means nothing, the store has one of its own."""
SAID = {
    **{name: value for name, value in payloads.KOBO.items() if name != "start"},
    "community": "Zuid",
    "channel": "Appgroep",
    "first_day": "1-3-2026",
    "how_many_invited": "40",
    "how_many_active": "31,0",
    "may_be_shown": "OK",
}


def test_an_outcome_is_kept_once_and_an_edit_corrects_it(keeping: FlaskClient, key, check):
    added = keeping.post("/v1/forms/outcome", json=SAID, headers=key)
    assert (added.status_code, added.get_json()["result"]) == (201, "added")
    check({"$ref": "#/components/schemas/FormAnswer"}, added.get_json())
    again = keeping.post("/v1/forms/outcome", json=SAID, headers=key)
    assert (again.status_code, again.get_json()["result"], again.get_json()["revision"]) == (200, "known", 1)
    edited = keeping.post("/v1/forms/outcome", json={**SAID, "how_many_active": "30"}, headers=key)
    assert (edited.status_code, edited.get_json()["result"], edited.get_json()["revision"]) == (201, "corrected", 2)
    late = keeping.post("/v1/forms/outcome", json=SAID, headers=key)
    assert (late.status_code, late.get_json()["result"]) == (200, "outdated")
    [record] = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    expected = {
        "id": "outcome:4711", "community": "Zuid", "channel": "whatsapp_group", "start": "2026-03-01", "invited": 40,
        "active": 30, "consent": True, "source": "form outcome", "recordedBy": "tester", "profile": KEPT,
    }  # fmt: skip
    assert {name: record[name] for name in expected} == expected


def test_the_code_of_earlier_advice_stands_for_the_answers(keeping: FlaskClient, key):
    code = keeping.post("/v1/forms/kobotoolbox", json=payloads.KOBO).get_json()["code"]
    short = {name: value for name, value in SAID.items() if "/" not in name and name != "rhythm"}
    assert keeping.post("/v1/forms/outcome", json={**short, "advice_code": code}, headers=key).status_code == 201
    [record] = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    assert record["profile"] == KEPT
    wrong = keeping.post("/v1/forms/outcome", json={**short, "advice_code": "ABC"}, headers=key)
    assert [error["pointer"] for error in wrong.get_json()["errors"]] == ["/advice_code"]


def test_without_an_id_another_story_is_refused(keeping: FlaskClient, key):
    body = {"work_setting": "desk", "community": "Zuid", "channel": "Slack", "start": "2026-03-01", "used": "ja"}
    body["channel"] = "whatsapp_group"
    assert keeping.post("/v1/forms/no-id", json=body, headers=key).status_code == 201
    assert keeping.post("/v1/forms/no-id", json=body, headers=key).get_json()["result"] == "known"
    assert keeping.post("/v1/forms/no-id", json={**body, "used": "nee"}, headers=key).status_code == 409


def test_a_record_is_read_as_files_are_and_its_id_is_no_answer(keeping: FlaskClient, key):
    body = {
        **RECORD,
        "work_setting": "desk",
        "sid": 7,
        "consent": "on",
        "community": "Zorg &amp; Welzijn",
        "reason": "-",
    }
    added = keeping.post("/v1/forms/with-id", json=body, headers=key)
    assert (added.status_code, added.get_json()["id"], "notTaken" in added.get_json()) == (201, "with-id:7", False)
    assert keeping.post("/v1/forms/with-id", json={**body, "sid": "7"}, headers=key).get_json()["result"] == "known"
    [record] = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    assert (record["community"], record["consent"], record.get("reason")) == ("Zorg & Welzijn", True, None)


@pytest.mark.parametrize(
    "said", [True, "-", "undefined", "null", "n.v.t.", "{{id}}", "${id}", "[object Object]", "1,2E+11"]
)
def test_an_id_that_many_submissions_would_share_is_none(keeping: FlaskClient, key, said: object):
    """Otherwise each would be a correction of the one before, which would be gone."""
    for community in ("Noord", "Zuid"):
        body = {**RECORD, "work_setting": "desk", "community": community, "sid": said}
        assert keeping.post("/v1/forms/with-id", json=body, headers=key).get_json()["result"] == "added"
    records = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    assert {record["community"] for record in records} == {"Noord", "Zuid"}


def test_places_in_a_list_may_stand_behind_a_name(client: FlaskClient):
    body = {
        **dict.fromkeys(("work_setting[]", "work_setting[1]"), None),
        "login_tolerance": "low",
        "device_access": "tablet",
    }
    body |= {"work_setting[0]": "desk", "work_setting[1]": "mobile_field", "needs[0]": "quick_contact"}
    answer = client.post("/v1/forms/plain", json=body).get_json()
    profile = profile_of(client, answer)
    assert (profile["work_setting"], profile["needs"]) == (["desk", "mobile_field"], ["quick_contact"])
    assert "notTaken" not in answer


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("community", "{{name}}", "broken_name"),
        ("community", "Totaal", "no_name"),
        ("community", "n.v.t.", "required"),
        ("invited", "onbekend", "required"),
        ("invited", "10 a 12", "not_a_number"),
        ("active", "78%", "not_a_number"),
        ("start", "1 maart 2026", "not_a_date"),
        ("consent", "misschien", "not_true_or_false"),
    ],
)
def test_what_a_record_cannot_be_is_refused_in_words(keeping: FlaskClient, key, name: str, value: str, code: str):
    body = {**RECORD, "work_setting": "desk", "sid": "1", name: value}
    [error] = keeping.post("/v1/forms/with-id?lang=nl", json=body, headers=key).get_json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/{name}", code)
    assert (error["message"] == "Zeg ja of nee.") == (name == "consent")


def test_a_wrong_field_of_a_record_is_named_where_it_was_sent(keeping: FlaskClient, key):
    response = keeping.post("/v1/forms/outcome", json={**SAID, "how_many_active": "41"}, headers=key)
    assert [(each["pointer"], each["code"]) for each in response.get_json()["errors"]] == [
        ("/how_many_active", "more_active_than_invited")
    ]


def test_an_outcome_needs_a_key_that_may_write_as_bearer_or_as_password(keeping: FlaskClient, token):
    def post(**headers: str) -> int:
        return keeping.post("/v1/forms/outcome", json=SAID, headers=headers).status_code

    def basic(text: str) -> str:
        return "Basic " + base64.b64encode(f"anyone:{text}".encode()).decode()

    assert post() == 401
    assert post(Authorization="Basic ***") == 401
    assert post(Authorization=basic("nothing")) == 401
    assert post(Authorization=f"Bearer {token('outcomes:read', name='reader')}") == 403
    assert post(Authorization=basic(token("outcomes:write", name="writer"))) == 201


def signed(body: bytes, moment: int | None = None, secret: bytes = b"sixteen bytes or more") -> dict[str, str]:
    at = str(int(time.time()) if moment is None else moment)
    digest = hmac.new(secret, b".".join((b"msg_1", at.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": at,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "Content-Type": "application/json",
    }


def test_a_form_that_is_to_be_signed_takes_nothing_else(client: FlaskClient, check):
    body = json.dumps({"event": "done", "data": {"work_setting": "desk"}}).encode()
    assert client.post("/v1/forms/signed", data=body, headers=signed(body)).get_json()["result"] == "advised"
    for headers in (
        {"Content-Type": "application/json"},
        signed(b"{}"),
        signed(body, moment=1614265330),
        signed(body, secret=b"another secret of bytes"),
    ):
        refused = client.post("/v1/forms/signed", data=body, headers=headers)
        assert (refused.status_code, refused.get_json()["type"]) == (401, "urn:platform-fit:problem:wrong_signature")
        check({"$ref": "#/components/schemas/Problem"}, refused.get_json())


def test_a_signature_is_as_good_as_a_key(keeping: FlaskClient, key):
    said = {"work_setting": "desk", "community": "Zuid", "channel": "embrace", "start": "2026-03-01", "used": False}
    body = json.dumps({"id": "e" * 300, "data": said}).encode()
    assert keeping.post("/v1/forms/signed-outcome", data=body, headers=signed(body)).status_code == 201
    assert keeping.post("/v1/forms/signed-outcome", data=body, headers=signed(body)).get_json()["result"] == "known"
    [record] = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    assert record["recordedBy"] == "form signed-outcome"
    assert len(record["id"]) <= 100


@pytest.mark.parametrize(
    ("form", "data", "kind", "status"),
    [
        ("nothing", b"{}", "application/json", 404),
        ("kobotoolbox", b"hello", "text/plain", 415),
        ("kobotoolbox", b"<a/>", "application/xml", 415),
        ("kobotoolbox", b"{", "application/json", 400),
        ("kobotoolbox", b'{"a": 1, "a": 2}', "application/json", 400),
        ("kobotoolbox", b"7", "application/json", 400),
        ("kobotoolbox", b"[{}, {}]", "application/json", 400),
        ("kobotoolbox", b"a=%ff", "application/x-www-form-urlencoded", 400),
        ("kobotoolbox", b"&".join([b"a=1"] * 1001), "application/x-www-form-urlencoded", 400),
        ("kobotoolbox", b"--x", "multipart/form-data", 400),
        ("kobotoolbox", b"--x\r\n", "multipart/form-data; boundary=x", 400),
        ("kobotoolbox", b" " * 70_000, "application/json", 413),
        ("typeform", b'{"event_type": "form_response", "form_response": {"answers": {}}}', "application/json", 400),
        ("typeform", b'{"event_type": "form_response", "form_response": {"answers": [7]}}', "application/json", 400),
        ("jotform", b'{"rawRequest": "{"}', "application/json", 400),
        ("formbricks", b'[{"event": "responseFinished", "data": {"finished": true}}]', "application/json", 400),
    ],
)
def test_what_is_no_submission_is_refused(client: FlaskClient, check, form: str, data: bytes, kind: str, status: int):
    response = client.post(f"/v1/forms/{form}", data=data, content_type=kind)
    assert response.status_code == status, response.text
    check({"$ref": "#/components/schemas/Problem"}, response.get_json())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NAMES = [
    "_id",
    "a/work_setting",
    "needs",
    "needs_1",
    "start",
    "event",
    "data",
    "answers",
    "form_response",
    "x___y",
    "code",
]
bodies = st.one_of(
    st.binary(max_size=300),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6).map(lambda value: json.dumps(value).encode()),
    st.sampled_from([payloads.KOBO, payloads.TYPEFORM, payloads.FORMBRICKS, payloads.GOOGLE]).flatmap(
        lambda payload: st.integers(0, 900).map(lambda cut: json.dumps(payload).encode()[:cut])
    ),
)
KINDS = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]


@pytest.mark.parametrize(
    "form", ["kobotoolbox", "typeform", "formbricks", "redcap", "limesurvey", "html-form", "jotform", "signed"]
)
@settings(max_examples=examples(60))
@given(body=bodies, kind=st.sampled_from(KINDS))
def test_no_submission_brings_the_service_down(client: FlaskClient, form: str, body: bytes, kind: str):
    response = client.post(f"/v1/forms/{form}", data=body, content_type=kind)
    assert response.status_code < 500, response.text


def test_a_body_of_commas_is_read_in_no_time(client: FlaskClient):
    began = time.monotonic()
    for value in ("," * 60_000, "a," * 30_000, "[" * 60_000, "x" * 60_000, "\u200b" * 15_000):
        for payload in ({"work_setting": value, "needs": value}, {"work_setting": [value[:1]] * 20_000}):
            assert client.post("/v1/forms/kobotoolbox", json=payload).status_code in (400, 413)
    assert time.monotonic() - began < 20
