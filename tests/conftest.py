"""Fixtures for every room: the packaged knowledge and what is made from it once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

# What a developer stored on this machine is no business of the tests.
os.environ["PLATFORM_FIT_DATA"] = mkdtemp(prefix="platform-fit-")
# One thread for linear algebra: on a busy machine two threads that wait for each other are many times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from model.answer.writer import AnswerWriter
from model.domain.knowledge import LANGUAGES, Knowledge
from model.knowledge.loader import PACKAGED, load_knowledge
from model.profiles.profile import ProfileReader
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from tests.commands import folder, run
from tests.databases import database_url, store
from tests.drills import FULL
from tests.examples import MOST, PROFILE
from tests.marks import marks
from tests.packaged import KNOWLEDGE
from tests.records import maker

__all__ = ["database_url", "folder", "maker", "run", "store"]

# Collected tests and the knowledge stay to the end: to look through them for garbage again and again takes a tenth of
# the time.
gc.set_threshold(100_000, 20, 100)

settings.register_profile(
    "suite",
    # Every day the same examples; a drill looks elsewhere each time, and says how to try again what failed.
    derandomize=not FULL,
    print_blob=FULL,
    deadline=None,
    max_examples=200 if FULL else 40,
    database=None,
    # Fixtures here are frozen objects that examples may share.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile(PROFILE, settings.get_profile("suite"), max_examples=MOST)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Count lines once: in a process of xdist pytest-cov starts to count for the main process, and again for this one.

    Both made tests slower, and `no_cover` only stopped one of them.
    """
    counting = config.pluginmanager.get_plugin("_cov")
    if hasattr(config, "workerinput") and counting and counting.cov_controller:
        counting.cov_controller.cov.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the markers that follow from what it uses."""
    for item in items:
        for name in sorted(marks(item)):
            item.add_marker(name)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The packaged knowledge."""
    return KNOWLEDGE


@pytest.fixture(scope="session", autouse=True)
def read_once(knowledge: Knowledge) -> Iterator[None]:
    """Commands and applications in this process share the packaged knowledge, which nothing can change."""

    def read(folder: Path = PACKAGED) -> Knowledge:
        return knowledge if folder == PACKAGED else load_knowledge(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.cli.options.load_knowledge", read)
        patch.setattr("service.app.load_knowledge", read)
        for module in ("service.runtime.champion", "service.terminal.champion"):
            patch.setattr(f"{module}.Advisor", _shared(knowledge))
        yield


def _shared(knowledge: Knowledge) -> Callable[..., Advisor]:
    """Makes advisors, for the packaged knowledge one for each artifact: nothing can change them either."""
    made: dict[str, Advisor] = {}

    def advisor_of(asked: Knowledge, artifact: Artifact | None = None) -> Advisor:
        if asked is not knowledge:
            return Advisor(asked, artifact)
        name = f"{artifact.id} {artifact.checksum}" if artifact else ""
        return made.get(name) or made.setdefault(name, Advisor(asked, artifact))

    return advisor_of


@pytest.fixture(scope="session")
def advisor(knowledge: Knowledge) -> Advisor:
    """An advisor on the rules alone."""
    return Advisor(knowledge)


@pytest.fixture(scope="session")
def gate(knowledge: Knowledge) -> ProfileGate:
    """The gate that turns raw answers into profiles, or names each wrong one."""
    return ProfileGate(knowledge)


@pytest.fixture(scope="session")
def reader(knowledge: Knowledge) -> ProfileReader:
    """The quick gate, which only says yes or no."""
    return ProfileReader(knowledge.questionnaire)


@pytest.fixture(scope="session")
def writers(advisor: Advisor) -> dict[str, AnswerWriter]:
    """Language → the writer of answers in it."""
    return {language: AnswerWriter(advisor, language) for language in LANGUAGES}
