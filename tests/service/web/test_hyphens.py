"""Where a page is read, a letter or two beside a hyphen stay with their word, and nothing else is changed."""

from __future__ import annotations

import pytest

from service.web.hyphens import NOT_BROKEN, kept_whole


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Een E-maillijst.</p>", "<p>Een E~maillijst.</p>"),
        ("<dd>E-mail; E-mail&#39;s</dd>", "<dd>E~mail; E~mail&#39;s</dd>"),
        ("<h3>WhatsApp-groep</h3>", "<h3>WhatsApp-groep</h3>"),
        ("<p>365-account, e-mail-adres</p>", "<p>365-account, e~mail-adres</p>"),
        ("<p>SET-up, in-person meet-ups</p>", "<p>SET~up, in~person meet-ups</p>"),
        ("<p>2026-01-31, 8-83, a - b, re&#239;n-up</p>", "<p>2026-01-31, 8-83, a - b, re&#239;n~up</p>"),
        ("<p>1R5ZQ-36PEF-W0Z99-KRT1J-AB</p>", "<p>1R5ZQ-36PEF-W0Z99-KRT1J-AB</p>"),
        ('<a class="nl-link" href="/e-mail">x</a>', '<a class="nl-link" href="/e-mail">x</a>'),
        ("<title>E-mail</title>", "<title>E-mail</title>"),
        ("<option value='e'>E-mail</option>", "<option value='e'>E-mail</option>"),
        ("<b>e-mail</b> of e-mail <i>no</i>", "<b>e~mail</b> of e~mail <i>no</i>"),
    ],
)
def test_a_letter_or_two_stay_with_their_word_and_nothing_else_is_changed(html: str, shown: str) -> None:
    assert kept_whole(html) == shown.replace("~", NOT_BROKEN)
