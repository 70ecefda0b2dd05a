"""Shell: what header and footer of every page need."""

from __future__ import annotations

from typing import Any

from model.knowledge.base import LANGUAGES
from service.web.visit import NOW, SEEN, SINGLE, Visit

OF_PAGES = (SEEN, NOW, SINGLE, "channel", "first", "second", "case", "link", "change", "remove")
"""Parameters of single pages that stay when the language changes."""
_LONGEST = 400
LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands"}


def shell(here: Visit) -> dict[str, Any]:
    """The same page in the other language, with the answers and what else the page was asked for."""
    other = next(language for language in LANGUAGES if language != here.language)
    kept = {name: here.parameters[name][:_LONGEST] for name in OF_PAGES if name in here.parameters}
    return {
        "elsewhere": here.address.in_language(other).to(here.page, **kept),
        "other_language": other,
        "other_language_name": LANGUAGE_NAMES[other],
    }
