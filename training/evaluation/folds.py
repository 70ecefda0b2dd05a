"""Folds: predictions of records by what was learned without their community, and of the latest by what came before.

A community is never on both sides, and neither are two that gave the same answers (`RecordTable.unit`).

Where by chance many failures are kept apart, what is left to learn from looks better than it is, and the other way
round. So the general level that a fold learns is the higher the worse its own records are, and records of different
folds, laid side by side, seem to be in a worse order than they are (B. Parker, S. Günter and J. Bedo, "Stratification
bias in low signal microarray studies", BMC Bioinformatics 8:326, 2007). A level orders nothing, so each fold tells its
own, and who looks at the order takes it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from training.evaluation.metrics import Prediction, Recipe
from training.learning.cells import RecordTable
from training.learning.design_matrix import BoolArray, IntArray
from training.progress import Told

FOLDS = 5
MOST_FOR_LEVEL = 5000
"""Records that the level of a fold is measured on, at most."""
LATEST_SHARE = 0.2


def held_out(
    table: RecordTable,
    recipes: Mapping[str, Recipe],
    folds: int = FOLDS,
    jobs: int = 1,
    told: Told = lambda share: None,
) -> Mapping[str, Prediction]:
    """Predict each record by what was learned without its community.

    A recipe is asked for more records than that, to tell its level.

    Args:
        table: of two units or more.
        jobs: processes that fit folds at the same time.
        told: called after each fold.
    """
    fold = balanced_folds(table.unit, folds)
    parts = [fold == number for number in np.unique(fold)]
    usual = np.zeros(len(table), dtype=np.bool_)
    usual[np.linspace(0, len(table) - 1, min(len(table), MOST_FOR_LEVEL)).astype(int)] = True
    tasks = [(name, recipe, part) for name, recipe in recipes.items() for part in parts]
    # A generator gives results in the order of the tasks, each as soon as it and those before it are there.
    results = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(recipe)(table.take(~part), table.take(part | usual)) for _, recipe, part in tasks
    )
    nothing = np.zeros(len(table))
    predictions = {name: Prediction(nothing.copy(), nothing.copy(), level=nothing.copy()) for name in recipes}
    for done, ((name, _, part), found) in enumerate(zip(tasks, results, strict=True), 1):
        mine, whole = part[part | usual], predictions[name]
        whole.log_odds[part], whole.variance[part] = found.log_odds[mine], found.variance[mine]
        level = np.where(part, found.log_odds[usual[part | usual]].mean(), whole.level)
        predictions[name] = replace(whole, unsaid=found.unsaid, level=level)
        told(done / len(tasks))
    return predictions


def balanced_folds(unit: IntArray, folds: int) -> IntArray:
    """The fold of each record: units stay whole, the largest are dealt first, each to the fold with the fewest records.

    As `sklearn.model_selection.GroupKFold` does it, which takes a second and a half to load.
    """
    _, place, sizes = np.unique(unit, return_inverse=True, return_counts=True)
    load, fold = np.zeros(min(folds, len(sizes)), dtype=np.int64), np.zeros(len(sizes), dtype=np.int64)
    for number in np.argsort(-sizes, kind="stable"):
        fold[number] = load.argmin()
        load[fold[number]] += sizes[number]
    return np.asarray(fold[place])


def latest_period(table: RecordTable, share: float = LATEST_SHARE) -> tuple[BoolArray, BoolArray]:
    """(rows to learn from, rows to judge on): the latest share of the records, and older ones of other communities."""
    border = np.quantile(table.start, 1 - share, method="lower")
    late = table.start > border
    early = (table.start <= border) & ~np.isin(table.unit, table.unit[late])
    return early, late
