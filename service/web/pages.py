"""Pages: the list of them, and their registration, once for the site and once for frames on other sites."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g

from service.components import EXTENSION as PARTS
from service.web import (
    about,
    accessibility,
    all_channels,
    answer,
    ask,
    channel,
    check_answers,
    data_staff,
    elsewhere,
    file_check,
    files,
    report_back,
    similar,
    start,
    transfer,
    what_if,
)
from service.web.address import EMBEDDED
from service.web.fragments import EXTENSION, FragmentLibrary
from service.web.language_switch import switched
from service.web.link_parameters import HEADER

ON_SITE = (start.bp, accessibility.bp, files.bp, data_staff.bp, file_check.bp, report_back.bp)
"""These have no second version without header and footer."""
EVERYWHERE = (
    about.bp,
    ask.bp,
    answer.bp,
    check_answers.bp,
    all_channels.bp,
    channel.bp,
    what_if.bp,
    elsewhere.bp,
    similar.bp,
    transfer.bp,
)


def ignored_told(response: Response) -> Response:
    """The response with a header that names the parameters of the address that were ignored."""
    if ignored := g.get("ignored"):
        response.headers[HEADER] = ", ".join(ignored)
    return response


def add_pages(app: Flask) -> None:
    """Let the application answer for the pages."""
    app.extensions[EXTENSION] = FragmentLibrary(app.extensions[PARTS].knowledge)
    site, frames = Blueprint("site", __name__), Blueprint("frames", __name__, url_prefix=EMBEDDED)
    frames.add_url_rule("", "start", ask.ask)
    for whole, blueprints in ((site, (*ON_SITE, *EVERYWHERE)), (frames, EVERYWHERE)):
        whole.before_request(switched)
        whole.after_request(ignored_told)
        for blueprint in blueprints:
            whole.register_blueprint(blueprint)
        app.register_blueprint(whole)
