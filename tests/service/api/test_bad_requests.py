"""Every bad request is a row: what is sent, and exactly what is refused."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from model.profiles.validation import CODES
from service import create_app
from service.http.problems import MEDIA_TYPE, STATUS, TYPE
from service.settings import Settings

BATCH_LIMIT = 1_048_576
BODY_LIMIT = 65_536
MOST_PROFILES = 1000

ONE, MANY = "/v1/recommendations", "/v1/recommendations/batch"
GOOD = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": "unknown"}
SECRET = "secret-value"


def one(**answers: Any) -> bytes:
    return json.dumps({"profile": {**GOOD, **answers}}).encode()


BODIES = [
    # what is wrong, address, body, kind, {(place, code)}
    ("no object", ONE, b"[]", "invalid_input", {("", "not_an_object")}),
    ("no object", ONE, b'"x"', "invalid_input", {("", "not_an_object")}),
    ("nothing in it", ONE, b"{}", "invalid_input", {("/profile", "required")}),
    ("profile is null", ONE, b'{"profile": null}', "invalid_input", {("/profile", "not_an_object")}),
    ("profile is a list", ONE, b'{"profile": []}', "invalid_input", {("/profile", "not_an_object")}),
    (
        "empty profile",
        ONE,
        b'{"profile": {}}',
        "invalid_input",
        {
            ("/profile/work_setting", "required"),
            ("/profile/login_tolerance", "required"),
            ("/profile/device_access", "required"),
        },
    ),
    (
        "answers without an envelope",
        ONE,
        json.dumps(GOOD).encode(),
        "invalid_input",
        {("/profile", "required"), *((f"/{name}", "unknown_field") for name in GOOD)},
    ),
    (
        "mistakes around and in the profile",
        ONE,
        json.dumps({"profile": {**GOOD, "colour": SECRET, "rhythm": SECRET}, "extra": 1}).encode(),
        "invalid_input",
        {("/extra", "unknown_field"), ("/profile/colour", "unknown_field"), ("/profile/rhythm", "not_allowed")},
    ),
    ("name with a slash", ONE, one(**{"a/b~c": 1}), "invalid_input", {("/profile/a~1b~0c", "unknown_field")}),
    (
        "nothing for what is needed",
        ONE,
        one(login_tolerance=None),
        "invalid_input",
        {("/profile/login_tolerance", "required")},
    ),
    ("number", ONE, one(rhythm=7), "invalid_input", {("/profile/rhythm", "wrong_type")}),
    ("boolean", ONE, one(rhythm=True), "invalid_input", {("/profile/rhythm", "wrong_type")}),
    ("two for one", ONE, one(rhythm=["daily", "weekly"]), "invalid_input", {("/profile/rhythm", "wrong_type")}),
    (
        "an object for a list",
        ONE,
        one(needs={"file_sharing": True}),
        "invalid_input",
        {("/profile/needs", "wrong_type")},
    ),
    ("no choice", ONE, one(work_setting=[]), "invalid_input", {("/profile/work_setting", "required")}),
    (
        "wrong choices in one text",
        ONE,
        one(needs=f"{SECRET}, {SECRET}"),
        "invalid_input",
        {("/profile/needs", "not_allowed")},
    ),
    ("wrong choice", ONE, one(needs=["file_sharing", SECRET]), "invalid_input", {("/profile/needs/1", "not_allowed")}),
    ("wrong kind of choice", ONE, one(needs=[{}]), "invalid_input", {("/profile/needs/0", "wrong_type")}),
    ("twice", ONE, one(needs=["co_writing"] * 2), "invalid_input", {("/profile/needs", "chosen_twice")}),
    (
        "too many",
        ONE,
        one(work_setting=["desk", "classroom", "client_room"]),
        "invalid_input",
        {("/profile/work_setting", "too_many")},
    ),
    (
        "unknown with others",
        ONE,
        one(needs=["unknown", "co_writing"]),
        "invalid_input",
        {("/profile/needs", "unknown_with_others")},
    ),
    (
        "does not apply",
        ONE,
        one(copied_from="no", copied_channel="embrace"),
        "invalid_input",
        {("/profile/copied_channel", "does_not_apply")},
    ),
    ("empty body", ONE, b"", "invalid_json", {("", "broken_json")}),
    ("broken", ONE, b'{"profile": {', "invalid_json", {("", "broken_json")}),
    ("two values", ONE, b"{} {}", "invalid_json", {("", "broken_json")}),
    ("trailing comma", ONE, b'{"profile": {},}', "invalid_json", {("", "broken_json")}),
    ("lone surrogate", ONE, b'{"profile": "\\ud800"}', "invalid_json", {("", "broken_json")}),
    ("UTF-16", ONE, "{}".encode("utf-16"), "invalid_json", {("", "not_utf8")}),
    ("other encoding", ONE, '{"é": 1}'.encode("latin-1"), "invalid_json", {("", "not_utf8")}),
    ("NaN", ONE, b'{"profile": {"budget": NaN}}', "invalid_json", {("", "not_a_number")}),
    ("Infinity", ONE, b'{"profile": {"budget": -Infinity}}', "invalid_json", {("", "not_a_number")}),
    ("beyond all numbers", ONE, b'{"profile": {"budget": 1e999}}', "invalid_json", {("", "not_a_number")}),
    ("endless number", ONE, b'{"profile": ' + b"1" * 5000 + b"}", "invalid_json", {("", "not_a_number")}),
    ("very deep", ONE, b"[" * 5000 + b"]" * 5000, "invalid_json", {("", "broken_json")}),
    ("field twice", ONE, b'{"profile": {}, "profile": {}}', "invalid_json", {("/profile", "duplicate_field")}),
    (
        "answers twice",
        ONE,
        b'{"profile": {"budget": "none", "budget": "low", "rhythm": "daily", "rhythm": "daily"}}',
        "invalid_json",
        {("/profile/budget", "duplicate_field"), ("/profile/rhythm", "duplicate_field")},
    ),
    (
        "twice by another spelling",
        ONE,
        b'{"profile": {"budget": "none", "bud\\u0067et": "low"}}',
        "invalid_json",
        {("/profile/budget", "duplicate_field")},
    ),
    (
        "twice beside a colon in a text",
        ONE,
        b'{"profile": {"a": ":", "a": 1}}',
        "invalid_json",
        {("/profile/a", "duplicate_field")},
    ),
    ("no profiles", MANY, b"{}", "invalid_input", {("/profiles", "required")}),
    ("profiles are no list", MANY, b'{"profiles": {}}', "invalid_input", {("/profiles", "wrong_type")}),
    ("empty list", MANY, b'{"profiles": []}', "invalid_input", {("/profiles", "none_chosen")}),
    (
        "too many profiles",
        MANY,
        json.dumps({"profiles": [1] * (MOST_PROFILES + 1)}).encode(),
        "invalid_input",
        {("/profiles", "too_many")},
    ),
    (
        "twice in a batch",
        MANY,
        b'{"profiles": [{}, {"a": 1, "a": 2}]}',
        "invalid_json",
        {("/profiles/1/a", "duplicate_field")},
    ),
    ("too large", ONE, b" " * (BODY_LIMIT + 1), "too_large", set()),
    ("too large a batch", MANY, b" " * (BATCH_LIMIT + 1), "too_large", set()),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "body", "kind", "errors"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_bad_body_is_refused(client: FlaskClient, check, path, body, kind, errors, language):
    answer = client.post(path, data=body, content_type="application/json", query_string={"lang": language})
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (STATUS[kind], MEDIA_TYPE)
    assert (problem["type"], problem["status"], problem["instance"]) == (TYPE + kind, STATUS[kind], path)
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == errors
    assert problem["requestId"] == answer.headers["X-Request-Id"]
    assert SECRET not in answer.text
    assert "{" not in problem["detail"] + "".join(error["message"] for error in problem["errors"])
    check({"$ref": "#/components/schemas/Problem"}, problem)


def test_every_code_of_a_wrong_answer_has_a_row():
    rows = {code for *_, errors in BODIES for _, code in errors}
    # What is empty counts as not answered here; only the strict gate of the knowledge refuses it as such.
    assert set(CODES) - {"null", "none_chosen"} <= rows


REQUESTS = [
    # method, address, headers, body, status, kind
    ("GET", "/nothing", {}, None, 404, "not_found"),
    ("GET", "/v1", {}, None, 404, "not_found"),
    ("GET", "//v1/questions", {}, None, 404, "not_found"),
    ("GET", "/v1/channels/no-such", {}, None, 404, "unknown_name"),
    ("GET", "/v1/rules/no-such", {}, None, 404, "unknown_name"),
    ("GET", "/v1/cases/no-such", {}, None, 404, "unknown_name"),
    ("GET", "/docs/no-such", {}, None, 404, "not_found"),
    ("GET", "/docs/..%2fapp.py", {}, None, 404, "not_found"),
    ("GET", "/v1/recommendations", {}, None, 405, "method_not_allowed"),
    ("DELETE", "/v1/questions", {}, None, 405, "method_not_allowed"),
    ("TRACE", "/v1/questions", {}, None, 405, "method_not_allowed"),
    ("POST", ONE, {}, b"{}", 415, "unsupported_media_type"),
    ("POST", ONE, {"Content-Type": "text/plain"}, b"{}", 415, "unsupported_media_type"),
    ("POST", ONE, {"Content-Type": "application/x-www-form-urlencoded"}, b"a=1", 415, "unsupported_media_type"),
    (
        "POST",
        ONE,
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        b"\x1f\x8b",
        415,
        "unsupported_media_type",
    ),
    ("GET", "/v1/questions?lang=de", {}, None, 400, "invalid_input"),
    ("GET", "/v1/questions?lang=", {}, None, 400, "invalid_input"),
    ("POST", ONE + "?include=everything", {"Content-Type": "application/json"}, b"{}", 400, "invalid_input"),
]


@pytest.mark.parametrize(("method", "path", "headers", "body", "status", "kind"), REQUESTS)
def test_a_bad_request_is_refused(client: FlaskClient, check, method, path, headers, body, status, kind):
    answer = client.open(path, method=method, headers=headers, data=body)
    assert (answer.status_code, answer.mimetype) == (status, MEDIA_TYPE)
    problem = answer.get_json()
    assert problem["type"] == TYPE + kind
    check({"$ref": "#/components/schemas/Problem"}, problem)
    if status == 405:
        assert answer.headers["Allow"]


def test_a_wrong_parameter_is_named_with_what_is_allowed(client: FlaskClient):
    errors = client.get("/v1/questions?lang=de&include=x").get_json()["errors"]
    assert [(error["parameter"], error["allowed"]) for error in errors] == [
        ("lang", ["en", "nl"]),
        ("include", ["trace", "levers", "cases", "nextQuestion"]),
    ]


def test_an_unknown_name_lists_those_that_exist(client: FlaskClient, knowledge):
    (error,) = client.get("/v1/channels/facebok").get_json()["errors"]
    assert error["parameter"] == "channel"
    assert error["allowed"] == list(knowledge.channel_by_id)


def test_a_charset_is_no_reason_to_refuse(client: FlaskClient):
    assert client.post(ONE, data=one(), content_type="application/json; charset=utf-8").status_code == 200


def test_a_byte_order_mark_is_no_reason_to_refuse(client: FlaskClient):
    answers = [client.post(ONE, data=mark + one(), content_type="application/json") for mark in (b"", BOM_UTF8)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    (error,) = client.post(ONE, data=BOM_UTF8 + b'{"a": 1, "a": 2}', content_type="application/json").get_json()[
        "errors"
    ]
    assert error["code"] == "duplicate_field"


def test_a_colon_in_an_answer_is_no_double_field(client: FlaskClient):
    answer = client.post(ONE, data=one(rhythm="a:b"), content_type="application/json")
    assert [error["code"] for error in answer.get_json()["errors"]] == ["not_allowed"]


def failing_app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    app = create_app(Settings())

    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("service.api.views.recommendations._answer", fail)
    return app


def test_a_failure_inside_tells_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch, caplog, check):
    client = failing_app(monkeypatch).test_client()
    answer = client.post(ONE, data=one(), content_type="application/json", headers={"X-Request-Id": "mine"})
    assert answer.status_code == 500
    problem = answer.get_json()
    assert problem["type"] == TYPE + "internal_error"
    assert problem["requestId"] == "mine"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    check({"$ref": "#/components/schemas/Problem"}, problem)
    assert [record.fields["requestId"] for record in caplog.records if record.exc_info] == ["mine"]


def test_a_failure_inside_one_result_leaves_the_batch_whole(monkeypatch: pytest.MonkeyPatch):
    client = failing_app(monkeypatch).test_client()
    results = client.post(MANY, json={"profiles": [GOOD, {}]}).get_json()["results"]
    assert [result["problem"]["status"] for result in results] == [500, 400]
