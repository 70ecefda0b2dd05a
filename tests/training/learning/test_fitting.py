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
from training.learning.fitting import Cells, Prior, information_at, inverse, objective, posterior, quadratic, with_ones
from training.learning.wide_fitting import posterior_near


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
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(4, 4))
    prior = Prior(generator.normal(size=4), root @ root.T)
    made, at = Cells(X, np.full(len(X), 0.3), successes, failures), generator.normal(size=4)
    error = check_grad(lambda x: objective(x, made, prior)[0], lambda x: objective(x, made, prior)[1], at)
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
        asked.clear()
        posterior(Cells(X, offset, successes, members - successes), Prior.independent(np.full(5, 0.5)))
        assert len(asked) < 12


def test_without_a_wish_of_its_own_it_is_ordinary_logistic_regression():
    X, successes, failures = cells(200)
    found = ExpertPriorClassifier(prior_scale=2.0, intercept_scale=1e4).fit_counts(X, successes, failures)
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
        np.abs(ExpertPriorClassifier(prior_scale=scale).fit_counts(X, successes, failures).coef_).sum()
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
    prior, nothing = Prior.independent(np.ones(5)), np.zeros(len(X))
    some = posterior(Cells(with_ones(X), nothing, successes, failures), prior)
    more = posterior(Cells(with_ones(X), nothing, times * successes, times * failures), prior)
    for found in (some, more):
        assert np.linalg.eigvalsh(found.covariance).min() > 0
    # Narrower in the directions that records speak about, and nowhere wider than the prior.
    assert np.trace(more.covariance) < np.trace(some.covariance) < 5


def test_a_covariance_is_the_whole_inverse():
    """Of [[4, 2], [2, 3]] it is [[3, -2], [-2, 4]] / 8, on both sides of the diagonal."""
    assert inverse(np.array([[4.0, 2.0], [2.0, 3.0]])) == pytest.approx(np.array([[0.375, -0.25], [-0.25, 0.5]]))


def test_without_cells_the_prior_is_believed_with_its_covariance():
    """Two deviations with mean (1, -2) that vary together."""
    covariance = np.array([[0.5, 0.2], [0.2, 0.4]])
    prior = Prior(np.array([1.0, -2.0]), np.linalg.inv(covariance))
    found = posterior(Cells(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros(0)), prior)
    assert found.mean.tolist() == [1.0, -2.0]
    assert found.covariance == pytest.approx(covariance)


def test_what_is_learned_of_one_moves_what_varies_with_it():
    varying = np.array([[1.0, 0.8, 0.0], [0.8, 1.0, 0.0], [0.0, 0.0, 1.0]])
    prior = Prior(np.zeros(3), np.asarray(np.linalg.inv(varying), dtype=np.float64))
    found = posterior(Cells(np.array([[1.0, 0.0, 0.0]]), np.zeros(1), np.array([50.0]), np.zeros(1)), prior)
    # Of the second nothing is seen but that it goes with the first: 0.8 of its mean.
    assert found.mean[0] > 1
    assert found.mean[1] == pytest.approx(0.8 * found.mean[0])
    assert found.mean[2] == 0


def test_very_many_cells_are_fitted_as_a_few_are():
    """From a posterior of some of them, by gradients, comes what Newton's method finds from nothing."""
    X, successes, failures = cells(400)
    prior, offset = Prior.independent(np.full(5, 0.7)), np.linspace(-1, 1, 400)
    some = Cells(with_ones(X[:60]), offset[:60], successes[:60], failures[:60])
    every = Cells(with_ones(X), offset, successes, failures)
    wide, usual = posterior_near(every, prior, posterior(some, prior)), posterior(every, prior)
    assert wide.mean == pytest.approx(usual.mean, abs=1e-7)
    assert wide.covariance == pytest.approx(usual.covariance, abs=1e-7)


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
