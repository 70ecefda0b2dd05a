"""The pages in docs/ say what is true: examples are answered as shown, names exist."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.profiles import different_profiles
from model.outcomes.validation import Origin, OutcomeGate
from model.profiles.validation import ProfileGate
from model.scoring.launch_verdict import Verdict
from service.app import create_app
from service.http import bodies
from service.http.query import INCLUDABLE
from service.server import gunicorn_settings as serving
from service.settings import Settings
from tests.packaged import KNOWLEDGE

ROOT = Path(__file__).parents[2]
INTAKE, OPERATING = (
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("intake-forms", "operating")
)


@pytest.fixture(scope="module")
def client():
    return create_app(Settings()).test_client()


def columns(page: str, heading: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    table = page.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return set(re.findall(r"`([^`]+)`", "".join(re.findall(r"^\|(.*?)\|", table, re.MULTILINE))))


def blocks() -> list[str]:
    """The examples in JSON, in their order."""
    return re.findall(r"^```json\n(.*?)^```", INTAKE, re.MULTILINE | re.DOTALL)


def test_the_examples_of_advice_are_answered(client):
    so_far, check = (json.loads(block) for block in blocks()[:2])
    found = client.post("/v1/questions/next", json=so_far).get_json()
    assert found["question"]
    assert found["text"]
    checked = client.post("/v1/transfer-checks", json=check).get_json()
    assert checked["verdict"] == "do_not_carry_over"
    assert {"there", "here", "difference"} <= checked["factors"][0].keys()


def test_an_answer_is_as_large_as_is_said(client):
    found = re.search(r"An answer is (\d+) to (\d+) KB, on average about (\d+)", INTAKE)
    assert found is not None
    least, most, usual = map(int, found.groups())
    profiles = different_profiles(KNOWLEDGE, 100)
    sizes = [len(client.post("/v1/recommendations", json={"profile": profile}).data) / 1000 for profile in profiles]
    assert least <= min(sizes) <= max(sizes) <= most
    assert abs(sum(sizes) / len(sizes) - usual) <= 2


def test_every_part_that_can_be_included_is_explained(client):
    assert columns(INTAKE, "part") == set(INCLUDABLE)


def test_a_wrong_profile_is_refused_as_shown(client):
    _, _, sent, shown, *_ = blocks()
    response = client.post(
        "/v1/recommendations?lang=en", json=json.loads(sent), headers={"X-Request-Id": json.loads(shown)["requestId"]}
    )
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.get_json() == json.loads(shown)


def test_the_outcome_record_is_one():
    gate = OutcomeGate(KNOWLEDGE, ProfileGate(KNOWLEDGE))
    told = gate.load(json.loads(blocks()[-1]), Origin("api", "form", datetime(2026, 6, 1, tzinfo=UTC)))
    assert (told.record.channel, told.withholds) == ("whatsapp_group", True)


def test_every_field_of_an_answer_is_explained(client):
    profile = dict(KNOWLEDGE.case("2diabeat").profile)
    answer = client.post("/v1/recommendations?detail=full", json={"profile": profile}).get_json()
    explained = columns(INTAKE, "field")
    assert explained <= answer.keys() | answer["channels"][0].keys() | {"understood"}
    assert answer.keys() - explained == {"language", "detail", "model"}


def test_the_fields_of_a_question_exist(client):
    question = client.get("/v1/questions").get_json()["questions"][0]
    assert {"required", "limit", "ordered", "follows", "unknownAllowed"} <= question.keys()


def test_limits_are_those_of_the_service():
    assert f"at most {bodies.BODY_LIMIT // 1024} KiB" in INTAKE
    assert f"at most {bodies.MOST_PROFILES:,} and {bodies.BATCH_LIMIT // 1024**2} MiB" in INTAKE
    running = " ".join(OPERATING.split())
    assert f"has {serving.graceful_timeout} seconds to finish" in running
    assert f"open for {serving.keepalive} seconds" in running


def test_every_address_exists(client):
    rules = client.application.url_map.bind("localhost")
    for page in (INTAKE, OPERATING):
        for method, path in re.findall(r"`(?:(GET|POST) )?(/(?:v1/|livez|readyz|metrics|docs)[\w/{}-]*)", page):
            assert rules.test(path, method or "GET") or rules.test(path, "POST"), path


@pytest.mark.parametrize(("page", "language"), [("program-teams.md", "en"), ("program-teams.nl.md", "nl")])
def test_the_verdicts_are_called_what_they_are_called_on_screen(page, language):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for verdict in Verdict:
        headline = KNOWLEDGE.messages[language][f"verdict_{verdict}"].partition(". ")[0].rstrip(".")
        assert f"*{headline}.*" in text
