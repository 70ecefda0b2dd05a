"""Starter: what documented communities alone teach, for an installation that has no records yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from model.domain.evidence import DocumentedCommunity
from model.scoring.artifact import Artifact
from training.learning.artifact import to_artifact
from training.learning.cells import RecordTable
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.learn import LearningSettings, learn


def fit_starter(
    communities: Iterable[DocumentedCommunity],
    featuriser: Featuriser,
    created: str = "",
    identifier: str | None = None,
) -> Artifact:
    """Learn from documented communities of the knowledge of this featuriser, all or some of them.

    The same communities give the same artifact, byte for byte.

    Args:
        created: ISO date to write into the artifact.
        identifier: name of the artifact; made from its content when not given.
    """
    nothing = RecordTable.of((), featuriser)
    learned = learn(nothing, featuriser, LearningSettings(), Documents.of(communities, featuriser))
    artifact = to_artifact(learned, created, identifier or "")
    return artifact if identifier else replace(artifact, id=f"starter-{artifact.checksum[:8]}")
