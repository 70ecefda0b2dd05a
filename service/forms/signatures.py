"""Signatures: whether a submission comes from the form tool that shares a secret with this service.

Standard Webhooks signs `id.timestamp.body`, Typeform the body alone; others can send a header with a fixed secret.
Sources: https://raw.githubusercontent.com/standard-webhooks/standard-webhooks/main/spec/standard-webhooks.md and
https://www.typeform.com/developers/webhooks/secure-your-webhooks/
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Mapping

from service.forms.mapping import FormSignature

HeaderReader = Callable[[str, str], str]
TOLERANCE = 5 * 60
"""Seconds that a signed moment may lie before or after the present."""
_PREFIX = "whsec_"


def is_signed(signature: FormSignature, header: HeaderReader, body: bytes, now: float) -> bool:
    """Whether the headers of a request hold the right signature of this body.

    Args:
        header: gives the header with a name, whatever its case, or the second argument where it is not there.
        now: seconds since 1970.
    """
    return signature.secret is not None and _VERIFIERS[signature.kind](signature, header, body, now)


def _standard_webhooks(signature: FormSignature, header: HeaderReader, body: bytes, now: float) -> bool:
    identity, moment = header("webhook-id", ""), header("webhook-timestamp", "")
    if not (identity and moment.isascii() and moment.isdecimal() and len(moment) < 16):
        return False
    if abs(now - int(moment)) > TOLERANCE:
        return False
    content = b".".join((identity.encode(), moment.encode(), body))
    right = f"v1,{_digest(_key(signature.secret or ''), content)}"
    return any(_equal(given, right) for given in header("webhook-signature", "").split())


def _typeform(signature: FormSignature, header: HeaderReader, body: bytes, now: float) -> bool:
    right = f"sha256={_digest((signature.secret or '').encode(), body)}"
    return _equal(header("typeform-signature", ""), right)


def _shared_secret(signature: FormSignature, header: HeaderReader, body: bytes, now: float) -> bool:
    return _equal(header(signature.header, ""), signature.secret or "")


_VERIFIERS: Mapping[str, Callable[[FormSignature, HeaderReader, bytes, float], bool]] = {
    "standard-webhooks": _standard_webhooks,
    "typeform": _typeform,
    "shared-secret": _shared_secret,
}


def _key(secret: str) -> bytes:
    """The key behind a secret of Standard Webhooks: base64 after its prefix, or the text as it is."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix(_PREFIX), validate=True)
    except Error:
        return secret.encode()


def _digest(key: bytes, content: bytes) -> str:
    return b64encode(hmac.digest(key, content, "sha256")).decode()


def _equal(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())
