"""Public address: how people reach the service, for links that they keep."""

from __future__ import annotations

from flask import Request

from service.components import parts


def public_address(request: Request) -> str:
    """Scheme and host without a slash at the end: as the operator says it, or as this request says it."""
    return parts().settings.public_url or request.host_url.rstrip("/")
