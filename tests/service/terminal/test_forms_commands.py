"""Mappings of forms on the command line: drafted from an example, checked, listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.domain.knowledge import Knowledge
from service.forms.mapping_file import read_mapping, ready_made_names
from service.forms.submission import SubmissionReader
from tests.service.forms import payloads

EXAMPLES = {
    "kobotoolbox": payloads.KOBO,
    "typeform": payloads.TYPEFORM,
    "formbricks": payloads.FORMBRICKS,
    "google-forms": payloads.GOOGLE,
    "microsoft-forms": payloads.MICROSOFT,
    "redcap": payloads.REDCAP,
}


@pytest.fixture
def example(tmp_path: Path):
    def written(payload: Any) -> str:
        file = tmp_path / "example.json"
        file.write_text(json.dumps(payload), encoding="utf-8")
        return str(file)

    return written


@pytest.mark.parametrize("tool", EXAMPLES)
def test_a_draft_knows_the_tool_and_reads_its_example(run, example, tmp_path, knowledge: Knowledge, tool: str):
    drafted = run("forms", "draft", example(EXAMPLES[tool]))
    assert drafted.exit_code == 0
    assert f"extends: {tool}" in drafted.stdout
    file = tmp_path / "intake.yaml"
    file.write_text(drafted.stdout, encoding="utf-8")
    submission = SubmissionReader(read_mapping(file, knowledge), knowledge).read(EXAMPLES[tool])
    assert submission
    assert {"work_setting", "needs", "device_access", "rhythm"} <= submission.answers.keys()


def test_what_cannot_be_told_is_left_to_the_person(run, example):
    drafted = run("forms", "draft", example(payloads.MICROSOFT), "--lang", "nl").stdout
    assert "work_setting: r1a  # Waar leden werken; herkend aan het antwoord, dus kijk het na" in drafted
    assert drafted.startswith("# Gemaakt van één voorbeeld.")
    assert "#   r3c" in drafted, "“low” answers two questions"
    assert "login_tolerance: " not in drafted


def test_an_unknown_tool_and_unknown_words_are_drafted_too(run, example):
    payload = {"meta": {"id": 1}, "reply": {"values": {"Werkplek": "x", "rhythm": "dayly", "needs": "file_sharing"}}}
    drafted = yaml.safe_load(run("forms", "draft", example(payload)).stdout)
    assert drafted["answers"] == "reply.values"
    assert drafted["values"] == {"rhythm": {"dayly": "daily"}}


def test_a_check_shows_what_is_read(run, example, tmp_path):
    file = tmp_path / "intake.yaml"
    file.write_text("extends: kobotoolbox\nsignature: {kind: typeform, secret: NOT_HERE}\n", encoding="utf-8")
    body = {**payloads.KOBO, "colour": "red", "rhythm": "dayly"}
    shown = run("forms", "check", str(file), "--example", example(body))
    assert shown.exit_code == 0
    assert "not taken: colour" in shown.stdout
    assert "wrong: /rhythm: This is not one of the possible answers." in shown.stdout
    assert "Mappings without mistakes: 1." in shown.stdout
    ping = run("forms", "check", str(file), "--example", example({}), "--lang", "nl")
    assert "Dit is een test of een melding" in ping.stdout


def test_a_mistake_in_a_folder_gives_1_with_its_place(run, tmp_path):
    (tmp_path / "good.yaml").write_text("extends: typeform\n", encoding="utf-8")
    assert "Mappings without mistakes: 1." in run("forms", "check", str(tmp_path)).stdout
    (tmp_path / "intake.yaml").write_text("answers: data\npurpos: advice\n", encoding="utf-8")
    refused = run("forms", "check", str(tmp_path))
    assert refused.exit_code == 1
    assert "intake.yaml:2: purpos: this key is unknown" in refused.stderr


def test_ready_made_mappings_are_listed_and_shown(run):
    listed = "".join(run("forms", "list").stdout.split())
    for name in ready_made_names():
        assert name in listed
        assert yaml.safe_load(run("forms", "show", name).stdout)["source"]


@pytest.mark.parametrize("content", ["", "{", "[", "7", '"x"', "[1, 2]"])
def test_what_is_no_submission_is_refused(run, tmp_path, content: str):
    file = tmp_path / "example.json"
    file.write_text(content, encoding="utf-8")
    refused = run("forms", "draft", str(file))
    assert refused.exit_code == 1
    assert refused.stderr


FORMS_OUTCOME = {
    "responseId": 3,
    "answers": {
        "responder": "anonymous",
        "r01": "Coördinatoren Zuid",
        "r02": "WhatsApp-groep",
        "r03": "2026-03-01",
        "r04": "40",
        "r05": "31",
        "r06": '["Onderweg: in de wijk of bij mensen thuis"]',
    },
}


def test_the_mapping_of_an_outcome_is_drafted_too(run, example):
    drafted = run("forms", "draft", example(FORMS_OUTCOME), "--purpose", "outcome", "--lang", "nl").stdout
    read = yaml.safe_load(drafted)
    assert (read["extends"], read["purpose"]) == ("microsoft-forms", "outcome")
    assert read["fields"] == {"channel": "r02", "start": "r03", "work_setting": "r06"}
    assert "# Niet in dit voorbeeld: community, invited, active, used" in drafted
    assert "channel: r02  # kanaal; herkend aan het antwoord" in drafted


def test_a_name_that_is_not_recognised_stands_beside_what_was_sent(run, example):
    """Names such as r01 say nothing to a person."""
    drafted = run("forms", "draft", example(FORMS_OUTCOME)).stdout
    assert '#   r01: "Coördinatoren Zuid"\n' in drafted
    assert '#   r04: "40"\n' in drafted
    long = {"responseId": 3, "answers": {"r01": "x" * 500, "work_setting": "desk"}}
    assert max(map(len, run("forms", "draft", example(long)).stdout.splitlines())) < 120
