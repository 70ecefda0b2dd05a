"""Commands answer with what is live in the store, say what that is, and never make a store."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from model.knowledge.loader import PACKAGED
from model.scoring.artifact import INTERCEPT, Artifact, Basis
from model.scoring.features import channel_feature
from model.storage.engine import Store
from model.storage.registry import Registry
from tests.commands import Run
from tests.packaged import KNOWLEDGE

CODE = "1R5ZQ-3VPJ6-YQJ3J-2213M-M7"  # set-up, as `recommend --case set-up` ends
COMMANDS = [
    ("recommend", "--case", "set-up"),
    ("levers", "--case", "set-up"),
    ("next", "--case", "set-up"),
    ("similar", "--case", "set-up"),
    ("transfer", "--case", "2diabeat", "--from", "set-up", "--channel", "embrace"),
    ("replay", CODE),
]
WIDE = {"COLUMNS": "200"}


def artifact(knowledge: str = KNOWLEDGE.score_fingerprint, name: str = "2026-03-01-taught") -> Artifact:
    """Records that speak for one channel, whatever the community."""
    favoured = channel_feature(KNOWLEDGE.channel("slack"))
    return Artifact(
        name, knowledge, basis=Basis(records=120, communities=80), deviations={INTERCEPT: 0.0, favoured: 6.0},
    )  # fmt: skip


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


def promote(url: str, made: Artifact) -> None:
    store = Store.open(url)
    registry = Registry(store)
    registry.save_artifact(made, None, {})
    registry.promote(made.id, "Els", "a trial")
    store.close()


@pytest.mark.parametrize("words", COMMANDS)
def test_what_is_live_answers_and_is_named(run: Run, url, words):
    promote(url, artifact())
    live = run(*words, "--lang", "en", PLATFORM_FIT_DATABASE_URL=url, **WIDE)
    assert (live.exit_code, live.stderr) == (0, "")
    assert "Answered by 2026-03-01-taught: the rules and 120 records of 80 communities." in live.stdout
    rules = run(*words, "--lang", "en", "--rules-only", PLATFORM_FIT_DATABASE_URL=url, **WIDE)
    assert "Answered by the rules alone." in rules.stdout
    without = run(*words, "--lang", "en", **WIDE)
    documented = len(KNOWLEDGE.evidence)
    assert f"Answered by the rules and {documented} documented communities." in without.stdout


def test_the_answer_as_json_is_that_of_the_artifact(run: Run, url):
    promote(url, artifact())
    words = ("recommend", "--case", "set-up", "--format", "json")
    live = json.loads(run(*words, PLATFORM_FIT_DATABASE_URL=url).stdout)
    assert live["channels"][0]["id"] == "slack"
    assert live["model"]["artifact"] == "2026-03-01-taught"
    rules = json.loads(run(*words, "--rules-only", PLATFORM_FIT_DATABASE_URL=url).stdout)
    assert (rules["channels"][0]["id"] == "slack", rules["model"]["artifact"]) == (False, "rules")


def test_no_store_is_made(run: Run, tmp_path):
    assert run("recommend", "--case", "set-up", PLATFORM_FIT_DATA=str(tmp_path / "data")).exit_code == 0
    assert not (tmp_path / "data").exists()


def test_after_going_back_the_rules_answer(run: Run, url):
    promote(url, artifact())
    store = Store.open(url)
    Registry(store).rollback("Els", "enough")
    store.close()
    shown = run("recommend", "--case", "set-up", "--lang", "en", PLATFORM_FIT_DATABASE_URL=url, **WIDE)
    assert ("Answered by the rules alone." in shown.stdout, shown.stderr) == (True, "")


def damage(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE artifacts SET content = replace(content, '120', '121')")


def remove(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM artifacts")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (damage, "its checksum does not fit its content"),
        (remove, "is not in the store"),
        (lambda file: file.write_bytes(b"no database at all" * 100), "the file of the store is damaged"),
    ],
)
def test_what_cannot_be_used_is_said_and_what_comes_with_the_rules_answers(run: Run, url, tmp_path, spoil, why):
    promote(url, artifact())
    for journal in tmp_path.glob("store.db-*"):
        journal.unlink()
    spoil(tmp_path / "store.db")
    shown = run("recommend", "--case", "set-up", "--lang", "en", PLATFORM_FIT_DATABASE_URL=url, **WIDE)
    assert shown.exit_code == 0
    assert f"Answered by the rules and {len(KNOWLEDGE.evidence)} documented communities." in shown.stdout
    assert shown.stderr.startswith("What was learned from practice cannot be used (")
    assert why in shown.stderr


def test_an_artifact_for_other_knowledge_does_not_answer(run: Run, url):
    promote(url, artifact(knowledge="0" * 64))
    shown = run("recommend", "--case", "set-up", "--lang", "nl", PLATFORM_FIT_DATABASE_URL=url, **WIDE)
    assert f"Antwoord van de regels en {len(KNOWLEDGE.evidence)} beschreven community's." in shown.stdout
    assert "is gemaakt voor andere regels, kanalen of vragen" in shown.stderr


def test_a_starter_for_other_rules_is_said_and_the_rules_answer(run: Run, tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, folder)
    file = folder / "functions.yaml"
    file.write_text(file.read_text("utf-8").replace("trust: 0.3", "trust: 0.4"), "utf-8")
    words = ("recommend", "--case", "set-up", "--lang", "en", "--knowledge", str(folder))
    shown = run(*words, PLATFORM_FIT_DATA=str(tmp_path / "data"), **WIDE)
    assert "Answered by the rules alone." in shown.stdout
    assert "Build the starter again: platform-fit models starter" in shown.stderr
    served = run("serve", "--knowledge", str(folder), PLATFORM_FIT_DATA=str(tmp_path / "data"))
    assert (served.exit_code, "Build the starter again" in served.stderr) == (1, True)
