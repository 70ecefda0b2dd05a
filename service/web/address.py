"""Address: where a visitor is, and links that keep the language, the answers and the frame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from model.profiles.channel_choice import ALL_CHANNELS, ChannelChoice

EMBEDDED = "/embed"
SCHEMES = ("light", "dark")
_COLOUR = re.compile(r"[0-9a-f]{6}")
LANGUAGE, CODE, ACCENT, SCHEME = "lang", "p", "accent", "scheme"


@dataclass(frozen=True, slots=True)
class Theme:
    """How the page looks inside another site.

    Attributes:
        accent: colour of buttons and links as six hexadecimal digits; empty is ours.
        scheme: "light" or "dark"; empty follows the visitor's device.
    """

    accent: str = ""
    scheme: str = ""

    @staticmethod
    def of(parameters: MultiDict[str, str]) -> Theme:
        """The theme that is asked for; what is no colour or scheme is left out."""
        accent = parameters.get(ACCENT, "").lower().removeprefix("#")
        scheme = parameters.get(SCHEME, "")
        return Theme(accent if _COLOUR.fullmatch(accent) else "", scheme if scheme in SCHEMES else "")

    @property
    def parameters(self) -> Mapping[str, str]:
        return {name: value for name, value in ((ACCENT, self.accent), (SCHEME, self.scheme)) if value}


@dataclass(frozen=True)
class Address:
    """The part of an address that stays the same from page to page.

    Attributes:
        answers: the answers as a ready piece of a query, without a language.
        choice: which channels are allowed.
    """

    language: str
    embedded: bool = False
    theme: Theme = Theme()
    answers: str = ""
    choice: ChannelChoice = ALL_CHANNELS

    @cached_property
    def query(self) -> str:
        """What every link carries."""
        kept = pairs_query(self.hidden.items())
        return f"{self.answers}&{kept}" if self.answers else kept

    @cached_property
    def hidden(self) -> Mapping[str, str]:
        """What every form carries, beside the answers."""
        return {LANGUAGE: self.language, **self.choice.parameters, **(self.theme.parameters if self.embedded else {})}

    def path(self, page: str) -> str:
        """The path of a page; in a frame the first question stands for the start page."""
        if not self.embedded:
            return page
        return EMBEDDED + page.rstrip("/")

    def to(self, page: str, **more: str) -> str:
        """A link to a page; more parameters come after the ones that stay."""
        address = f"{self.path(page)}?{self.query}"
        return f"{address}&{pairs_query(more.items())}" if more else address

    def without_answers(self) -> Address:
        return replace(self, answers="")

    def with_answers(self, answers: str) -> Address:
        return replace(self, answers=answers)

    def in_language(self, language: str) -> Address:
        return replace(self, language=language)


def pairs_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values as a query; the same few codes come again and again, so each is encoded once."""
    return "&".join([f"{_encoded(name)}={_encoded(value)}" for name, value in pairs])


_encoded = lru_cache(2048)(quote_plus)
