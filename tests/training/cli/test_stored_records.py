"""`outcomes list`, `show` and `delete`: what is in the store, found however it is written, and out of it for good."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from model.cli.main import main
from model.domain.knowledge import LANGUAGES
from model.scoring.artifact import Artifact
from model.storage.engine import Store
from model.storage.registry import Registry

HEADER = "community,channel,start,invited,active,work_setting,device_access,login_tolerance\n"


@pytest.fixture
def run(monkeypatch, database_url):
    """Runs a command against an empty store, in an English terminal."""
    monkeypatch.setenv("PLATFORM_FIT_DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return lambda *words, **how: CliRunner().invoke(main, [str(word) for word in words], **how)


@pytest.fixture
def filled(run, tmp_path):
    """Runs commands on a store with three communities, two of them nearly of one name."""
    path = tmp_path / "records.csv"
    rows = ("Nachtdienst Isala,teams,2025-01-06,40,31", "Nachtdienst Isala,embrace,2025-03-03,40,2",
            "Zuid,teams,2025-01-06,20,3", "zuid,siilo,2025-01-06,20,3")  # fmt: skip
    path.write_text(HEADER + "".join(f"{row},desk,work_phone,low\n" for row in rows), encoding="utf-8")
    done = run("outcomes", "import", path)
    assert done.exit_code == 0, done.output
    return run


def artifact_of(database_url, knowledge, artifact_id, promote=False):
    store = Store.open(database_url)
    registry = Registry(store)
    artifact = Artifact(artifact_id, knowledge.score_fingerprint, created="2026-03-01")
    registry.save_artifact(artifact, "<p>report</p>", {"records": 1})
    if promote:
        registry.promote(artifact_id, "Els", "a trial")
    store.close()


def test_names_are_warned_of_when_a_file_comes_in(run, tmp_path):
    path = tmp_path / "records.csv"
    path.write_text(HEADER + "Zuid,teams,2025-01-06,20,3,desk,,\nzuid,siilo,2025-01-06,20,3,desk,,\n")
    assert "“Zuid” / “zuid”" in run("outcomes", "import", path).stderr


def test_the_list_shows_whole_ids_that_show_takes(filled):
    listed = filled("outcomes", "list")
    ids = re.findall(r"auto-[0-9a-f]{32}", listed.stdout)
    assert len(ids) == 4
    assert "4 records." in listed.stderr
    shown = filled("outcomes", "show", ids[0], "--lang", "nl").stdout
    assert re.search(r"kanaal +Microsoft Teams", shown)
    assert re.search(r"Moeite met inloggen +Weinig: alleen met een account", shown)
    assert "There is no record with the id “x”" in filled("outcomes", "show", "x").stderr


def test_the_list_can_be_of_one_community_channel_or_source(filled):
    assert len(re.findall("auto-", filled("outcomes", "list", "--community", "nachtdienst isala").stdout)) == 2
    assert len(re.findall("auto-", filled("outcomes", "list", "--channel", "teams").stdout)) == 2
    assert "There are no records like that." in filled("outcomes", "list", "--source", "report-back").stderr
    few = filled("outcomes", "list", "--limit", 1)
    assert "1 of 4 records" in few.stderr


@pytest.mark.parametrize("typed", ["nachtdienst isala", "NACHTDIENST  ISALA", "Nachtdienst\u00a0Isala"])
def test_a_community_is_found_however_its_name_is_written(filled, typed):
    done = filled("outcomes", "delete", typed, "--yes")
    assert done.exit_code == 0, done.output
    assert "Found: “Nachtdienst Isala”, 2 records" in done.stdout
    assert "from 2025-01-06 to 2025-03-03, channels: embrace, teams" in done.stdout
    assert "Deleted: 2 records of “Nachtdienst Isala”" in done.stdout
    assert len(re.findall("auto-", filled("outcomes", "list").stdout)) == 2


def test_a_name_that_nobody_has_is_said_with_the_nearest(filled):
    done = filled("outcomes", "delete", "Nachtdienst Isalla", "--yes")
    assert done.exit_code == 1
    assert (
        "There is no record of a community called “Nachtdienst Isalla”. Do you mean “Nachtdienst Isala”?" in done.stderr
    )
    assert len(re.findall("auto-", filled("outcomes", "list").stdout)) == 4


def test_of_names_that_are_nearly_the_same_the_exact_one_is_deleted_and_the_other_told(filled):
    assert "Several communities are called nearly like that" in filled("outcomes", "delete", "ZUID", "--yes").stderr
    done = filled("outcomes", "delete", "zuid", "--yes")
    assert "Not deleted, although the name is nearly the same: “Zuid”." in done.stderr
    assert "Deleted: 1 records of “zuid”" in done.stdout


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("\n", 1), ("nee\n", 1), ("ja\n", 0), ("y\n", 0)])
def test_it_is_asked_first(filled, answer, code):
    assert filled("outcomes", "delete", "Zuid", "--lang", "nl", input=answer).exit_code == code


def test_what_still_carries_its_influence_is_named_with_what_ends_it(filled, database_url, knowledge):
    artifact_of(database_url, knowledge, "m-serves", promote=True)
    artifact_of(database_url, knowledge, "m-other")
    said = filled("outcomes", "delete", "Zuid", "--yes").stdout
    assert "m-serves, which serves now" in said
    assert "platform-fit models promote rules" in said
    assert "platform-fit models remove m-other" in said
    assert filled("models", "promote", "rules", "--by", "Els").exit_code == 0
    assert filled("models", "remove", "m-other").exit_code == 0
    assert "m-other" not in filled("models", "list").stdout


def test_what_was_learned_before_the_records_came_in_has_nothing_of_them(run, tmp_path, database_url, knowledge):
    artifact_of(database_url, knowledge, "m-early")
    path = tmp_path / "records.csv"
    path.write_text(HEADER + "Zuid,teams,2025-01-06,20,3,desk,,\n")
    assert run("outcomes", "import", path).exit_code == 0
    assert "Nothing that was learned is from after" in run("outcomes", "delete", "Zuid", "--yes").stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_are_all_on_one_page(run, knowledge, language):
    page = run("outcomes", "codes", "--lang", language).stdout
    for question in knowledge.questionnaire:
        assert f"\n{question.id}: {question.label[language]}" in page
        for option in question.options:
            assert re.search(rf"^  {option.code} +{re.escape(option.text[language])}$", page, re.MULTILINE)
    assert re.search(r"^  no_time +", page, re.MULTILINE)
