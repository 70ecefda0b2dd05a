"""Pages: the list of them, and their registration, once for the site and once for frames on other sites."""

from __future__ import annotations

from flask import Flask

from service.parts import EXTENSION as PARTS
from service.web import about, answer, ask, channel, data_staff, files, report_back, similar, start, transfer, what_if
from service.web.address import EMBEDDED
from service.web.library import EXTENSION, Library

ON_SITE = (start.bp, files.bp, data_staff.bp, report_back.bp)
"""These have no second version without header and footer."""
EVERYWHERE = (about.bp, ask.bp, answer.bp, channel.bp, what_if.bp, similar.bp, transfer.bp)


def add_pages(app: Flask) -> None:
    """Let the application answer for the pages."""
    app.extensions[EXTENSION] = Library(app.extensions[PARTS].knowledge)
    for blueprint in (*ON_SITE, *EVERYWHERE):
        app.register_blueprint(blueprint)
    for blueprint in EVERYWHERE:
        app.register_blueprint(blueprint, url_prefix=EMBEDDED, name=f"embedded-{blueprint.name}")
    app.add_url_rule(EMBEDDED, "embedded", ask.ask)
