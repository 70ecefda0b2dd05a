"""Earlier answers: lists of questions of before and what became of their codes, held against the questions of today.

Whoever takes a code out of a question adds to `code_changes` what became of it, and keeps the list of before in
`earlier_questions`. So every code that was ever handed out still says something, and this is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from model.domain.code_changes import CodeChange, CodeChanges
from model.domain.questions import UNKNOWN, Option, Question
from model.errors import Phrase
from model.knowledge.entries import Entries, LoadedEntry


class EarlierAnswers:
    """What the documents say of before.

    Args:
        codes: question of today → the codes of its options.
    """

    def __init__(self, entries: Entries, codes: Mapping[str, Sequence[str]]) -> None:
        self._entries = entries
        self._codes = codes

    @cached_property
    def changes(self) -> CodeChanges:
        return CodeChanges(tuple(map(self._change, self._entries["code_changes"])))

    def _change(self, entry: LoadedEntry) -> CodeChange:
        data = entry.data
        question, code, today = data["question"], data["code"], data["becomes"]
        if question not in self._codes and today != UNKNOWN:
            self._entries.report(entry, ("question",), Phrase("there is no question '{0}'", question), self._codes)
        elif code in self._codes.get(question, ()):
            self._entries.report(entry, ("code",), Phrase("'{0}' is an answer of today, so nothing became of it", code))
        elif today != UNKNOWN and today not in self._codes[question]:
            message = Phrase("'{0}' is no answer to {1}", today, question)
            self._entries.report(entry, ("becomes",), message, (*self._codes[question], UNKNOWN))
        return CodeChange(question, code, data["was"], None if today == UNKNOWN else today, data["reason"])

    @cached_property
    def questions(self) -> tuple[tuple[Question, ...], ...]:
        """Each list of before, as far as the layout of its answers needs it."""
        return tuple(tuple(self._questions(entry)) for entry in self._entries["earlier_questions"])

    def _questions(self, entry: LoadedEntry) -> Iterator[Question]:
        for place, raw in enumerate(entry.data["questions"]):
            question, known = raw["id"], self._codes.get(raw["id"], ())
            for code in raw.get("codes", ()):
                if code not in known and code not in self.changes.of(question):
                    message = Phrase("say in code_changes what became of the answer '{0}' to {1}", code, question)
                    self._entries.report(entry, ("questions", place), message)
            texts = raw.get("texts", {})
            for code in texts:
                if code not in raw.get("codes", ()):
                    message = Phrase("'{0}' was no answer to {1}", code, question)
                    self._entries.report(entry, ("questions", place), message)
            options = tuple(Option(code, texts.get(code, {})) for code in raw.get("codes", ()))
            yield _question(raw, options if "codes" in raw else self._channels)

    @cached_property
    def _channels(self) -> tuple[Option, ...]:
        return tuple(Option(channel, {}, channel=channel) for channel in self._entries.ids("channels"))


def _question(raw: Mapping[str, Any], options: tuple[Option, ...]) -> Question:
    limit = raw.get("max", len(options)) if raw["kind"] == "multi" else 1
    return Question(
        raw["id"],
        {},
        raw.get("text", {}),
        {},
        raw["kind"],
        "",
        options,
        (),
        limit=limit,
        ordered=raw.get("ordered", False),
    )
