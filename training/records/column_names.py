"""Column names: what the columns of a file may be called, and which field or question each of them is.

A column is known by its code, by its name in each language, and by the words of its question; case, spaces and dashes
do not matter. Form tools put the name of a group before it, as in group/work_setting; that goes away.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

from model.domain.knowledge import Knowledge

FIELDS = (
    "id", "community", "channel", "start", "invited", "active", "used", "reason", "note", "source", "consent",
    "recorded_by", "recorded_at",
)  # fmt: skip
"""The columns that are no questions."""

LINE, PROBLEMS, TEXT = "_line", "_problems", "_text"
REMARKS = (LINE, PROBLEMS, TEXT)
"""Columns of a file of refused rows; they are passed over when it is imported again."""

NESTED = "profile"
"""Where JSON may hold all answers together, as over HTTP."""

_BETWEEN = re.compile(r"[\s_\-‐-―]+")
_GROUP = re.compile(r"[/.:]")
_NEAR = 0.7
_REMEMBERED = 1000
"""Names that need not be looked up again; each row of a file has the same ones."""


class ColumnNames:
    """The names that columns may have under one set of knowledge.

    Attributes:
        all: the code of each column, in order.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.all = (*FIELDS, *(question.id for question in knowledge.questionnaire))
        # Some forms allow only letters and digits in a code.
        codes = {_key(code.replace("_", "")): code for code in self.all} | {_key(code): code for code in self.all}
        words = {
            _key(word): field
            for messages in knowledge.messages.values()
            for field in FIELDS
            for word in messages[f"column_{field}"].split(";")
        }
        asked = {
            _key(words): question.id
            for question in knowledge.questionnaire
            for words in knowledge.questionnaire.names(question.id)
        }
        self._codes: Mapping[str, str] = codes
        self._names: Mapping[str, str] = {**asked, **words, **codes}
        self._found: dict[str, str | None] = {}

    def column(self, name: str) -> str | None:
        """The code of the column with this name; None when there is none. Remarks of a refusal are known too."""
        if name in self._found:
            return self._found[name]
        found = self._look_up(name)
        if len(self._found) < _REMEMBERED:
            self._found[name] = found
        return found

    def _look_up(self, name: str) -> str | None:
        if name in REMARKS:
            return name
        # A group is only taken off a code: words of a question hold points and slashes themselves.
        return self._names.get(_key(name)) or self._codes.get(_key(_GROUP.split(name)[-1]))

    def nearest(self, name: str) -> str | None:
        """The code of the column with the nearest name, if one is near."""
        last = _key(_GROUP.split(name)[-1])
        near = difflib.get_close_matches(_key(name), self._names, 1, _NEAR) or difflib.get_close_matches(
            last, self._names, 1, _NEAR
        )
        return self._names[near[0]] if near else None


def _key(name: str) -> str:
    """A name without what does not tell it from another."""
    text = unicodedata.normalize("NFKC", name)
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return _BETWEEN.sub(" ", visible).strip(" *:?.").casefold()
