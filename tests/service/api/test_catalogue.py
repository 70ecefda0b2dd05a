"""The catalogue: complete, in both languages, and fetched again only when it changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships without types

from model.domain.knowledge import Knowledge
from model.profiles.profile import ProfileReader
from service.api.profile_schema import profile_json_schema
from tests.packaged import KNOWLEDGE

READER = ProfileReader(KNOWLEDGE.questionnaire)
SCHEMA = Draft202012Validator(profile_json_schema(KNOWLEDGE.questionnaire, "en"))
PAGES = ["/v1/questions", "/v1/questions/schema", "/v1/channels", "/v1/channels/siilo", "/v1/rules", "/v1/sources",
         "/v1/cases", "/v1/cases/2diabeat", "/v1/evidence", "/v1/evidence/set-up", "/v1/model",
         "/openapi.json"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sent_once(client: FlaskClient, path: str):
    first = client.get(path)
    etag = first.headers["ETag"]
    assert etag.startswith('"'), "a strong ETag"
    for given_etags in (etag, f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": given_etags})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    changed = client.get(path, headers={"If-None-Match": '"other"'})
    assert (changed.status_code, changed.data) == (200, first.data)


def test_languages_have_etags_of_their_own(client: FlaskClient):
    english, dutch = (client.get("/v1/rules", query_string={"lang": language}) for language in ("en", "nl"))
    assert english.headers["ETag"] != dutch.headers["ETag"]
    assert "Accept-Language" in english.headers["Vary"]


def test_the_questions_are_complete(client: FlaskClient, knowledge: Knowledge):
    content = client.get("/v1/questions?lang=nl").get_json()
    questions = {question["id"]: question for question in content["questions"]}
    assert list(questions) == [question.id for question in knowledge.questionnaire]
    assert sorted(id_ for theme in content["themes"] for id_ in theme["questions"]) == sorted(questions)
    assert questions["copied_channel"]["follows"] == {
        "question": "copied_from",
        "codes": ["other_kind", "same_kind"],
    }
    for question in knowledge.questionnaire:
        assert questions[question.id]["why"] == question.why["nl"]
        assert (questions[question.id]["lever"] is None) == (question.lever is None)
        assert [option["code"] for option in questions[question.id]["options"]] == list(question.codes)


def test_everything_known_is_listed(client: FlaskClient, knowledge: Knowledge):
    channels = client.get("/v1/channels").get_json()
    assert [channel["id"] for channel in channels["channels"]] == list(knowledge.channel_by_id)
    assert len(channels["notAssessed"]) == len(knowledge.not_assessed)
    assert [rule["id"] for rule in client.get("/v1/rules").get_json()["rules"]] == list(knowledge.rule_by_id)
    assert [source["id"] for source in client.get("/v1/sources").get_json()["sources"]] == list(knowledge.sources)
    assert len(client.get("/v1/cases").get_json()["cases"]) == len(knowledge.cases)


def test_every_source_that_is_named_can_be_found(client: FlaskClient):
    sources = {source["id"] for source in client.get("/v1/sources").get_json()["sources"]}

    def named(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value.get("sources", ())).union(*map(named, value.values()))
        return set().union(*map(named, value)) if isinstance(value, list) else set()

    for path in ("/v1/questions", "/v1/channels", "/v1/rules", "/v1/cases"):
        (entries,) = [value for key, value in client.get(path).get_json().items() if key == path.rpartition("/")[2]]
        assert named(entries) <= sources


def test_a_rule_shows_its_conditions_as_data(client: FlaskClient):
    rule = client.get("/v1/rules/frontline-new-login-hard").get_json()
    assert rule["weight"] == -3
    assert {"question": "login_tolerance", "anyOf": ["low", "none"]} in rule["when"]["all"]
    assert {"attribute": "new_login", "among": [2]} in rule["channel"]["all"]


def test_the_card_tells_what_is_live(client: FlaskClient, knowledge: Knowledge):
    card = client.get("/v1/model").get_json()
    assert card["artifact"] == client.get("/readyz").get_json()["artifact"] == "starter"
    assert card["knowledge"]["fingerprint"] == knowledge.fingerprint
    assert (card["records"], card["communities"], card["documented"]) == (0, 0, 510)
    assert card["basis"] == "expert rules and 510 documented communities"
    dutch = client.get("/v1/model?lang=nl")
    assert dutch.get_json()["basis"] == "regels van experts en 510 beschreven community's"
    assert dutch.headers["Content-Language"] == "nl"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_profile_schema_is_json_schema(client: FlaskClient, knowledge: Knowledge, language: str):
    schema = client.get("/v1/questions/schema", query_string={"lang": language}).get_json()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["budget"]["description"] == knowledge.questionnaire["budget"].text[language]
    for case in knowledge.cases:
        assert Draft202012Validator(schema).is_valid(case.profile)


def answers() -> st.SearchStrategy[dict[str, Any]]:
    """Profiles of which about half are right."""

    def answer(question_id: str) -> st.SearchStrategy[Any]:
        question = KNOWLEDGE.questionnaire[question_id]
        code = st.sampled_from([*question.codes, "unknown"])
        chosen = st.lists(code, max_size=question.limit + 1)
        right = code if question.kind == "single" else st.lists(st.sampled_from(question.codes), min_size=1, max_size=1)
        return st.one_of(right, right, right, right, code, chosen, st.sampled_from([None, 1, "x", ["x"], {}]))

    ids = [question.id for question in KNOWLEDGE.questionnaire]
    required = [question.id for question in KNOWLEDGE.questionnaire if question.required]
    some = st.lists(st.sampled_from(ids), max_size=4, unique=True)
    return some.flatmap(lambda more: st.fixed_dictionaries({id_: answer(id_) for id_ in (*required, *more)}))


@given(answers())
def test_the_profile_schema_and_the_gate_agree(raw: dict[str, Any]):
    assert SCHEMA.is_valid(raw) == (READER.read(raw) is not None)


def test_both_verdicts_are_tried():
    right = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": "unknown"}
    assert SCHEMA.is_valid(right)
    assert not SCHEMA.is_valid({**right, "copied_from": "no", "copied_channel": "embrace"})
    assert SCHEMA.is_valid({**right, "copied_from": "no", "copied_channel": "unknown"})
