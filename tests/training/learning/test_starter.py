"""What documented communities teach: little, of what they say, and the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.scoring.artifact import Artifact
from tests.factories import documented, minimal_content, minimal_knowledge, outcome, text
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.served_numbers import ServedNumbers
from training.learning.starter import fit_starter


@pytest.fixture(scope="module")
def starter(knowledge, featuriser):
    return fit_starter(knowledge.evidence, featuriser)


def test_the_same_communities_give_the_same_bytes(starter, knowledge, featuriser):
    assert fit_starter(knowledge.evidence, featuriser).to_json() == starter.to_json()
    assert fit_starter(knowledge.evidence[1:], featuriser).id != starter.id
    assert Artifact.from_json(starter.to_json()) == starter


def test_it_tells_what_it_was_made_from(starter, knowledge):
    assert (starter.basis.documented, starter.basis.records) == (len(knowledge.evidence), 0)
    assert starter.basis.documents == knowledge.evidence_fingerprint
    assert (starter.created, starter.versions) == ("", {})
    assert starter.id.startswith("starter-")


def test_a_documented_try_is_used_by_half(starter, knowledge, featuriser):
    documents = Documents.of(knowledge.evidence, featuriser)
    log_odds, _ = ServedNumbers.of(starter, featuriser).predict(documents.pairs)
    assert float(np.mean(log_odds)) == pytest.approx(0, abs=1e-5)


def test_outcomes_move_a_base_rate_and_those_of_its_likes():
    """A forum that is used and a chat that is not; what is of the kind of the one goes the same way, but not as far."""
    told = [documented(f"c{number}", {}, outcome("forum"), outcome("chat", "not_used")) for number in range(8)]
    knowledge = minimal_knowledge(evidence=told)
    found = fit_starter(knowledge.evidence, Featuriser(knowledge))
    assert found.deviations["channel:forum"] > 0.2
    assert found.deviations["channel:chat"] < -0.2
    assert abs(found.deviations["channel:meeting"]) < 0.1
    base = found.uncertainty.base
    assert base["meeting"] > base["forum"]


def test_what_is_said_of_a_group_is_counted(knowledge, starter, featuriser):
    counts = starter.basis.counts
    assert set(counts) == {name for name in starter.deviations if name.startswith("group:")}
    name = "group:frontline*messenger"
    column = Documents.of(knowledge.evidence, featuriser).rows.X.toarray()[:, featuriser.place[name]]
    assert sum(counts[name]) == np.count_nonzero(column) > 10


def test_counts_by_hand():
    told = documented(
        "a", {"place": "road"}, outcome("chat"), outcome("forum", "partly"), outcome("meeting", "abandoned")
    )
    away = {"id": "away", "text": text("On the road."), "when": {"place": "road"}, "group": True}
    knowledge = minimal_knowledge(evidence=[told], terms=[*minimal_content()["terms"], away])
    counts = fit_starter(knowledge.evidence, Featuriser(knowledge)).basis.counts
    assert counts == {
        "group:away*live": (0, 0, 1), "group:away*messenger": (1, 0, 0), "group:away*platform": (0, 1, 0),
    }  # fmt: skip


def test_any_part_can_be_learned_from(knowledge, featuriser):
    found = fit_starter([each for each in knowledge.evidence if each.sector == "education"], featuriser)
    assert 0 < found.basis.documented < len(knowledge.evidence)


def test_a_name_can_be_given(knowledge, featuriser):
    assert fit_starter(knowledge.evidence[:5], featuriser, created="2026-11-29", identifier="five").id == "five"
    assert replace(fit_starter(knowledge.evidence[:5], featuriser), id="x").created == ""
