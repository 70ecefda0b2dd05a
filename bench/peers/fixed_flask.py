"""A Flask application that decides nothing: the floor of what any answer costs under Flask.

`/small` gives 5,000 bytes, `/large/<length>` as many as the service's own answer has. Both take a POST with a JSON
body, and look neither at it nor at anything else.
"""

from __future__ import annotations

from flask import Flask, Response

SMALL = 5000
_LETTER = b"x"

app = Flask(__name__, static_folder=None)
_small = _LETTER * SMALL
_large: dict[int, bytes] = {}


@app.get("/livez")
def livez() -> Response:
    return Response(b"", content_type="text/plain")


@app.post("/small")
def small() -> Response:
    return Response(_small, content_type="application/json")


@app.post("/large/<int:length>")
def large(length: int) -> Response:
    body = _large.get(length)
    if body is None:
        body = _large[length] = _LETTER * length
    return Response(body, content_type="application/json")
