"""Artifact: the numbers that scoring adds to the rules, with where they come from, as JSON and never as code.

Learning moves the expert score of a channel by named deviations (see `model.scoring.features` for the names). An
artifact holds their posterior means and what is still uncertain about them. Without records all means are 0 and the
uncertainty is the prior's, so the rule base itself is the first artifact: `Artifact.of_rules`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from model.errors import ArtifactError, Phrase

FORMAT = 3
RULES = "rules"
"""Id of the rule base without records, which is always there: `Artifact.of_rules` makes it."""
STARTER = "starter"
"""Id of what documented communities alone taught; it comes with the knowledge (`model.scoring.starter`)."""
SHIPPED = (RULES, STARTER)
"""Ids of what is there without a shelf."""
INTERCEPT, TRUST, FIT = "intercept", "trust", "fit"
CHANNEL, GROUP = "channel:", "group:"


@dataclass(frozen=True, slots=True)
class PriorScales:
    """Standard deviations, in log-odds, of what is uncertain before any record was seen.

    Attributes:
        intercept: of how often channels are used at all.
        trust: of the trust in the expert weights, which is a number between 0 and 1 in the knowledge.
        rule: of one rule, as a share of its weight.
        channel: of the base rate of one channel.
        group: of what a kind of community adds to a kind of channel.
        fit: of what serving the wishes adds.
        unsaid: of what neither rules nor records say about a channel for one community. Documented pairs of channels
            come out as often as this size has it (decision 32, `bench.confidence`).
    """

    intercept: float = 0.5
    trust: float = 0.1
    rule: float = 0.2
    channel: float = 0.7
    group: float = 0.3
    fit: float = 0.4
    unsaid: float = 1.0

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


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What is uncertain about the fitted numbers, folded into what scoring can add up.

    The variance of a channel's log-odds with features x is
    base[channel] + Σ x² own[feature] + 2 Σ x shared[channel][feature].
    How two features other than the base rate vary together is left out: nearly always they pull against each other,
    so the variance comes out too large rather than too small.

    Attributes:
        base: channel id → variance of its base rate. What is uncertain about all channels alike, the intercept, is not
            in it: it moves no channel past another one, and before there are records it is an assumption that is told.
        own: feature → variance of its deviation.
        shared: channel id → feature → covariance of its deviation with the base rate.
    """

    base: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)
    shared: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an artifact was learned from.

    Attributes:
        records: outcome records of this installation.
        communities: communities those records come from.
        trained_until: ISO date of the latest start among those records; empty without records.
        documented: documented communities that it was learned from.
        documents: fingerprint of those documented communities; empty without them.
        fingerprint: SHA-256 of the records; empty without records.
        alikeness: estimated correlation between members of one community; None without records.
        counts: feature → documented outcomes with it that were used, partly used, and not used.
    """

    records: int = 0
    communities: int = 0
    trained_until: str = ""
    documented: int = 0
    documents: str = ""
    fingerprint: str = ""
    alikeness: float | None = None
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Artifact:
    """Fitted numbers and their provenance.

    Attributes:
        id: a readable name; "rules" for the rule base without records.
        knowledge: `score_fingerprint` of the knowledge it was made for.
        created: ISO date, empty for the rule base.
        basis: what it was learned from.
        deviations: feature → posterior mean; a feature that is not here has 0.
        scales: prior standard deviations.
        uncertainty: posterior variances; a feature or channel that is not there has the prior's.
        versions: library → version that fitted the numbers.
        self_test: results that prove that a scorer reads the numbers as they were meant.
    """

    id: str
    knowledge: str
    created: str = ""
    basis: Basis = Basis()
    deviations: Mapping[str, float] = field(default_factory=dict)
    scales: PriorScales = PriorScales()
    uncertainty: Uncertainty = Uncertainty()
    versions: Mapping[str, str] = field(default_factory=dict)
    self_test: tuple[SelfTest, ...] = ()

    @staticmethod
    def of_rules(knowledge: str) -> Artifact:
        """The rule base as it is: no deviations, the prior's uncertainty."""
        return Artifact(RULES, knowledge)

    @property
    def learned(self) -> bool:
        """Whether records or documented communities say anything in it."""
        return bool(self.deviations)

    def deviation(self, feature: str) -> float:
        return self.deviations.get(feature, 0.0)

    @property
    def prior_base_variance(self) -> float:
        """Variance of the base rate of a channel before any outcome was seen."""
        return self.scales.channel**2

    def base_variance(self, channel: str) -> float:
        """Variance of the base rate of the channel with this id."""
        return self.uncertainty.base.get(channel, self.prior_base_variance)

    def own_variance(self, feature: str) -> float:
        """Variance of one deviation."""
        return self.uncertainty.own.get(feature, self.scales.variance(feature))

    def shared_variance(self, channel: str, feature: str) -> float:
        """Covariance of a deviation with the base rate of the channel with this id."""
        return self.uncertainty.shared.get(channel, {}).get(feature, 0.0)

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
            "basis": {
                **asdict(self.basis),
                "counts": {feature: list(counts) for feature, counts in sorted(self.basis.counts.items())},
            },
            "deviations": dict(sorted(self.deviations.items())),
            "scales": asdict(self.scales),
            "uncertainty": {
                "base": dict(sorted(self.uncertainty.base.items())),
                "own": dict(sorted(self.uncertainty.own.items())),
                "shared": {
                    channel: dict(sorted(shared.items())) for channel, shared in sorted(self.uncertainty.shared.items())
                },
            },
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
                    Phrase(
                        "the artifact has format {0} and this version reads {1}: train again", data["format"], FORMAT
                    )
                )
            if claimed != _checksum(data):
                raise ArtifactError(Phrase("the artifact is damaged: its checksum does not fit its content"))
            counts = {feature: tuple(each) for feature, each in data["basis"].pop("counts").items()}
            artifact = Artifact(
                id=data["id"],
                knowledge=data["knowledge"],
                created=data["created"],
                basis=Basis(**data["basis"], counts=counts),
                deviations=data["deviations"],
                scales=PriorScales(**data["scales"]),
                uncertainty=Uncertainty(**data["uncertainty"]),
                versions=data["versions"],
                self_test=tuple(SelfTest(**test) for test in data["self_test"]),
            )
            flaw = next(_flaws(artifact), None)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArtifactError(Phrase("this is no artifact: {0}", type(error).__name__)) from None
        if flaw:
            raise ArtifactError(Phrase("the artifact cannot be used: {0}", flaw))
        return artifact


def _flaws(artifact: Artifact) -> Iterator[Phrase]:
    """What is wrong with the content, although it is an artifact in form.

    Raises:
        TypeError: something is not even of the right kind to look into.
    """
    basis, uncertainty = artifact.basis, artifact.uncertainty
    scales = list(asdict(artifact.scales).values())
    shared = [number for each in uncertainty.shared.values() for number in each.values()]
    variances = [*uncertainty.base.values(), *uncertainty.own.values()]
    tested = [test.log_odds for test in artifact.self_test]
    words = [
        artifact.id, artifact.knowledge, artifact.created, basis.trained_until, basis.documents, basis.fingerprint,
        *artifact.deviations, *(test.channel for test in artifact.self_test),
    ]  # fmt: skip
    counts = [
        basis.records,
        basis.communities,
        basis.documented,
        *(each for row in basis.counts.values() for each in row),
    ]
    if not all(isinstance(word, str) for word in words):
        yield Phrase("a name is not a word")
    if not all(type(count) is int and count >= 0 for count in counts):
        yield Phrase("a number of records, communities or outcomes is not a count")
    if not all(map(_is_finite, (*artifact.deviations.values(), *variances, *shared, *scales, *tested))):
        yield Phrase("it holds a number that is not finite")
    elif any(scale < 0 for scale in scales):
        yield Phrase("a prior scale is negative")
    elif any(variance < 0 for variance in variances):
        yield Phrase("a variance is negative")
    if not all(isinstance(test.profile, dict) for test in artifact.self_test):
        yield Phrase("a self-test has no profile")


def _is_finite(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
