"""The estimator keeps to scikit-learn's conventions and to the mathematics it claims."""

from __future__ import annotations

import warnings
from unittest import SkipTest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import check_grad
from scipy.special import expit
from sklearn.exceptions import SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator

from training.learning import fitting
from training.learning.estimator import ExpertPriorClassifier
from training.learning.fitting import Prior, information_at, objective, posterior, quadratic, with_ones


def cells(rows: int = 60, columns: int = 4, seed: int = 0):
    """Some rows with how often each was and was not used."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, columns))
    chance = 1 / (1 + np.exp(-X @ generator.normal(size=columns)))
    successes = generator.binomial(5, chance).astype(float)
    return X, successes, 5 - successes


def test_conventions_of_scikit_learn():
    left_out = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        for estimator, check in estimator_checks_generator(ExpertPriorClassifier(), legacy=True, mark="skip"):
            try:
                check(estimator)
            except SkipTest:
                left_out.append(getattr(check, "func", check).__name__)
    assert left_out == ["check_array_api_input"], "only the check for arrays on a GPU needs what is not here"


@given(st.integers(0, 1000))
def test_the_gradient_is_that_of_the_objective(seed):
    X, successes, failures = cells(seed=seed)
    offset, variance = np.full(len(X), 0.3), np.array([0.5, 1.0, 2.0, 0.1])
    at = np.random.default_rng(seed).normal(size=4)
    arguments = (X, offset, successes, failures, variance)
    error = check_grad(lambda x: objective(x, *arguments)[0], lambda x: objective(x, *arguments)[1], at)
    assert error < 1e-3


def test_steps_are_few_however_large_the_counts(monkeypatch):
    """Also where the objective is so large that its decrease near the mode drowns in rounding."""
    asked = []

    def watched(*arguments):
        asked.append(arguments)
        return information_at(*arguments)

    monkeypatch.setattr(fitting, "information_at", watched)
    for seed in range(8):
        generator = np.random.default_rng(seed)
        X = np.column_stack([np.ones(3000), generator.normal(size=(3000, 4))])
        offset, members = generator.normal(size=3000), generator.uniform(0, 1e5, 3000)
        successes = members * expit(offset + X @ [0.3, -0.5, 0.2, 0.8, 0.0] + generator.normal(size=3000))
        prior = Prior(np.full(5, 0.5), np.array([-1, 0, 0, 1, 1]), 0.3)
        asked.clear()
        posterior(X, offset, successes, members - successes, prior)
        assert len(asked) < 12


def test_without_a_wish_of_its_own_it_is_ordinary_logistic_regression():
    X, successes, failures = cells(200)
    found = ExpertPriorClassifier(prior_scale=2.0, hyper_scale=0, intercept_scale=1e4).fit_counts(
        X, successes, failures
    )
    ordinary = LogisticRegression(C=4.0, tol=1e-10, max_iter=1000).fit(
        np.vstack([X, X]), np.repeat([1, 0], len(X)), sample_weight=np.concatenate([successes, failures])
    )
    assert found.coef_ == pytest.approx(ordinary.coef_, abs=1e-5)
    assert found.intercept_ == pytest.approx(ordinary.intercept_, abs=1e-5)


def test_without_rows_experts_are_believed():
    X, nothing = np.zeros((0, 3)), np.zeros(0)
    found = ExpertPriorClassifier(prior_mean=[1.0, 0.0, -2.0], prior_scale=[0.4, 0.3, 0.2]).fit_counts(
        X, nothing, nothing
    )
    assert found.coef_.tolist() == [[1.0, 0.0, -2.0]]
    assert found.intercept_.tolist() == [0.0]
    assert np.sqrt(np.diag(found.covariance_)) == pytest.approx([1.0, 0.4, 0.3, 0.2])


def test_the_surer_experts_are_the_less_records_move_them():
    X, successes, failures = cells()
    moved = [
        np.abs(ExpertPriorClassifier(prior_scale=scale, hyper_scale=0).fit_counts(X, successes, failures).coef_).sum()
        for scale in (0.01, 0.1, 1.0, 10.0)
    ]
    assert moved == sorted(moved)


def test_rows_put_together_teach_the_same():
    X, successes, failures = cells(40)
    once = ExpertPriorClassifier().fit_counts(np.vstack([X, X]), np.tile(successes, 2), np.tile(failures, 2))
    together = ExpertPriorClassifier().fit_counts(X, 2 * successes, 2 * failures)
    assert once.coef_ == pytest.approx(together.coef_, abs=1e-8)
    assert once.covariance_ == pytest.approx(together.covariance_, abs=1e-8)


def test_counts_and_labelled_rows_teach_the_same():
    X, successes, failures = cells(40)
    counted = ExpertPriorClassifier().fit_counts(X, successes, failures)
    labelled = ExpertPriorClassifier().fit(
        np.vstack([X, X]), np.repeat(["yes", "no"], len(X)), sample_weight=np.concatenate([successes, failures])
    )
    assert labelled.classes_.tolist() == ["no", "yes"]
    assert counted.coef_ == pytest.approx(labelled.coef_, abs=1e-8)


def test_sparse_and_dense_rows_teach_the_same():
    X, successes, failures = cells()
    dense = ExpertPriorClassifier().fit_counts(X, successes, failures)
    thin = ExpertPriorClassifier().fit_counts(sparse.csr_array(X), successes, failures)
    assert dense.coef_ == pytest.approx(thin.coef_, abs=1e-9)
    assert dense.variance(X) == pytest.approx(thin.variance(sparse.csr_array(X)), abs=1e-9)


@given(st.integers(0, 1000), st.integers(2, 10))
def test_more_of_the_same_narrows(seed, times):
    X, successes, failures = cells(seed=seed)
    prior = Prior(np.ones(5), np.full(5, -1), 0.0)
    some = posterior(with_ones(X), np.zeros(len(X)), successes, failures, prior)
    more = posterior(with_ones(X), np.zeros(len(X)), times * successes, times * failures, prior)
    for found in (some, more):
        assert np.linalg.eigvalsh(found.covariance).min() > 0
    # Narrower in the directions that records speak about, and nowhere wider than the prior.
    assert np.trace(more.covariance) < np.trace(some.covariance) < 5


def test_scales_follow_the_records_but_not_far():
    X, successes, failures = cells(300)
    factors = [
        ExpertPriorClassifier(prior_scale=0.05, hyper_scale=hyper).fit_counts(X, successes, failures).factors_[0]
        for hyper in (0.1, 0.3, 1.0)
    ]
    assert 1 < factors[0] < factors[1] < factors[2]


def test_probabilities_are_drawn_to_the_middle_by_uncertainty():
    X, successes, failures = cells(10)
    found = ExpertPriorClassifier().fit_counts(X, successes, failures)
    log_odds, chance = found.decision_function(X), found.predict_proba(X)[:, 1]
    plain = 1 / (1 + np.exp(-log_odds))
    assert (np.abs(chance - 0.5) < np.abs(plain - 0.5)).all()
    assert (found.predict(X) == (chance > 0.5)).all()


def test_quadratic_form_in_chunks():
    X = np.random.default_rng(0).normal(size=(20_000, 3))
    covariance = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 0.7]])
    assert quadratic(X, covariance) == pytest.approx(np.einsum("ij,jk,ik->i", X, covariance, X))


def test_blocks_must_be_one_label_per_feature():
    X, successes, failures = cells()
    with pytest.raises(ValueError, match="one block per feature"):
        ExpertPriorClassifier(blocks=["a"]).fit_counts(X, successes, failures)
