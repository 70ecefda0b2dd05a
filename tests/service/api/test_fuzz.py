"""Requests nobody thought of: made from the contract, and from nothing."""

from __future__ import annotations

import atexit
import json
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case

from service import create_app
from service.api.contract import contract_file
from service.settings import Settings
from tests.drills import size

ONE, MANY = "/v1/recommendations", "/v1/recommendations/batch"
FORM = "/v1/forms/{form}"
NEXT, TRANSFER = "/v1/questions/next", "/v1/transfer-checks"
WITH_PROFILE = (ONE, MANY, NEXT, TRANSFER, "/v1/outcomes", "/v1/outcomes/batch", FORM)
FOLDER = TemporaryDirectory()
atexit.register(FOLDER.cleanup)
APP = create_app(Settings(database_url=f"sqlite:///{FOLDER.name}/store.db"))


def made_from_contract(edge_cases: bool) -> Any:
    contract = schemathesis.openapi.from_path(contract_file())
    contract.app = APP
    contract.config.phases.coverage.enabled = edge_cases
    return contract


@pytest.mark.no_cover
@made_from_contract(edge_cases=True).exclude(path=MANY).parametrize()
@settings(max_examples=size(short=15, full=1000), suppress_health_check=list(HealthCheck))
def test_requests_made_from_the_contract_are_answered_as_it_says(case: Case):
    # The contract says how answers are best sent; other ways of writing them are read too, so no refusal is due.
    read = [schemathesis.checks.negative_data_rejection] if case.path in WITH_PROFILE else []
    # What a form may send is in its mapping, not in the contract.
    mapped = [schemathesis.checks.positive_data_acceptance] if case.path == FORM else []
    case.call_and_validate(excluded_checks=[*read, *mapped])


# The edge cases of a batch are hundreds of full ones, which takes minutes.
@pytest.mark.no_cover
@made_from_contract(edge_cases=False).include(path=MANY).parametrize()
@settings(max_examples=size(short=40, full=1000), suppress_health_check=list(HealthCheck))
def test_batches_made_from_the_contract_are_answered_as_it_says(case: Case):
    # One wrong profile in a batch has a problem of its own, and the others have answers.
    # The trace is for one community at a time, which is a mistake of two parameters together.
    checks = schemathesis.checks
    case.call_and_validate(excluded_checks=[checks.negative_data_rejection, checks.positive_data_acceptance])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
ids = st.sampled_from(["work_setting", "needs", "login_tolerance", "device_access", "copied_channel", "x"])
profiles = st.dictionaries(ids, json_values | st.sampled_from(["low", ["desk"], "unknown", "embrace"]), max_size=5)
sources = st.sampled_from(["set-up", "atlantis"]) | json_values | st.fixed_dictionaries({"profile": profiles})
bodies = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    profiles.map(lambda profile: json.dumps({"profile": profile}).encode()),
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["set-up", "atlantis"])
            | json_values
            | profiles.map(lambda each: {"profile": each}),
            "channel": st.sampled_from(["embrace", "no-such"]) | json_values,
            "profile": profiles,
        }
    ).map(lambda check: json.dumps(check).encode()),
    st.lists(profiles, max_size=3).map(lambda several: json.dumps({"profiles": several}).encode()),
    profiles.flatmap(
        lambda profile: st.integers(0, 120).map(lambda cut: json.dumps({"profile": profile}).encode()[:cut])
    ),
)


@pytest.mark.parametrize("path", [ONE, MANY, NEXT, TRANSFER])
@settings(max_examples=size(short=100, full=20_000))
@given(
    body=bodies,
    query=st.sampled_from(
        ["", "lang=nl", "lang=x", "include=trace,levers:x", "include=levers:,cases&lang=en", "%ff=%00", "lang[]=nl"]
    ),
    language=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12),
    kind=st.sampled_from(["application/json", "application/json", "application/json;charset=x", "text/html", ""]),
)
def test_no_request_brings_the_service_down(path: str, body: bytes, query: str, language: str, kind: str):
    answer = APP.test_client().post(
        path, data=body, content_type=kind, query_string=query, headers={"Accept-Language": language}
    )
    assert answer.status_code < 500, answer.text
    assert answer.mimetype == ("application/json" if answer.status_code == 200 else "application/problem+json")
    answer.get_json()
