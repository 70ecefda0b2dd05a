"""Fitting: logistic regression that starts from what experts say and moves as far as outcomes warrant.

What experts say is an offset, and what is learned are deviations from it, with a Gaussian prior. The posterior is
Laplace's approximation at the mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.special import expit, log_expit

FloatArray = npt.NDArray[np.float64]
Matrix: TypeAlias = "FloatArray | sparse.csr_array"
_CHUNK = 16_384
"""Rows that are multiplied at a time: few enough for the processor's cache."""
_ROUNDING = 1e-13
"""How exactly the objective is known, as a share of it: near the mode its decrease drowns in rounding."""


@dataclass(frozen=True)
class Prior:
    """A Gaussian prior of the deviations: their mean, and the inverse of their covariance."""

    mean: FloatArray
    precision: FloatArray

    @staticmethod
    def independent(scale: FloatArray) -> Prior:
        """Around 0, each with a standard deviation of its own."""
        return Prior(np.zeros(len(scale)), np.diag(1 / scale**2))


@dataclass(frozen=True)
class Posterior:
    """Mean and covariance of the deviations."""

    mean: FloatArray
    covariance: FloatArray
    iterations: int


@dataclass(frozen=True)
class Cells:
    """What the deviations are fitted to: log-odds are offset + X·deviations.

    Attributes:
        X: one row per cell.
        successes, failures: how often each cell was and was not used; need not be whole numbers.
    """

    X: Matrix
    offset: FloatArray
    successes: FloatArray
    failures: FloatArray

    def log_odds(self, deviations: FloatArray) -> FloatArray:
        return np.asarray(self.offset + self.X @ deviations)


def posterior(
    cells: Cells, prior: Prior, start: FloatArray | None = None, *, max_iter: int = 100, tol: float = 1e-10
) -> Posterior:
    """Laplace's approximation.

    Args:
        start: deviations to start from; the mean of the prior when not given.
        tol: decrease of the objective by a step at which the mode is taken as found.
    """
    mode, information, steps = find_mode(cells, prior, prior.mean if start is None else start, max_iter, tol)
    return Posterior(mode, inverse(information + prior.precision), steps)


def objective(deviations: FloatArray, cells: Cells, prior: Prior) -> tuple[float, FloatArray]:
    """Minus the log posterior (without constants) and its gradient."""
    log_odds, trials, gap = cells.log_odds(deviations), cells.successes + cells.failures, deviations - prior.mean
    value = cells.failures @ log_odds - trials @ log_expit(log_odds)
    gradient, pull = cells.X.T @ (trials * expit(log_odds) - cells.successes), prior.precision @ gap
    return float(value + 0.5 * gap @ pull), np.asarray(gradient + pull)


def find_mode(
    cells: Cells, prior: Prior, mode: FloatArray, max_iter: int = 100, tol: float = 1e-10
) -> tuple[FloatArray, FloatArray, int]:
    """The maximum of the posterior by Newton's method with halved steps, the information there, and the steps taken.

    Args:
        mode: where to start.
    """
    value, gradient = objective(mode, cells, prior)
    for number in range(1, max_iter + 1):
        information = information_at(cells, mode)
        step = linalg.cho_solve(linalg.cho_factor(information + prior.precision, lower=True), gradient)
        decrease = float(gradient @ step)
        length, noise = 1.0, _ROUNDING * abs(value)
        while True:
            new_mode = mode - length * step
            new_value, new_gradient = objective(new_mode, cells, prior)
            if new_value <= value - 1e-4 * length * decrease + noise or length < 1e-8:
                break
            length /= 2
        mode, value, gradient = new_mode, new_value, new_gradient
        if decrease < tol:
            # So small a step leaves the information as it is.
            return mode, information, number
    return mode, information_at(cells, mode), max_iter


def information_at(cells: Cells, deviations: FloatArray) -> FloatArray:
    """Second derivatives of minus the log likelihood."""
    chance = expit(cells.log_odds(deviations))
    weight = (cells.successes + cells.failures) * chance * (1 - chance)
    information: FloatArray = np.zeros((cells.X.shape[1], cells.X.shape[1]))
    for first in range(0, len(weight), _CHUNK):
        rows = cells.X[first : first + _CHUNK]
        information += _dense(rows.T @ _weighed(rows, weight[first : first + _CHUNK]))
    return information


def _weighed(rows: Matrix, weight: FloatArray) -> Matrix:
    """Each row times its weight; places of numbers are not looked at again."""
    if isinstance(rows, sparse.csr_array):
        data = rows.data * np.repeat(weight, np.diff(rows.indptr))
        return sparse.csr_array((data, rows.indices, rows.indptr), shape=rows.shape)
    return np.asarray(rows * weight[:, np.newaxis])


def inverse(hessian: FloatArray) -> FloatArray:
    """The covariance that belongs to a Hessian."""
    factor, _ = linalg.cho_factor(hessian, lower=True)
    found, _ = linalg.lapack.dpotri(factor, lower=1)  # of the lower half only
    return np.asarray(np.tril(found) + np.tril(found, -1).T)


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
    return np.asarray(expit(log_odds / np.sqrt(1 + np.pi * variance / 8)))
