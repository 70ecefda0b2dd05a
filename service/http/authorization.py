"""Authorization: which key came with a request, and whether it may do what is asked.

A key comes as a bearer token (RFC 6750), or as the password of Basic (RFC 7617), which is all that some form tools
offer.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from flask import Request

from model.storage.tokens import Token
from service.http.problems import RequestError
from service.http.telemetry import KEY_ID
from service.runtime.lazy_store import LazyStore

if TYPE_CHECKING:
    from model.storage.keys import Key


def authorized(request: Request, store: LazyStore, scope: str, text: str | None = None) -> Key:
    """The key that a request brings; its id, which is no secret, goes into the log.

    Args:
        text: the key, where it does not come in the header.

    Raises:
        RequestError: there is no key, it is wrong or revoked, or it may not do this.
        StoreBusyError: keys cannot be looked up now.
    """
    token = Token.read((_key_text(request.environ.get("HTTP_AUTHORIZATION", "")) if text is None else text).strip())
    # What cannot be a key is refused without opening the store for it.
    if token is None:
        raise RequestError("unauthorized")
    from model.storage.keys import Keys

    key = Keys(store.get()).find(str(token))
    if key is None:
        raise RequestError("unauthorized")
    request.environ[KEY_ID] = key.id
    if scope not in key.scopes:
        raise RequestError("forbidden", scope=scope)
    return key


def _key_text(header: str) -> str:
    """The key in an Authorization header; nothing where there is none."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() == "bearer":
        return text
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(text.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
