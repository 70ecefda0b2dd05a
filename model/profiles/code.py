"""Code of a profile: the answers of a profile in a few characters, so that a result can be shared without keeping it.

    version (1 character) · print of the questions (4) · answers (as many as needed) · checksum (4)

The alphabet is Douglas Crockford's base 32 (no I, L, O, U; small letters, hyphens and look-alikes are understood). How
answers become a number is in `layout`. Lists of questions of before are kept, so that their codes can still be opened:
with all that means the same today, and with the rest told by name.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from model.domain.code_changes import CodeChange
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import FieldProblem, ProfileError
from model.memo import Memo
from model.profiles.layout import ALPHABET, PRINT, AnswerLayout, base32, digest
from model.profiles.profile import Profile, ProfileReader

VERSION = "1"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_CHECK, _GROUP = 4, 5
_LONGEST = 200


class OpenedCode(NamedTuple):
    """What a code holds.

    Attributes:
        changes: the answers that are others today, or could not be kept.
    """

    profile: Profile
    changes: tuple[CodeChange, ...]


class ProfileCodes:
    """Writes and reads profile codes for one set of questions."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._questions = knowledge.questionnaire
        self._layout = AnswerLayout(self._questions.questions)
        self._reader = ProfileReader(self._questions)
        self._unsaid = {question.id: UNKNOWN for question in self._questions if question.required}
        self._needs = knowledge.needs.id
        self._written = Memo[str]()
        self._read = Memo[OpenedCode]()

    def code(self, profile: Profile) -> str:
        """The code of these answers, in groups of five characters."""
        # The masks do not tell in which order the needs were chosen.
        return self._written.of((profile.masks, profile.codes(self._needs)), lambda: self._code(profile))

    def _code(self, profile: Profile) -> str:
        body = VERSION + self._layout.print + base32(self._layout.number(profile.answers), 1)
        code = body + _checksum(body)
        return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))

    def read(self, code: str, language: str = "en", pointer: str = "/code") -> Profile:
        """The profile behind a code; for the rest as `opened`."""
        return self.opened(code, language, pointer).profile

    def opened(self, code: str, language: str = "en", pointer: str = "/code") -> OpenedCode:
        """The profile behind a code, of these questions or of an earlier list of them.

        Raises:
            ProfileError: it is no code, it is damaged, or it comes from another version or from other questions.
        """
        return self._read.of(code, lambda: self._opened(code, language, pointer))

    def _opened(self, code: str, language: str, pointer: str) -> OpenedCode:
        plain = code[: _LONGEST + 1].upper().translate(_LOOK_ALIKES)
        if len(plain) > _LONGEST or len(plain) <= 1 + PRINT + _CHECK or any(each not in ALPHABET for each in plain):
            raise self._error("no_code", language, pointer)
        body, checksum = plain[:-_CHECK], plain[-_CHECK:]
        if checksum != _checksum(body):
            raise self._error("damaged", language, pointer)
        if body[0] != VERSION:
            raise self._error("other_version", language, pointer)
        layout = self._layouts.get(body[1 : 1 + PRINT])
        if layout is None:
            raise self._error("other_questions", language, pointer)
        opened = self._kept(layout.answers(_number(body[1 + PRINT :])))
        if opened is None:
            raise self._error("damaged", language, pointer)
        return opened

    @cached_property
    def _layouts(self) -> dict[str, AnswerLayout]:
        """Print → layout, of this list of questions and of those before."""
        return {each.print: each for each in (*map(AnswerLayout, self._questions.earlier), self._layout)}

    def _kept(self, answers: dict[str, Any]) -> OpenedCode | None:
        """What these answers are today; None when they cannot be answers."""
        gone = tuple(self._channel_gone(question) for question, answer in answers.items() if answer is None)
        found = {question: answer for question, answer in answers.items() if answer is not None}
        changes = self._questions.changes
        profile = self._reader.read({**self._unsaid, **changes.renewed(found)})
        return None if profile is None else OpenedCode(profile, (*changes.met(found), *gone))

    def _channel_gone(self, question: str) -> CodeChange:
        words = self._knowledge.messages
        was, reason = (
            {language: words[language][key] for language in words} for key in ("code_channel_was", "code_channel_gone")
        )
        return CodeChange(question, "", was, None, reason)

    def _error(self, key: str, language: str, pointer: str) -> ProfileError:
        message = self._knowledge.messages[language][f"advice_code_{key}"]
        return ProfileError([FieldProblem(pointer, f"code_{key}", message)])


def _checksum(body: str) -> str:
    return base32(digest(body, 5 * _CHECK), _CHECK)


def _number(text: str) -> int:
    number = 0
    for each in text:
        number = number * len(ALPHABET) + ALPHABET.index(each)
    return number
