"""Words: every sentence of advice exists in every language, with the same gaps to fill in, and is used."""

import re
from pathlib import Path
from string import Formatter

import pytest

import model
from model.domain.wording import answer_text, channel_names, listed, need_name
from tests.model.advice.advised import QUESTIONS
from tests.packaged import KNOWLEDGE

NAMES = sorted(name for name in KNOWLEDGE.messages["en"] if name.startswith("advice_"))
CODE = "\n".join(file.read_text(encoding="utf-8") for file in Path(model.__file__).parent.rglob("*.py"))
BUILT = re.compile(
    r"advice_(need|part|levers|transfer|lead|code|basis)_|advice_(and|unknown|staff|hinge|factor|summary)"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_has_the_same_gaps_in_every_language(name):
    gaps = {language: _gaps(words[name]) for language, words in KNOWLEDGE.messages.items()}
    assert len({frozenset(each) for each in gaps.values()}) == 1, gaps


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_is_used(name):
    assert f'"{name}"' in CODE or f"'{name}'" in CODE or BUILT.match(name), name


def _gaps(sentence: str) -> set[str]:
    return {gap for _, gap, _, _ in Formatter().parse(sentence) if gap}


def test_every_need_has_a_short_name():
    for need in KNOWLEDGE.needs.codes:
        assert all(len(words) <= 40 for words in need_name(KNOWLEDGE, need).values())
        assert f"advice_need_{need}" in NAMES


def test_lists_read_like_lists():
    assert listed(KNOWLEDGE, []) == {"en": "", "nl": ""}
    assert channel_names(KNOWLEDGE, ["embrace"])["en"] == "Embrace"
    assert channel_names(KNOWLEDGE, ["embrace", "plek"])["nl"] == "Embrace en Plek"
    assert channel_names(KNOWLEDGE, ["embrace", "plek", "miro"])["en"] == "Embrace, Plek and Miro"
    assert answer_text(KNOWLEDGE, QUESTIONS["rhythm"], [])["nl"] == "onbekend"
