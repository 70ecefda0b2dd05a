"""Private link: an address that lets one team, without a login, tell later how it went.

It holds the profile code and a random name for the community, and is signed, so that nobody can make up the name of
another community or change the answers. What it holds is no secret of ours; whoever has the link may use it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from time import monotonic

from itsdangerous import BadSignature, Signer

from model.outcomes.record import REPORT_BACK
from model.profiles.layout import ALPHABET
from service.runtime.lazy_store import LazyStore

STORED = REPORT_BACK
"""Name of the secret in the store, and what keeps these signatures apart from others with the same secret."""
PREFIX = "link-"
"""Before the random part of a community's name, so that data staff see where a record came from."""
LOOKED_UP_EVERY = 5.0
"""Seconds after which the secret of the store is looked up again."""
_RANDOM = 16
_FORM = re.compile(rf"([{ALPHABET}]{{10,200}})\.([{ALPHABET}]{{{_RANDOM}}})\.[A-Za-z0-9_-]{{20,60}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """What a link holds.

    Attributes:
        code: profile code of the community, without hyphens.
        community: what its records are known by: a random name.
    """

    code: str
    community: str


class PrivateLinks:
    """Makes and reads the signed part of links.

    Args:
        own: secrets that the operator chose, the present one first. What is signed with a later one is still read.
        store: keeps a secret of its own for who chose none. That one is read too until it is retired, so that links
            survive when somebody chooses one later.
    """

    def __init__(self, own: tuple[str, ...], store: LazyStore) -> None:
        self._own = own
        self._store = store
        self._signer: Signer | None = None
        self._looked_up = 0.0

    def make(self, code: str) -> str:
        """A new link for these answers.

        Raises:
            StoreBusyError: the secret cannot be looked up now.
        """
        chosen = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
        return self._sign().sign(f"{code.replace('-', '')}.{chosen}").decode()

    def read(self, text: str) -> PrivateLink | None:
        """What a link holds, or None when it was not made here or was changed.

        Raises:
            StoreBusyError: the secret cannot be looked up now.
        """
        parts = _FORM.fullmatch(text)
        # What cannot be a link is refused without opening the store for it.
        if parts is None:
            return None
        try:
            self._sign().unsign(text)
        except BadSignature:
            return None
        return PrivateLink(parts[1], f"{PREFIX}{parts[2].lower()}")

    def _sign(self) -> Signer:
        # Looked up again after a while: an operator may have retired the secret of the store.
        if self._signer is None or monotonic() > self._looked_up + LOOKED_UP_EVERY:
            # The last one signs, each of them is read.
            known = [*self._kept(), *reversed(self._own)]
            self._signer = Signer(known, STORED, digest_method=hashlib.sha256)
            self._looked_up = monotonic()
        return self._signer

    def _kept(self) -> list[str]:
        """The secret of the store; none is made where the operator chose one."""
        from model.storage.secrets import found_secret, kept_secret

        if not self._own:
            return [kept_secret(self._store.get(), STORED)]
        found = found_secret(self._store.get(), STORED)
        return [] if found is None else [found]
