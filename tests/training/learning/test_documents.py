"""Documented outcomes become rows that count little, and what only holds of print stays with them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import documented, minimal_knowledge, outcome
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.priors import base_covariance, learning_prior
from training.learning.starter import fit_starter

SOURCE = {"title": "Some page", "url": "https://example.org/page", "kind": "vendor", "read": "full"}


def made(*communities):
    knowledge = minimal_knowledge(evidence=list(communities))
    return Documents.of(knowledge.evidence, Featuriser(knowledge))


def test_results_and_strengths_by_hand():
    found = made(
        documented("a", {"place": "road"}, outcome("forum"), outcome("chat", "partly"), outcome("meeting", "not_used")),
        documented("b", {"place": "road"}, outcome("forum", "abandoned"), strength="moderate"),
        documented("c", {}, outcome("chat", "abandoned", ended_by="owner"), strength="weak"),
    )
    assert found.share.tolist() == [1.0, 0.5, 0.0, 0.0, 0.0]
    # An owner that ends a channel says little about its members: 0.3 of what a weak source is worth.
    assert found.worth.tolist() == pytest.approx([1, 1, 1, 0.8, 0.15])
    cells = found.cells(0.5)
    assert cells.successes.tolist() == pytest.approx([0.5, 0.25, 0, 0, 0])
    assert cells.failures.tolist() == pytest.approx([0, 0.25, 0.5, 0.4, 0.075])


def test_rows_have_an_intercept_of_their_own_and_the_kind_of_their_source():
    found = made(
        documented("a", {"place": "road"}, outcome("chat")), documented("b", {}, outcome("forum"), source=SOURCE)
    )
    width = len(found.rows.X.toarray()[0])
    rows = found.cells(1.0).X.toarray()
    assert rows[:, 0].tolist() == [0, 0], "what is served has no part in how often print tells of use"
    assert rows[:, width].tolist() == [1, 1]
    # The kinds of source in their order: paper, report, news, practice, vendor, forum, issue, docs.
    assert rows[0, width + 1 :].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert rows[1, width + 1 :].tolist() == [0, 0, 0, 0, 1, 0, 0, 0]


def test_a_fingerprint_is_that_of_the_evidence_or_of_the_part_that_was_taken(knowledge, featuriser):
    whole = Documents.of(knowledge.evidence, featuriser)
    part = Documents.of(knowledge.evidence[:-1], featuriser)
    assert whole.fingerprint == knowledge.evidence_fingerprint
    assert len({whole.fingerprint, part.fingerprint, Documents.of((), featuriser).fingerprint}) == 3
    assert Documents.of((), featuriser).fingerprint == ""


def test_channels_that_are_alike_vary_together(knowledge):
    """WhatsApp groups and Signal groups are of one kind, a webinar is not."""
    covariance = base_covariance(knowledge.channels)
    place = {channel.id: number for number, channel in enumerate(knowledge.channels)}
    group, signal, webinar = (place[name] for name in ("whatsapp_group", "signal_group", "zoom_webinar"))
    assert covariance[group, signal] > 0.1 > covariance[group, webinar]
    # Of its own, of its family and of its kind, and what its attributes differ from the usual.
    assert (np.diag(covariance) >= 0.4**2 + 0.4**2 + 0.35**2).all()
    assert np.linalg.eigvalsh(covariance).min() > 0.15


def test_half_of_the_documented_tries_would_be_used_and_the_rest_is_centred(knowledge, featuriser):
    documents = Documents.of(knowledge.evidence, featuriser)
    prior = learning_prior(featuriser, fit_starter((), featuriser).scales, documents)
    usual = documents.rows.X.toarray().mean(axis=0)
    # How far the mean log-odds of documented tries is from 0 varies by half a log-odds, whatever else is learned.
    covariance = np.linalg.inv(prior.precision)[: len(usual), : len(usual)]
    usual[0] = 1
    assert usual @ prior.mean[: len(usual)] + documents.rows.offset.mean() == pytest.approx(0)
    assert usual @ covariance @ usual == pytest.approx(0.25)
