"""`platform-fit evidence`: looking into documented communities, checking them and building what a worker loads."""

import json
import re

import pytest
import yaml

from model.domain.knowledge import LANGUAGES
from service import create_app
from service.settings import Settings
from tests.packaged import KNOWLEDGE

WIDE = {"COLUMNS": "200"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_tells_what_became_of_a_channel_and_how_sure_that_is(run, language):
    output = run("evidence", "list", "--channel", "siilo", "--lang", language, **WIDE).stdout
    messages = KNOWLEDGE.messages[language]
    with_siilo = [each for each in KNOWLEDGE.evidence if "siilo" in {one.channel for one in each.outcomes}]
    assert all(each.id in output for each in with_siilo)
    assert f"siilo: {messages['evidence_result_used']}" in output
    assert re.search(rf"^{len(with_siilo)} communit(ies|y's): ", output, re.MULTILINE)
    assert messages["evidence_certainty_1"] in output


def test_filters_work_together_and_pages_follow_each_other(run):
    arguments = ("evidence", "list", "--sector", "education", "--work-setting", "classroom", "--limit", "5")
    first = run(*arguments, **WIDE).stdout
    assert "1 to 5 of" in first
    assert "More: --offset 5." in first
    second = run(*arguments, "--offset", "5", **WIDE).stdout
    assert "6 to 10 of" in second
    found = [
        each.id
        for each in KNOWLEDGE.evidence
        if each.sector == "education" and "classroom" in each.profile.get("work_setting", [])
    ]
    assert [each in first for each in sorted(found)[:10]] == [True] * 5 + [False] * 5
    assert [each in second for each in sorted(found)[:10]] == [False] * 5 + [True] * 5


def test_nothing_found_is_said(run):
    result = run("evidence", "list", "--words", "xyzzy")
    assert (result.exit_code, result.stdout) == (0, "No documented community fits.\n")


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--channel", "pigeon", "embrace, plek"),
        ("--country", "Netherlands", "NL"),
        ("--work-setting", "sea", "desk"),
        ("--sector", "schools", "education"),
        ("--result", "failed", "not_used"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(run, option, value, allowed):
    result = run("evidence", "list", option, value)
    assert result.exit_code == 2
    assert option in result.stderr
    assert allowed in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_community_is_told_with_its_answers_outcomes_and_source(run, language):
    output = run("evidence", "show", "adr-west-forum", "--lang", language, COLUMNS="400").stdout
    messages = KNOWLEDGE.messages[language]
    assert "Stichting Achter de Regenboog, national peer forum" in output
    assert (
        f"work_setting: volunteer_home ({messages['evidence_basis_inferred']}: people at home after a loss)" in output
    )
    assert messages["evidence_ended_by_members"] in output
    assert "https://www.adrwest.nl/werk/forum" in output
    assert "An open forum was much used for six years." in output
    assert messages["evidence_strength_strong"] in output


def test_a_name_that_does_not_exist_gets_the_closest(run):
    result = run("evidence", "show", "partou-irs")
    assert result.exit_code == 2
    assert "partou-iris" in result.stderr
    assert len(result.stderr) < 500


def test_every_community_can_be_shown(run):
    for community in KNOWLEDGE.evidence[::25]:
        assert run("evidence", "show", community.id).exit_code == 0


# --- check and build ------------------------------------------------------------------------------------------------


def test_the_built_in_set_holds_no_mistakes(run):
    result = run("evidence", "check", "--strict")
    assert result.exit_code == 0
    assert f"{len(KNOWLEDGE.evidence)} communities" in result.stdout
    assert "no mistakes, no warnings" in result.stdout


@pytest.mark.slow
def test_a_change_asks_for_a_new_build(run, folder):
    file = folder / "evidence" / "education.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    before = run("evidence", "check", "--knowledge", str(folder))
    assert "out of date" in before.stdout
    dutch = run("evidence", "check", "--knowledge", str(folder), LANG="nl_NL.UTF-8").stdout
    assert "waarschuwing: wat een werkproces laadt, is verouderd: doe `platform-fit evidence build`" in dutch
    built = run("evidence", "build", str(folder), "--lang", "nl")
    number = len(KNOWLEDGE.evidence)
    assert (built.exit_code, built.stdout) == (0, f"In de map evidence staan {number} beschreven community's klaar.\n")
    assert "no warnings" in run("evidence", "check", "--strict", "--knowledge", str(folder)).stdout


@pytest.mark.slow
def test_a_mistake_is_shown_with_file_and_line_by_every_command(run, folder):
    file = folder / "evidence" / "education.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("result: used", "result: liked", 1), encoding="utf-8")
    for command in (("evidence", "check"), ("evidence", "list"), ("rules", "list")):
        result = run(*command, "--knowledge", str(folder))
        assert result.exit_code == 1
        assert "evidence/education.yaml:" in result.stderr
        assert "Allowed: used, partly, not_used, abandoned." in result.stderr


def test_a_folder_without_evidence_has_nothing_to_list(run, folder):
    for file in (folder / "evidence").iterdir():
        file.unlink()
    assert run("evidence", "list", "--knowledge", str(folder)).stdout == "No documented community fits.\n"
    assert "no communities, no outcomes" in run("evidence", "check", "--knowledge", str(folder)).stdout
    assert run("evidence", "build", str(folder)).exit_code == 1


def test_a_new_file_is_held_against_the_set(run, tmp_path):
    entry = {
        "id": "partou-iris",
        "title": "Another",
        "sector": "companies",
        "country": "NL",
        "year": 2024,
        "source": {"title": "A", "url": "https://example.org/a", "kind": "paper", "read": "full"},
        "profile": {"core_group": "none"},
        "support": {"core_group": "inferred: only the owners wrote"},
        "outcomes": [],
        "strength": "weak",
        "caveat": "One view.",
    }
    file = tmp_path / "new.yaml"
    file.write_text(yaml.safe_dump({"evidence": [entry]}), encoding="utf-8")
    result = run("evidence", "check", str(file))
    assert result.exit_code == 0
    assert "there is another community with this id" in result.stdout
    assert "core_group is inferred" in result.stdout
    assert "it has no outcome of any channel" in result.stdout
    assert "1 community, no outcomes: no mistakes, 3 warnings." in result.stdout
    assert run("evidence", "check", str(file), "--strict").exit_code == 1
    dutch = run("evidence", "check", str(file), "--lang", "nl").stdout.splitlines()
    assert dutch == [
        "waarschuwing: partou-iris: er is een andere community met dit id",
        "waarschuwing: partou-iris: er staat van geen enkel kanaal een resultaat bij",
        "waarschuwing: partou-iris: core_group is afgeleid; laat het weg als het is afgeleid uit hoe het ging",
        "1 community, geen resultaten: geen fouten, 3 waarschuwingen.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_is_that_of_the_service(run, language):
    client = create_app(Settings()).test_client()
    page = client.get(f"/v1/evidence?channel=siilo&limit=2&offset=1&lang={language}").get_json()
    del page["links"]
    words = ("--channel", "siilo", "--limit", "2", "--offset", "1", "--lang", language, "--format", "json")
    assert json.loads(run("evidence", "list", *words).stdout) == page
    assert [each["id"] for each in page["communities"]]
    entry = client.get(f"/v1/evidence/adr-west-forum?lang={language}").get_json()
    told = run("evidence", "show", "adr-west-forum", "--lang", language, "--format", "json", "--pretty").stdout
    assert json.loads(told) == entry
    assert "\n  " in told
