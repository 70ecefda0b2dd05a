"""Documents: what became of channels in documented communities, as rows to learn from.

A story in print is one observation however large the community, and successes are written about more often than
failures. So each outcome counts as at most one member, and what only holds of print is learned beside the rest and left
out of what is served: how often a story tells of use at all, and what difference the kind of source makes. Only the
intercept suffers from such a choice of stories (R. Prentice and R. Pyke, "Logistic disease incidence models and
case-control studies", Biometrika 66(3), 1979); it is an assumption instead: see `priors`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.domain.evidence import SOURCE_KINDS, DocumentedCommunity, DocumentedOutcome, Result, Strength
from model.profiles.profile import ProfileReader
from training.learning.design_matrix import DesignMatrix, Featuriser, FloatArray, IntArray, Pairs, ProfileTable
from training.learning.fitting import Cells

SHARE: Mapping[Result, float] = {"used": 1.0, "partly": 0.5, "not_used": 0.0, "abandoned": 0.0}
"""What each result counts as, 1 being use."""
WORTH: Mapping[Strength, float] = {"strong": 1.0, "moderate": 0.8, "weak": 0.5}
"""What an outcome is worth, in members, by the strength of its evidence."""
NOT_THE_MEMBERS = 0.3
"""Share that is left of the worth of a channel that its owner or provider ended: that says little about the members."""
BESIDE_RECORDS = 0.5
"""Share of its worth that a documented outcome keeps beside own records."""
NUISANCES = 1 + len(SOURCE_KINDS)
"""Columns that only documented rows have: their own intercept, and one for each kind of source."""


@dataclass(frozen=True)
class Documents:
    """Documented outcomes as rows.

    Attributes:
        pairs: community and channel of each outcome.
        rows: their features, without the intercept of what is served.
        source: place of the kind of source in `SOURCE_KINDS`.
        share: 1 for use, 0 for none.
        worth: in members.
        results: of each outcome.
        communities: how many there are.
        fingerprint: of what is learned from; that of the evidence when they are all of it, and empty without them.
    """

    pairs: Pairs
    rows: DesignMatrix
    source: IntArray
    share: FloatArray
    worth: FloatArray
    results: Sequence[Result]
    communities: int
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self.pairs)

    @staticmethod
    def of(communities: Iterable[DocumentedCommunity], featuriser: Featuriser) -> Documents:
        """The outcomes of communities that were checked against the same questions and channels."""
        found = list(communities)
        reader = ProfileReader(featuriser.knowledge.questionnaire, partial=True)
        read = [reader.read(dict(community.profile)) for community in found]
        profiles = ProfileTable.of([profile for profile in read if profile is not None], featuriser.knowledge)
        told = [(place, each, outcome) for place, each in enumerate(found) for outcome in each.outcomes]
        channels = [featuriser.channel_place[outcome.channel] for _, _, outcome in told]
        pairs = Pairs(profiles, _whole([place for place, _, _ in told]), _whole(channels))
        documents = Documents(
            pairs=pairs,
            rows=featuriser.rows(pairs).without_intercept(),
            source=_whole([SOURCE_KINDS.index(community.source.kind) for _, community, _ in told]),
            share=np.array([SHARE[outcome.result] for _, _, outcome in told], dtype=np.float64),
            worth=np.array([_worth(community.strength, outcome) for _, community, outcome in told], dtype=np.float64),
            results=[outcome.result for _, _, outcome in told],
            communities=len(found),
        )
        whole = tuple(found) == featuriser.knowledge.evidence
        fingerprint = featuriser.knowledge.evidence_fingerprint if whole else documents._digest()
        return replace(documents, fingerprint=fingerprint)

    def cells(self, share_of_worth: float) -> Cells:
        """The rows with their nuisance columns, each counting for this share of its worth."""
        own = np.ones((len(self), 1))
        kinds = sparse.csr_array(
            (np.ones(len(self)), (np.arange(len(self), dtype=np.int32), self.source.astype(np.int32))),
            shape=(len(self), len(SOURCE_KINDS)),
        )
        X = sparse.csr_array(sparse.hstack([self.rows.X, own, kinds], format="csr"))
        worth = share_of_worth * self.worth
        return Cells(X, self.rows.offset, worth * self.share, worth * (1 - self.share))

    def _digest(self) -> str:
        profiles, digest = self.pairs.profiles, hashlib.sha256()
        for column in (
            profiles.masks, profiles.ranks, self.pairs.profile, self.pairs.channel, self.source, self.share, self.worth
        ):  # fmt: skip
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest() if len(self) else ""

    def counts(self, column: int) -> tuple[int, int, int]:
        """Outcomes that have this column: used, partly used, and not used."""
        having = np.flatnonzero(self.rows.X[:, [column]].toarray()[:, 0])
        tally = Counter(self.results[row] for row in having.tolist())
        return tally["used"], tally["partly"], tally["not_used"] + tally["abandoned"]


def _worth(strength: Strength, outcome: DocumentedOutcome) -> float:
    return WORTH[strength] * (NOT_THE_MEMBERS if outcome.closed else 1)


def _whole(numbers: list[int]) -> IntArray:
    return np.array(numbers, dtype=np.int64)
