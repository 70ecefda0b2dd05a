"""Variances: how uncertain the log-odds of every channel are, before records and with them, for all channels at once.

The same as `Artifact.variance`, which tells what is meant by it, but laid out by number instead of by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.domain.knowledge import Knowledge
from model.scoring.artifact import INTERCEPT, TRUST, Artifact
from model.scoring.features import channel_feature, rule_feature
from model.scoring.reasons import UNIT
from model.scoring.statements import Statement
from model.scoring.undecided_rules import Waiting

Numbered = list[tuple[int, float]]
"""Features by their places in the layout, with their values."""


def prior_variances(artifact: Artifact, expert: Sequence[float], squares: Sequence[int]) -> list[float]:
    """Per channel `PriorScales.without_records`.

    Args:
        expert: the log-odds by expert weights alone.
        squares: sums of the squared values of rule features, in units of 1e-9.
    """
    scales = artifact.scales
    general, trust, rule = scales.without_records(0, 0), scales.trust**2, scales.rule**2 / UNIT
    return [
        general + trust * log_odds * log_odds + rule * squared
        for log_odds, squared in zip(expert, squares, strict=True)
    ]


class Variances:
    """The posterior variances of one artifact.

    Every channel has three features whatever the community: what is general, the channel itself and the trust. Their
    share of the quadratic form is put together in advance, so that only rules and patterns are gone through.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact) -> None:
        channels = [channel_feature(channel) for channel in knowledge.channels]
        rules = [rule_feature(rule) for rule in knowledge.rules]
        names = list(
            dict.fromkeys((INTERCEPT, TRUST, *channels, *rules, *artifact.covariance.names, *artifact.deviations))
        )
        self._place: Mapping[str, int] = {name: place for place, name in enumerate(names)}
        square = [[artifact.covariance_of(one, other) for other in names] for one in names]
        self._own = [row[place] for place, row in enumerate(square)]
        self._twice = [[2 * number for number in row] for row in square]
        general, self._trust = self._twice[self._place[INTERCEPT]], self._twice[self._place[TRUST]]
        self._always: list[tuple[float, Sequence[float]]] = []
        for name in channels:
            own = self._twice[self._place[name]]
            fixed = artifact.unsaid_of(name) + self._own[self._place[INTERCEPT]] + self._own[self._place[name]]
            with_any = [one + other for one, other in zip(general, own, strict=True)]
            self._always.append((fixed + general[self._place[name]], with_any))

    def of(self, statements: Sequence[Statement], waits: Sequence[Waiting], expert: Sequence[float]) -> list[float]:
        """Per channel the variance of its log-odds.

        Args:
            statements: all that is said of channels.
            waits: per channel what waits.
            expert: per channel the log-odds by expert weights alone, which is the value of the feature `trust`.
        """
        known: list[Numbered] = [[] for _ in waits]
        for _, reason, places, *_ in statements:
            for name, value in reason.features:
                numbered = self._place[name], value
                for place in places:
                    known[place].append(numbered)
        for features, waiting in zip(known, waits, strict=True):
            for part in waiting.undecided:
                for name, value in part.features:
                    features.append((self._place[name], value))
        return list(map(self._variance, self._always, expert, known))

    def _variance(self, always: tuple[float, Sequence[float]], trust: float, features: Numbered) -> float:
        total, with_any = always
        twice, own, with_trust = self._twice, self._own, self._trust
        at = self._place[TRUST]
        total += trust * (with_any[at] + trust * own[at])
        for count, (row, value) in enumerate(features):
            numbers = twice[row]
            added = with_any[row] + trust * with_trust[row] + value * own[row]
            for column, other in features[:count]:
                added += other * numbers[column]
            total += value * added
        return total
