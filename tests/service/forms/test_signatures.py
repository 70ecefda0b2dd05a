"""Only what was signed with the shared secret, lately and for this very body, passes."""

from __future__ import annotations

import pytest

from service.forms.mapping import FormSignature
from service.forms.signatures import is_signed

# The example of the reference libraries of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY, NOW = b'{"test": 2432232314}', 1614265330.0
STANDARD = FormSignature("standard-webhooks", SECRET)


def signed(signature: FormSignature, headers: dict[str, str], body: bytes = BODY, now: float = NOW) -> bool:
    return is_signed(signature, headers.get, body, now)


def test_the_example_of_the_standard_passes():
    assert signed(STANDARD, MESSAGE)
    assert signed(STANDARD, {**MESSAGE, "webhook-signature": f"v1,AAAA {MESSAGE['webhook-signature']} v2,x"})


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        ({}, BODY, NOW),
        (MESSAGE, b"{}", NOW),
        (MESSAGE, BODY, NOW + 301),
        (MESSAGE, BODY, NOW - 301),
        ({**MESSAGE, "webhook-id": "msg_other"}, BODY, NOW),
        ({**MESSAGE, "webhook-timestamp": "1614265331"}, BODY, NOW),
        ({**MESSAGE, "webhook-timestamp": "soon"}, BODY, NOW),
        ({**MESSAGE, "webhook-timestamp": "9" * 400}, BODY, NOW),
        ({**MESSAGE, "webhook-timestamp": "²"}, BODY, NOW),
        ({**MESSAGE, "webhook-signature": ""}, BODY, NOW),
        ({**MESSAGE, "webhook-signature": "é\ud800"}, BODY, NOW),
        ({**MESSAGE, "webhook-signature": MESSAGE["webhook-signature"].replace("v1", "v2")}, BODY, NOW),
    ],
)
def test_anything_else_does_not(headers: dict[str, str], body: bytes, now: float):
    assert not signed(STANDARD, headers, body, now)


def test_typeform_signs_the_body_alone():
    typeform = FormSignature("typeform", "a-secret-of-the-form")
    # echo -n '{"test": 2432232314}' | openssl dgst -sha256 -hmac a-secret-of-the-form -binary | base64
    right = {"typeform-signature": "sha256=IyDF9nm6Bl6QBP2SoPDiqKWqJcYwSuS0YKeoJrVTA6I="}
    assert signed(typeform, right)
    assert not signed(typeform, right, b"{}")
    assert not signed(typeform, {})


def test_a_shared_secret_stands_in_a_header():
    shared = FormSignature("shared-secret", "a-secret-of-the-form", "X-Form-Secret")
    assert signed(shared, {"X-Form-Secret": "a-secret-of-the-form"})
    assert not signed(shared, {"X-Form-Secret": "a-secret-of-the-for"})
    assert not signed(shared, {})


@pytest.mark.parametrize("kind", ["standard-webhooks", "typeform", "shared-secret"])
def test_nothing_is_right_without_a_secret(kind: str):
    assert not signed(FormSignature(kind, None, "X"), {**MESSAGE, "X": "", "typeform-signature": ""})
