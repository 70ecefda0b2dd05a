"""Runs commands in-process, as a terminal would."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.cli.main import main
from model.knowledge.loader import PACKAGED

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `platform-fit` with these arguments and an empty store; anything but a decent exit fails the test."""
    monkeypatch.delenv("PLATFORM_FIT_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLATFORM_FIT_DATA", str(tmp_path / "data"))
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", "PLATFORM_FIT_KNOWLEDGE", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)

    def run_command(*arguments: str, typed: str | bytes = "", **environment: str) -> Result:
        result = CliRunner().invoke(main, arguments, input=typed, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the built-in knowledge files that may be spoilt."""
    copy = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    return copy
