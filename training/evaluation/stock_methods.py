"""Stock methods: ways to predict that anybody would try, to look at beside our own; the gate does not ask them.

They stand apart because scikit-learn takes seconds to load and to fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import logit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from training.evaluation.metrics import Prediction, Recipe
from training.learning.cells import ALIKENESS, RecordTable
from training.learning.design_matrix import Featuriser, FloatArray, IntArray, Pairs


def most_common_channel(featuriser: Featuriser) -> Recipe:
    """Whatever most communities use, for everybody; the chance is the same for all channels but for a hair."""

    def recipe(known: RecordTable, asked: RecordTable) -> Prediction:
        used = np.bincount(known.pairs.channel, minlength=len(featuriser.knowledge.channels))
        worth = known.worth(ALIKENESS)
        usual = (float(worth @ (known.active / known.invited)) + 1) / (float(worth.sum()) + 2)
        return Prediction(logit(usual) + 1e-9 * used[asked.pairs.channel], np.zeros(len(asked)))

    return recipe


def stock_logistic_regression(featuriser: Featuriser) -> Recipe:
    """scikit-learn's logistic regression, as it comes, on the same features and what experts say."""
    return _stock(featuriser, lambda: LogisticRegression(max_iter=1000), dense=False)


def stock_boosting(featuriser: Featuriser) -> Recipe:
    """scikit-learn's gradient boosting, as it comes, on the same features."""
    return _stock(featuriser, lambda: HistGradientBoostingClassifier(random_state=0), dense=True)


def stock_methods(featuriser: Featuriser) -> dict[str, Recipe]:
    """Name → recipe of ways that anybody would try."""
    return {
        "most_common_channel": most_common_channel(featuriser),
        "logistic_regression": stock_logistic_regression(featuriser),
        "gradient_boosting": stock_boosting(featuriser),
    }


def _stock(featuriser: Featuriser, make: Any, dense: bool) -> Recipe:
    def columns(pairs: Pairs) -> Any:
        rows = featuriser.rows(pairs)
        matrix = sparse.hstack([rows.X[:, 1:], rows.offset[:, np.newaxis]], format="csr")
        return matrix.toarray() if dense else matrix

    def recipe(known: RecordTable, asked: RecordTable) -> Prediction:
        cells = known.cells(ALIKENESS)
        weight = np.concatenate([cells.successes, cells.failures])
        outcome: IntArray = np.repeat([1, 0], len(cells))
        if min(cells.successes.sum(), cells.failures.sum()) == 0:
            return _certain(np.full(len(asked), float(cells.successes.sum() > 0)))
        X = columns(cells.pairs)
        both = np.vstack([X, X]) if dense else sparse.vstack([X, X], format="csr")
        used = weight > 0
        fitted = make().fit(both[used], outcome[used], sample_weight=weight[used])
        return _certain(fitted.predict_proba(columns(asked.pairs))[:, 1])

    return recipe


def _certain(probability: FloatArray) -> Prediction:
    """A prediction that says nothing about its own uncertainty."""
    return Prediction(logit(np.clip(probability, 1e-6, 1 - 1e-6)), np.zeros(len(probability)))
