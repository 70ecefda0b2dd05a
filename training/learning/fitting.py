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

from model.scoring.uncertainty import MIXTURE, Z

FloatArray = npt.NDArray[np.float64]
Matrix: TypeAlias = "FloatArray | sparse.csr_array"
_CHUNK = 16_384
"""Rows that are multiplied at a time: few enough for the processor's cache."""
_ROUNDING = 1e-13
"""How exactly the objective is known, as a share of it: near the mode its decrease drowns in rounding."""


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
    cells = (X, offset, successes, failures)
    factors = np.ones(prior.blocks) if factors is None else factors
    mode = np.zeros(X.shape[1]) if start is None else start
    information = None
    rounds = max_rounds if prior.hyper_scale > 0 else 0
    for number in range(rounds + 1):
        variance = prior.variance(factors)
        mode, information = find_mode(*cells, variance, mode, information, max_iter=max_iter, tol=tol)
        covariance = inverse(information + np.diag(1 / variance))
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
    log_odds, trials = offset + X @ deviations, successes + failures
    value = failures @ log_odds - trials @ log_expit(log_odds)
    gradient = X.T @ (trials * expit(log_odds) - successes)
    return float(value + 0.5 * (deviations**2 / variance).sum()), np.asarray(gradient + deviations / variance)


def find_mode(
    X: Matrix,
    offset: FloatArray,
    successes: FloatArray,
    failures: FloatArray,
    variance: FloatArray,
    mode: FloatArray,
    information: FloatArray | None = None,
    *,
    max_iter: int = 100,
    tol: float = 1e-10,
) -> tuple[FloatArray, FloatArray]:
    """The maximum of the posterior by Newton's method with halved steps, and the information of the cells there.

    Args:
        mode: where to start.
        information: of the cells at that place, or very near; to find it takes longest, and it hangs on no prior.
        tol: decrease of the objective by a step that is so small that it leaves the information as it is.
    """
    trials = successes + failures
    value, gradient = objective(mode, X, offset, successes, failures, variance)
    for _ in range(max_iter):
        if information is None:
            information = information_at(X, offset + X @ mode, trials)
        step = linalg.solve(information + np.diag(1 / variance), gradient, assume_a="pos")
        decrease = float(gradient @ step)
        length, noise = 1.0, _ROUNDING * abs(value)
        while True:
            new_mode = mode - length * step
            new_value, new_gradient = objective(new_mode, X, offset, successes, failures, variance)
            if new_value <= value - 1e-4 * length * decrease + noise or length < 1e-8:
                break
            length /= 2
        mode, value, gradient = new_mode, new_value, new_gradient
        if decrease < tol:
            return mode, information
        information = None
    return mode, information_at(X, offset + X @ mode, trials)


def information_at(X: Matrix, log_odds: FloatArray, trials: FloatArray) -> FloatArray:
    """Second derivatives of minus the log likelihood."""
    chance = expit(log_odds)
    weight = trials * chance * (1 - chance)
    information: FloatArray = np.zeros((X.shape[1], X.shape[1]))
    for first in range(0, len(weight), _CHUNK):
        rows = X[first : first + _CHUNK]
        information += _dense(rows.T @ (rows * weight[first : first + _CHUNK, np.newaxis]))
    return information


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
    """Mean of the logistic of normal variables.

    The same as `model.scoring.uncertainty.mean_probability`, for arrays.
    """
    mean = sum(share * ndtr(slope * log_odds / np.sqrt(1 + slope**2 * variance)) for share, slope in MIXTURE)
    half = Z * np.sqrt(variance)
    return np.asarray(np.clip(mean, expit(log_odds - half), expit(log_odds + half)))
