"""Readability: how easily a text reads, by Flesch for English and by Douma for Dutch; 60 and more is plain language.

Both look at words in a sentence and syllables in a word. Syllables are counted as groups of vowels, which is right for
nine words in ten. A library (textstat) would count a few more words right and bring dictionaries of many megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html.parser import HTMLParser

from tests.service.web.written import as_written

ALLOWED = frozenset((
    "community", "community's", "communities", "platform", "platforms", "organisation", "organisations", "organisatie",
    "organisaties", "email", "e-mail", "newsletter", "webinar", "online", "intervision", "intervisie", "programme",
    "programma", "programmateam", "facilitator", "begeleider", "privacy-functionaris", "dpia",
))  # fmt: skip
"""Words of the field that have no plainer one; they are left out of the count."""
SHORTEST = 4
"""Words in the shortest sentence: labels and names would make every page look plain."""
_BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "td",
    "th",
    "dt",
    "dd",
    "summary",
    "label",
    "legend",
    "option",
    "div",
    "small",
    "br",
}
_LEFT_OUT = {"script", "style", "svg", "select", "nav", "header", "footer", "button"}
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "nl": re.compile(r"ij|[aeiouyàáâäèéêëìíîïòóôöùúûü]+")}
_SPLIT_IN_DUTCH = re.compile(r"(?<=[aeiou])(?=[ëïöü])")


class _Text(HTMLParser):
    """The sentences of the main part of a page that are in its own language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self._language = language
        self._open: list[tuple[str, bool]] = []
        self._main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._main = self._main or tag == "main"
        if tag in _BLOCKS:
            self.blocks.append("")
        if tag not in ("input", "img", "br", "meta", "link", "rect", "path", "circle"):
            other = values.get("lang") not in (None, self._language) and tag != "html"
            sources = "numbered" in (values.get("class") or "")
            title = "noopener" in (values.get("rel") or "")
            self._open.append((tag, tag in _LEFT_OUT or other or sources or title))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if self._main and not any(left_out for _, left_out in self._open):
            self.blocks[-1] += data


def sentences(page: str, language: str, names: Collection[str] = ()) -> list[list[str]]:
    """The words of each sentence of a page, without names and titles of sources; what is too short does not count."""
    text = _Text(language)
    text.feed(as_written(page))
    parts = [part for block in text.blocks for part in re.split(r"(?<=[.!?:;])\s", " ".join(block.split()))]
    found = [re.findall(r"[^\W\d_][\w'’-]*", part) for part in parts]
    kept = [[word for word in words if word.lower() not in ALLOWED and word not in names] for words in found]
    return [words for words in kept if len(words) >= SHORTEST]


def ease(texts: Iterable[list[str]], language: str) -> float:
    """Flesch (en) or Douma (nl) reading ease."""
    texts = list(texts)
    words = [word for text in texts for word in text]
    length = len(words) / len(texts)
    weight = sum(syllables(word, language) for word in words) / len(words)
    return 206.835 - 1.015 * length - 84.6 * weight if language == "en" else 206.84 - 0.93 * length - 77 * weight


def syllables(word: str, language: str) -> int:
    """About how many syllables a word has."""
    word = word.lower()
    if language == "en":
        word = re.sub(r"(?<=[^aeiouyl])(e|es|ed)$|(?<=[aeiouy]l)e$", "", word) if len(word) > 3 else word
        return max(1, len(_VOWELS["en"].findall(word)))
    return max(1, sum(len(_VOWELS["nl"].findall(part)) for part in _SPLIT_IN_DUTCH.split(word)))
