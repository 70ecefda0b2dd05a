"""Rendering: one Jinja environment per language, so that a text is looked up once and not per request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from model.domain.questions import Text
from service.components import parts
from service.web import labels
from service.web.address import Address
from service.web.assets import NAMES, asset
from service.web.hyphens import kept_whole
from service.web.title_language import title_language
from service.web.translations import catalogue

QUERY = "\x00"
"""Stands for the query of links in pieces of pages that are kept and used again."""
FOLDER = Path(__file__).parent / "templates"
MEDIA_TYPE = "text/html; charset=utf-8"
_EXACT = ("data_staff", "file_check")
"""Pages that show commands, names and cells of files, which are copied from there."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors "
)


class TemplateCompiler(Extension):
    """Makes a template whole when it is compiled, at no later cost: parts put in, plain texts in their language."""

    _PART = re.compile(r'{% include "([^"]+)" %}')
    _PLAIN = re.compile(r'{{ _\(("[^"]*"|\'[^\']*\')\) }}')

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        def translated(found: re.Match[str]) -> str:
            return plain(escape(_gettext(self.environment)(found[1][1:-1])))

        return self._PLAIN.sub(translated, self._whole(source))

    def _whole(self, source: str) -> str:
        return self._PART.sub(lambda found: self._whole((FOLDER / found[1]).read_text(encoding="utf-8")), source)


def _gettext(environment: Environment) -> Callable[..., Markup]:
    return cast(Callable[..., Markup], environment.globals["_"])


def _sentence(translate: Callable[[str], str]) -> Callable[..., Markup]:
    """`_("text with %(name)s", name=…)` for templates."""
    known: dict[str, Markup] = {}

    def sentence(text: str, **words: object) -> Markup:
        found = known.get(text)
        if found is None:
            found = known[text] = escape(translate(text))
        return found % words if words else found

    return sentence


def _count(translate: Callable[[str, str, int], str]) -> Callable[[str, str, int], Markup]:
    """`ngettext("%(num)s thing", "%(num)s things", n)` for templates."""
    return lambda one, more, number: escape(translate(one, more, number)) % {"num": number}


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    translations = catalogue(language)
    made.add_extension(TemplateCompiler)
    made.globals |= {"_": _sentence(translations.gettext), "ngettext": _count(translations.ngettext)}

    def own(text: Text) -> str:
        return text[language]

    def label(kind: str, code: str) -> str:
        text = _LABELS[kind].get(code, code)
        # For an empty text a catalogue gives its own header.
        return translations.gettext(text) if text else ""

    def asked(text: Text) -> str:
        """A question alone, without how to fill it in."""
        question, mark, _ = own(text).partition("?")
        return question + mark

    def how(text: Text) -> str:
        """How to fill in a question, where it says so."""
        return own(text).partition("?")[2].strip()

    made.filters["own"] = own
    made.filters["asked"] = asked
    made.filters["how"] = how
    made.filters["language"] = title_language
    made.globals |= {
        "label": label,
        "language": language,
        "assets": {name.partition(".")[0]: asset(name).address for name in NAMES},
        "percent": percent,
    }
    return made


_LABELS: Mapping[str, Mapping[str, str]] = {
    "grade": labels.GRADES,
    "theme": labels.THEMES,
    "certainty": labels.CERTAINTIES,
    "doubt": labels.DOUBTS,
    "result": labels.RESULTS,
    "kind": labels.KINDS,
    "read": labels.READ,
    "carry": labels.CARRY,
    "side": labels.SIDE,
    "told": labels.TOLD,
    "judged": labels.JUDGED,
    "check": labels.CHECKS,
    "outcome": labels.CHECKED,
    "rule": labels.RULES,
    "promotion": labels.PROMOTIONS,
}


def percent(share: float) -> str:
    """A probability for people: whole percents, never a certainty that no rule can give."""
    return f"{min(99, max(1, round(share * 100)))}%"


def hidden_fields(pairs: Iterable[tuple[str, str]]) -> Markup:
    """What a form carries along without showing it."""
    fields = [f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in pairs]
    return Markup("\n".join(fields))


@cache
def _template(language: str, name: str) -> Template:
    """A template in one language; an environment looks it up behind a lock, for every piece of a page."""
    return environment(language).get_template(name)


def render(template: str, address: Address, **content: Any) -> bytes:
    """A page as it is sent."""
    text = _template(address.language, template).render(
        address=address, query=QUERY, prefix=address.path(""), **content
    )
    if not template.startswith(_EXACT):
        text = kept_whole(text)
    return text.encode().replace(QUERY.encode(), str(escape(address.query)).encode())


def fragment(template: str, language: str, **content: Any) -> Markup:
    """A piece of a page."""
    return Markup(plain(_template(language, template).render(**content)))


def plain(html: str) -> str:
    """The same HTML in ASCII: text that is put together and sent again and again is then copied twice as fast."""
    return html.encode("ascii", "xmlcharrefreplace").decode()


def page(template: str, address: Address, /, status: int = 200, **content: Any) -> Response:
    """A page as a response, framed only where it may be."""
    return respond(render(template, address, **content), address, status)


def respond(body: bytes, address: Address, status: int = 200) -> Response:
    """An answer with a page in it."""
    return Response(body, status, _headers(address.language, _frames(address)))


def private(response: AnyResponse) -> AnyResponse:
    """The same response for its reader only: kept nowhere, and in no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@lru_cache(64)
def _headers(language: str, frames: str) -> tuple[tuple[str, str], ...]:
    """The headers of every page, as pairs: a response would take a `Headers` object itself and write in it."""
    return (
        ("Content-Type", MEDIA_TYPE),
        ("Content-Security-Policy", POLICY + frames),
        ("Content-Language", language),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Language"),
    )


def _frames(address: Address) -> str:
    origins = parts().settings.embed_origins if address.embedded else ()
    return " ".join(sorted(origins)) or "'none'"
