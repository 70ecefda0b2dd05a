"""What a mapping says about texts of a form, as its writer means it: nothing that is an answer by itself gets lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it ships without types

from service.app import create_app
from service.settings import Settings
from tests.service.forms import payloads

KOBO = {**payloads.KOBO, "community/work_setting_other": "in een kas"}
MICROSOFT = payloads.MICROSOFT["answers"]
FILES = {
    "any-other": "values: {rhythm: {'*': unknown}, work_setting: {'*': unknown}, daily_tools: {mail: email}}\n",
    "kobo-other": "extends: kobotoolbox\nvalues: {work_setting: {other: unknown}, daily_tools: {kantoor: teams}}\n",
    "teams": payloads.MICROSOFT_MAPPING + "values: {work_setting: {In een kas: outdoors, '*': unknown}}\n",
    "numbers": "extends: redcap\nvalues: {needs: {1: quick_contact, 2: file_sharing}, rhythm: {1: daily, 2: weekly}}\n",
    "dutch": "language: nl\n",
    "parted": "separators: {needs: ' - '}\nvalues: {needs: {kletsen - praten: quick_contact}}\n",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("forms")
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return create_app(Settings(forms=folder)).test_client()


def read(client: FlaskClient, form: str, body: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(the profile that the advice is about, what was said to be understood)."""
    response = client.post(f"/v1/forms/{form}", json=body)
    assert response.status_code == 200, response.text
    answer = response.get_json()
    profile = client.get(f"/v1/profiles/{answer['code']}").get_json()["profile"]
    return profile, {each["question"]: each["answer"] for each in answer["understood"]}


@pytest.mark.parametrize("said", ["weekly", "Ongeveer één keer per week", " About once a week"])
def test_any_other_text_is_not_one_that_is_an_answer_by_itself(client: FlaskClient, said: str):
    profile, _ = read(client, "any-other", {"work_setting": "desk", "rhythm": said})
    assert profile["rhythm"] == "weekly"


def test_any_other_text_is_unknown_and_told(client: FlaskClient):
    profile, told = read(client, "any-other", {"work_setting": "desk", "rhythm": "soms"})
    assert "rhythm" not in profile
    assert told["rhythm"] == ["unknown"]


@pytest.mark.parametrize("said", [["desk", "in een kas"], "desk; in een kas", '["desk","in een kas"]'])
def test_a_text_of_which_nothing_is_known_leaves_the_answers_beside_it(client: FlaskClient, said: Any):
    profile, told = read(client, "any-other", {"work_setting": said})
    assert profile["work_setting"] == ["desk"]
    assert told["work_setting"] == ["desk"]


def test_kobo_sends_other_among_codes_with_spaces_between_them(client: FlaskClient):
    body = {**KOBO, "community/work_setting": "mobile_field other", "daily_tools": "whatsapp kantoor"}
    profile, told = read(client, "kobo-other", body)
    assert profile["work_setting"] == ["mobile_field"]
    assert profile["daily_tools"] == ["whatsapp", "teams"]
    assert told["work_setting"] == ["mobile_field"]
    only = client.post("/v1/forms/kobotoolbox", json=body).get_json()
    assert [error["pointer"] for error in only["errors"]] == ["/community~1work_setting", "/daily_tools"]


def test_words_of_the_form_are_read_within_the_list_that_microsoft_writes_as_text(client: FlaskClient):
    answers = {**MICROSOFT, "r1a": '["mobile_field","In een kas"]', "r2b": '[""]'}
    assert read(client, "teams", {"responseId": 1, "answers": answers})[0]["work_setting"] == [
        "mobile_field",
        "outdoors",
    ]


def test_redcap_numbers_the_choices_and_pipes_lines_for_nothing(client: FlaskClient):
    body = {"record_id": "1", "work_setting": "desk", "needs___1": "1", "needs___2": "0", "rhythm": "2"}
    profile, _ = read(client, "numbers", {**body, "login_tolerance": "______", "budget": "______"})
    assert (profile["needs"], profile["rhythm"]) == (["quick_contact"], "weekly")
    assert profile["login_tolerance"] == "unknown"
    assert "budget" not in profile


def test_a_separator_does_not_part_a_text_that_means_something_as_a_whole(client: FlaskClient):
    profile, _ = read(client, "parted", {"work_setting": "desk", "needs": "kletsen - praten"})
    assert profile["needs"] == ["quick_contact"]
    profile, _ = read(client, "parted", {"work_setting": "desk", "needs": "planning - deciding"})
    assert profile["needs"] == ["planning", "deciding"]


def test_names_that_kobo_makes_of_labels_are_known(client: FlaskClient):
    body = {"_id": 1, "groep/Waar_leden_werken": "desk", "Moeite_met_inloggen": "low"}
    profile, _ = read(client, "kobotoolbox", body)
    assert (profile["work_setting"], profile["login_tolerance"]) == (["desk"], "low")


@pytest.mark.parametrize("body", [{"profile": KOBO}, {"Vraag_1": "ja"}])
def test_a_submission_of_which_no_field_is_known_is_refused(client: FlaskClient, body: Any):
    refused = client.post("/v1/forms/kobotoolbox?lang=nl", json=body)
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (400, "nothing_recognised")
    # A browser is sent on to the questions.
    assert client.post("/v1/forms/html-form", json=body).status_code == 303


@pytest.mark.parametrize(("query", "title"), [("", "Er klopt iets niet in het verzoek"), ("?lang=en", "Something in")])
def test_a_refusal_is_in_the_language_of_the_form_too(client: FlaskClient, query: str, title: str):
    body = {"work_setting": "kas"}
    refused = client.post(f"/v1/forms/dutch{query}", json=body).get_json()
    assert refused["title"].startswith(title)
    words = "Dit is geen mogelijk antwoord." if not query else "This is not one of the possible answers."
    assert refused["errors"][0]["message"].endswith(words)


def test_a_form_that_is_not_there_is_told_with_those_that_are(client: FlaskClient):
    [error] = client.post("/v1/forms/intak", json={"work_setting": "desk"}).get_json()["errors"]
    assert {"teams", "kobotoolbox"} <= set(error["allowed"])


@pytest.fixture
def keeping(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    (tmp_path / "kobo.yaml").write_text("extends: kobotoolbox\npurpose: outcome\n", encoding="utf-8")
    made = create_app(Settings(database_url=database_url, forms=tmp_path))
    yield made.test_client()
    opened = made.extensions["platform_fit"].store._store
    if opened is not None:
        opened.close()


def test_the_moment_that_kobo_writes_is_not_the_first_day_of_a_channel(keeping: FlaskClient, token):
    key = {"Authorization": f"Bearer {token()}"}
    body = {
        **KOBO, "uitkomst/Startdatum": "2026-03-01", "community": "Zuid",
        "uitkomst/Kanaal": "whatsapp_group", "Uitgenodigd": "40", "Aantal_actief": "31",
    }  # fmt: skip
    assert keeping.post("/v1/forms/kobo", json=body, headers=key).status_code == 201
    [record] = keeping.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    assert (record["start"], record["invited"], record["active"]) == ("2026-03-01", 40, 31)
    twice = keeping.post("/v1/forms/kobo", json={**body, "_id": 2, "ander/channel": "slack"}, headers=key)
    assert [error["code"] for error in twice.get_json()["errors"]] == ["told_twice"]


def schema_of(value: Any) -> dict[str, Any]:
    """What Power Automate makes of a sample: the types that are there, and every name of an item in a list."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {name: schema_of(each) for name, each in value.items()}}
    if isinstance(value, list):
        return {"type": "array", **({"items": {**schema_of(value[0]), **_needed(value[0])}} if value else {})}
    return {"type": "string" if isinstance(value, str) else "integer"}


def _needed(item: Any) -> dict[str, Any]:
    return {"required": list(item)} if isinstance(item, dict) else {}


def test_the_schema_that_a_flow_makes_of_any_answer_fits_all_others(client: FlaskClient):
    """Generated from one answer of a service that answers in its own way each time, a flow would fail in use."""
    changes: list[dict[str, str | None]] = [
        {},
        {"r1a": "", "r3c": None},
        {"r1a": '["desk"]', "r3c": "high", "r5e": "", "onbekend": "x"},
        {name: "" for name in MICROSOFT if name.startswith("r")},
        {
            "r6f": '["no_app_installs"]',
            "r4d": '["no_smartphone"]',
            "r2b": '["Bestanden delen en op één plek bewaren"]',
        },
        {"r3c": "weet niet", "r5e": "Ongeveer één keer per week"},
    ]
    bodies = [{"responseId": number, "answers": {**MICROSOFT, **each}} for number, each in enumerate(changes)]
    answers = [client.post("/v1/forms/teams?lang=nl", json=body).get_json() for body in bodies]
    assert {answer["result"] for answer in answers} == {"advised"}
    for sample in answers:
        schema = Draft7Validator(schema_of(json.loads(json.dumps(sample))))
        for answer in answers:
            assert [error.message for error in schema.iter_errors(answer)] == []
