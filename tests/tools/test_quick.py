"""Which tests `make quick` runs: those of what changed and of who imports it, or all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import quick

IMPORTERS = {
    "model/scoring": {"model", "model/scoring", "model/advice", "model/answer"},
    "service/http": {"service/api"},
}
ALL: list[str] = []
HOUSE = ["tests/docs", "tests/packaging"]


@pytest.mark.parametrize(
    ("changed", "folders"),
    [
        ([], ALL),
        (
            ["model/scoring/scorer.py"],
            ["tests/cases", *HOUSE, "tests/model/advice", "tests/model/answer", "tests/model/scoring"],
        ),
        (["service/http/bodies.py"], [*HOUSE, "tests/service/api", "tests/service/http"]),
        (["service/web/static/style.css"], [*HOUSE, "tests/service/web"]),
        (["model/knowledge/loader.py"], ["tests/cases", *HOUSE, "tests/model/knowledge"]),
        (["model/knowledge/rules/access.yaml"], ALL),
        (["model/knowledge/evidence/evidence.jsonl"], ALL),
        (["model/knowledge/starter.json", "tests/cases/needs.yaml"], ALL),
        (["tests/model/scoring/test_scorer.py"], ["tests/model/scoring"]),
        (["tests/cases/needs.yaml"], ["tests/cases"]),
        (["README.md", "docs/images/answer.png"], ["tests/docs"]),
        (["README.md", "training/cli/train.py"], [*HOUSE, "tests/training/cli"]),
        (["pyproject.toml"], ALL),
        (["tests/conftest.py"], ALL),
        (["model/errors.py"], ALL),
        (["README.md", "requirements/test.txt"], ALL),
        (["tests/no-longer-there/test_it.py"], ALL),
    ],
)
def test_what_changed_decides(changed, folders):
    assert quick.chosen(changed, IMPORTERS) == sorted(folders)


def test_who_imports_whom_is_read_from_the_code():
    found = quick.importers()
    assert {"model/advice", "model/answer"} <= found["model/scoring"]
    assert "model/scoring" not in found.get("model/answer", set()), "imports only run down"
    assert "service/api" in found["service/http"]


def test_changed_is_what_differs_from_main_and_what_is_new(tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "ROOT", tmp_path)
    git(tmp_path, "init", "--initial-branch", "main")
    commit(tmp_path, "kept", "edited")
    git(tmp_path, "checkout", "-b", "branch")
    commit(tmp_path, "committed")
    (tmp_path / "edited").write_text("otherwise")
    (tmp_path / "new").write_text("new")
    assert quick.changed_files() == ["committed", "edited", "new"]


def test_without_version_control_all_tests_run(tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert quick.changed_files() == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert quick.changed_files() == []


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=tester", "-c", "user.email="]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(name)
    git(folder, "add", *names)
    git(folder, "commit", "--message", "change")
