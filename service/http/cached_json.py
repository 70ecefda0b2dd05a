"""Cached JSON: what the service knows, as JSON that is made once per language and then only compared and sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Request, Response

from model.domain.knowledge import Knowledge
from model.memo import compact

Content = Callable[[Knowledge, str], Any]
"""Makes the content of a page: knowledge and language → plain values."""


@dataclass(frozen=True, slots=True)
class CachedJson:
    """A ready answer with its strong ETag (RFC 9110, section 8.8.3), without the quotes."""

    body: bytes
    etag: str

    @staticmethod
    def of(content: Any) -> CachedJson:
        body = compact(orjson.dumps(content))
        return CachedJson(body, hashlib.sha256(body).hexdigest()[:32])


class JsonCatalogue:
    """Every page of one set of knowledge, made when it is first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._pages: dict[tuple[str, str], CachedJson] = {}

    def page(self, name: str, language: str, content: Content) -> CachedJson:
        """The page with this name.

        Args:
            name: one for each content; only names of things that exist, so that the pages stay few.
        """
        page = self._pages.get((name, language))
        if page is None:
            page = self._pages[name, language] = CachedJson.of(content(self._knowledge, language))
        return page


def send(page: CachedJson, request: Request, language: str | None = None) -> Response:
    """The page, or 304 where the client has it already.

    Args:
        language: of its texts, if it has any.
    """
    response = Response(page.body, content_type="application/json")
    # Knowledge changes with a release: a client may keep a page but asks each time whether it still holds.
    response.headers["Cache-Control"] = "no-cache"
    if language is not None:
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language"
    response.set_etag(page.etag)
    response.make_conditional(request)
    return response


def camel(name: str) -> str:
    """A name as this API spells it: `new_login` → `newLogin`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
