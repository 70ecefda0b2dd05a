"""Examples for the contract: real requests, and what the service answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from model.answer.writer import Detail
from model.domain.knowledge import Knowledge
from model.outcomes.validation import Origin
from model.profiles.code import ProfileCodes
from model.scoring.artifact import Artifact
from model.storage.tokens import SCOPES
from service.api.outcome_requests import COMMUNITY
from service.api.transfer_requests import CHANNEL, SOURCE
from service.api.views.profiles import CODE
from service.components import EXTENSION, Components
from service.http.bodies import OUTCOMES, PROFILE, PROFILES
from service.http.problems import MEDIA_TYPE, problem
from service.http.query import CASES, DETAIL, INCLUDE, LEVERS, NEXT_QUESTION
from service.http.telemetry import REQUEST_ID
from service.openapi.outcomes import EXAMPLE_COMMUNITY, FAILURES, Failure, example_batch, example_outcome

CASE = "2diabeat"
_COPIED_FROM, _COPIED = "set-up", "embrace"
_SO_FAR = 4
"""Answers in the example of a profile that is still being filled in."""
_ID = "example"
_JSON = "application/json"
_OPEN_API = {"getContract", "getMetrics", "getModelReport"}
"""Operations whose answer is a contract itself, a whole page, or changes by the minute."""
_NAMED = {
    "form": "kobotoolbox",
    "channel": "whatsapp_group",
    "rule": "frontline-new-login-hard",
    "case": CASE,
    "entry": CASE,
}
_PARAMETERS = {
    "only": ["teams", "siilo"],
    "without": ["whatsapp_group"],
    "lang": "nl", "ifNoneMatch": '"5d41402a"', "at": "2026-11-24T12:00:00Z", "idempotencyKey": "form-17-of-2026",
    "community": EXAMPLE_COMMUNITY, "communityToDelete": EXAMPLE_COMMUNITY, "outcomeChannel": "embrace", "after": 0,
    "evidenceChannel": "whatsapp_group", "evidenceResult": "used", "evidenceSector": "health_and_social_care",
    "evidenceCountry": "NL", "evidenceWorkSetting": "mobile_field", "evidenceWords": "phone",
    INCLUDE: [LEVERS, CASES, NEXT_QUESTION], DETAIL: Detail.USUAL.value,
}  # fmt: skip
OUTCOME_FORM = "outcome"
OUTCOME_MAPPING = "extends: kobotoolbox\npurpose: outcome\nfields: {start: first_day}\n"
"""A form whose submissions are kept, for the application that gives the examples."""
_INCLUDED = (LEVERS, CASES, NEXT_QUESTION)
_MOMENT = "2025-03-10T09:00:00+00:00"
"""In place of the moment at which the example was made, so that the contract only changes with the service."""
_SHOWN_RECORD = {"id": "form-9", "community": "coordinators-north", "channel": "whatsapp_group", "start": "2024-09-02",
                 "active": 31, "consent": True}  # fmt: skip
_INSTANCE = "/v1/outcomes"
_INTERNAL, _MISTAKE = Failure("", "internal_error", {}), Failure("", "bad_request", {})
_KEPT: Mapping[str, int] = {
    "channels": 2, "excluded": 1, "notAssessed": 1, "rules": 2, "cases": 1, "communities": 1, "results": 2, "trace": 2,
    "hinges": 2, "factors": 2, "differences": 1,
}  # fmt: skip
"""How many entries an example keeps of each list that is too long to read; `sources` is treated apart."""


@dataclass(frozen=True)
class FailureExample:
    """A documented failure, and a request that leads to it."""

    description: str
    path: str
    content_type: str = _JSON
    body: bytes | None = None


REFUSALS: Mapping[str, FailureExample] = {
    "InvalidInput": FailureExample(
        "The request has mistakes; all of them are listed.",
        "/v1/recommendations",
        body=b'{"profile": {"work_setting": ["office"], "login_tolerance": "low", "colour": "blue"}}',
    ),
    "NotFound": FailureExample("There is nothing with this name.", "/v1/cases/atlantis"),
    "UnreadableCode": FailureExample(
        "The profile code is no code, is damaged, or was made by another version or for other questions.",
        "/v1/profiles/10000-00000-00000",
    ),
    "TooLarge": FailureExample("The body has too many bytes.", "/v1/recommendations", body=b" " * 70_000),
    "UnsupportedMediaType": FailureExample("The body is not JSON.", "/v1/recommendations", "text/plain", b"hello"),
}


def add_examples(contract: dict[str, Any], app: Flask, knowledge: Knowledge) -> None:
    """Put an example beside everything that is sent and answered."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {_token(app)}"
    _promote(app, knowledge)
    _record(app)
    profile = dict(knowledge.case(CASE).profile)
    contract["components"]["schemas"]["Profile"]["examples"] = [profile]
    parts: Components = app.extensions[EXTENSION]
    named = {**_NAMED, CODE: ProfileCodes(knowledge).code(parts.gate.load(profile))}
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            if operation["operationId"] not in _OPEN_API:
                _add_example(operation, _ask(client, path.format_map(named), method, operation, profile))
    _add_second_answers(contract, client, profile)
    for name, parameter in contract["components"]["parameters"].items():
        parameter["example"] = (named | _PARAMETERS).get(name, parameter["schema"].get("default"))
    for name, refusal in REFUSALS.items():
        answer = client.open(
            refusal.path,
            method="GET" if refusal.body is None else "POST",
            data=refusal.body,
            content_type=refusal.content_type,
            headers={REQUEST_ID: _ID},
        )
        contract["components"]["responses"][name]["content"][MEDIA_TYPE]["example"] = answer.get_json(force=True)
    for name, failure in {**FAILURES, "ClientMistake": _MISTAKE, "InternalError": _INTERNAL}.items():
        contract["components"]["responses"][name]["content"][MEDIA_TYPE]["example"] = problem(
            failure.kind, knowledge.messages["en"], instance=_INSTANCE, request_id=_ID, words=failure.words
        )


def _add_second_answers(contract: dict[str, Any], client: FlaskClient, profile: dict[str, Any]) -> None:
    """What an operation says when it can say two things: a record that was there already, an outcome from a form."""
    for _ in range(2):
        again = client.post("/v1/outcomes", json=example_outcome(profile), headers={REQUEST_ID: _ID})
        _add_example(contract["paths"]["/v1/outcomes"]["post"], again)
    record = {name: value for name, value in example_outcome(profile).items() if name not in (PROFILE, "start")}
    said = {**example_submission(profile), **record, "first_day": "6-1-2025"}
    kept = client.post(f"/v1/forms/{OUTCOME_FORM}", json=said, headers={REQUEST_ID: _ID})
    _add_example(contract["paths"]["/v1/forms/{form}"]["post"], kept)


def _token(app: Flask) -> str:
    """A key for everything, in the store of this application."""
    from model.storage.keys import Keys

    return Keys(app.extensions[EXTENSION].store.get()).create("Example", SCOPES)[1]


def _promote(app: Flask, knowledge: Knowledge) -> None:
    """Something for the log of promotions; the example application does not watch it, so the rule base serves."""
    from model.storage.registry import Registry

    registry = Registry(app.extensions[EXTENSION].store.get())
    registry.save_artifact(Artifact("2025-03", knowledge.score_fingerprint, created="2025-03-09"), None, {})
    registry.promote("2025-03", "Data team", "Better than the rules on communities that were held out.")


def _record(app: Flask) -> None:
    """An outcome record that may be shown, of a community like the one in the example."""
    from model.storage import outcomes

    parts: Components = app.extensions[EXTENSION]
    raw = {**example_outcome(dict(parts.knowledge.case(CASE).profile)), **_SHOWN_RECORD}
    del raw["reason"]
    origin = Origin("form", "Example", datetime.fromisoformat(_MOMENT))
    submission = parts.outcomes.load(raw, origin)
    with parts.store.get().writing() as connection:
        outcomes.keep(connection, [outcomes.prepare(submission, parts.knowledge.questionnaire)])
    parts.watch.records.look()


def _ask(
    client: FlaskClient, path: str, method: str, operation: dict[str, Any], profile: dict[str, Any]
) -> TestResponse:
    """Send an operation its example request, and note that request in it."""
    body = None
    if "requestBody" in operation:
        body = operation["requestBody"]["content"][_JSON]["example"] = _body(path, profile)
    query = {COMMUNITY: EXAMPLE_COMMUNITY} if method == "delete" else {}
    if path.endswith("/recommendations"):
        query[INCLUDE] = ",".join(_INCLUDED)
    return client.open(path, method=method.upper(), query_string=query, json=body, headers={REQUEST_ID: _ID})


def _body(path: str, profile: dict[str, Any]) -> dict[str, Any]:
    if "/forms/" in path:
        return example_submission(profile)
    if path.endswith("/outcomes"):
        return example_outcome(profile)
    if path.endswith("/outcomes/batch"):
        return {OUTCOMES: example_batch(profile)}
    if path.endswith("/batch"):
        return {PROFILES: [profile, {**profile, "login_tolerance": "high"}]}
    if path.endswith("/next"):
        return {PROFILE: dict(list(profile.items())[:_SO_FAR])}
    if path.endswith("/transfer-checks"):
        return {SOURCE: _COPIED_FROM, CHANNEL: _COPIED, PROFILE: profile}
    return {PROFILE: profile}


def example_submission(profile: dict[str, Any]) -> dict[str, Any]:
    """The answers as KoboToolbox sends them: names with their group, and several choices in one text."""
    choices = {name: answer if isinstance(answer, str) else " ".join(answer) for name, answer in profile.items()}
    return {"_id": 4711, **{f"community/{name}": answer for name, answer in choices.items()}}


def _add_example(operation: dict[str, Any], answer: TestResponse) -> None:
    operation["responses"][str(answer.status_code)]["content"][_JSON]["example"] = shortened(answer.get_json())


def shortened(value: Any) -> Any:
    """The same answer with only the first entries of its long lists, and only the grounds these still name."""
    short = _shortened(value)
    for answer in (short, *(result.get("answer", {}) for result in short.get("results", ()))):
        if "statements" in answer:
            _keep_named(answer)
    return short


def _shortened(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        # A bundle only makes sense as a whole.
        return {name: inner if name == "bundle" else _shortened(inner, name) for name, inner in value.items()}
    if key in ("recordedAt", "at"):
        return _MOMENT
    if isinstance(value, list):
        objects = bool(value) and isinstance(value[0], dict)
        most = 2 if key == "sources" else _KEPT.get(key)
        return [_shortened(inner) for inner in (value[:most] if objects else value)]
    return value


def _keep_named(answer: dict[str, Any]) -> None:
    named = set(_names(answer))
    answer["statements"] = {name: rest for name, rest in answer["statements"].items() if name in named}
    cited = {source for statement in answer["statements"].values() for source in statement["sources"]}
    answer["sources"] = {name: rest for name, rest in answer["sources"].items() if name in cited}


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for inner in value.values():
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
