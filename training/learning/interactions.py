"""Patterns: what records show and no rule says, an answer together with a channel attribute.

Almost a thousand patterns could be looked for, and nearly all of them mean nothing. So each starts with long odds
against it, and enters only when the records make it far more likely than not (its Bayes factor, by the same Gaussian
approximation as the fit; R. Kass and A. Raftery, "Bayes factors", JASA 90(430), 1995). The best one enters, the fit is
made again, and so on. What is not found is not nothing: it stays as a variance per channel, which records make smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from training.learning.cells import RecordCells
from training.learning.design_matrix import Featuriser, FloatArray, IntArray
from training.learning.fitting import Posterior, Prior, posterior
from training.learning.wide_fitting import posterior_near

ODDS_AGAINST = 150.0
"""Odds against a pattern before records speak: about six of a thousand candidates are expected to be real."""
MOST = 40
"""Patterns that are looked for at most."""
_BLOCK = 65_536

Pattern = tuple[int, int]
"""Place of an answer code and place of a channel attribute, as in `Featuriser.patterns`."""


@dataclass(frozen=True)
class InteractionFit:
    """A posterior with the patterns that are in it.

    Attributes:
        patterns: the last columns, in the order in which they were found.
        information: answer code × attribute: how much records say about each pattern, beyond what is in the fit.
        seen: places of the columns that some cell has.
    """

    posterior: Posterior
    patterns: tuple[Pattern, ...]
    information: FloatArray
    seen: IntArray


@dataclass(frozen=True)
class PatternCandidates:
    """All patterns for some cells, kept as two factors.

    Attributes:
        chosen: profile × answer code: 1 where it was chosen.
        profile: of each cell.
        rows: per channel its cells.
        attributes: channel × attribute.
    """

    chosen: sparse.csr_array
    profile: IntArray
    rows: Sequence[IntArray]
    attributes: FloatArray

    @staticmethod
    def of(cells: RecordCells, featuriser: Featuriser) -> PatternCandidates:
        channels = len(featuriser.attributes)
        rows = [np.flatnonzero(cells.pairs.channel == place) for place in range(channels)]
        chosen = featuriser.chosen(cells.pairs.profiles)
        return PatternCandidates(chosen, cells.pairs.profile, rows, featuriser.attributes)

    def evidence(
        self, X: sparse.csr_array, offset: FloatArray, cells: RecordCells, sharpness: FloatArray, found: Posterior
    ) -> tuple[FloatArray, FloatArray]:
        """(slope, information) of each pattern, code × attribute, given what the columns of X already explain.

        Args:
            X: sharpened, as `found` was fitted on it.
        """
        chance = expit(offset + X @ found.mean)
        trials = cells.successes + cells.failures
        residual, weight = sharpness * (cells.successes - trials * chance), sharpness * trials * chance * (1 - chance)
        codes, kinds = self.chosen.shape[1], self.attributes.shape[1]
        slope, raw = np.zeros((codes, kinds)), np.zeros((codes, kinds))
        shared = np.zeros((codes, kinds, X.shape[1]))
        for rows, attributes in zip(self.rows, self.attributes, strict=True):
            if not len(rows):
                continue
            chosen = self.chosen[self.profile[rows]].T
            slope += np.outer(chosen @ residual[rows], attributes)
            raw += np.outer(chosen @ (sharpness * weight)[rows], attributes**2)
            product = chosen @ (X[rows] * weight[rows, np.newaxis])
            shared += attributes[np.newaxis, :, np.newaxis] * product.toarray()[:, np.newaxis, :]
        explained = np.einsum("cap,pq,caq->ca", shared, found.covariance, shared, optimize=True)
        return slope, np.maximum(raw - explained, 0.0)


def bayes_factors(slope: FloatArray, information: FloatArray, scale: float) -> FloatArray:
    """Logarithm of how much better each pattern explains the records than its absence, with this prior scale."""
    gain = 1 + scale**2 * information
    return np.asarray(0.5 * slope**2 * scale**2 / gain - 0.5 * np.log(gain))


def fit_with_patterns(
    cells: RecordCells,
    core: sparse.csr_array,
    sharpness: FloatArray,
    prior: Prior,
    scale: float,
    featuriser: Featuriser,
    most: int = MOST,
) -> InteractionFit:
    """Fit, and add patterns one by one while records make one more likely than not.

    Args:
        core: the columns `Featuriser.names` of the cells; the first, the expert score, has prior mean 1.
        sharpness: what the log-odds of each cell are multiplied by, because what is not known of it draws shares to
            the middle.
        prior: of the intercept and the core columns.
        scale: prior standard deviation of a pattern.
        most: patterns to look for.
    """
    offset = sharpness * core[:, [0]].toarray()[:, 0]
    candidates = PatternCandidates.of(cells, featuriser)
    patterns: list[Pattern] = []
    found: Posterior | None = None
    while True:
        X = _columns(core, featuriser.patterns(cells.pairs, patterns), sharpness)
        widened = _widened(prior, scale, len(patterns))
        found = posterior(
            X,
            offset,
            cells.successes,
            cells.failures,
            widened,
            factors=found.factors if found else None,
            start=_padded(found.mean, X.shape[1]) if found else None,
        )
        slope, information = candidates.evidence(X, offset, cells, sharpness, found)
        factors = bayes_factors(slope, information, scale)
        if patterns:
            factors[tuple(np.transpose(patterns))] = -np.inf
        best = int(np.argmax(factors))
        if len(patterns) == most or factors.flat[best] <= np.log(ODDS_AGAINST):
            return InteractionFit(found, tuple(patterns), information, _seen(X))
        patterns.append(divmod(best, factors.shape[1]))


def fit_again(
    cells: RecordCells,
    sharpness: FloatArray,
    prior: Prior,
    scale: float,
    featuriser: Featuriser,
    before: InteractionFit,
) -> InteractionFit:
    """Fit more cells with the patterns and the prior scales of a fit of some of them; see `fit_with_patterns`."""
    blocks, offsets = [], []
    # Block by block, so that the columns of all cells are never in memory twice.
    for first in range(0, len(cells), _BLOCK):
        part = slice(first, first + _BLOCK)
        pairs = cells.pairs.take(np.arange(len(cells))[part])
        core = featuriser.matrix(pairs)
        offsets.append(sharpness[part] * core[:, [0]].toarray()[:, 0])
        blocks.append(_columns(core, featuriser.patterns(pairs, before.patterns), sharpness[part]))
    offset, X = np.concatenate(offsets), sparse.csr_array(sparse.vstack(blocks, format="csr"))
    del blocks
    widened = _widened(prior, scale, len(before.patterns))
    found = posterior_near(X, offset, cells.successes, cells.failures, widened, before.posterior)
    _, information = PatternCandidates.of(cells, featuriser).evidence(X, offset, cells, sharpness, found)
    return InteractionFit(found, before.patterns, information, _seen(X))


def unsaid_variance(fit: InteractionFit, cells: RecordCells, featuriser: Featuriser, scale: float) -> FloatArray:
    """Per channel the variance that is left of what neither rules nor found patterns say.

    Before records it is `scale`² everywhere, spread evenly over all patterns that an average community has. Records
    take it away pattern by pattern, and so channel by channel, in so far as the channel has those attributes.
    """
    trials = cells.successes + cells.failures
    weight = np.bincount(cells.pairs.profile, trials, len(cells.pairs.profiles))
    usual = featuriser.chosen(cells.pairs.profiles).T @ weight / max(weight.sum(), 1e-300)
    share = usual[:, np.newaxis, np.newaxis] * (featuriser.attributes**2).T  # code × attribute × channel
    per_pattern = scale**2 / max(share.sum(axis=(0, 1)).mean(), 1e-300)
    left = 1 / (1 + per_pattern * fit.information)
    if fit.patterns:
        left[tuple(np.transpose(fit.patterns))] = 0.0
    before = share.sum(axis=(0, 1))
    after = np.einsum("ca,cak->k", left, share)
    remaining = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return np.asarray(scale**2 * remaining)


def _columns(core: sparse.csr_array, patterns: sparse.csr_array, sharpness: FloatArray) -> sparse.csr_array:
    """The intercept, the core columns and the patterns, each row multiplied by its sharpness."""
    ones = np.ones((len(sharpness), 1))
    X = sparse.csr_array(sparse.hstack([ones, core, patterns], format="csr"))
    X.data *= np.repeat(sharpness, np.diff(X.indptr))
    return X


def _seen(X: sparse.csr_array) -> IntArray:
    return np.flatnonzero(np.bincount(X.indices))


def _widened(prior: Prior, scale: float, patterns: int) -> Prior:
    """The prior with room for patterns, which are not tuned: their scale already belongs to those that are real."""
    return Prior(
        np.append(prior.scale, np.full(patterns, scale)),
        np.append(prior.block, np.full(patterns, -1)),
        prior.hyper_scale,
    )


def _padded(mean: FloatArray, width: int) -> FloatArray:
    return np.append(mean, np.zeros(width - len(mean)))
