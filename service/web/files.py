"""Files: the stylesheet, the scripts, the icon and the colours of a frame."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from service.web.address import Theme
from service.web.assets import NAMES, asset
from service.web.theme import theme_css

bp = Blueprint("files", __name__, url_prefix="/static")

_A_YEAR = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


@bp.get(f"/<any({', '.join(repr(name) for name in NAMES)}):name>")
def file(name: str) -> AnyResponse:
    """A file; under its versioned address a browser may keep it for ever."""
    found = asset(name)
    packed = request.accept_encodings["gzip"] > 0
    response = Response(found.packed if packed else found.content, content_type=found.media_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _A_YEAR if request.args.get("v") == found.version else _AN_HOUR
    # The embedding script is made for pages of others.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if name == "embed.js" else "same-origin"
    response.set_etag(f"{found.version}-gzip" if packed else found.version)  # other bytes, so another strong tag
    return response.make_conditional(request)


@bp.get("/theme.css")
def theme() -> Response:
    """The colours that another site asked for."""
    asked = Theme.of(request.args)
    if not asked.accent:
        abort(404)
    response = Response(theme_css(asked.accent), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = _A_YEAR
    return response
