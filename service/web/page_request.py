"""Page request: what one request for a page brings with it, read once."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from flask import Request, g
from werkzeug.datastructures import MultiDict

from model.domain.code_changes import CodeChange
from model.domain.knowledge import LANGUAGES
from model.outcomes.record import complete_answers
from model.profiles.channel_choice import ONLY, WITHOUT, ChannelChoice, channel_names_in
from model.profiles.profile import Profile
from service.components import parts
from service.http.query import language_of
from service.web.address import ACCENT, CODE, EMBEDDED, LANGUAGE, SCHEME, Address, Theme, pairs_query
from service.web.forms import FormInput, Raw, fill, given_answers
from service.web.fragments import fragments
from service.web.link_parameters import read_parameters
from service.web.steps import BETWEEN_QUESTIONS

SEEN, NOW, GO, SINGLE = "seen", "step", "go", "single"
"""Parameters of the question pages: steps that were shown, the step to show, which button, and "this question only"."""
BEFORE = "was"
"""Parameter with the code of the answers that those in the address are compared with."""
_OF_EVERY_PAGE = frozenset((LANGUAGE, CODE, ACCENT, SCHEME, SEEN, NOW, GO, SINGLE, BEFORE, ONLY, WITHOUT))


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page.

    Attributes:
        page: the path, as it is outside a frame.
        address: where the visitor is. The answers in it are a code when all of them are right, and else as they came.
        filled: the answers, checked.
        own: the answers that a visitor comes from: those in the code when others in the address stand over them, or
            those that the address compares with; None when they are the same.
        ignored: parameters that look like a question but are none → that question.
        changes: answers of an earlier list of questions that are others today, or could not be kept.
    """

    page: str
    address: Address
    parameters: MultiDict[str, str]
    filled: FormInput
    own: Profile | None = None
    ignored: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[CodeChange, ...] = ()

    @property
    def language(self) -> str:
        return self.address.language

    @property
    def raw(self) -> Raw:
        return self.filled.raw

    @property
    def comparison(self) -> Mapping[str, str]:
        """The parameter that keeps with which answers these are compared."""
        return {BEFORE: fragments().code(self.own)} if self.own else {}

    def as_given(self) -> Address:
        """The address with every answer as it came: also one that is wrong, and "we do not know"."""
        return self.address.with_answers(pairs_query(_pairs(self.raw)))

    def carried(self, asked: Container[str] = ()) -> list[tuple[str, str]]:
        """Hidden fields of a form: the language, and the answers to all questions that the form does not ask."""
        profile = self.filled.profile
        answers = [(CODE, fragments().code(profile))] if profile else _pairs(self.raw, asked)
        return [*self.address.hidden.items(), *answers]


def visit(request: Request) -> PageRequest:
    """What this request brings.

    Raises:
        ProfileError: the code in the address cannot be read.
        UnknownNameError: a channel to keep or to leave out does not exist.
    """
    here = parts()
    parameters, ignored = read_parameters(request.args, here.knowledge.questionnaire, here.gate.reading, _OF_EVERY_PAGE)
    g.ignored = ignored
    embedded = _embedded(request)
    given = parameters.get(LANGUAGE, "")
    language = given if given in LANGUAGES else language_of(request)
    code = parameters.get(CODE, "")
    opened = fragments().opened(code, language) if code else None
    own = opened.profile if opened else None
    choice = ChannelChoice(channel_names_in(parameters.getlist(ONLY)), channel_names_in(parameters.getlist(WITHOUT)))
    choice.check(here.knowledge)
    filled = _filled(own, parameters, language)
    if filled.profile:
        filled = replace(filled, profile=choice.applied(filled.profile, here.knowledge))
    profile = filled.profile
    answers = f"{CODE}={fragments().code(profile)}" if profile else pairs_query(_pairs(filled.raw))
    address = Address(language, embedded, Theme.of(parameters) if embedded else Theme(), answers, choice)
    if before := parameters.get(BEFORE, ""):
        own = fragments().opened(before, language).profile
    own = own and choice.applied(own, here.knowledge)
    other = own and profile and profile.answers != own.answers
    met = here.knowledge.questionnaire.changes.met(dict(parameters.lists()))
    changes = (*(opened.changes if opened else ()), *met)
    page = _page(request.path, embedded)
    return PageRequest(page, address, parameters, filled, own if other else None, ignored, changes)


def _filled(own: Profile | None, parameters: MultiDict[str, str], language: str) -> FormInput:
    """The answers of the code, with those in the address itself in their place."""
    here = parts()
    questionnaire = here.knowledge.questionnaire
    given = given_answers(parameters, questionnaire, here.gate.reading)
    if own is None:
        return fill(given, here.gate, questionnaire, language)
    raw = complete_answers(own.as_dict(), questionnaire)
    if GO in parameters:
        # A form was sent: what is empty in it is no answer any more.
        for question in parameters.get(NOW, "").split(BETWEEN_QUESTIONS):
            raw.pop(question, None)
    elif not given:
        return FormInput(raw, own)
    return fill({**raw, **given}, here.gate, questionnaire, language)


def visit_after_failure(request: Request) -> PageRequest:
    """A visit to the answer, or to the questions, with what can be read in the address: the way on after a failure."""
    try:
        here = visit(request)
    except Exception:  # What cannot be read now, or broke the page, is left behind: this page must work.
        here = PageRequest("", Address(language_of(request), _embedded(request)), MultiDict(), FormInput({}, None))
    page = "/answer" if here.filled.profile else "/ask" if here.raw else "/"
    return replace(here, page=page, parameters=MultiDict())


def _embedded(request: Request) -> bool:
    return request.path == EMBEDDED or request.path.startswith(f"{EMBEDDED}/")


def _page(path: str, embedded: bool) -> str:
    """In a frame the first question stands for the start page."""
    return path.removeprefix(EMBEDDED) or "/ask" if embedded else path


def _pairs(raw: Raw, without: Container[str] = ()) -> list[tuple[str, str]]:
    return [
        (name, code)
        for name, given in raw.items()
        if name not in without
        for code in ([given] if isinstance(given, str) else given)
    ]
