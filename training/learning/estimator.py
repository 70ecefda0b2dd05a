"""Estimator: the fit of `training.learning.fitting` as scikit-learn knows estimators, for notebooks.

It stands apart because scikit-learn takes seconds to load, and fitting does not need it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from training.learning.fitting import (
    Cells,
    FloatArray,
    Matrix,
    Prior,
    mean_probability,
    posterior,
    quadratic,
    with_ones,
)


class ExpertPriorClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Two-class logistic regression around an expert prior, with honest uncertainty.

    Args:
        prior_mean: what experts say of each coefficient: a number, or one per feature. An expert score in log-odds
            is a feature with prior mean 1.
        prior_scale: standard deviation of each coefficient around its prior mean: a number, or one per feature.
        intercept_scale: standard deviation of the intercept around 0.
        max_iter: Newton steps at most for one mode.
        tol: decrease of the objective at which a mode is taken as found.

    Attributes:
        classes_: the two labels; probabilities are those of the second.
        coef_, intercept_: posterior modes, shaped as in `sklearn.linear_model.LogisticRegression`.
        covariance_: posterior covariance, the intercept first.
        n_features_in_, n_iter_: as everywhere in scikit-learn.
    """

    def __init__(
        self,
        *,
        prior_mean: Any = 0.0,
        prior_scale: Any = 1.0,
        intercept_scale: float = 1.0,
        max_iter: int = 100,
        tol: float = 1e-10,
    ) -> None:
        self.prior_mean = prior_mean
        self.prior_scale = prior_scale
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
        cells = Cells(with_ones(X), np.asarray(X @ mean), successes, failures)
        prior = Prior.independent(np.append(self.intercept_scale, self._per_feature(self.prior_scale)))
        found = posterior(cells, prior, max_iter=self.max_iter, tol=self.tol)
        self.intercept_ = found.mean[:1]
        self.coef_ = (mean + found.mean[1:])[np.newaxis, :]
        self.covariance_ = found.covariance
        self.n_iter_ = found.iterations
        return self

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
