"""Interface texts: gettext catalogues, one per language; English is written in the templates themselves.

The knowledge brings its own texts in every language; only words of the pages are here. Reading a catalogue takes
nothing but the standard library, so a worker does not load Babel; Babel extracts and compiles (`make translations`).
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

DOMAIN = "interface"
FOLDER = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of one language.

    Raises:
        FileNotFoundError: there is no compiled catalogue for a language other than that of the templates.
    """
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=language == SOURCE_LANGUAGE)


def translator(language: str) -> Callable[[str], str]:
    """The function that translates one text."""
    return catalogue(language).gettext


def mark(text: str) -> str:
    """Mark a text for the catalogue where it is written; it is translated where it is used."""
    return text
