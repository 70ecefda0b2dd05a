"""Wide fitting: the posterior of very many cells, found from the posterior of a part of them.

What takes long at this width are Hessians, so the mode is looked for by L-BFGS (D. Liu and J. Nocedal, Mathematical
Programming 45, 1989), which asks for gradients only. It works in the directions of the posterior it starts from, in
which the new one is nearly round, and needs a dozen steps. Newton's method makes the mode exact at its end, mostly in
one step, and brings the information that the covariance comes from.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg, optimize

from training.learning.fitting import Cells, FloatArray, Posterior, Prior, find_mode, inverse, objective

_STEPS = 200


def posterior_near(cells: Cells, prior: Prior, before: Posterior, tol: float = 1e-10) -> Posterior:
    """Laplace's approximation, as `fitting.posterior` finds it.

    Args:
        before: a posterior of the same columns from some of the records.
        tol: decrease of the objective at which the mode is taken as found.
    """
    directions = linalg.cholesky(before.covariance, lower=True)

    def along(steps: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = objective(before.mean + directions @ steps, cells, prior)
        return value, directions.T @ gradient

    found = optimize.minimize(
        along, np.zeros(len(before.mean)), jac=True, method="L-BFGS-B",
        options={"maxiter": _STEPS, "maxcor": 20, "ftol": 1e-13, "gtol": 1e-3},
    )  # fmt: skip
    mode, information, _ = find_mode(cells, prior, before.mean + directions @ found.x, tol=tol)
    return Posterior(mode, inverse(information + prior.precision), found.nit)
