"""Hyphens: words such as "e-mail" are not broken at theirs on a page, where a letter alone would stay behind.

Only what is read is changed: addresses, values, the choices of a list and the title of a page keep the plain hyphen, so
that they can be compared, typed and found.
"""

from __future__ import annotations

import re

NOT_BROKEN = "\u2011"
_FEW_BESIDE = re.compile(
    r"-(?<=\w-)(?=[a-zA-Z])"  # within a word
    r"(?:(?<=[^\w&#;/-]\w-)|(?<=[^\w&#;/-]\w\w-)"  # which begins with a letter or two, as "e-mail"
    r"|(?=[a-z]{1,2}(?![\w-])))"  # or ends so, as "SET-up"; never in capitals, as a code does
    r"(?=[^<>]*<(?!/(?:title|option)))"  # in text that is read
)
"""A hyphen with too few letters on one side to stand alone. Longer parts have to break somewhere, and best there."""


def kept_whole(html: str) -> str:
    """The same page, with a few letters beside a hyphen kept on one line with the rest of their word."""
    return _FEW_BESIDE.sub(NOT_BROKEN, html)
