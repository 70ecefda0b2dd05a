"""Security: the headers that tell browsers what not to do, and which pages elsewhere may call the API."""

from __future__ import annotations

from flask import Flask, Response, request

from service.http.telemetry import REQUEST_ID, Header

HEADERS: tuple[Header, ...] = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
"""For every answer that does not have them already: a page has a policy of its own, as open as it needs."""

STRICT_TRANSPORT: Header = ("Strict-Transport-Security", "max-age=31536000")
"""For every answer where the public address begins with https (RFC 6797)."""

_MAY_SEND = f"Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match, {REQUEST_ID}"
_MAY_READ = f"API-Version, ETag, RateLimit, RateLimit-Policy, Retry-After, {REQUEST_ID}"
_PREFLIGHT_SECONDS = "600"


def allow_origins(app: Flask, origins: frozenset[str]) -> None:
    """Let pages of these origins call the API (Fetch standard, CORS protocol), without cookies; "*" is all of them."""
    if not origins:
        return
    everyone = "*" in origins

    @app.after_request
    def answer_origin(response: Response) -> Response:
        if not everyone:
            response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin is None or not (everyone or origin in origins):
            return response
        response.headers["Access-Control-Allow-Origin"] = "*" if everyone else origin
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
            response.headers["Access-Control-Allow-Headers"] = _MAY_SEND
            response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        else:
            response.headers["Access-Control-Expose-Headers"] = _MAY_READ
        return response
