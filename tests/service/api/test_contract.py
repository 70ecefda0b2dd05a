"""The contract is what the code says, and every route keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from model.domain.knowledge import LANGUAGES, Knowledge
from service.api.contract import contract_file
from service.api.views import operations as operations_views
from service.http.problems import MEDIA_TYPE
from service.openapi.document import operations, written

FOR_PEOPLE = {"/docs", "/docs/<file>"}
"""Routes beside the API that give pages, which a contract for programs leaves out."""


def test_the_committed_contract_is_the_one_the_code_writes():
    assert contract_file().read_text(encoding="utf-8") == written(), "run `make openapi`"


def test_the_contract_is_valid_openapi(contract):
    assert contract["openapi"].startswith("3.1")
    validate(contract)


def test_every_route_of_the_api_is_in_the_contract(app: Flask, contract):
    described = {path for path, _, _ in operations(app)}
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1") or rule.endpoint.startswith(operations_views.bp.name)
    }
    assert {rule.replace("<", "{").replace(">", "}") for rule in rules - FOR_PEOPLE} == described
    assert described == contract["paths"].keys()


def test_every_operation_is_described(contract):
    ids = []
    for path, methods in contract["paths"].items():
        for operation in methods.values():
            ids.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["tags"], path
            assert "500" in operation["responses"], path
    assert len(ids) == len(set(ids))


def test_every_example_keeps_to_its_schema(contract, check):
    seen = 0
    for methods in contract["paths"].values():
        for operation in methods.values():
            contents = [response.get("content", {}) for response in operation["responses"].values()]
            for content in (*contents, operation.get("requestBody", {}).get("content", {})):
                for media in content.values():
                    if "example" in media:
                        seen += 1
                        check(media["schema"], media["example"])
    assert seen >= 18
    for response in contract["components"]["responses"].values():
        for media in response.get("content", {}).values():
            check(media["schema"], media["example"])


WITHOUT_EXAMPLE = {"getContract", "getMetrics", "getModelReport"}
"""A contract itself, what changes by the minute, and a whole page."""


def test_everything_that_is_sent_and_answered_has_an_example(contract, check):
    for methods in contract["paths"].values():
        for operation in methods.values():
            answers = [answer.get("content", {}) for answer in operation["responses"].values()]
            for content in (operation.get("requestBody", {}).get("content", {}), *answers):
                for media in content.values():
                    assert "example" in media or operation["operationId"] in WITHOUT_EXAMPLE
    for name, parameter in contract["components"]["parameters"].items():
        assert parameter["example"] is not None, name
        check(parameter["schema"], parameter["example"])


def test_public_operations_say_that_they_are(contract):
    keyed = {
        operation["operationId"]
        for methods in contract["paths"].values()
        for operation in methods.values()
        if operation["security"]
    }
    assert keyed == {
        "addOutcome", "addOutcomes", "getOutcomes", "deleteOutcomes", "submitForm", "getModelHistory", "getModelReport",
    }  # fmt: skip


def test_every_list_of_codes_has_one_name(contract):
    found: dict[tuple[str, ...], str] = {}

    def look(schema: Any, top: str | None) -> None:
        if isinstance(schema, dict):
            if len(schema.get("enum", ())) > 1:
                assert top, f"{schema['enum']} has no name"
                found.setdefault(tuple(schema["enum"]), top)
            for key, inner in schema.items():
                if key not in ("example", "examples"):
                    look(inner, None)
        elif isinstance(schema, list):
            for inner in schema:
                look(inner, None)

    for name, schema in contract["components"]["schemas"].items():
        if name not in ("Profile", "PartialProfile"):
            look(schema, name)
    assert found[("en", "nl")] == "Language"
    assert {"WorkSettingCode", "RhythmCode", "ChannelId", "Moment", "VerdictCode", "NotUsedReason"} <= set(
        found.values()
    )


def answer_schema(contract: dict[str, Any], path: str, method: str, answer: TestResponse) -> dict[str, Any]:
    """The schema the contract gives for this answer."""
    response = contract["paths"][path][method]["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = contract["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema: dict[str, Any] = response["content"][answer.mimetype]["schema"]
    return schema


def held_to_contract(contract, check, path: str, answer: TestResponse, method: str = "get") -> None:
    check(answer_schema(contract, path, method, answer), answer.get_json(force=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/v1/questions", "/v1/questions/schema", "/v1/channels", "/v1/rules", "/v1/sources", "/v1/cases",
        "/v1/evidence", "/v1/model", "/livez", "/readyz", "/openapi.json",
    ],
)  # fmt: skip
def test_every_list_keeps_to_the_contract(client: FlaskClient, contract, check, path: str, language: str):
    held_to_contract(contract, check, path, client.get(path, query_string={"lang": language}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_keeps_to_the_contract(client: FlaskClient, contract, check, knowledge: Knowledge, language: str):
    nouns = {
        "channel": knowledge.channel_by_id,
        "rule": knowledge.rule_by_id,
        "case": [case.id for case in knowledge.cases],
    }
    for noun, ids in nouns.items():
        for entry in ids:
            answer = client.get(f"/v1/{noun}s/{entry}", query_string={"lang": language})
            assert answer.get_json()["id"] == entry
            held_to_contract(contract, check, f"/v1/{noun}s/{{{noun}}}", answer)


@pytest.mark.parametrize(
    "query",
    ["", "lang=nl", "lang=en&include=trace", "lang=nl&include=levers,cases,nextQuestion", "include=levers:embrace"],
)
def test_every_case_gets_an_answer_that_keeps_to_the_contract(
    client: FlaskClient, contract, check, knowledge: Knowledge, query: str
):
    for case in knowledge.cases:
        answer = client.post("/v1/recommendations", json={"profile": case.profile}, query_string=query)
        held_to_contract(contract, check, "/v1/recommendations", answer, "post")


def test_a_batch_keeps_to_the_contract(client: FlaskClient, contract, check, knowledge: Knowledge):
    profiles: list[Any] = [case.profile for case in knowledge.cases]
    answer = client.post("/v1/recommendations/batch", json={"profiles": [*profiles, {}, 7]})
    held_to_contract(contract, check, "/v1/recommendations/batch", answer, "post")


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_keeps_to_the_contract(client: FlaskClient, contract, check, knowledge: Knowledge, language: str):
    query = {"lang": language}
    for case in knowledge.cases:
        profile: dict[str, Any] = dict(case.profile)
        partial = dict(list(profile.items())[:3])
        body = {"source": case.id, "channel": case.worked[0].channel if case.worked else "embrace", "profile": profile}
        questions = client.post("/v1/questions/next", json={"profile": partial}, query_string=query)
        held_to_contract(contract, check, "/v1/questions/next", questions, "post")
        for other in knowledge.cases:
            checked = client.post(
                "/v1/transfer-checks", json={**body, "source": {"profile": other.profile}}, query_string=query
            )
            held_to_contract(contract, check, "/v1/transfer-checks", checked, "post")
            checked = client.post("/v1/transfer-checks", json={**body, "source": other.id}, query_string=query)
            held_to_contract(contract, check, "/v1/transfer-checks", checked, "post")
        code = client.post("/v1/recommendations", json={"profile": profile}).get_json()["code"]
        decoded = client.get(f"/v1/profiles/{code}", query_string=query)
        held_to_contract(contract, check, "/v1/profiles/{code}", decoded)
    refused = client.get("/v1/profiles/nothing", query_string=query)
    held_to_contract(contract, check, "/v1/profiles/{code}", refused)


def test_a_failure_keeps_to_the_contract(client: FlaskClient, contract, check):
    answer = client.post("/v1/recommendations", json={})
    assert answer.mimetype == MEDIA_TYPE
    held_to_contract(contract, check, "/v1/recommendations", answer, "post")
