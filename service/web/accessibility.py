"""Accessibility: what was done so that everybody can use these pages, how that was tested, and what does not work."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import page

bp = Blueprint("accessibility", __name__)


@bp.get("/accessibility")
def accessibility() -> Response:
    """The statement, whose list of tests is that of tests/service/web/test_accessibility.py."""
    here = visit(request)
    return page("accessibility.html", here.address, **shell(here))
