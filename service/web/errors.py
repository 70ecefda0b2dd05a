"""Errors: refusals and failures as a page, for people who came with a browser."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Request, Response

from model.errors import UnknownNameError
from service.web.language_switch import shell
from service.web.page_request import visit_after_failure
from service.web.rendering import page
from service.web.translations import mark as _
from service.web.translations import translator

_API = ("/v1", "/docs", "/openapi.json", "/livez", "/readyz", "/metrics")
_WORDS = {
    400: (
        _("We cannot read this address"),
        _("Something in it is not right. Perhaps a part of the link was lost when it was copied."),
    ),
    404: (
        _("This page does not exist"),
        _("Perhaps the address was changed, or the link is not complete."),
    ),
    429: (
        _("This was done very often just now"),
        _("Nothing was kept or changed. Wait a few minutes, go back, and try again."),
    ),
    503: (
        _("This does not work just now"),
        _("Nothing was kept or changed. Wait a moment, go back, and try again."),
    ),
    500: (
        _("Something went wrong here"),
        _("It is not your fault, and your answers are still in the address. Try again in a moment."),
    ),
}
_LONGEST = 60
"""Characters of a name that are said back."""
_OTHER = (_("This does not work"), _("This page cannot be asked for in this way. Start again from the first page."))


def unknown_name(error: UnknownNameError, language: str) -> list[str]:
    """Which channel does not exist; nothing for other names, which no page lets a visitor choose."""
    if error.kind != "channel":
        return []
    translate = translator(language)
    named = translate(_("There is no channel “%(name)s”.")) % {"name": error.name[:_LONGEST]}
    return [
        named if error.name else translate(_("No channel was chosen.")),
        translate(_("Go back to the advice, and choose a channel there.")),
    ]


def wants_page(request: Request) -> bool:
    """Whether a browser is asking for something that is not the API."""
    return not request.path.startswith(_API) and "text/html" in request.headers.get("Accept", "")


def error_page(
    request: Request, status: int, reasons: Sequence[str] = (), words: tuple[str, str] | None = None
) -> Response:
    """A page that says what happened and how to go on; what was sent is only in the reasons.

    Args:
        reasons: what exactly was wrong, in the language of the request.
        words: title and explanation, in English, in the place of those that the status has.
    """
    here = visit_after_failure(request)
    title, explanation = words or _WORDS.get(status, _WORDS[500] if status >= 500 else _OTHER)
    translate = translator(here.language)
    return page(
        "message.html",
        here.address,
        status,
        title=translate(title),
        explanation=translate(explanation),
        reasons=reasons,
        answers_at=here.address.to(here.page) if here.raw else "",
        complete=here.filled.profile is not None,
        **shell(here),
    )
