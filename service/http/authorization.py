"""Authorization: which key came with a request (RFC 6750), and whether it may do what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Request

from model.storage.tokens import Token
from service.http.problems import RequestError
from service.runtime.lazy_store import LazyStore

if TYPE_CHECKING:
    from model.storage.keys import Key


def authorized(request: Request, store: LazyStore, scope: str) -> Key:
    """The key that a request brings in its header.

    Raises:
        RequestError: there is no key, it is wrong or revoked, or it may not do this.
        StoreBusyError: keys cannot be looked up now.
    """
    scheme, _, text = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return allowed(text if scheme.lower() == "bearer" else "", store, scope)


def allowed(text: str, store: LazyStore, scope: str) -> Key:
    """The key with this text; for the rest as `authorized`."""
    token = Token.read(text.strip())
    # What cannot be a key is refused without opening the store for it.
    if token is None:
        raise RequestError("unauthorized")
    from model.storage.keys import Keys

    key = Keys(store.get()).find(str(token))
    if key is None:
        raise RequestError("unauthorized")
    if scope not in key.scopes:
        raise RequestError("forbidden", scope=scope)
    return key
