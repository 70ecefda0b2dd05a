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

from training.cells import Cells
from training.design_matrix import Featuriser, FloatArray, IntArray
from training.fitting import Matrix, Posterior, Prior, posterior, with_ones
from training.wide_fitting import posterior_near

ODDS_AGAINST = 150.0
"""Odds against a pattern before records speak: about six of a thousand candidates are expected to be real."""
MOST = 40
"""Patterns that are looked for at most."""

Pattern = tuple[int, int]
"""Place of an answer code and place of a channel attribute, as in `Featuriser.patterns`."""


@dataclass(frozen=True)
class Fit:
    """A posterior with the patterns that are in it.

    Attributes:
        patterns: the last columns, in the order in which they were found.
        information: answer code × attribute: how much records say about each pattern, beyond what is in the fit.
    """

    posterior: Posterior
    patterns: tuple[Pattern, ...]
    information: FloatArray


@dataclass(frozen=True)
class Candidates:
    """All patterns for some cells, kept as two factors.

    Attributes:
        chosen: cell × answer code: 1 where it was chosen.
        rows: per channel its cells.
        attributes: channel × attribute.
    """

    chosen: sparse.csr_array
    rows: Sequence[IntArray]
    attributes: FloatArray

    @staticmethod
    def of(cells: Cells, featuriser: Featuriser) -> Candidates:
        channels = len(featuriser.attributes)
        rows = [np.flatnonzero(cells.pairs.channel == place) for place in range(channels)]
        chosen = featuriser.chosen(cells.pairs.profiles)[cells.pairs.profile]
        return Candidates(sparse.csr_array(chosen), rows, featuriser.attributes)

    def evidence(
        self, X: Matrix, residual: FloatArray, weight: FloatArray, covariance: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """(slope, information) of each pattern, code × attribute, given what the columns of X already explain."""
        codes, kinds = self.chosen.shape[1], self.attributes.shape[1]
        slope, raw = np.zeros((codes, kinds)), np.zeros((codes, kinds))
        shared = np.zeros((codes, kinds, X.shape[1]))
        for rows, attributes in zip(self.rows, self.attributes, strict=True):
            if not len(rows):
                continue
            chosen = self.chosen[rows].T
            slope += np.outer(chosen @ residual[rows], attributes)
            raw += np.outer(chosen @ weight[rows], attributes**2)
            weighted = X[rows] * weight[rows, np.newaxis]
            product = chosen @ weighted
            dense = product.toarray() if sparse.issparse(product) else product
            shared += attributes[np.newaxis, :, np.newaxis] * dense[:, np.newaxis, :]
        explained = np.einsum("cap,pq,caq->ca", shared, covariance, shared, optimize=True)
        return slope, np.maximum(raw - explained, 0.0)


    def left_over(
        self,
        cells: Cells,
        X: sparse.csr_array,
        sharpened: sparse.csr_array,
        offset: FloatArray,
        sharpness: FloatArray,
        found: Posterior,
    ) -> tuple[FloatArray, FloatArray]:
        """`evidence` in what a fit leaves unexplained."""
        chance = expit(offset + sharpened @ found.mean)
        trials = cells.successes + cells.failures
        residual = sharpness * (cells.successes - trials * chance)
        return self.evidence(X, residual, sharpness**2 * trials * chance * (1 - chance), found.covariance)


def bayes_factors(slope: FloatArray, information: FloatArray, scale: float) -> FloatArray:
    """Logarithm of how much better each pattern explains the records than its absence, with this prior scale."""
    gain = 1 + scale**2 * information
    return np.asarray(0.5 * slope**2 * scale**2 / gain - 0.5 * np.log(gain))


def fit_with_patterns(
    cells: Cells,
    core: sparse.csr_array,
    sharpness: FloatArray,
    prior: Prior,
    scale: float,
    featuriser: Featuriser,
    most: int = MOST,
) -> Fit:
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
    candidates = Candidates.of(cells, featuriser)
    patterns: list[Pattern] = []
    found: Posterior | None = None
    while True:
        X = _columns(core, featuriser.patterns(cells.pairs, patterns))
        sharpened = _scaled(X, sharpness)
        widened = _widened(prior, scale, len(patterns))
        found = posterior(
            sharpened,
            offset,
            cells.successes,
            cells.failures,
            widened,
            factors=found.factors if found else None,
            start=_padded(found.mean, X.shape[1]) if found else None,
        )
        slope, information = candidates.left_over(cells, X, sharpened, offset, sharpness, found)
        factors = bayes_factors(slope, information, scale)
        if patterns:
            factors[tuple(np.transpose(patterns))] = -np.inf
        best = int(np.argmax(factors))
        if len(patterns) == most or factors.flat[best] <= np.log(ODDS_AGAINST):
            return Fit(found, tuple(patterns), information)
        patterns.append(divmod(best, factors.shape[1]))


def fit_again(
    cells: Cells,
    core: sparse.csr_array,
    sharpness: FloatArray,
    prior: Prior,
    scale: float,
    featuriser: Featuriser,
    before: Fit,
) -> Fit:
    """Fit more cells with the patterns and the prior scales of a fit of some of them; see `fit_with_patterns`."""
    offset = sharpness * core[:, [0]].toarray()[:, 0]
    X = _columns(core, featuriser.patterns(cells.pairs, before.patterns))
    sharpened = _scaled(X, sharpness)
    widened = _widened(prior, scale, len(before.patterns))
    found = posterior_near(sharpened, offset, cells.successes, cells.failures, widened, before.posterior)
    candidates = Candidates.of(cells, featuriser)
    _, information = candidates.left_over(cells, X, sharpened, offset, sharpness, found)
    return Fit(found, before.patterns, information)


def unsaid_variance(fit: Fit, cells: Cells, featuriser: Featuriser, scale: float) -> FloatArray:
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


def _columns(core: sparse.csr_array, patterns: sparse.csr_array) -> sparse.csr_array:
    return with_ones(sparse.csr_array(sparse.hstack([core, patterns], format="csr")))


def _scaled(X: sparse.csr_array, factors: FloatArray) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(factors) @ X)


def _widened(prior: Prior, scale: float, patterns: int) -> Prior:
    """The prior with room for patterns, which are not tuned: their scale already belongs to those that are real."""
    return Prior(
        np.append(prior.scale, np.full(patterns, scale)),
        np.append(prior.block, np.full(patterns, -1)),
        prior.hyper_scale,
    )


def _padded(mean: FloatArray, width: int) -> FloatArray:
    return np.append(mean, np.zeros(width - len(mean)))
