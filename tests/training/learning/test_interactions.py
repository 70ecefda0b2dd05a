"""Patterns that no rule names are found where they are, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit

from model.scoring.artifact import PriorScales
from training.learning.cells import RecordTable
from training.learning.design_matrix import Pairs, ProfileTable
from training.learning.fitting import Prior, posterior, with_ones
from training.learning.interactions import PatternCandidates, bayes_factors
from training.learning.learn import LearningSettings, learn


def planted(world, featuriser, size: float, number: int = 600):
    """Records in which live channels do better (or worse) for communities that meet daily, and the rules hold."""
    profiles = world.communities(number, unanswered=0.1)[1]
    channels = featuriser.knowledge.channels
    generator = np.random.default_rng(5)
    tried = generator.integers(len(channels), size=number)
    pairs = Pairs(ProfileTable.of(profiles, featuriser.knowledge), np.arange(number), tried)
    pattern = (featuriser.codes.index(("rhythm", "daily")), 4)
    log_odds = (
        featuriser.matrix(pairs)[:, [0]].toarray()[:, 0] + size * featuriser.patterns(pairs, [pattern]).toarray()[:, 0]
    )
    record = world.records(1)[0]
    return pattern, [
        replace(
            record,
            community=str(row),
            profile=profiles[row],
            channel=channels[tried[row]].id,
            invited=6,
            active=int(generator.binomial(6, expit(log_odds[row]))),
        )
        for row in range(number)
    ]


def test_a_strong_pattern_is_found(world, featuriser):
    pattern, records = planted(world, featuriser, -2.5)
    learned = learn(RecordTable.of(records, featuriser), featuriser, LearningSettings())
    assert pattern in learned.fit.patterns
    place = 1 + len(featuriser.names) + learned.fit.patterns.index(pattern)
    assert learned.deviations[place] < -1


def test_nothing_is_found_where_nothing_is(world, featuriser):
    _, records = planted(world, featuriser, 0.0)
    assert learn(RecordTable.of(records, featuriser), featuriser, LearningSettings()).fit.patterns == ()


def test_evidence_is_that_of_the_pattern_as_a_column(world, featuriser):
    pattern, records = planted(world, featuriser, -1.0, number=150)
    cells = RecordTable.of(records, featuriser).cells(0.15)
    sharpness = np.linspace(0.5, 1.0, len(cells))
    X = with_ones(featuriser.matrix(cells.pairs).toarray()) * sharpness[:, np.newaxis]
    prior = Prior(np.full(X.shape[1], 0.3), np.full(X.shape[1], -1), 0.0)
    found = posterior(X, np.zeros(len(cells)), cells.successes, cells.failures, prior)
    chance = expit(X @ found.mean)
    trials = cells.successes + cells.failures
    weight, residual = trials * chance * (1 - chance), cells.successes - trials * chance
    candidates = PatternCandidates.of(cells, featuriser)
    slope, information = candidates.evidence(sparse.csr_array(X), np.zeros(len(cells)), cells, sharpness, found)
    column = featuriser.patterns(cells.pairs, [pattern]).toarray()[:, 0] * sharpness
    shared = X.T @ (weight * column)
    assert slope[pattern] == pytest.approx(column @ residual)
    assert information[pattern] == pytest.approx(column @ (weight * column) - shared @ found.covariance @ shared)


def test_a_bayes_factor_weighs_fit_against_freedom():
    # Nothing seen: no evidence either way. Much seen and nothing found: against. Much found: for.
    assert bayes_factors(np.zeros(1), np.zeros(1), 0.5) == pytest.approx([0.0])
    assert bayes_factors(np.zeros(1), np.full(1, 100.0), 0.5)[0] < 0
    assert bayes_factors(np.full(1, 60.0), np.full(1, 100.0), 0.5)[0] > 5


def test_what_is_not_said_gets_less_where_records_are(untaught, taught, records):
    scales = PriorScales()
    assert untaught.learned.unsaid == pytest.approx(np.full(len(untaught.learned.unsaid), scales.unsaid**2))
    left = taught.learned.unsaid
    assert (left <= scales.unsaid**2 + 1e-12).all()
    assert (left >= 0).all()
    assert left.mean() < 0.98 * scales.unsaid**2
