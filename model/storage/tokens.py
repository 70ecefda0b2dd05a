"""Tokens: the form of a key as its user holds it, and what keys can allow; needs nothing but the standard library."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

CORRECT, APPROVE = "outcomes:correct", "outcomes:approve"
"""Correct records of other senders too; decide what of the reports by private link is shown and learned from."""
SCOPES = ("outcomes:write", "outcomes:read", "outcomes:delete", CORRECT, APPROVE, "reports:read")

_FORM = re.compile(r"pf_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


class Token(NamedTuple):
    """A key as its user holds it: an id that is no secret, and a secret."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"pf_{self.id}_{self.secret}"

    @property
    def hash(self) -> str:
        """What is kept of the secret: it has 256 random bits, which nobody can guess, so a plain hash is enough."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    @staticmethod
    def new() -> Token:
        return Token(secrets.token_hex(6), secrets.token_urlsafe(32))

    @staticmethod
    def read(text: str) -> Token | None:
        """The token in a text, or None when it has another form."""
        parts = _FORM.fullmatch(text)
        return None if parts is None else Token(parts[1], parts[2])
