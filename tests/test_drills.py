"""The forms of a drill: chosen by one setting, and asked for only by tests that `make drills` runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SIZE = "from tests.drills import size; print(size(short=3, full=30))"


def ask(form: str | None) -> subprocess.CompletedProcess[str]:
    environment = {} if form is None else {"PLATFORM_FIT_DRILL": form}
    return subprocess.run(
        [sys.executable, "-c", SIZE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("form", "times"), [(None, "3"), ("short", "3"), ("full", "30")])
def test_the_setting_chooses_the_form(form, times):
    assert ask(form).stdout.strip() == times


def test_a_form_that_is_none_is_refused():
    done = ask("fulll")
    assert done.returncode == 1
    assert done.stderr.strip() == "PLATFORM_FIT_DRILL is 'fulll', and can be: short, full."


def test_whoever_asks_for_a_size_is_run_by_make_drills():
    asking = [
        file
        for file in (ROOT / "tests").rglob("test_*.py")
        if "tests.drills import" in file.read_text(encoding="utf-8")
    ]
    asking.remove(Path(__file__))
    assert len(asking) >= 4
    for file in asking:
        assert "pytest.mark.drill" in file.read_text(encoding="utf-8"), file
