"""Artifact: the numbers that scoring adds to the rules, with where they come from, as JSON and never as code.

Learning moves the expert score of a channel by named deviations (see `model.features` for the names). An artifact
holds their posterior means and what is still uncertain about them. Without records all means are 0 and the
uncertainty is the prior's, so the rule base itself is the first artifact: `Artifact.of_rules`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from model.errors import ArtifactError

FORMAT = 1
INTERCEPT, TRUST = "intercept", "trust"


@dataclass(frozen=True, slots=True)
class PriorScales:
    """Standard deviations, in log-odds, of the deviations before any record was seen, one per block."""

    intercept: float = 0.5
    trust: float = 0.4
    rule: float = 0.4
    channel: float = 0.3
    answer: float = 0.07

    def variance(self, feature: str) -> float:
        """Prior variance of one feature's deviation."""
        scale: float = getattr(self, feature.partition(":")[0])
        return scale * scale


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
        knowledge: fingerprint of the knowledge it was made for.
        created: ISO date, empty for the rule base.
        records: outcome records learned from.
        communities: communities those records come from.
        deviations: feature → posterior mean; a feature that is not here has 0.
        scales: prior standard deviations.
        covariance: posterior covariance of the features that records said something about.
        self_test: results that prove that a scorer reads the numbers as they were meant.
    """

    id: str
    knowledge: str
    created: str = ""
    records: int = 0
    communities: int = 0
    deviations: Mapping[str, float] = field(default_factory=dict)
    scales: PriorScales = PriorScales()
    covariance: Covariance = Covariance((), ())
    self_test: tuple[SelfTest, ...] = ()

    @staticmethod
    def of_rules(knowledge_fingerprint: str) -> Artifact:
        """The rule base as it is: no deviations, the prior's uncertainty."""
        return Artifact("rules", knowledge_fingerprint)

    def deviation(self, feature: str) -> float:
        return self.deviations.get(feature, 0.0)

    def variance(self, features: Mapping[str, float]) -> tuple[float, float]:
        """(prior, posterior) variance of the log-odds of a channel with these feature values."""
        prior = outside = 0.0
        for name, value in features.items():
            share = self.scales.variance(name) * value * value
            prior += share
            if name not in self.covariance:
                outside += share
        return prior, outside + self.covariance.variance(features)

    def to_json(self) -> str:
        """The artifact as JSON text with a checksum over everything else in it."""
        content = self._content()
        return json.dumps({**content, "checksum": _checksum(content)}, indent=1, allow_nan=False)

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "id": self.id,
            "knowledge": self.knowledge,
            "created": self.created,
            "records": self.records,
            "communities": self.communities,
            "deviations": dict(sorted(self.deviations.items())),
            "scales": asdict(self.scales),
            "covariance": {
                "names": list(self.covariance.names),
                "rows": [list(row) for row in self.covariance.rows],
            },
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
            ArtifactError: no JSON, another format, a number that is not finite, or a checksum that does not fit.
        """
        try:
            data = json.loads(text)
            claimed = data.pop("checksum")
            if data["format"] != FORMAT:
                raise ArtifactError(f"artifact format {data['format']} is not known; this version reads {FORMAT}")
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
                deviations=data["deviations"],
                scales=PriorScales(**data["scales"]),
                covariance=covariance,
                self_test=tuple(SelfTest(**test) for test in data["self_test"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArtifactError(f"this is no artifact: {type(error).__name__}") from None
        numbers = [*artifact.deviations.values(), *(number for row in covariance.rows for number in row)]
        if not all(math.isfinite(number) for number in numbers):
            raise ArtifactError("the artifact holds a number that is not finite")
        return artifact


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
