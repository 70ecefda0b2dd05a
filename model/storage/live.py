"""Live: the artifact that was promoted last, as a running service would take it up; without SQLAlchemy."""

from __future__ import annotations

from model.errors import ArtifactError
from model.scoring.artifact import RULES, Artifact
from model.storage import peek

MOST_STEPS_BACK = 10
"""Promotions that are tried, when the newest cannot be used, before the rule base answers."""


def live_artifact(url: str, knowledge: str) -> Artifact:
    """The artifact that is live, or the rules as they are when nothing was promoted.

    Args:
        url: of the store.
        knowledge: `score_fingerprint` of the present knowledge.

    Raises:
        StoreBusyError: the store is busy or out of reach.
        ArtifactError: what was promoted is not there, is damaged, or is another one.
    """
    newest = peek.newest(url)
    if newest is None or newest.artifact == RULES:
        return Artifact.of_rules(knowledge)
    text = peek.content(url, newest.artifact)
    if text is None:
        raise ArtifactError(f"artifact '{newest.artifact}' is not in the store")
    return stored_artifact(text, newest.artifact)


def stored_artifact(text: str, name: str) -> Artifact:
    """The artifact of this name, from what the store holds under it.

    Raises:
        ArtifactError: it is damaged, or another one.
    """
    artifact = Artifact.from_json(text)
    if artifact.id != name:
        raise ArtifactError(f"what is stored as artifact '{name}' is another one")
    return artifact
