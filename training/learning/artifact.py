"""Export: what was learned as an artifact, plain numbers by feature name, with a self-test.

The self-test asks the documented cases of the knowledge, never a community from the records: an artifact tells nobody
what a community answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version

import numpy as np

from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile, ProfileReader, emptiest_answers
from model.scoring.artifact import INTERCEPT, Artifact, Covariance, SelfTest
from model.scoring.features import channel_feature
from training.learning.design_matrix import Pairs, ProfileTable
from training.learning.learn import FittedModel

_DECIMALS = 12
_SIGNIFICANT = 7
_LIBRARIES = ("numpy", "platform-fit", "scikit-learn", "scipy")


def to_artifact(learned: FittedModel, created: str = "", identifier: str | None = None) -> Artifact:
    """The artifact.

    Args:
        created: ISO date, given from outside so that the same records give the same bytes.
        identifier: its name; made from the records when not given.
    """
    knowledge, evidence, fingerprint = learned.featuriser.knowledge, learned.evidence, learned.cells.fingerprint
    names = (INTERCEPT, *learned.featuriser.names, *map(learned.featuriser.pattern_name, learned.fit.patterns))
    # All other columns are as before, and independent of these.
    seen = learned.fit.seen.tolist()
    deviations = {names[place]: round(float(learned.deviations[place]), _DECIMALS) for place in seen}
    return Artifact(
        id=identifier or f"fit-{fingerprint[:12]}",
        knowledge=knowledge.score_fingerprint,
        created=created,
        records=evidence.records,
        communities=evidence.seen_communities,
        trained_until=evidence.newest.isoformat() if evidence.records else "",
        deviations=deviations,
        scales=learned.scales,
        covariance=_covariance(learned, names, seen),
        unsaid=_unsaid(learned) if evidence.records else {},
        alikeness=round(learned.alikeness, 4) if evidence.records else None,
        fingerprint=fingerprint,
        versions={library: version(library) for library in _LIBRARIES},
        self_test=tuple(_self_test(learned)),
    )


def _covariance(learned: FittedModel, names: tuple[str, ...], seen: list[int]) -> Covariance:
    matrix = learned.fit.posterior.covariance
    rows = tuple(
        tuple(float(f"{number:.{_SIGNIFICANT}g}") for number in matrix[row, seen[: place + 1]].tolist())
        for place, row in enumerate(seen)
    )
    return Covariance(tuple(names[place] for place in seen), rows)


def _unsaid(learned: FittedModel) -> Mapping[str, float]:
    channels = learned.featuriser.knowledge.channels
    left = zip(channels, learned.unsaid.tolist(), strict=True)
    return {channel_feature(channel): round(variance, 9) for channel, variance in left}


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
