"""Artifact: what was learned as an artifact, plain numbers by feature name, with a self-test.

The self-test asks the documented cases of the knowledge, never a community from the records: an artifact tells nobody
what a community answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version

import numpy as np

from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile, ProfileReader, emptiest_answers
from model.scoring.artifact import GROUP, Artifact, Basis, SelfTest
from training.learning.design_matrix import Pairs, ProfileTable
from training.learning.learn import FittedModel

_LIBRARIES = ("numpy", "platform-fit", "scikit-learn", "scipy")


def to_artifact(learned: FittedModel, created: str = "", identifier: str | None = None) -> Artifact:
    """The artifact.

    Args:
        created: ISO date, given from outside so that the same records give the same bytes.
        identifier: its name; made from its content when not given.
    """
    artifact = Artifact(
        id=identifier or "",
        knowledge=learned.featuriser.knowledge.score_fingerprint,
        created=created,
        basis=_basis(learned),
        deviations=learned.deviations,
        scales=learned.scales,
        uncertainty=learned.uncertainty,
        # What is learned from documents alone is part of the knowledge, and the same whatever made it.
        versions={library: version(library) for library in _LIBRARIES} if learned.evidence.records else {},
        self_test=tuple(_self_test(learned)),
    )
    if identifier is not None:
        return artifact
    return replace(artifact, id=f"{created or 'fit'}-{artifact.checksum[:8]}")


def _basis(learned: FittedModel) -> Basis:
    evidence, documents = learned.evidence, learned.documents
    told = Basis(
        documented=documents.communities,
        documents=documents.fingerprint,
        counts={
            name: documents.counts(column)
            for column, name in enumerate(learned.featuriser.names)
            if name.startswith(GROUP) and name in learned.seen
        },
    )
    if not evidence.records:
        return told
    return replace(
        told,
        records=evidence.records,
        communities=evidence.seen_communities,
        trained_until=evidence.newest.isoformat(),
        fingerprint=learned.cells.fingerprint,
        alikeness=round(learned.alikeness, 4),
    )


def _self_test(learned: FittedModel) -> Iterator[SelfTest]:
    featuriser = learned.featuriser
    asked = _questions_for_self_test(featuriser.knowledge)
    profiles = ProfileTable.of([profile for profile, _, _ in asked], featuriser.knowledge)
    places = np.array([featuriser.channel_place[channel] for _, _, channel in asked], dtype=np.int64)
    log_odds, _ = learned.predict(Pairs(profiles, np.arange(len(asked)), places))
    for (_, answers, channel), expected in zip(asked, log_odds, strict=True):
        yield SelfTest(answers, channel, round(float(expected), 9))


def _questions_for_self_test(knowledge: Knowledge) -> list[tuple[Profile, Mapping[str, str | list[str]], str]]:
    """Each documented case with its channels, and the emptiest profile with the first and the last channel."""
    reader = ProfileReader(knowledge.questionnaire)
    emptiest = emptiest_answers(knowledge.questionnaire)
    channels = knowledge.channels
    asked = [(emptiest, channels[0].id), (emptiest, channels[-1].id)]
    asked += [(dict(case.profile), each.channel) for case in knowledge.cases for each in (*case.worked, *case.failed)]
    read = [(reader.read(dict(answers)), answers, channel) for answers, channel in asked]
    return [(profile, answers, channel) for profile, answers, channel in read if profile is not None]
