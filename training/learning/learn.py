"""Learning: what outcomes say beyond the expert rules, with all that stays uncertain.

Documented outcomes are in every fit, and own records come on top. How alike members of one community are decides what a
record is worth, and is itself estimated from how far records lie from the fit; so the fit is made, and made again, from
as many records as fit in memory. When there are more, one last fit takes the cells of all of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from model.scoring.artifact import CHANNEL, INTERCEPT, PriorScales, Uncertainty
from training.learning.cells import ALIKENESS, Evidence, RecordCells, RecordTable
from training.learning.design_matrix import DesignMatrix, Featuriser, FloatArray, Pairs
from training.learning.documents import BESIDE_RECORDS, NUISANCES, Documents
from training.learning.fitting import Cells, Posterior, mean_probability, posterior
from training.learning.priors import learning_prior
from training.learning.served_numbers import ServedNumbers
from training.learning.wide_fitting import posterior_near

_ROUNDS = 3
_HALF_TOLD = 50
"""Communities after which half of what is believed of the unsaid, as a variance, is left."""
_PER_ALIKENESS = 5.0
"""Variance in log-odds for each 1 of ρ, where chances are near 0.3 or 0.7: 1 / (p (1 - p))."""
_DECIMALS = 6
"""Of what is served: far finer than what is known, and coarser than the rounding of different processors."""


@dataclass(frozen=True)
class LearningSettings:
    """How outcomes are learned from.

    Attributes:
        scales: what is believed before them.
    """

    scales: PriorScales = field(default_factory=PriorScales)


@dataclass(frozen=True)
class FittedModel:
    """Everything that was learned, as numbers by column.

    Attributes:
        posterior: of the deviations from what experts say, in the order of `featuriser.names`, and after them of what
            only holds of documents.
        seen: names that some cell or document has; of all others nothing was learned.
        alikeness: estimated ρ.
    """

    featuriser: Featuriser
    posterior: Posterior
    seen: frozenset[str]
    scales: PriorScales
    alikeness: float
    cells: RecordCells
    evidence: Evidence
    documents: Documents

    @property
    def table(self) -> RecordTable:
        """The records in memory."""
        return self.evidence.sample

    @cached_property
    def deviations(self) -> Mapping[str, float]:
        """Feature → what was learned, as it is served."""
        found = zip(self.featuriser.names, self.posterior.mean.tolist(), strict=False)
        return {name: round(value, _DECIMALS) for name, value in found if name in self.seen}

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What scoring needs of the covariance: that of base rates, of each other deviation, and of the two together.

        The intercept is left out: it is the same for all channels, and without records it is an assumption.
        """
        names, places = self.featuriser.names, self.featuriser.channel_place
        covariance, base, shared = self.posterior.covariance, {}, {}
        if not self.seen:
            return Uncertainty()
        for channel, number in places.items():
            both = covariance[1 + number]
            base[channel] = round(float(both[1 + number]), _DECIMALS)
            columns = [column for column in self.featuriser.of_channel(number) if names[column] in self.seen]
            with_base = {names[column]: round(float(both[column]), _DECIMALS) for column in columns}
            shared[channel] = {name: value for name, value in with_base.items() if value}
        own = {
            name: round(float(covariance[column, column]), _DECIMALS)
            for column, name in enumerate(names)
            if name in self.seen and name != INTERCEPT and not name.startswith(CHANNEL)
        }
        return Uncertainty(base, own, shared)

    @cached_property
    def numbers(self) -> ServedNumbers:
        """What the artifact holds, as arrays: learning asks many fits that nobody is going to serve."""
        mean, covariance = self.posterior.mean, self.posterior.covariance
        seen = np.array([name in self.seen for name in self.featuriser.names])
        return ServedNumbers.of_belief(self.featuriser, seen, mean, covariance, self.scales, _DECIMALS)

    def predict(self, pairs: Pairs) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the log-odds of these pairs."""
        return self.numbers.predict(pairs)


def learn(
    evidence: Evidence, featuriser: Featuriser, settings: LearningSettings, documents: Documents | None = None
) -> FittedModel:
    """Fit the deviations to these records, and let go of where they are as soon as all of them are counted.

    Args:
        documents: to learn from beside the records; none when not given.
    """
    told = documents if documents is not None else Documents.of((), featuriser)
    fitter = _Fitter(evidence, featuriser, settings.scales, told)
    table, alikeness = evidence.sample, ALIKENESS
    all_in_memory = evidence.records == len(table)
    if all_in_memory:
        evidence.release()
    learned = fitter.fit(table.cells(alikeness), alikeness)
    for _ in range(_ROUNDS if len(table) else 0):
        estimate = table.estimated_alikeness(mean_probability(*learned.predict(table.pairs)))
        if abs(estimate - alikeness) < 0.01:
            break
        alikeness = estimate
        learned = fitter.fit(table.cells(alikeness), alikeness, learned)
    if all_in_memory:
        return learned
    return fitter.fit_wide(evidence.cells(alikeness), learned)


def learned_unsaid(alikeness: float, communities: int, believed: float) -> float:
    """Standard deviation of what no rule says of a channel for a community; `believed` is that before any record.

    Members of one community look more alike than they are when something that nobody asked about holds for all of them.
    So what ρ is found to be beyond what members are known for is taken for that. ρ is held near what is believed of it
    while communities are few (`cells`), so a share of the belief is added that becomes smaller with their number.
    """
    left = believed**2 * _HALF_TOLD / (_HALF_TOLD + communities)
    return math.sqrt(left + _PER_ALIKENESS * max(0.0, alikeness - ALIKENESS))


class _Fitter:
    """Fits cells of the same records, beside the same documents."""

    def __init__(self, evidence: Evidence, featuriser: Featuriser, scales: PriorScales, documents: Documents) -> None:
        self._evidence = evidence
        self._featuriser = featuriser
        self._scales = scales
        self._documents = documents
        self._told = documents.cells(BESIDE_RECORDS if evidence.records else 1.0)
        self._prior = learning_prior(featuriser, scales, documents)

    def _believed(self, alikeness: float) -> PriorScales:
        """The scales, with what no rule says as large as records show it to be."""
        if not self._evidence.records:
            return self._scales
        communities = self._evidence.sample.seen_communities
        return replace(self._scales, unsaid=learned_unsaid(alikeness, communities, self._scales.unsaid))

    def fit(self, cells: RecordCells, alikeness: float, before: FittedModel | None = None) -> FittedModel:
        """Fit cells in memory, starting from what was found before."""
        rows = self._rows(cells)
        found = posterior(rows, self._prior, None if before is None else before.posterior.mean)
        return self._model(found, rows, cells, alikeness)

    def fit_wide(self, cells: RecordCells, before: FittedModel) -> FittedModel:
        """Fit very many cells, starting from what some of them say."""
        rows = self._rows(cells)
        return self._model(posterior_near(rows, self._prior, before.posterior), rows, cells, before.alikeness)

    def _model(self, found: Posterior, rows: Cells, cells: RecordCells, alikeness: float) -> FittedModel:
        return FittedModel(
            self._featuriser, found, self._seen(rows), self._believed(alikeness), alikeness, cells, self._evidence,
            self._documents,
        )  # fmt: skip

    def _rows(self, cells: RecordCells) -> Cells:
        """The cells, and the documented outcomes after them."""
        own, told = self._featuriser.rows(cells.pairs), self._told
        return Cells(
            sparse.csr_array(sparse.vstack([_widened(own), told.X], format="csr")),
            np.concatenate([own.offset, told.offset]),
            np.concatenate([cells.successes, told.successes]),
            np.concatenate([cells.failures, told.failures]),
        )

    def _seen(self, rows: Cells) -> frozenset[str]:
        """Of base rates something is learned as soon as there is anything: of one channel from others like it."""
        names = self._featuriser.names
        if not rows.X.shape[0]:
            return frozenset()
        columns = np.unique(sparse.csr_array(rows.X).indices).tolist()
        found = {names[column] for column in columns if column < len(names)}
        return frozenset((*found, *names[: 1 + len(self._featuriser.knowledge.channels)]))


def _widened(rows: DesignMatrix) -> sparse.csr_array:
    """The rows with empty nuisance columns; no number is copied."""
    shape = (rows.X.shape[0], rows.X.shape[1] + NUISANCES)
    return sparse.csr_array((rows.X.data, rows.X.indices, rows.X.indptr), shape=shape)
