"""Pipeline: from outcome records to something that scores channels. Read this first.

records (`records.few_records`, or `records.aggregation` of very many) → cells (`cells`)
        → design matrix (`design_matrix`)
        → fit (`learn`, `priors`, `fitting`), beside documented outcomes (`documents`) → artifact (`artifact`)
        → judged (`evaluation.trial`, `evaluation.gate`), each rule looked at (`evaluation.rule_audit`)

Documented outcomes alone make the starter (`starter`), which serves before there are records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from model.domain.knowledge import Knowledge
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from training.learning.artifact import to_artifact
from training.learning.cells import Evidence, RecordTable, TrainingRecord
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.learn import FittedModel, LearningSettings, learn


@dataclass(frozen=True)
class LearnedScorer:
    """What was learned, ready to be asked; all answers come from the artifact, as in serving."""

    learned: FittedModel
    artifact: Artifact

    @cached_property
    def advisor(self) -> Advisor:
        return Advisor(self.learned.featuriser.knowledge, self.artifact)


def fit(
    records: Iterable[TrainingRecord],
    knowledge: Knowledge,
    *,
    settings: LearningSettings | None = None,
    created: str = "",
    identifier: str | None = None,
) -> LearnedScorer:
    """Learn from outcome records, and from the documented communities of the knowledge.

    The same records, in any order, give the same artifact byte for byte.

    Args:
        records: outcome records, for instance `model.outcomes.record.OutcomeRecord`s.
        created: ISO date to write into the artifact.
        identifier: name of the artifact.
    """
    featuriser = Featuriser(knowledge)
    return fit_evidence(RecordTable.of(records, featuriser), featuriser, settings, created, identifier)


def fit_evidence(
    evidence: Evidence,
    featuriser: Featuriser,
    settings: LearningSettings | None = None,
    created: str = "",
    identifier: str | None = None,
    documented: bool = True,
) -> LearnedScorer:
    """The same from records that are somewhere else, of which only cells and a sample come into memory.

    Args:
        documented: whether to learn from the documented communities too.
    """
    documents = Documents.of(featuriser.knowledge.evidence if documented else (), featuriser)
    learned = learn(evidence, featuriser, settings or LearningSettings(), documents)
    return LearnedScorer(learned, to_artifact(learned, created, identifier))
