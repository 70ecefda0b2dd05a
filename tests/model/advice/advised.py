"""What the tests of advice share: the packaged knowledge, advisors on it, and profiles in three shapes."""

from __future__ import annotations

from typing import Any

from model.advice.advice import Advice
from model.advice.similar_cases import case_profile
from model.domain.conditions import questions_of
from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile, ProfileReader
from model.scoring.advisor import Advisor
from tests.factories import random_artifact, raw_profiles
from tests.packaged import KNOWLEDGE

QUESTIONS = KNOWLEDGE.questionnaire
READER = ProfileReader(QUESTIONS)
PROFILES = raw_profiles(QUESTIONS)
NO_FOLLOW_UPS = {question.id for question in QUESTIONS if question.follows is None}


ADVISOR = Advisor(KNOWLEDGE)
ADVICE = Advice(ADVISOR)
LEARNED = Advice(Advisor(KNOWLEDGE, random_artifact(KNOWLEDGE)))
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
    """The same profile with some other answers; None takes one away. What then no longer applies goes too."""
    raw: dict[str, Any] = {question.id: "unknown" for question in QUESTIONS if question.required}
    raw |= profile.as_dict()
    for name, answer in answers.items():
        raw.pop(name, None)
        if answer is not None:
            raw[name] = list(answer) if isinstance(answer, tuple) else answer
        elif QUESTIONS[name].required:
            raw[name] = "unknown"
    for question in QUESTIONS:
        if any(raw.get(of) not in (*codes, "unknown", None) for of, codes in QUESTIONS.needed_for(question.id)):
            raw.pop(question.id, None)
    return read(raw)


def waits(channel_id: str, profile: Profile) -> bool:
    """Whether a warning says not to start with a channel, or will when an approval is there."""
    if profile.answers.get("sensitive_data") == "identifiable_clients":
        profile = with_answers(profile, data_approval="approved")
    return KNOWLEDGE.channel_place[channel_id] in ADVISOR.launch.held_back.places(profile.masks)


def contradicted(profile: Profile) -> set[str]:
    """The questions whose answers cannot all be true."""
    rules = [each.rule for each in ADVICE.contradictions.of(profile)]
    return {name for rule in rules for name in questions_of(rule.when)}


def is_said(text: object, knowledge: Knowledge = KNOWLEDGE) -> bool:
    """Whether a text has words in every language, without anything that was not filled in."""
    return (
        isinstance(text, dict)
        and set(text) == set(knowledge.messages)
        and all(words.strip() and "{" not in words and words != "None" for words in text.values())
    )
