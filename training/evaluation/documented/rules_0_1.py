"""The rules as they were in version 0.1, kept as numbers because their code is gone.

`rules_0_1.json` holds what that version said of every documented community, for its full profile and for what is left
of it without the leaked answers. A profile is found by its answers to the questions that 0.1 knew, so a question that
came later changes nothing. A profile that 0.1 was never asked gives "not a number" and is not judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.special import expit

from model.domain.knowledge import Knowledge
from training.evaluation.documented.communities import Community
from training.evaluation.documented.judges import ChannelScores, Judge


def answers_key(answers: Mapping[str, str | list[str]], questions: Collection[str]) -> str:
    """A short name for the answers to these questions."""
    asked = {question: answer for question, answer in answers.items() if question in questions}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


class RulesAsTheyWere:
    """What version 0.1 said, looked up."""

    name, learns = "rules_before", False

    def __init__(self, knowledge: Knowledge, kept: Mapping[str, Any] | None = None) -> None:
        found = kept or json.loads((files(__package__) / "rules_0_1.json").read_text("utf-8"))
        self._questions = frozenset(found["questions"])
        self._profiles: Mapping[str, Any] = found["profiles"]
        self._places = [
            found["channels"].index(channel.id) if channel.id in found["channels"] else -1
            for channel in knowledge.channels
        ]
        self._none = np.full(len(self._places), np.nan)

    def fit(self, communities: Sequence[Community]) -> Judge:
        return self

    def scores(self, community: Community) -> ChannelScores:
        kept = self._profiles.get(answers_key(community.documented.profile, self._questions))
        if kept is None:
            return ChannelScores(self._none, self._none)
        log_odds, excluded = np.array([*kept["log_odds"], np.nan]), np.zeros(len(kept["log_odds"]) + 1, dtype=bool)
        excluded[kept.get("excluded", [])] = True
        return ChannelScores(np.where(excluded, -np.inf, log_odds)[self._places], expit(log_odds)[self._places])
