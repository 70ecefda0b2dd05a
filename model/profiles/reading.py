"""Reading: answers as people and forms write them, turned into the codes that the gate wants.

Forms send texts for codes, one text for a list, a list of one for a choice, and many things for "no answer". Only how
an answer is written is read here, never what may have been meant: what is no name of an option stays as it is, for the
gate to refuse. The names of an option are its code and its text in each language, in any case.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from model.domain.code_changes import CodeChange
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Option, Question
from model.memo import Memo

LONGEST = 2000
"""Most characters of an answer: longer than all options of a question together."""
_SHORT, _KNOWN = 200, 2000
"""Up to how many characters an answer is remembered, and how many answers are."""
_NEAR = 0.75
"""How alike a slip of the pen is, by the measure of `difflib`."""
_SEPARATOR = re.compile(r"([,;|\n\r])")
_LOOK_ALIKES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'} | dict.fromkeys("‐‑‒–—―−", "-"))
_NOT_KNOWN_SIGNS = (
    "-", "--", "______", "?", ".", "n/a", "na", "<na>", "#n/a", "#n/b", "#nv", "nan", "null", "undefined", "(blank)",
    "(leeg)", "\\n", UNKNOWN,
)  # fmt: skip
"""What programs write for a cell without anything in it, and people for an answer that they do not have."""
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Understood:
    """An answer that was read as something else than was sent.

    Attributes:
        pointer: where it was sent.
        answer: what it was read as; "unknown" where nothing was answered.
    """

    pointer: str
    question: str
    answer: str | list[str]


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """Raw answers after reading.

    Attributes:
        answers: question → answer; what was not answered is not there.
        moved: questions whose answer is no longer the list that was sent, so that a place in it means nothing.
    """

    answers: dict[Any, Any]
    understood: tuple[Understood, ...]
    moved: frozenset[str]


def plain(text: str) -> str:
    """A text without what is not seen or does not matter: case, spaces, kinds of quotation marks and dashes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
        text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    text = " ".join(text.split()).casefold()
    return re.sub(" ?, ?", ", ", text) if "," in text else text


def without_entities(text: str) -> str:
    """A text in which letters that were written for a web page, such as `&euml;` or `&#39;`, are letters again.

    Also those that were written so twice, such as `&amp;amp;`.
    """
    before = ""
    while "&" in text and text != before:
        before, text = text, _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def not_known_words(knowledge: Knowledge) -> frozenset[str]:
    """Words, plain, that say that nothing is known, in each language."""
    words = [word for each in knowledge.messages.values() for word in each["answer_not_known"].split(";")]
    return frozenset(map(plain, (*_NOT_KNOWN_SIGNS, *words)))


class AnswerReading:
    """Reads the answers to one set of questions.

    Attributes:
        not_known: words, plain, that say that nothing is known.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._questions = knowledge.questionnaire
        self.not_known = not_known_words(knowledge)
        self._known = Memo[tuple[Any]](_KNOWN)
        changes = knowledge.questionnaire.changes
        self._names = {
            question.id: _OptionNames(
                question, changes.of(question.id), knowledge.questionnaire.options_before(question.id)
            )
            for question in knowledge.questionnaire
        }
        self._labels = {
            plain(label): question.id
            for question in knowledge.questionnaire
            for label in (*question.label.values(), question.id)
        }

    def read(self, raw: Mapping[Any, Any], pointer: str = "") -> ReadAnswers:
        """All answers, with what was read differently from what was sent.

        Args:
            pointer: JSON pointer of `raw` in the whole input.
        """
        answers: dict[Any, Any] = {}
        understood: list[Understood] = []
        moved = set()
        for name, value in raw.items():
            question = self._questions.by_id.get(name) if isinstance(name, str) else None
            if question is None:
                answers[name] = value
                continue
            answer = self.answer(question, value)
            if answer is not None:
                answers[name] = answer
            if answer is None or (answer != value and not (answer == UNKNOWN and value == [UNKNOWN])):
                understood.append(Understood(f"{pointer}/{name}", name, UNKNOWN if answer is None else answer))
                if not isinstance(value, list) or not isinstance(answer, list) or len(value) != len(answer):
                    moved.add(name)
        return ReadAnswers(answers, tuple(understood), frozenset(moved))

    def answer(self, question: Question, value: object) -> Any:
        """One answer as the gate wants it; None when nothing was answered.

        What cannot be read comes back as it is.
        """
        if not isinstance(value, str) or len(value) > _SHORT:
            return self._read(question, value)
        # The rows of a file say the same few things again and again.
        key = question.id, value
        read = self._known.get(key)
        if read is None:
            read = self._known.put(key, (self._read(question, value),))
        return list(read[0]) if isinstance(read[0], list) else read[0]

    def _read(self, question: Question, value: object) -> Any:
        items = self.items(value)
        if items is None:
            return value
        return self._several(question, items) if question.kind == "multi" else self._one(question, items, value)

    def near_option(self, question: Question, value: object) -> str | None:
        """The code of the option whose name is nearest to a text, if one is near."""
        return self._names[question.id].nearest(value) if isinstance(value, str) and len(value) <= LONGEST else None

    def near_question(self, name: object) -> str | None:
        """The id of the question whose id or label is nearest to a name, if one is near."""
        if not isinstance(name, str) or len(name) > LONGEST:
            return None
        near = difflib.get_close_matches(plain(name), self._labels, 1, _NEAR)
        return self._labels[near[0]] if near else None

    def items(self, value: object) -> list[Any] | None:
        """What was sent as a list without its empty places; None when it is no text, no list and not nothing."""
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = _list_in(value)
        if value is None or isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple):
            return None
        return [each for each in value if not (each is None or (isinstance(each, str) and not plain(each)))]

    def _one(self, question: Question, items: Sequence[Any], value: object) -> Any:
        if not items:
            return None
        read = [self._code(question, each) for each in items]
        return read[0] if len(read) == 1 else value

    def _several(self, question: Question, items: Sequence[Any]) -> Any:
        codes = [code for item in items for code in self._codes(question, item)]
        if not codes:
            return None
        # Where it is no answer it stays in a list, for the gate to name it as the option that there is not.
        return UNKNOWN if question.unknown_allowed and all(code == UNKNOWN for code in codes) else codes

    def _codes(self, question: Question, item: Any) -> Iterator[Any]:
        """The codes in one text; options that hold a separator themselves come first."""
        if not isinstance(item, str) or len(item) > LONGEST or item in question.bit_of:
            yield item
            return
        names = self._names[question.id]
        parts = _SEPARATOR.split(unicodedata.normalize("NFKC", without_entities(item)))
        place = 0
        while place < len(parts):
            key = plain(parts[place])
            code, width = names.longest(key, parts[place : place + names.widest])
            if code is not None:
                yield code
            elif key and key not in names.lost:
                yield from names.codes_in(key) or (UNKNOWN if key in self.not_known else parts[place].strip(),)
            place += width + 1

    def _code(self, question: Question, item: Any) -> Any:
        """The code of an option or "unknown"; what is neither comes back without the spaces around it."""
        if not isinstance(item, str) or len(item) > LONGEST or item in question.bit_of:
            return item
        key = plain(without_entities(item))
        names = self._names[question.id]
        return names.by_name.get(key) or (UNKNOWN if key in self.not_known or key in names.lost else item.strip())


class _OptionNames:
    """The names of the options of one question.

    Attributes:
        by_name: code or text, plain → code; those of before too. A text that two options share names neither; a code
            goes before a text.
        lost: names of answers of before, plain, that nobody can tell today.
        widest: the most parts and separators that a text with separators falls into.
    """

    def __init__(self, question: Question, changes: Mapping[str, CodeChange], before: Iterable[Option]) -> None:
        kept = {code: change.becomes for code, change in changes.items() if change.becomes}
        codes = kept | {code: code for code in question.codes}
        # Some forms allow only letters and digits in a code.
        bare = {plain(code.replace("_", "")): today for code, today in codes.items()}
        self._codes = bare | {plain(code): today for code, today in codes.items()}
        self.lost = frozenset(
            plain(name) for code, each in changes.items() if not each.becomes for name in (code, *each.was.values())
        )
        texts = [(plain(words), option.code) for option in question.options for words in option.text.values()]
        texts += [(plain(words), code) for gone, code in kept.items() for words in changes[gone].was.values()]
        texts += [
            (plain(words), codes[each.code]) for each in before if each.code in codes for words in each.text.values()
        ]
        shared = {text for text, code in texts if any(text == other and code != its for other, its in texts)}
        self.by_name = {text: code for text, code in texts if text not in shared} | self._codes
        parted = [parts for name in self.by_name if len(parts := _SEPARATOR.split(name)) > 1]
        self._heads = frozenset(parts[0].strip() for parts in parted)
        self.widest = max(map(len, parted), default=1)

    def longest(self, key: str, parts: Sequence[str]) -> tuple[str | None, int]:
        """(code, number of parts) of the longest name that these parts begin with; no code and 1 where none does.

        Args:
            key: the first part, plain.
        """
        if key in self._heads:
            for width in range(len(parts) - (len(parts) + 1) % 2, 1, -2):
                code = self.by_name.get(plain("".join(parts[:width])))
                if code is not None:
                    return code, width
        return self.by_name.get(key), 1

    def codes_in(self, key: str) -> list[str] | None:
        """The codes in a plain text with only spaces between them; None when any word of it is no code."""
        codes = [self._codes.get(word) for word in key.split()]
        return [code for code in codes if code] if all(codes) else None

    def nearest(self, text: str) -> str | None:
        key = plain(text)
        begun = {code for name, code in self.by_name.items() if len(key) > 2 and name.startswith(key)}
        if len(begun) == 1:
            return begun.pop()
        near = difflib.get_close_matches(key, self.by_name, 1, _NEAR)
        return self.by_name[near[0]] if near else None


def _list_in(text: str) -> object:
    """The list that a text spells out in JSON, as some tools send their lists; any other text as it is."""
    if len(text) > LONGEST:
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, list) else text
