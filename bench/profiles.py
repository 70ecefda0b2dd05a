"""Profiles to measure with: different from each other, and as incomplete as people fill in a form."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question

UNANSWERED = 0.2
"""Share of the questions that a team does not answer."""
SEED = 2026

RawProfile = dict[str, Any]


def different_profiles(knowledge: Knowledge, count: int, seed: int = SEED) -> list[RawProfile]:
    """This many profiles as a client sends them, no two the same; the same ones for the same seed.

    Some answers are more usual than others, but each is drawn on its own. Real communities probably look more alike
    than that, so what is kept from one answer to the next is of less use here than in service.
    """
    found: dict[str, RawProfile] = {}
    for profile in _profiles(knowledge, random.Random(seed)):
        found.setdefault(repr(profile), profile)
        if len(found) == count:
            break
    return list(found.values())


def _profiles(knowledge: Knowledge, chance: random.Random) -> Iterator[RawProfile]:
    usual = {question.id: [chance.gammavariate(2, 1) for _ in question.codes] for question in knowledge.questionnaire}
    while True:
        profile: RawProfile = {}
        for question in knowledge.questionnaire:
            if question.follows is not None and profile.get(question.follows[0]) not in question.follows[1]:
                continue
            if question.unknown_allowed and chance.random() < UNANSWERED:
                if question.required:
                    profile[question.id] = UNKNOWN
                continue
            profile[question.id] = _answer(question, usual[question.id], chance)
        yield profile


def _answer(question: Question, usual: list[float], chance: random.Random) -> str | list[str]:
    if question.kind == "single":
        return chance.choices(question.codes, usual)[0]
    wanted = min(question.limit, 1 + sum(chance.random() < 0.35 for _ in range(3)))
    chosen: list[str] = []
    while len(chosen) < wanted:
        code = chance.choices(question.codes, usual)[0]
        if code not in chosen:
            chosen.append(code)
    return chosen
