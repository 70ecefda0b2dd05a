"""Starter: what documented communities alone taught, as it is shipped with the knowledge.

It stands in `starter.json` beside the knowledge files, made from them by `platform-fit models starter`, with a card
that says what it was made from and how it was judged. It is on when its own gate said so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.domain.knowledge import Knowledge
from model.errors import ArtifactError, Phrase
from model.scoring.artifact import RULES, STARTER, Artifact

BUILD = Phrase("Build the starter again: platform-fit models starter")
WITHOUT = Phrase("Without the file starter.json the rules answer alone")


@dataclass(frozen=True)
class Starter:
    """A starter as it is kept.

    Attributes:
        on: whether it answers while nothing else was promoted.
        card: what it is, from what, how it was judged, and its limits; names, numbers and English sentences.
    """

    artifact: Artifact
    on: bool
    card: Mapping[str, Any]

    def to_json(self) -> str:
        """The text of the file; each number stands on a line of its own, so that a change of it can be read."""
        content = {"on": self.on, "card": self.card, "artifact": json.loads(self.artifact.to_json())}
        return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


def starter_of(knowledge: Knowledge) -> Starter | None:
    """The starter of this knowledge; None when there is none, and the rules answer alone.

    Raises:
        ArtifactError: it is damaged, or was made for other rules, channels or questions.
    """
    text = knowledge.load_starter()
    if not text:
        return None
    try:
        content = json.loads(text)
        on, card, artifact = content["on"], content["card"], Artifact.from_json(json.dumps(content["artifact"]))
    except (ValueError, TypeError, KeyError):
        raise ArtifactError(Phrase("the starter of this knowledge is damaged. {0}", BUILD)) from None
    except ArtifactError as error:
        raise ArtifactError(Phrase("the starter of this knowledge cannot be used: {0}. {1}", error, BUILD)) from None
    if type(on) is not bool or not isinstance(card, dict) or artifact.id != STARTER:
        raise ArtifactError(Phrase("the starter of this knowledge is damaged. {0}", BUILD))
    if artifact.knowledge != knowledge.score_fingerprint:
        raise ArtifactError(
            Phrase(
                "the starter of this knowledge was made for other rules, channels or questions. {0}. {1}.",
                BUILD,
                WITHOUT,
            )
        )
    return Starter(artifact, on, card)


def shipped_artifact(name: str, knowledge: Knowledge) -> Artifact:
    """The rules alone, or the starter of this knowledge, by their ids (`SHIPPED`).

    Raises:
        ArtifactError: the starter is asked for, and there is none or it cannot be used.
    """
    if name == RULES:
        return Artifact.of_rules(knowledge.score_fingerprint)
    starter = starter_of(knowledge)
    if starter is None:
        raise ArtifactError(Phrase("this knowledge has no starter"))
    return starter.artifact


def first_artifact(knowledge: Knowledge) -> Artifact:
    """What answers while nothing was promoted: the starter when it is on, or else the rules alone.

    Raises:
        ArtifactError: there is a starter, and it cannot be used.
    """
    starter = starter_of(knowledge)
    return starter.artifact if starter is not None and starter.on else Artifact.of_rules(knowledge.score_fingerprint)
