"""Requests nobody thought of: made from the contract, and from nothing."""

from __future__ import annotations

import atexit
import json
from tempfile import TemporaryDirectory

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


SETTINGS = settings(max_examples=size(short=15, full=1000), suppress_health_check=list(HealthCheck))


def _contract(edge_cases: bool) -> schemathesis.BaseSchema:
    contract = schemathesis.openapi.from_path(contract_file())
    contract.app = APP
    contract.config.phases.coverage.enabled = edge_cases
    return contract


@pytest.fixture(scope="module")
def contract() -> schemathesis.BaseSchema:
    return _contract(edge_cases=True)


@pytest.fixture(scope="module")
def contract_without_edge_cases() -> schemathesis.BaseSchema:
    return _contract(edge_cases=False)


@pytest.fixture(scope="module")
def contract_of_records() -> schemathesis.BaseSchema:
    """Texts that fit a pattern or just do not take most of a minute to find."""
    return _contract(edge_cases=size(short=False, full=True))


@pytest.fixture(autouse=True)
def node_id(request: pytest.FixtureRequest) -> None:
    """Schemathesis looks for it, and this pytest calls it otherwise."""
    request.node._nodeid = request.node.nodeid


# Requests are made when a test runs: made while tests are collected, they take longer than most rooms.
CONTRACT = schemathesis.pytest.from_fixture("contract")
OF_RECORDS = schemathesis.pytest.from_fixture("contract_of_records")
WITHOUT_EDGE_CASES = schemathesis.pytest.from_fixture("contract_without_edge_cases")
RECORDS = "^/v1/(outcomes|forms)"


def check_answer(case: Case) -> None:
    """Hold what a request is answered to what the contract says of it."""
    # The contract says how answers are best sent; other ways of writing them are read too, so no refusal is due.
    read = [schemathesis.checks.negative_data_rejection] if case.path in WITH_PROFILE else []
    # What a form may send is in its mapping, not in the contract.
    mapped = [schemathesis.checks.positive_data_acceptance] if case.path == FORM else []
    case.call_and_validate(excluded_checks=[*read, *mapped])


@pytest.mark.no_cover
@SETTINGS
@CONTRACT.include(path=ONE).parametrize()
def test_a_recommendation_is_answered_as_the_contract_says(case: Case):
    check_answer(case)


@pytest.mark.no_cover
@SETTINGS
@OF_RECORDS.include(path_regex=RECORDS).parametrize()
def test_forms_and_outcomes_are_answered_as_the_contract_says(case: Case):
    check_answer(case)


@pytest.mark.no_cover
@SETTINGS
@CONTRACT.exclude(path=[ONE, MANY]).exclude(path_regex=RECORDS).parametrize()
def test_all_else_is_answered_as_the_contract_says(case: Case):
    check_answer(case)


# The edge cases of a batch are hundreds of full ones, which takes minutes.
@pytest.mark.no_cover
@settings(max_examples=size(short=40, full=1000), suppress_health_check=list(HealthCheck))
@WITHOUT_EDGE_CASES.include(path=MANY).parametrize()
def test_a_batch_is_answered_as_the_contract_says(case: Case):
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
