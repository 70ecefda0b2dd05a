"""Fixtures for learning: a simulated world with a known truth, and what was learned from its records."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from bench.world import SimulatedRecord, World, WorldSettings
from model.knowledge.base import Knowledge
from training.design_matrix import Featuriser
from training.pipeline import LearnedScorer, fit


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
