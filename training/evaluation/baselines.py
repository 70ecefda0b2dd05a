"""Baselines: this project's ways to predict, each a `Recipe` as `metrics` asks for."""

from __future__ import annotations

from datetime import date

from model.scoring.artifact import Artifact
from training.evaluation.metrics import Prediction, Recipe
from training.learning.cells import RecordTable
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.learn import LearningSettings, learn
from training.learning.served_numbers import ServedNumbers


def learning(
    featuriser: Featuriser, settings: LearningSettings, documents: Documents | None = None, until: date | None = None
) -> Recipe:
    """This project's way; with `until`, as it would have been with the records up to then."""

    def recipe(known: RecordTable, asked: RecordTable) -> Prediction:
        if until is not None:
            known = known.until(until)
        learned = learn(known, featuriser, settings, documents)
        return _served(learned.numbers, asked, learned.scales.unsaid)

    return recipe


def starter(featuriser: Featuriser, settings: LearningSettings, documents: Documents) -> Recipe:
    """What documented communities teach, without any record."""
    nothing = RecordTable.of((), featuriser)
    numbers = learn(nothing, featuriser, settings, documents).numbers
    return lambda known, asked: _served(numbers, asked, settings.scales.unsaid)


def rules_only(featuriser: Featuriser) -> Recipe:
    """The expert rules as they are."""
    artifact = Artifact.of_rules(featuriser.knowledge.score_fingerprint)
    numbers = ServedNumbers.of(artifact, featuriser)
    return lambda known, asked: _served(numbers, asked, artifact.scales.unsaid)


def _served(numbers: ServedNumbers, asked: RecordTable, unsaid: float) -> Prediction:
    return Prediction(*numbers.predict(asked.pairs), unsaid)
