"""Which tests run when: the forms of a drill, and the markers that keep a test out of `make quick`."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.drills import size
from tests.marks import marks
from tests.service.servers import start_server

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


def starts_a_server() -> None:
    start_server(Path())


@pytest.mark.parametrize(
    ("test", "marked"),
    [
        ({"fixturenames": ["visitor", "browser"]}, {"browser"}),
        ({"fixturenames": ["names", "wheel"]}, {"build"}),
        ({"fixturenames": ["server"]}, {"server"}),
        ({"nodeid": "tests/service/server/test_kill.py::test"}, {"server"}),
        ({"function": starts_a_server}, {"server"}),
        ({"callspec": SimpleNamespace(params={"database_url": "postgresql"})}, {"postgresql"}),
        ({"callspec": SimpleNamespace(params={"database_url": "sqlite"})}, set()),
        ({"nodeid": "tests/service/api/test_outcomes.py::test", "fixturenames": ["database_url"]}, {"slow"}),
        ({"nodeid": "tests/model/storage/test_keys.py::test", "fixturenames": ["database_url"]}, set()),
        ({"nodeid": "tests/training/learning/test_pipeline.py::test", "fixturenames": ["records"]}, {"slow"}),
        ({"module": SimpleNamespace(size=size)}, {"drill"}),
        ({"module": SimpleNamespace(size=len)}, set()),
        ({"fixturenames": ["knowledge"], "function": len}, set()),
    ],
)
def test_a_marker_follows_from_what_a_test_uses(test, marked):
    assert marks(SimpleNamespace(**{"nodeid": "tests/model/domain/test_rules.py::test", **test})) == marked
