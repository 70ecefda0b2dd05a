"""Visit: what one request for a page brings with it, read once."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask import Request
from werkzeug.datastructures import MultiDict

from model.profile import Profile
from service.asked import language_of
from service.parts import parts
from service.web.address import EMBEDDED, Address, Theme
from service.web.forms import Filled, Raw, fill, given_answers

SEEN, NOW, GO, SINGLE = "seen", "step", "go", "only"
"""Parameters of the question pages: steps that were shown, the step to show, which button, and "this question only"."""


@dataclass(frozen=True)
class Visit:
    """A request for a page.

    Attributes:
        address: where the visitor is, with the answers as they came.
        page: the path, as it is outside a frame.
        raw: the answers in the address, right or wrong.
    """

    page: str
    address: Address
    parameters: MultiDict[str, str]
    raw: Raw

    @property
    def language(self) -> str:
        return self.address.language

    @cached_property
    def _filled(self) -> Filled:
        here = parts()
        return fill(self.raw, here.gate, here.knowledge.questionnaire, self.language)

    def filled(self) -> Filled:
        """The answers, checked."""
        return self._filled

    def carried(self, asked: Container[str] = ()) -> list[tuple[str, str]]:
        """Hidden fields of a form: the language, and the answers to all questions that the form does not ask."""
        return [
            *self.address.hidden.items(),
            *((name, code) for name, code in _pairs(self.raw) if name not in asked),
        ]


def visit(request: Request) -> Visit:
    """What this request brings."""
    parameters = request.args
    embedded = _embedded(request)
    raw = given_answers(parameters, parts().knowledge.questionnaire)
    theme = Theme.of(parameters) if embedded else Theme()
    address = Address(language_of(request), embedded, theme, urlencode(_pairs(raw)))
    return Visit(_page(request.path, embedded), address, parameters, raw)


def plain_visit(request: Request) -> Visit:
    """The same as a first visit to the site: for a page that must work whatever is in the address."""
    return Visit("/", Address(language_of(request), _embedded(request)), MultiDict(), {})


def _embedded(request: Request) -> bool:
    return request.path == EMBEDDED or request.path.startswith(f"{EMBEDDED}/")


def _page(path: str, embedded: bool) -> str:
    return (path.removeprefix(EMBEDDED) if embedded else path) or "/"


def answers_query(profile: Profile) -> str:
    """The answers as a piece of a query."""
    return urlencode(_pairs(profile.as_dict()))


def _pairs(raw: Raw) -> list[tuple[str, str]]:
    return [(name, code) for name, given in raw.items() for code in ([given] if isinstance(given, str) else given)]
