"""What a request asks for beside its body: the language of the answer and what to include in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from flask import Request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from model.knowledge.base import LANGUAGES
from service.problems import FieldError, RequestError

LANGUAGE, INCLUDE = "lang", "include"
INCLUDABLE = ("trace",)


@dataclass(frozen=True, slots=True)
class Asked:
    """A language and the parts of an answer that are only given when they are asked for."""

    language: str
    include: frozenset[str]


def asked(request: Request) -> Asked:
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
def _asked(query: str, accept: str) -> Asked:
    """The same words come with nearly every request, so they are read once; what is refused is not kept."""
    given = parse_qs(query, keep_blank_values=True)
    languages = given.get(LANGUAGE, [])
    included = [part for value in given.get(INCLUDE, []) for part in value.split(",") if part]
    errors = [*_wrong(LANGUAGE, languages, LANGUAGES), *_wrong(INCLUDE, included, INCLUDABLE)]
    if errors:
        raise RequestError("invalid_input", errors)
    return Asked(languages[0] if languages else _accepted(accept), frozenset(included))


def _wrong(parameter: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[FieldError]:
    if all(value in allowed for value in given):
        return []
    return [FieldError("not_allowed", parameter=parameter, allowed=allowed, sentence="error_value_not_allowed")]


@lru_cache(256)
def _accepted(header: str) -> str:
    """The best language for an Accept-Language header (RFC 9110, section 12.5.4); English where none fits."""
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES, "en") if header else "en"
