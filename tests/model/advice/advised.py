"""What the tests of advice share: the packaged knowledge, advisors on it, and profiles in three shapes."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

from model.advice.service import Advice
from model.advice.similar_cases import case_profile
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.knowledge.loader import load_knowledge
from model.profiles.profile import Profile, ProfileReader
from model.scoring.advisor import Advisor
from model.scoring.artifact import TRUST, Artifact, Covariance
from model.scoring.features import ATTRIBUTES, answer_feature, channel_feature, rule_feature
from tests.factories import raw_profiles

KNOWLEDGE = load_knowledge()
QUESTIONS = KNOWLEDGE.questionnaire
READER = ProfileReader(QUESTIONS)
PROFILES = raw_profiles(QUESTIONS)
NO_FOLLOW_UPS = {question.id for question in QUESTIONS if question.follows is None}


def learned_artifact(knowledge: Knowledge, seed: int = 7) -> Artifact:
    """An artifact with deviations of every kind, as if records had been seen."""
    chance = random.Random(seed)
    names = [TRUST, "intercept"]
    names += [rule_feature(rule) for rule in knowledge.rules_with(Effect.LOG_ODDS)]
    names += [channel_feature(channel) for channel in knowledge.channels]
    names += [
        answer_feature(question.id, code, attribute)
        for question in knowledge.questionnaire
        for code, attribute in product(question.codes[:2], list(ATTRIBUTES)[:2])
    ]
    deviations = {name: round(chance.gauss(0, 0.2), 3) for name in names}
    covariance = Covariance(
        tuple(names), tuple(tuple(0.01 * (row == column) for column in range(row + 1)) for row in range(len(names)))
    )
    return Artifact(
        "made-up",
        knowledge.score_fingerprint,
        created="2026-11-24",
        records=40,
        communities=12,
        deviations=deviations,
        covariance=covariance,
    )


ADVISOR = Advisor(KNOWLEDGE)
ADVICE = Advice(ADVISOR)
LEARNED = Advice(Advisor(KNOWLEDGE, learned_artifact(KNOWLEDGE)))
BOTH = (ADVICE, LEARNED)


def read(raw: dict[str, Any], knowledge: Knowledge = KNOWLEDGE) -> Profile:
    """The profile of answers that are right."""
    profile = ProfileReader(knowledge.questionnaire).read(raw)
    assert profile is not None, raw
    return profile


def of_case(name: str) -> Profile:
    """The answers of a documented case."""
    return case_profile(KNOWLEDGE.case(name), KNOWLEDGE)


def with_answers(profile: Profile, **answers: Any) -> Profile:
    """The same profile with some other answers; None takes one away."""
    raw: dict[str, Any] = {question.id: "unknown" for question in QUESTIONS if question.required}
    raw |= profile.as_dict()
    for name, answer in answers.items():
        raw.pop(name, None)
        if answer is not None:
            raw[name] = list(answer) if isinstance(answer, tuple) else answer
        elif QUESTIONS[name].required:
            raw[name] = "unknown"
    return read(raw)


def is_said(text: object, knowledge: Knowledge = KNOWLEDGE) -> bool:
    """Whether a text has words in every language, without anything that was not filled in."""
    return (
        isinstance(text, dict)
        and set(text) == set(knowledge.messages)
        and all(words.strip() and "{" not in words and words != "None" for words in text.values())
    )
