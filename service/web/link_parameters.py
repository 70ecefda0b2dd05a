"""Link parameters: which parameters of an address are answers, however the form that made the link spells their names.

Forms write `needs[]`, `needs[0]`, `amp;needs` (a link that was encoded once too often), another case, or spaces. What
looks like a question and is none is not dropped in silence: the page and a header name it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from model.domain.questions import Questionnaire
from model.profiles.reading import AnswerReading

IGNORED = "ignored"
"""Parameter that carries the names of ignored ones to the page that an address leads on to."""
HEADER = "Ignored-Parameters"

_MOST, _LONGEST = 10, 40
_SPELLING = re.compile(r"(?:amp;)*(?P<name>[^\[\]]*?)(?:\[(?P<place>\d{0,4})\])?")
_SHOWN = re.compile(rf"[\w.;\[\]-]{{1,{_LONGEST}}}", re.ASCII)
"""Only names like these are repeated on a page, so that nobody writes a message there with a link."""


class LinkParameters(NamedTuple):
    """The parameters of an address.

    Attributes:
        taken: by the names that this service has for them.
        ignored: names that were not taken although they look like a question → that question.
    """

    taken: MultiDict[str, str]
    ignored: Mapping[str, str]


def read_parameters(
    given: MultiDict[str, str], questions: Questionnaire, reading: AnswerReading, others: Set[str]
) -> LinkParameters:
    """The parameters by their own names; those with a place in brackets in the order of their places.

    Args:
        others: names that are no questions, which are read the same way.
    """
    known = questions.by_id.keys() | others
    if given.keys() <= known:
        return LinkParameters(given, {})
    found: list[tuple[str, int, str]] = []
    unknown = [name for value in given.getlist(IGNORED) for name in value.split(",")]
    for name, value in given.items(multi=True):
        spelled = _SPELLING.fullmatch(name.strip())
        own = _own_name(spelled["name"], known) if spelled else None
        if own is None:
            unknown.append(name)
        found.append((own or name, int((spelled and spelled["place"]) or 0), value))
    found.sort(key=lambda each: each[1])
    return LinkParameters(
        MultiDict((name, value) for name, _, value in found), _look_alikes(unknown, questions, reading)
    )


def _own_name(name: str, known: Set[str]) -> str | None:
    own = name.strip().lower().replace("-", "_").replace(" ", "_")
    return own if own in known else None


def _look_alikes(names: list[str], questions: Questionnaire, reading: AnswerReading) -> dict[str, str]:
    found = {}
    for name in names[:_MOST]:
        if _SHOWN.fullmatch(name):
            words = re.split(r"[^a-z_]+", name.lower())
            question = next((word for word in words if word in questions.by_id), None) or reading.near_question(name)
            if question:
                found[name] = question
    return found
