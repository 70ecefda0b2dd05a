"""What must hold of every answer: random and thin profiles break no law.

`make drills` tries 2,000 random and 200 thin profiles; every day it is a few.
"""

import random

import pytest

from model.advice.advice import Advice
from model.domain.questions import UNKNOWN
from model.profiles.channel_choice import ChannelChoice
from model.scoring.advisor import Advisor
from model.scoring.starter import first_artifact
from tests.drills import size
from tests.model.advice.advised import QUESTIONS, read
from tests.model.advice.laws import changes, roads, violations
from tests.packaged import KNOWLEDGE

PROFILES, THIN = size(short=60, full=2_000), size(short=20, full=200)


@pytest.fixture(scope="module")
def advice() -> Advice:
    """Advice as a new installation gives it."""
    return Advice(Advisor(KNOWLEDGE, first_artifact(KNOWLEDGE)))


def _drawn(chance: random.Random, unanswered: float) -> dict[str, object]:
    """Answers by lot."""
    raw: dict[str, object] = {}
    for question in QUESTIONS:
        if question.follows and raw.get(question.follows[0]) not in question.follows[1]:
            continue
        if question.unknown_allowed and chance.random() < unanswered:
            if question.required:
                raw[question.id] = UNKNOWN
        elif question.kind == "single":
            raw[question.id] = chance.choice(question.codes)
        else:
            raw[question.id] = chance.sample(question.codes, chance.randint(1, min(question.limit, 4)))
    return raw


def _allowed(chance: random.Random) -> ChannelChoice:
    """Only some channels, or all but some."""
    names = tuple(chance.sample(sorted(KNOWLEDGE.channel_by_id), chance.randint(1, 6)))
    return chance.choice((ChannelChoice(names), ChannelChoice((), names)))


@pytest.mark.parametrize(("number", "unanswered"), [(PROFILES, 0.15), (THIN, 0.75)], ids=["random", "thin"])
def test_no_profile_breaks_a_law(advice, number, unanswered):
    chance = random.Random(2026)
    broken = {}
    for _ in range(number):
        raw = _drawn(chance, unanswered)
        if found := violations(advice.advisor.recommend(read(raw)), advice):
            broken[str(raw)] = found
    assert broken == {}


def test_what_a_team_can_do_breaks_no_law_where_some_channels_are_not_allowed(advice):
    chance = random.Random(2027)
    broken = {}
    for _ in range(THIN):
        raw, choice = _drawn(chance, chance.choice((0.15, 0.75))), _allowed(chance)
        profile = choice.applied(read(raw), KNOWLEDGE)
        if found := violations(advice.advisor.recommend(profile), advice, (roads, changes)):
            broken[f"{raw} {choice}"] = found
    assert broken == {}
