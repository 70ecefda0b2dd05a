"""Artifact: the numbers that scoring adds to the rules, with where they come from, as JSON and never as code.

Learning moves the expert score of a channel by named deviations (see `model.scoring.features` for the names). An
artifact holds their posterior means and what is still uncertain about them. What neither rules nor found patterns say
of a channel is not a number that could be learned, but a variance that records make smaller: `unsaid`. Without records
all means are 0 and the uncertainty is the prior's, so the rule base itself is the first artifact: `Artifact.of_rules`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from model.errors import ArtifactError

FORMAT = 2
RULES = "rules"
"""Id of the rule base without records, which is always there: `Artifact.of_rules` makes it."""
INTERCEPT, TRUST = "intercept", "trust"
CHANNEL, ANSWER = "channel:", "answer:"


@dataclass(frozen=True, slots=True)
class PriorScales:
    """Standard deviations, in log-odds, of what is uncertain before any record was seen.

    Attributes:
        intercept: of how often channels are used at all.
        trust: of the overall trust in the expert score, as a share of it.
        rule: of one rule, as a share of its strength (`model.scoring.features.rule_strength`).
        channel: of one channel.
        answer: of a pattern that records show: an answer together with a channel attribute.
        unsaid: of what neither rules nor found patterns say about a channel for a community.
    """

    intercept: float = 0.5
    trust: float = 0.4
    rule: float = 0.7
    channel: float = 0.3
    answer: float = 0.5
    unsaid: float = 0.5

    def variance(self, feature: str) -> float:
        """Prior variance of one feature's deviation."""
        scale: float = getattr(self, feature.partition(":")[0])
        return scale * scale

    def without_records(self, expert: float, rules: float) -> float:
        """Variance of a channel's log-odds when no record was seen.

        The same as `Artifact.variance`, without looking at every feature by name.

        Args:
            expert: the expert log-odds.
            rules: sum of the squared values of the rule features.
        """
        in_general = self.unsaid**2 + self.intercept**2 + self.channel**2
        return in_general + (self.trust * expert) ** 2 + self.rule**2 * rules


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One log-odds that a scorer with this artifact must reproduce."""

    profile: Mapping[str, str | list[str]]
    channel: str
    log_odds: float


@dataclass(frozen=True)
class Covariance:
    """Posterior covariance of the named features, as rows of the lower triangle."""

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def __contains__(self, feature: str) -> bool:
        return feature in self._place

    def between(self, one: str, other: str) -> float:
        """Covariance of two of the named features."""
        row, column = sorted((self._place[one], self._place[other]), reverse=True)
        return self.rows[row][column]

    def variance(self, features: Mapping[str, float]) -> float:
        """Variance of the sum of feature × deviation over the named features."""
        values = sorted((self._place[name], value) for name, value in features.items() if name in self._place)
        total = 0.0
        for count, (row, left) in enumerate(values):
            numbers = self.rows[row]
            inner = sum(numbers[column] * right for column, right in values[:count])
            total += left * (2 * inner + left * numbers[row])
        return total


@dataclass(frozen=True)
class Artifact:
    """Fitted numbers and their provenance.

    Attributes:
        id: a readable name; "rules" for the rule base without records.
        knowledge: `score_fingerprint` of the knowledge it was made for.
        created: ISO date, empty for the rule base.
        records: outcome records learned from.
        communities: communities those records come from.
        trained_until: ISO date of the latest start among those records, empty for the rule base.
        deviations: feature → posterior mean; a feature that is not here has 0.
        scales: prior standard deviations.
        covariance: posterior covariance of the features that records said something about.
        unsaid: channel feature → variance left of what is not said; a channel that is not here has the prior's.
        alikeness: estimated correlation between members of one community.
        fingerprint: SHA-256 of the records learned from.
        versions: library → version that fitted the numbers.
        self_test: results that prove that a scorer reads the numbers as they were meant.
    """

    id: str
    knowledge: str
    created: str = ""
    records: int = 0
    communities: int = 0
    trained_until: str = ""
    deviations: Mapping[str, float] = field(default_factory=dict)
    scales: PriorScales = PriorScales()
    covariance: Covariance = Covariance((), ())
    unsaid: Mapping[str, float] = field(default_factory=dict)
    alikeness: float | None = None
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    self_test: tuple[SelfTest, ...] = ()

    @staticmethod
    def of_rules(knowledge: str) -> Artifact:
        """The rule base as it is: no deviations, the prior's uncertainty."""
        return Artifact(RULES, knowledge)

    def deviation(self, feature: str) -> float:
        return self.deviations.get(feature, 0.0)

    def covariance_of(self, one: str, other: str) -> float:
        """Posterior covariance of two deviations; those that records said nothing about keep their prior variance."""
        if one in self.covariance and other in self.covariance:
            return self.covariance.between(one, other)
        return self.scales.variance(one) if one == other else 0.0

    def unsaid_of(self, channel: str) -> float:
        """Variance left of what is not said of a channel, which is given as a feature."""
        return self.unsaid.get(channel, self.scales.unsaid**2)

    def variance(self, features: Mapping[str, float]) -> tuple[float, float]:
        """(prior, posterior) variance of the log-odds of a channel with these feature values."""
        before = after = self.scales.unsaid**2
        prior, outside = self._prior(features)
        for name in features:
            if name.startswith(CHANNEL):
                after = self.unsaid_of(name)
        return before + prior, after + outside + self.covariance.variance(features)

    def difference_variance(self, left: Mapping[str, float], right: Mapping[str, float]) -> float:
        """Posterior variance of the difference in log-odds of two channels, each given by its feature values."""
        apart = ((name, left.get(name, 0.0) - right.get(name, 0.0)) for name in {**left, **right})
        difference = {name: value for name, value in apart if value}
        unsaid = sum(self.unsaid_of(name) for name in difference if name.startswith(CHANNEL))
        return unsaid + self._prior(difference)[1] + self.covariance.variance(difference)

    def _prior(self, features: Mapping[str, float]) -> tuple[float, float]:
        """Prior variance of these features: (of all, of those that records said nothing about)."""
        total = outside = 0.0
        for name, value in features.items():
            share = self.scales.variance(name) * value * value
            if not name.startswith(ANSWER):  # a pattern is part of the unsaid until it is found
                total += share
            if name not in self.covariance:
                outside += share
        return total, outside

    def to_json(self) -> str:
        """The artifact as JSON text with a checksum over everything else in it."""
        content = self._content()
        return json.dumps({**content, "checksum": _checksum(content)}, allow_nan=False)

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "id": self.id,
            "knowledge": self.knowledge,
            "created": self.created,
            "records": self.records,
            "communities": self.communities,
            "trained_until": self.trained_until,
            "deviations": dict(sorted(self.deviations.items())),
            "scales": asdict(self.scales),
            "covariance": {
                "names": list(self.covariance.names),
                "rows": [list(row) for row in self.covariance.rows],
            },
            "unsaid": dict(sorted(self.unsaid.items())),
            "alikeness": self.alikeness,
            "fingerprint": self.fingerprint,
            "versions": dict(sorted(self.versions.items())),
            "self_test": [asdict(test) for test in self.self_test],
        }

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the content."""
        return _checksum(self._content())

    @staticmethod
    def from_json(text: str) -> Artifact:
        """Read an artifact back.

        Raises:
            ArtifactError: no JSON, another format, a checksum that does not fit, or content that cannot be used, such
                as a number that is not finite.
        """
        try:
            data = json.loads(text)
            claimed = data.pop("checksum")
            if data["format"] != FORMAT:
                raise ArtifactError(
                    f"the artifact has format {data['format']} and this version reads {FORMAT}: train again"
                )
            if claimed != _checksum(data):
                raise ArtifactError("the artifact is damaged: its checksum does not fit its content")
            covariance = Covariance(
                tuple(data["covariance"]["names"]), tuple(tuple(row) for row in data["covariance"]["rows"])
            )
            artifact = Artifact(
                id=data["id"],
                knowledge=data["knowledge"],
                created=data["created"],
                records=data["records"],
                communities=data["communities"],
                trained_until=data["trained_until"],
                deviations=data["deviations"],
                scales=PriorScales(**data["scales"]),
                covariance=covariance,
                unsaid=data["unsaid"],
                alikeness=data["alikeness"],
                fingerprint=data["fingerprint"],
                versions=data["versions"],
                self_test=tuple(SelfTest(**test) for test in data["self_test"]),
            )
            flaw = next(_flaws(artifact), None)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArtifactError(f"this is no artifact: {type(error).__name__}") from None
        if flaw:
            raise ArtifactError(f"the artifact cannot be used: {flaw}")
        return artifact


def _flaws(artifact: Artifact) -> Iterator[str]:
    """What is wrong with the content, although it is an artifact in form.

    Raises:
        TypeError: something is not even of the right kind to look into.
    """
    names, rows = artifact.covariance.names, artifact.covariance.rows
    scales = list(asdict(artifact.scales).values())
    tested = [test.log_odds for test in artifact.self_test]
    words = [artifact.id, artifact.knowledge, artifact.created, *names, *(test.channel for test in artifact.self_test)]
    if not all(isinstance(word, str) for word in words):
        yield "a name is not a word"
    if not all(type(count) is int and count >= 0 for count in (artifact.records, artifact.communities)):
        yield "a number of records or communities is not a count"
    if not all(
        _is_finite(number)
        for number in (*artifact.deviations.values(), *artifact.unsaid.values(), *chain(*rows), *scales, *tested)
    ):
        yield "it holds a number that is not finite"
    elif any(scale < 0 for scale in scales):
        yield "a prior scale is negative"
    if [len(row) for row in rows] != list(range(1, len(names) + 1)) or len(set(names)) < len(names):
        yield "the covariance is not a lower triangle of its names"
    if not all(isinstance(test.profile, dict) for test in artifact.self_test):
        yield "a self-test has no profile"


def _is_finite(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
