"""Learning: what records say beyond the expert rules, with all that stays uncertain.

How alike members of one community are decides what a record is worth, and is itself estimated from how far records
lie from the fit; so the fit is made, and made again. That, the scales of the priors and the patterns are learned from
records in memory; when there are more records, one last fit takes all of their cells. What is unknown about a community
(its unknown answers, and what no rule says) draws observed shares to the middle. The fit takes that into account;
without it every weight would come out too small.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.special import expit

from model.scoring.artifact import PriorScales
from training.learning.cells import ALIKENESS, Evidence, RecordCells, RecordTable
from training.learning.design_matrix import Featuriser, FloatArray, Pairs
from training.learning.fitting import Prior, quadratic, with_ones
from training.learning.interactions import MOST, InteractionFit, fit_again, fit_with_patterns, unsaid_variance

_ROUNDS = 3
BLOCKS = ("trust", "rule", "channel")


@dataclass(frozen=True)
class LearningSettings:
    """How records are learned from.

    Attributes:
        scales: what is believed before records.
        hyper_scale: how far the scales of a block may move, as the standard deviation of the logarithm of a factor.
            Free tuning makes intervals too narrow when records are few.
    """

    scales: PriorScales = field(default_factory=PriorScales)
    hyper_scale: float = 0.3


@dataclass(frozen=True)
class FittedModel:
    """Everything that was learned, as numbers by column.

    Attributes:
        names: features, the intercept first, then the core columns, then the found patterns.
        deviations, covariance: posterior of the deviations from what experts say, in the order of `names`.
        scales: prior scales as tuned.
        unsaid: per channel the variance of what is not said.
        alikeness: estimated ρ.
    """

    featuriser: Featuriser
    fit: InteractionFit
    scales: PriorScales
    unsaid: FloatArray
    alikeness: float
    cells: RecordCells
    evidence: Evidence

    @property
    def table(self) -> RecordTable:
        """The records in memory."""
        return self.evidence.sample

    @property
    def deviations(self) -> FloatArray:
        return self.fit.posterior.mean

    def columns(self, pairs: Pairs) -> sparse.csr_array:
        """The intercept, the core columns and the found patterns for these pairs."""
        return with_ones(self.featuriser.with_patterns(pairs, self.fit.patterns))

    def predict(self, pairs: Pairs) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the log-odds of these pairs."""
        X = self.columns(pairs)
        expert = X[:, [1]].toarray()[:, 0]
        variance = quadratic(X, self.fit.posterior.covariance) + self.unsaid[pairs.channel]
        return np.asarray(expert + X @ self.deviations), variance

    def expected_shares(self, pairs: Pairs) -> FloatArray:
        """Shares of members expected in records, averaged over what is unknown and unsaid about them."""
        sharpness = _sharpness(self.featuriser.blur(pairs) + self.unsaid[pairs.channel])
        return np.asarray(expit(sharpness * self.predict(pairs)[0]))


def learn(evidence: Evidence, featuriser: Featuriser, settings: LearningSettings) -> FittedModel:
    """Fit the deviations to these records, and let go of where they are as soon as all of them are counted."""
    table, alikeness = evidence.sample, ALIKENESS
    all_in_memory = evidence.records == len(table)
    if all_in_memory:
        evidence.release()
    learned = _fit(table, table.cells(alikeness), featuriser, settings, alikeness, None)
    for _ in range(_ROUNDS if len(table) else 0):
        estimate = table.estimated_alikeness(learned.expected_shares(table.pairs))
        if abs(estimate - alikeness) < 0.01:
            break
        alikeness = estimate
        learned = _fit(table, table.cells(alikeness), featuriser, settings, alikeness, learned)
    # Looking for patterns takes longest, so it waits until it is known what a record is worth.
    if all_in_memory:
        return _fit(evidence, table.cells(alikeness), featuriser, settings, alikeness, learned, MOST)
    learned = _fit(table, table.cells(alikeness), featuriser, settings, alikeness, learned, MOST)
    cells = evidence.cells(alikeness)
    evidence.release()
    return _fit(evidence, cells, featuriser, settings, alikeness, learned, None)


def _fit(
    evidence: Evidence,
    cells: RecordCells,
    featuriser: Featuriser,
    settings: LearningSettings,
    alikeness: float,
    before: FittedModel | None,
    patterns: int | None = 0,
) -> FittedModel:
    """One fit; the variance of what is not said comes from the fit before, or from the prior.

    Args:
        patterns: how many to look for; None to keep those of the fit before, and its scales, and start from there.
    """
    scale = settings.scales.unsaid
    unsaid = np.full(len(featuriser.knowledge.channels), scale**2) if before is None else before.unsaid
    sharpness = _sharpness(featuriser.blur(cells.pairs) + unsaid[cells.pairs.channel])
    prior = _prior(featuriser, settings)
    if before is not None and patterns is None:
        fit = fit_again(cells, sharpness, prior, settings.scales.answer, featuriser, before.fit)
    else:
        core = featuriser.matrix(cells.pairs)
        fit = fit_with_patterns(cells, core, sharpness, prior, settings.scales.answer, featuriser, patterns or 0)
    left = unsaid_variance(fit, cells, featuriser, scale)
    return FittedModel(featuriser, fit, _tuned(settings.scales, fit), left, alikeness, cells, evidence)


def _sharpness(variance: FloatArray) -> FloatArray:
    """What log-odds are multiplied by to get, nearly, those of the mean probability.

    `fitting.mean_probability` is more precise, but a fit needs log-odds that stay linear in the deviations (D. MacKay,
    "The evidence framework applied to classification networks", Neural Computation 4(5), 1992, eq. 10).
    """
    return np.asarray(1 / np.sqrt(1 + np.pi * variance / 8))


def _prior(featuriser: Featuriser, settings: LearningSettings) -> Prior:
    scales = settings.scales
    rules, channels = len(featuriser.rules), len(featuriser.knowledge.channels)
    return Prior(
        np.array([scales.intercept, scales.trust, *[scales.rule] * rules, *[scales.channel] * channels]),
        np.array([-1, 0, *[1] * rules, *[2] * channels]),
        settings.hyper_scale,
    )


def _tuned(scales: PriorScales, fit: InteractionFit) -> PriorScales:
    factors = zip(BLOCKS, fit.posterior.factors.tolist(), strict=True)
    return replace(scales, **{block: getattr(scales, block) * factor for block, factor in factors})
