"""Every page reads easily, Dutch by Douma and English by Flesch; and the measure tells plain text from hard text."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from model.domain.knowledge import LANGUAGES
from tests.packaged import KNOWLEDGE
from tests.service.web.paths import PATHS
from tests.service.web.readability import ease, sentences, syllables

PLAIN = 60
"""From here on a text is for everybody, in the words of both authors "standard"."""
NAMES = {
    language: {word for channel in KNOWLEDGE.channels for word in re.findall(r"[\w'’-]+", channel.name[language])}
    for language in LANGUAGES
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_easily(language: str, site_app: Flask) -> None:
    client = site_app.test_client()
    hard = {}
    for name, path in PATHS.items():
        address = f"{path.address}{'&' if '?' in path.address else '?'}lang={language}"
        page = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
        found = sentences(page, language, NAMES[language])
        if ease(found, language) < PLAIN:
            hard[name] = round(ease(found, language)), min(found, key=lambda words: ease([words], language))
    assert hard == {}


@pytest.mark.parametrize(
    ("language", "plain", "hard"),
    [
        (
            "nl",
            "Wij vragen wat leden willen. Dan kijken wij wat past.",
            "De functionaris gegevensbescherming beoordeelt verwerkingsovereenkomsten binnen samenwerkingsverbanden.",
        ),
        (
            "en",
            "We ask what members want. Then we look what fits.",
            "Organisational confidentiality considerations necessitate comprehensive responsibilities.",
        ),
    ],
)
def test_plain_text_is_told_from_hard_text(language: str, plain: str, hard: str) -> None:
    told = [ease(sentences(f"<main><p>{text}</p></main>", language), language) for text in (plain, hard)]
    assert told[0] > 85
    assert told[1] < 20


@pytest.mark.parametrize(
    ("language", "word", "count"),
    [
        ("nl", "gebruikt", 2), ("nl", "waarschijnlijk", 3), ("nl", "patiënten", 4), ("nl", "bijeenkomst", 3),
        ("en", "channels", 2), ("en", "used", 1), ("en", "people", 2), ("en", "organise", 3), ("en", "the", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted(language: str, word: str, count: int) -> None:
    assert syllables(word, language) == count


def test_labels_and_other_languages_do_not_count() -> None:
    page = (
        '<header>Not this one here</header><main><h2>Your answers</h2><p lang="nl">Dit is een andere taal.</p></main>'
    )
    assert sentences(page, "en") == []
