"""Language switch: the same page in the other language, with the answers, and with what was just filled in.

On a page without a form the switch is a link. On a page with one it is a button of that form, so that a browser sends
along what is in it. A form that is asked for by address comes back here and is then shown in the other language; one
that is posted is shown again by its own page, and nothing of it is kept.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from model.domain.knowledge import LANGUAGES
from model.profiles.told_changes import told_changes
from service.components import parts
from service.web.page_request import GO, NOW, SEEN, SINGLE, PageRequest, visit

OF_PAGES = (SEEN, NOW, SINGLE, "channel", "first", "second", "case", "link", "change", "remove")
"""Parameters of single pages that stay when the language changes."""
_LONGEST = 400
_NAMES = {"en": "English", "nl": "Nederlands"}


def shell(here: PageRequest) -> dict[str, Any]:
    """What every page needs: the other language for header and footer, and what was ignored of the address."""
    other = next(language for language in LANGUAGES if language != here.language)
    return {
        "elsewhere": _in_language(here, other),
        "other_language": other,
        "other_language_name": _NAMES[other],
        "ignored": here.ignored,
        "changes": told_changes(here.changes, parts().knowledge, here.language),
    }


def switched() -> Response | None:
    """Before a page: where a form goes that was sent with the button of another language."""
    language = request.args.get(GO)
    if request.method != "GET" or language not in LANGUAGES:
        return None
    return redirect(_in_language(visit(request), language), 303)


def _in_language(here: PageRequest, language: str) -> str:
    """The same page, with what else it was asked for; answers that are being filled in as they came, right or wrong."""
    kept = {name: here.parameters[name][:_LONGEST] for name in OF_PAGES if name in here.parameters}
    filling_in = GO in here.parameters and NOW in here.parameters
    address = here.as_given() if filling_in else here.address
    if not filling_in:
        kept |= here.comparison
    return address.in_language(language).to(here.page, **kept)
