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
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

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


class ExpertPriorClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Two-class logistic regression around an expert prior, with honest uncertainty.

    Args:
        prior_mean: what experts say of each coefficient: a number, or one per feature. An expert score in log-odds
            is a feature with prior mean 1.
        prior_scale: standard deviation of each coefficient around its prior mean: a number, or one per feature.
        blocks: a label per feature; features with the same label share the tuning of their scales. None: one block.
        hyper_scale: how far the scales of a block may be tuned, as the standard deviation of the logarithm of their
            common factor; 0 keeps them as they are.
        intercept_scale: standard deviation of the intercept around 0; it is not tuned.
        max_iter: Newton steps at most for one mode.
        tol: decrease of the objective at which a mode is taken as found.

    Attributes:
        classes_: the two labels; probabilities are those of the second.
        coef_, intercept_: posterior modes, shaped as in `sklearn.linear_model.LogisticRegression`.
        covariance_: posterior covariance, the intercept first.
        factors_: what the prior scales of each block were multiplied by.
        n_features_in_, n_iter_: as everywhere in scikit-learn.
    """

    def __init__(
        self,
        *,
        prior_mean: Any = 0.0,
        prior_scale: Any = 1.0,
        blocks: Any = None,
        hyper_scale: float = 0.3,
        intercept_scale: float = 1.0,
        max_iter: int = 100,
        tol: float = 1e-10,
    ) -> None:
        self.prior_mean = prior_mean
        self.prior_scale = prior_scale
        self.blocks = blocks
        self.hyper_scale = hyper_scale
        self.intercept_scale = intercept_scale
        self.max_iter = max_iter
        self.tol = tol

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> ExpertPriorClassifier:
        """Learn from rows with a label each; a weight counts as so many rows."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        if (kind := type_of_target(y, input_name="y")) != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, second = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("There must be samples of two classes; the data contains only one class.")
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        return self._fit_counts(X, weight * second, weight * (1 - second))

    def fit_counts(self, X: Matrix, successes: FloatArray, failures: FloatArray) -> ExpertPriorClassifier:
        """Learn from cells: rows with how often they were used and not used, whole numbers or not."""
        self.n_features_in_ = X.shape[1]
        self.classes_ = np.array([0, 1])
        return self._fit_counts(X, successes, failures)

    def _fit_counts(self, X: Matrix, successes: FloatArray, failures: FloatArray) -> ExpertPriorClassifier:
        mean = self._per_feature(self.prior_mean)
        found = posterior(
            with_ones(X),
            np.asarray(X @ mean),
            successes,
            failures,
            self._prior(),
            max_iter=self.max_iter,
            tol=self.tol,
        )
        self.intercept_ = found.mean[:1]
        self.coef_ = (mean + found.mean[1:])[np.newaxis, :]
        self.covariance_ = found.covariance
        self.factors_ = found.factors
        self.n_iter_ = found.iterations
        return self

    def _prior(self) -> Prior:
        labels = np.zeros(self.n_features_in_) if self.blocks is None else np.asarray(self.blocks)
        if labels.shape != (self.n_features_in_,):
            raise ValueError(f"blocks must name one block per feature: {self.n_features_in_} labels")
        return Prior(
            scale=np.append(self.intercept_scale, self._per_feature(self.prior_scale)),
            block=np.append(-1, np.unique(labels, return_inverse=True)[1]),
            hyper_scale=self.hyper_scale,
        )

    def _per_feature(self, value: Any) -> FloatArray:
        return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (self.n_features_in_,)))

    def decision_function(self, X: Any) -> FloatArray:
        """Log-odds of the second class."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(X @ self.coef_[0] + self.intercept_[0])

    def variance(self, X: Any) -> FloatArray:
        """Posterior variance of the log-odds."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return quadratic(with_ones(X), self.covariance_)

    def predict_proba(self, X: Any) -> FloatArray:
        """Probabilities of both classes, averaged over the posterior."""
        chance = mean_probability(self.decision_function(X), self.variance(X))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The more likely class."""
        second = self.decision_function(X) > 0
        return np.asarray(self.classes_[second.astype(int)])
