"""Requests for documented communities: what is looked for and which page of it, read from a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from flask import Request

from model.advice.evidence_search import EvidenceSearch, search_choices
from model.domain.knowledge import Knowledge
from service.http.problems import FieldError, RequestError
from service.http.query import LANGUAGE

Q, LIMIT, OFFSET = "q", "limit", "offset"
MOST_PER_PAGE = 100
USUAL_PER_PAGE = 20
LONGEST_Q = 200
FURTHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """What a request looks for.

    Attributes:
        given: its parameters as they came in, without the page.
        limit: how many communities a page holds.
        offset: how many come before this page.
    """

    search: EvidenceSearch
    given: Mapping[str, str]
    limit: int
    offset: int

    def link(self, path: str, offset: int) -> str:
        """The address of the page that begins here."""
        return f"{path}?{urlencode({**self.given, LIMIT: self.limit, OFFSET: offset})}"


def evidence_query(request: Request, knowledge: Knowledge) -> EvidenceQuery:
    """What this request looks for.

    Raises:
        RequestError: a parameter or a value that does not exist, or one that is given twice; every mistake is listed.
    """
    reader = _QueryReader(parse_qs(request.environ.get("QUERY_STRING", ""), keep_blank_values=True))
    choices = search_choices(knowledge)
    reader.refuse_others((*choices, Q, LIMIT, OFFSET, LANGUAGE))
    chosen = {name: reader.choice(name, allowed) for name, allowed in choices.items()}
    words = reader.words(Q, LONGEST_Q)
    limit = reader.number(LIMIT, 1, MOST_PER_PAGE, USUAL_PER_PAGE)
    offset = reader.number(OFFSET, 0, FURTHEST, 0)
    if reader.errors:
        raise RequestError("invalid_input", reader.errors)
    given = {name: value for name, value in reader.given.items() if name not in (LIMIT, OFFSET)}
    return EvidenceQuery(EvidenceSearch(**chosen, q=words), given, limit, offset)


@dataclass
class _QueryReader:
    """Reads parameters one by one and keeps every mistake."""

    raw: Mapping[str, list[str]]
    errors: list[FieldError] = field(default_factory=list)

    @property
    def given(self) -> Mapping[str, str]:
        return {name: values[0] for name, values in self.raw.items()}

    def refuse_others(self, names: tuple[str, ...]) -> None:
        for name, values in self.raw.items():
            if name not in names:
                self._refuse(name, "unknown_field", names, "error_parameter_unknown")
            elif len(values) > 1:
                self._refuse(name, "given_twice", (), "error_given_twice")

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.given.get(name)
        if value is not None and value not in allowed:
            self._refuse(name, "not_allowed", allowed, "error_value_not_allowed")
        return value

    def words(self, name: str, longest: int) -> str | None:
        value = self.given.get(name, "").strip()
        if len(value) > longest:
            self._refuse(name, "too_long", (), "error_too_long", limit=longest)
        return value or None

    def number(self, name: str, least: int, most: int, usual: int) -> int:
        value = self.given.get(name, str(usual))
        number = int(value) if re.fullmatch("[0-9]{1,9}", value) else -1
        if not least <= number <= most:
            self._refuse(name, "not_allowed", (), "error_number_between", least=least, most=most)
        return number

    def _refuse(self, name: str, code: str, allowed: Iterable[str], sentence: str, **words: object) -> None:
        self.errors.append(FieldError(code, parameter=name, allowed=tuple(allowed), sentence=sentence, words=words))
