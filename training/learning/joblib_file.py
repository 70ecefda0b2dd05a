"""joblib file: the fitted estimator for notebooks, with its SHA-256 beside it; the service never loads it.

Reading such a file runs code that is in it. The digest shows that it is the file that was written, so it is looked at
first; who wrote it, it does not show. The digest in the report, or in the registry, can be held against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import joblib
import numpy as np
from scipy import sparse

from model.domain.knowledge import Knowledge
from model.errors import ArtifactError, Phrase
from model.profiles.profile import Profile
from training.learning.design_matrix import Featuriser, Pairs, ProfileTable
from training.learning.estimator import ExpertPriorClassifier
from training.learning.learn import FittedModel

FILE = "estimator.joblib"
FIXED = "fixed"
"""Name of the column of what is never learned: the weights of fixed rules that hold."""


@dataclass(frozen=True)
class SavedEstimator:
    """A fitted estimator with what is needed to ask it something.

    Attributes:
        artifact: id of the artifact with the same numbers.
        knowledge: `score_fingerprint` of the knowledge that it was fitted with.
        features: names of its columns.
        estimator: follows the conventions of scikit-learn.
    """

    artifact: str
    knowledge: str
    features: tuple[str, ...]
    estimator: ExpertPriorClassifier

    def columns(self, knowledge: Knowledge, profiles: Iterable[Profile]) -> sparse.csr_array:
        """The design matrix: per profile one row for each channel, in the order of the knowledge.

        Raises:
            ArtifactError: the estimator was fitted with other knowledge.
        """
        if knowledge.score_fingerprint != self.knowledge:
            raise ArtifactError(
                Phrase("the estimator of '{0}' was fitted with other rules, channels or questions", self.artifact)
            )
        table = ProfileTable.of(list(profiles), knowledge)
        featuriser = Featuriser(knowledge)
        rows = featuriser.rows(Pairs.everywhere(table, len(knowledge.channels)))
        fixed = rows.offset - rows.X @ featuriser.expert
        return sparse.csr_array(sparse.hstack([rows.X[:, 1:], fixed[:, np.newaxis]], format="csr"))


def kept_estimator(learned: FittedModel, artifact: str) -> SavedEstimator:
    """What was learned, as an estimator."""
    featuriser = learned.featuriser
    features = (*featuriser.names[1:], FIXED)
    return SavedEstimator(artifact, featuriser.knowledge.score_fingerprint, features, _estimator(learned))


def write_estimator(kept: SavedEstimator, folder: Path) -> str:
    """Write the file and, in the form of sha256sum, its digest; gives the digest.

    Raises:
        OSError: it cannot be written.
    """
    content = BytesIO()
    joblib.dump(kept, content)
    digest = hashlib.sha256(content.getbuffer()).hexdigest()
    (folder / FILE).write_bytes(content.getbuffer())
    _digest_file(folder / FILE).write_text(f"{digest}  {FILE}\n", "utf-8")
    return digest


def load_estimator(path: str | Path, digest: str | None = None) -> SavedEstimator:
    """Read a kept estimator; nothing of it is looked at before its digest was checked.

    Args:
        digest: SHA-256 that it must have, for instance as the report says; without it that of the file beside it.

    Raises:
        ArtifactError: it is damaged, has no digest, or is something else.
        OSError: there is no such file.
    """
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest() != (digest or _written_digest(Path(path))):
        raise ArtifactError(Phrase("{0} is damaged, or another file: its SHA-256 does not fit", path))
    kept = joblib.load(BytesIO(content))
    if not isinstance(kept, SavedEstimator):
        raise ArtifactError(Phrase("{0} holds no estimator", path))
    return kept


def _written_digest(path: Path) -> str:
    beside = _digest_file(path)
    try:
        return beside.read_text("utf-8").partition(" ")[0].strip()
    except FileNotFoundError:
        raise ArtifactError(
            Phrase("the SHA-256 of {0} is not known: {1} is not beside it", path, beside.name)
        ) from None


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _estimator(learned: FittedModel) -> ExpertPriorClassifier:
    """The estimator as if `fit_counts` had ended with this posterior, less what only holds of documents."""
    featuriser, found, width = learned.featuriser, learned.posterior, len(learned.featuriser.names)
    expert = np.append(featuriser.expert[1:], 1.0)
    estimator = ExpertPriorClassifier(
        prior_mean=expert,
        prior_scale=[learned.scales.variance(name) ** 0.5 for name in featuriser.names[1:]] + [0.0],
        intercept_scale=learned.scales.intercept,
    )
    estimator.classes_ = np.array([0, 1])
    estimator.n_features_in_ = width
    estimator.n_iter_ = found.iterations
    estimator.intercept_ = found.mean[:1]
    estimator.coef_ = (expert + np.append(found.mean[1:width], 0.0))[np.newaxis, :]
    estimator.covariance_ = np.zeros((width + 1, width + 1))
    estimator.covariance_[:width, :width] = found.covariance[:width, :width]
    return estimator
