"""Title language: in which language a title is, so that a screen reader says it in that one.

It is told by the short words that nearly every title has; a title without any counts as English, as most sources are.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "en": "the of and for a to with how on your from an are at by as using what why our into among in",
    "nl": (
        "de het een van voor op hoe wij te naar zijn bij niet wat over aan uit om werkt zo waarom door als ook nieuwe"
        " moet keer je zorg gemeente gebruik leden ouders waar elkaar deel ten vast digitale digitaal richtlijn"
        " spelregels toezicht geschiedenis samen mijn ervaringen eigenaar innoveren nederlanders klantverhaal zakelijke"
    ),
    "de": (
        "der die das und für fuer eine ein mit im zur zum von wie auf den ist nicht als des dem sich statt wir"
        " inklusive"
    ),
    "fr": "de le la les des du et pour une comment avec dans sur est aux",
    "pt": "de os dos das para uma mais sobre entre promove possível",
}
_BY_LANGUAGE = {language: frozenset(words.split()) for language, words in _WORDS.items()}


@lru_cache(2048)
def title_language(title: str) -> str:
    """The language with most of the words; English where two have as many."""
    main = re.sub(r"\(.*?\)", " ", title)
    words = re.findall(r"[^\W\d_]+", main.lower())
    counts = {language: sum(word in known for word in words) for language, known in _BY_LANGUAGE.items()}
    # "en" stands first, and the first of equals is taken.
    return max(counts, key=lambda language: counts[language])
