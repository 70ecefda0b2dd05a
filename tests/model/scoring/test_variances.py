"""Variances: laid out by number they are what the artifact says by name."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scoring.artifact import INTERCEPT, TRUST, Artifact, Covariance
from model.scoring.features import ATTRIBUTES, answer_feature, channel_feature, rule_feature
from model.scoring.scorer import Scorer
from tests.model.advice.advised import KNOWLEDGE, PROFILES, QUESTIONS, read


def _correlated(seed: int) -> Artifact:
    """An artifact that knows of about half of the features; all that it knows hangs together."""
    chance = random.Random(seed)
    names = [INTERCEPT, TRUST]
    names += [rule_feature(rule) for rule in KNOWLEDGE.rules]
    names += [channel_feature(channel) for channel in KNOWLEDGE.channels]
    names += [
        answer_feature(question.id, code, attribute)
        for question in QUESTIONS
        for code in question.codes[:2]
        for attribute in ATTRIBUTES
    ]
    known = chance.sample(names, len(names) // 2)
    directions = [[chance.gauss(0, 0.2) for _ in range(3)] for _ in known]
    rows = tuple(
        tuple(sum(x * y for x, y in zip(one, other, strict=True)) + 0.01 * (one is other) for other in directions[:row])
        for row, one in enumerate(directions, 1)
    )
    return Artifact(
        "correlated",
        KNOWLEDGE.score_fingerprint,
        covariance=Covariance(tuple(known), rows),
        deviations={name: chance.gauss(0, 0.2) for name in known},
        unsaid={channel_feature(channel): chance.uniform(0.01, 0.25) for channel in KNOWLEDGE.channels[::2]},
    )


SCORERS = [Scorer(KNOWLEDGE, _correlated(seed)) for seed in (1, 2)]


@given(PROFILES, st.sampled_from(SCORERS))
def test_all_at_once_is_what_the_artifact_says_of_each(raw, scorer):
    for each in scorer.assess(read(raw)):
        prior, posterior = scorer.artifact.variance(each.features)
        assert each.prior_variance == pytest.approx(prior, abs=1e-7)
        assert each.variance == pytest.approx(posterior, abs=1e-9)
