"""Fitting: logistic regression that starts from what experts say and moves as far as records warrant.

Each coefficient has a Gaussian prior with a mean of its own, so an expert score is simply a column whose prior mean
is 1. Prior scales are shared by blocks of columns and move a little, by the marginal likelihood, under a hyperprior
that holds them near where they start (D. MacKay, "Bayesian interpolation", Neural Computation 4(3), 1992). The
posterior is Laplace's approximation at the mode, and probabilities are averaged over it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.special import expit, log_expit, ndtr

from model.uncertainty import MIXTURE, Z

FloatArray = npt.NDArray[np.float64]
Matrix: TypeAlias = "FloatArray | sparse.csr_array"
_DENSE_CELLS = 8_000_000
"""Matrices with fewer numbers than this are worked on densely, which is quicker for narrow ones."""
_CHUNK = 16_384


@dataclass(frozen=True)
class Prior:
    """Gaussian priors of the deviations, the intercept first.

    Attributes:
        scale: standard deviation of each before tuning.
        block: which block each belongs to, as numbers from 0; -1 for what is not tuned.
        hyper_scale: standard deviation of the logarithm of each block's tuning factor; 0 for no tuning.
    """

    scale: FloatArray
    block: npt.NDArray[np.int64]
    hyper_scale: float

    @property
    def blocks(self) -> int:
        return int(self.block.max(initial=-1)) + 1

    def variance(self, factors: FloatArray) -> FloatArray:
        """Prior variances under these tuning factors, one per block."""
        return np.asarray((self.scale * np.append(factors, 1.0)[self.block]) ** 2)

    def tuned(self, second_moments: FloatArray, factors: FloatArray) -> FloatArray:
        """The factors that maximise the expected log posterior, given posterior second moments of the deviations."""
        new = factors.copy()
        for block in range(self.blocks):
            inside = self.block == block
            total = float((second_moments[inside] / self.scale[inside] ** 2).sum())
            new[block] = _best_factor(int(inside.sum()), total, self.hyper_scale, float(factors[block]))
        return new


def _best_factor(count: int, total: float, hyper_scale: float, start: float) -> float:
    """Maximum over f of -count·log f - total/(2f²) - (log f)²/(2h²), by Newton steps in log f."""
    log_factor, precision = math.log(start), 1 / hyper_scale**2
    for _ in range(100):
        pull = total * math.exp(-2 * log_factor)
        step = (pull - count - precision * log_factor) / (2 * pull + precision)
        log_factor += max(-1.0, min(1.0, step))
        if abs(step) < 1e-12:
            break
    return math.exp(log_factor)


@dataclass(frozen=True)
class Posterior:
    """Mean and covariance of the deviations, the intercept first, with the tuning factors of their blocks."""

    mean: FloatArray
    covariance: FloatArray
    factors: FloatArray
    iterations: int


def posterior(
    X: Matrix,
    offset: FloatArray,
    successes: FloatArray,
    failures: FloatArray,
    prior: Prior,
    *,
    factors: FloatArray | None = None,
    start: FloatArray | None = None,
    max_rounds: int = 50,
    max_iter: int = 100,
    tol: float = 1e-10,
) -> Posterior:
    """Laplace's approximation for log-odds = offset + X·deviations, with prior scales tuned by EM.

    Args:
        X: one row per cell; a column of ones for the intercept stands first.
        successes, failures: how often each cell was and was not used; need not be whole numbers.
        factors: tuning factors to start from (all 1 when not given).
        start: deviations to start from.
    """
    if X.shape[0] * X.shape[1] <= _DENSE_CELLS:
        X = _dense(X)
    factors = np.ones(prior.blocks) if factors is None else factors
    mode = np.zeros(X.shape[1]) if start is None else start
    rounds = max_rounds if prior.hyper_scale > 0 else 0
    for number in range(rounds + 1):
        mode, hessian = _mode(X, offset, successes, failures, prior.variance(factors), mode, max_iter, tol)
        covariance = inverse(hessian)
        if number == rounds:
            break
        tuned = prior.tuned(mode**2 + np.diag(covariance), factors)
        settled = np.max(np.abs(np.log(tuned / factors)), initial=0.0) < 1e-3
        if settled:
            break
        factors = tuned
    return Posterior(mode, covariance, factors, number + 1)


def objective(
    deviations: FloatArray,
    X: Matrix,
    offset: FloatArray,
    successes: FloatArray,
    failures: FloatArray,
    variance: FloatArray,
) -> tuple[float, FloatArray]:
    """Minus the log posterior (without constants) and its gradient."""
    log_odds = offset + X @ deviations
    value = -(successes @ log_expit(log_odds) + failures @ log_expit(-log_odds))
    gradient = X.T @ ((successes + failures) * expit(log_odds) - successes)
    return float(value + 0.5 * (deviations**2 / variance).sum()), np.asarray(gradient + deviations / variance)


def _mode(
    X: Matrix,
    offset: FloatArray,
    successes: FloatArray,
    failures: FloatArray,
    variance: FloatArray,
    mode: FloatArray,
    max_iter: int,
    tol: float,
) -> tuple[FloatArray, FloatArray]:
    """The maximum of the posterior by Newton's method with halved steps, and the Hessian there."""
    value, gradient = objective(mode, X, offset, successes, failures, variance)
    for _ in range(max_iter):
        hessian = hessian_at(X, offset + X @ mode, successes + failures, variance)
        step = linalg.solve(hessian, gradient, assume_a="pos")
        decrease = float(gradient @ step)
        length = 1.0
        while True:
            new_mode = mode - length * step
            new_value, new_gradient = objective(new_mode, X, offset, successes, failures, variance)
            if new_value <= value - 1e-4 * length * decrease or length < 1e-8:
                break
            length /= 2
        if new_value <= value:
            mode, value, gradient = new_mode, new_value, new_gradient
        if decrease < tol:
            break
    return mode, hessian_at(X, offset + X @ mode, successes + failures, variance)


def hessian_at(X: Matrix, log_odds: FloatArray, trials: FloatArray, variance: FloatArray) -> FloatArray:
    """Second derivatives of minus the log posterior."""
    chance = expit(log_odds)
    weight = trials * chance * (1 - chance)
    hessian: FloatArray = np.diag(1 / variance)
    # A sparse matrix is written out in parts: that is quicker than a product of sparse ones, and bounded.
    length = _CHUNK if sparse.issparse(X) else max(len(weight), 1)
    for first in range(0, len(weight), length):
        rows = _dense(X[first : first + length])
        hessian += (rows * weight[first : first + length, np.newaxis]).T @ rows
    return hessian


def inverse(hessian: FloatArray) -> FloatArray:
    """The covariance that belongs to a Hessian."""
    inverse = linalg.cho_solve(linalg.cho_factor(hessian, lower=True), np.eye(len(hessian)))
    return np.asarray((inverse + inverse.T) / 2)


def with_ones(X: Matrix) -> Matrix:
    """The matrix with a first column of ones."""
    ones = np.ones((X.shape[0], 1))
    return sparse.csr_array(sparse.hstack([ones, X], format="csr")) if sparse.issparse(X) else np.hstack([ones, X])


def _dense(X: Any) -> FloatArray:
    return np.asarray(X.toarray() if sparse.issparse(X) else X)


def quadratic(X: Matrix, covariance: FloatArray) -> FloatArray:
    """x'Σx for every row."""
    values = np.empty(X.shape[0])
    for first in range(0, len(values), _CHUNK):
        rows = X[first : first + _CHUNK]
        dense = _dense(rows)
        values[first : first + _CHUNK] = ((dense @ covariance) * dense).sum(axis=1)
    return values


def mean_probability(log_odds: FloatArray, variance: FloatArray) -> FloatArray:
    """Mean of the logistic of normal variables; the same as `model.uncertainty.mean_probability`, for arrays."""
    mean = sum(share * ndtr(slope * log_odds / np.sqrt(1 + slope**2 * variance)) for share, slope in MIXTURE)
    half = Z * np.sqrt(variance)
    return np.asarray(np.clip(mean, expit(log_odds - half), expit(log_odds + half)))
