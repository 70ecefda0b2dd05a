"""Fixtures for learning: a simulated world with a known truth, and what was learned from its records."""

from __future__ import annotations

import csv
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from click.testing import CliRunner

from bench.world import SimulatedRecord, World, WorldSettings
from model.cli.main import main
from model.domain.knowledge import Knowledge
from tests.records import SECRET
from training.learning.design_matrix import Featuriser
from training.learning.pipeline import LearnedScorer, fit


@pytest.fixture(scope="session")
def featuriser(knowledge: Knowledge) -> Featuriser:
    """The packaged knowledge, ready to make columns."""
    return Featuriser(knowledge)


@pytest.fixture(scope="session")
def world(featuriser: Featuriser) -> World:
    """A world in which three rules in ten are wrong."""
    return World(featuriser, 7, WorldSettings())


@pytest.fixture(scope="session")
def records(featuriser: Featuriser) -> list[SimulatedRecord]:
    """What happened to some communities in such a world; one of its own, because a world goes on when it is asked."""
    return World(featuriser, 7, WorldSettings()).records(400)


@pytest.fixture(scope="session")
def untaught(knowledge: Knowledge) -> LearnedScorer:
    """What is learned from nothing."""
    return fit([], knowledge)


@pytest.fixture(scope="session")
def taught(records: list[SimulatedRecord], knowledge: Knowledge) -> LearnedScorer:
    """What is learned from all records."""
    return fit(records, knowledge, created="2026-11-24")


@pytest.fixture(scope="session")
def write_records(knowledge, featuriser):
    """Writes a CSV with what happened in a world where every rule is right, and channels differ."""

    def write(path: Path, number: int, seed: int = 9) -> Path:
        questions = [question.id for question in knowledge.questionnaire]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["community", "channel", "start", "invited", "active", *questions])
            writer.writeheader()
            for record in World(featuriser, seed, WorldSettings(wrong=0, base_scale=0.6, unsaid=0.3)).records(number):
                answers = {question.id: "unknown" for question in knowledge.questionnaire if question.required}
                for question, answer in record.profile.answers.items():
                    answers[question] = answer if isinstance(answer, str) else "|".join(answer)
                fields = {"channel": record.channel, "start": record.start, "invited": record.invited}
                fields |= {"active": record.active, "community": f"{SECRET}-{record.community}"}
                writer.writerow(fields | answers)
        return path

    return write


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs a command against a store of its own, in an English terminal."""
    monkeypatch.setenv("PLATFORM_FIT_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])
