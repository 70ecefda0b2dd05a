"""Visitors: what one of them reads does not hang on who was there before."""

import random

from flask.testing import FlaskClient

from model.domain.questions import UNKNOWN
from service.app import create_app
from service.settings import Settings
from tests.drills import size
from tests.packaged import KNOWLEDGE

VISITORS = size(short=250, full=1_500)


def _answers(chance: random.Random) -> list[tuple[str, str]]:
    """Answers by lot, few or many."""
    raw: dict[str, list[str]] = {}
    unanswered = chance.choice((0.15, 0.5, 0.8))
    for question in KNOWLEDGE.questionnaire:
        if question.follows and not set(raw.get(question.follows[0], ())) & set(question.follows[1]):
            continue
        if question.unknown_allowed and chance.random() < unanswered:
            raw[question.id] = [UNKNOWN]
        else:
            number = 1 if question.kind == "single" else chance.randint(1, min(question.limit, 3))
            raw[question.id] = chance.sample(question.codes, number)
    return [(name, code) for name, codes in raw.items() for code in codes]


def _pages(client: FlaskClient, visits: list[list[tuple[str, str]]]) -> list[str]:
    return [client.get("/answer", query_string=visit).get_data(as_text=True) for visit in visits]


def test_a_page_is_the_same_whoever_was_there_before():
    chance = random.Random(2026)
    visits = [[*_answers(chance), ("lang", chance.choice(("nl", "en")))] for _ in range(VISITORS)]
    forwards = _pages(create_app(Settings()).test_client(), visits)
    backwards = _pages(create_app(Settings()).test_client(), visits[::-1])[::-1]
    different = [visit for visit, one, other in zip(visits, forwards, backwards, strict=True) if one != other]
    assert different == []
