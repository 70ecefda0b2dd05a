"""Fragments: what pages show of the knowledge, looked up or rendered once and then kept.

Templates say what everything looks like, but most of a page is the same text again and again. So what is said of one
reason, one channel or one answer is rendered once. Such a piece can have slots for what differs between communities,
and its links have a mark in the place of the answers, which is filled in when the page is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, cast

from flask import current_app
from markupsafe import Markup

from model.domain.knowledge import Knowledge
from model.domain.questions import Question
from model.memo import Memo
from model.profiles.code import OpenedCode, ProfileCodes
from model.profiles.profile import Profile
from model.scoring.advisor import RECENT
from service.web.address import Address
from service.web.reasons import Citation, ReasonGrouper
from service.web.rendering import QUERY, fragment
from service.web.translations import translator

EXTENSION = "platform_fit_fragments"
_SLOT = "\x01"
"""Stands in a piece for what differs between communities."""
_KEPT = 4096
"""How many pieces are kept; they are small, and what is said of one answer comes back again and again."""
_ROWS = 1024
"""How many rows of a ranking are kept, of some kB each: those of the answers that were just looked at."""

Content = Callable[[], Mapping[str, Any]]


class FragmentLibrary:
    """What pages show of some knowledge.

    Attributes:
        rows: assessment → its row in a ranking.
        items: first reason of a group → what is said of the group.
        hinges: recommendation → questions without an answer that can change it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.reasons = ReasonGrouper(knowledge, self.cited)
        self.rows = Memo[str](_ROWS)
        self.items = Memo[bytes](_KEPT)
        self.hinges = Memo[list[str]](RECENT)
        self._pieces = Memo[Sequence[str]](_KEPT)
        self._profile_codes = ProfileCodes(knowledge)
        self._numbers = {source: number for number, source in enumerate(knowledge.sources, 1)}

    def piece(
        self, template: str, key: Hashable, address: Address, content: Content, values: Sequence[str] = ()
    ) -> str:
        """A small piece of a page, rendered once, with values in its slots.

        Args:
            key: tells this piece from others out of the same template.
            content: gives what the template needs; it is asked the first time only.
            values: ready HTML, one for each `{{ slot }}` of the template, in their order.
        """

        def made() -> Sequence[str]:
            html = fragment(template, address.language, query=QUERY, prefix=address.path(""), slot=_SLOT, **content())
            return html.split(_SLOT)

        segments = self._pieces.of((template, address.language, address.embedded, key), made)
        if not values:
            return segments[0]
        return "".join(chain.from_iterable(zip(segments, (*values, ""), strict=True)))

    def code(self, profile: Profile) -> str:
        """The code that keeps these answers in an address."""
        return self._profile_codes.code(profile)

    def opened(self, code: str, language: str) -> OpenedCode:
        """The answers that a code keeps, and which of them are others today.

        Raises:
            ProfileError: it is no code, or one of other questions.
        """
        return self._profile_codes.opened(code, language)

    def answer_text(self, question: Question, profile: Profile, language: str) -> str:
        """The answer to a question in words."""
        words = "; ".join(question.option(code).text[language] for code in profile.codes(question.id))
        return words or translator(language)("We do not know")

    def cited(self, sources: Iterable[str]) -> Sequence[Citation]:
        """Numbered sources; expert judgement is a grade and nothing to look up."""
        known = self.knowledge.sources
        return [
            (self._numbers[source], source, known[source].title)
            for source in sources
            if known[source].kind != "expert_judgement"
        ]


def fragments() -> FragmentLibrary:
    """The library of the application that is answering now."""
    return cast(FragmentLibrary, current_app.extensions[EXTENSION])


def joined(pieces: Iterable[str]) -> Markup:
    """Pieces one after the other, as HTML that is ready."""
    return Markup("".join(pieces))
