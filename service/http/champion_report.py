"""Report of the champion: the page that was made with the artifact that answers now, as it is sent to a browser."""

from __future__ import annotations

from flask import Response

from model.errors import UnknownNameError
from service.http.problems import RequestError
from service.runtime.lazy_store import LazyStore

SCOPE = "reports:read"
"""What a key must allow to see the report, or who promoted what and why."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
"""The report brings its own styles and pictures, and may do nothing else."""


def champion_report(store: LazyStore, artifact: str) -> Response:
    """The report of the artifact with this id, as one page.

    Raises:
        RequestError: there is none, because the rule base serves or the artifact came without one.
        StoreBusyError: the store is busy or out of reach.
    """
    from model.storage.registry import Registry

    try:
        page = Registry(store.get()).report(artifact)
    except UnknownNameError:
        page = None
    if page is None:
        raise RequestError("no_report")
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
