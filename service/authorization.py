"""Authorization: which key came with a request (RFC 6750), and whether it may do what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Request

from model.storage.tokens import Token
from service.problems import RequestError
from service.store import LazyStore

if TYPE_CHECKING:
    from model.storage.keys import Key


def authorized(request: Request, store: LazyStore, scope: str) -> Key:
    """The key of a request.

    Raises:
        RequestError: there is no key, it is wrong or revoked, or it may not do this.
        StoreBusyError: keys cannot be looked up now.
    """
    scheme, _, text = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = Token.read(text.strip()) if scheme.lower() == "bearer" else None
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
