"""What a request asks for beside its body: the language of the answer and what to include in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from flask import Request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from model.answer.writer import Detail
from model.domain.knowledge import LANGUAGES
from model.profiles.channel_choice import ALL_CHANNELS, ONLY, WITHOUT, ChannelChoice, channel_names_in
from service.http.problems import FieldError, RequestError

LANGUAGE, INCLUDE, DETAIL = "lang", "include", "detail"
TRACE, LEVERS, CASES, NEXT_QUESTION = INCLUDABLE = ("trace", "levers", "cases", "nextQuestion")
_OF_CHANNEL = f"{LEVERS}:"


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """A language, how much to tell, and the parts of an answer that are only given when they are asked for.

    Attributes:
        levers_of: the channel that the levers are asked for, if one is named.
        choice: which channels are allowed.
    """

    language: str
    include: frozenset[str]
    detail: Detail = Detail.USUAL
    levers_of: str | None = None
    choice: ChannelChoice = ALL_CHANNELS

    def known(self, channels: Collection[str]) -> AnswerQuery:
        """Itself, when every channel that it names is one of these.

        Raises:
            RequestError: one is not.
        """
        there = tuple(channels)
        errors = [*_wrong(ONLY, self.choice.only, there), *_wrong(WITHOUT, self.choice.without, there)]
        if self.levers_of is not None and self.levers_of not in channels:
            errors.append(_not_allowed(INCLUDE, levers_choices(channels)))
        if errors:
            raise RequestError("invalid_input", errors)
        return self


def levers_choices(channels: Iterable[str]) -> tuple[str, ...]:
    """How the levers of each channel are asked for."""
    return tuple(f"{_OF_CHANNEL}{channel}" for channel in channels)


def asked(request: Request) -> AnswerQuery:
    """What this request asks for.

    Raises:
        RequestError: a language or a part that does not exist.
    """
    environ = request.environ
    return _asked(environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def language_of(request: Request) -> str:
    """The language for an answer to this request, whatever else is wrong with it."""
    given = parse_qs(request.environ.get("QUERY_STRING", "")).get(LANGUAGE, [""])[0]
    return given if given in LANGUAGES else _accepted(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(256)
def _asked(query: str, accept: str) -> AnswerQuery:
    """The same words come with nearly every request, so they are read once; what is refused is not kept."""
    given = parse_qs(query, keep_blank_values=True)
    languages, details = given.get(LANGUAGE, []), given.get(DETAIL, [])
    parts = [part for value in given.get(INCLUDE, []) for part in value.split(",") if part]
    levers_of = [part.removeprefix(_OF_CHANNEL) for part in parts if part.startswith(_OF_CHANNEL)]
    included = [LEVERS if part.startswith(_OF_CHANNEL) else part for part in parts]
    errors = [
        *_wrong(LANGUAGE, languages, LANGUAGES),
        *_wrong(DETAIL, details, tuple(Detail)),
        *_wrong(INCLUDE, included, INCLUDABLE),
    ]
    if errors:
        raise RequestError("invalid_input", errors)
    return AnswerQuery(
        languages[0] if languages else _accepted(accept),
        frozenset(included),
        Detail(details[0]) if details else Detail.USUAL,
        levers_of[-1] if levers_of else None,
        ChannelChoice(channel_names_in(given.get(ONLY, [])), channel_names_in(given.get(WITHOUT, []))),
    )


def _wrong(parameter: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[FieldError]:
    if all(value in allowed for value in given):
        return []
    return [_not_allowed(parameter, allowed)]


def _not_allowed(parameter: str, allowed: tuple[str, ...]) -> FieldError:
    return FieldError("not_allowed", parameter=parameter, allowed=allowed, sentence="error_value_not_allowed")


@lru_cache(256)
def _accepted(header: str) -> str:
    """The best language for an Accept-Language header (RFC 9110, section 12.5.4); English where none fits."""
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES, "en") if header else "en"
