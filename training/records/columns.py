"""Columns: between the cells of a file and the fields of an outcome record, in both directions.

In a flat file every question is a column of its own, holding a code, or codes parted by `;` or `|`. An empty cell is an
unknown answer. What cannot be understood is passed on as it is, so that the gate words the mistake.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import FileError
from model.outcomes.reading import FORMULA_SIGNS, READ_FIELD
from model.outcomes.record import counts_as_told
from model.storage.outcomes import StoredOutcome
from training.records.read_files import Messages

FIELDS = (
    "id", "community", "channel", "start", "invited", "active", "used", "reason", "note", "source", "consent",
    "recorded_by", "recorded_at",
)  # fmt: skip
"""The columns that are no questions."""

LINE, PROBLEMS, TEXT = "_line", "_problems", "_text"
REMARKS = (LINE, PROBLEMS, TEXT)
"""Columns of a file of refused rows; they are passed over when it is imported again."""

_NOT_HERE = frozenset((*REMARKS, "profile"))
_ALWAYS = ("community", "channel", "start")
_CODES = re.compile(r"[;|]")


class RecordColumns:
    """The columns that files of records may have under this knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._questions = knowledge.questionnaire
        self._answers = {each.id: _codes if each.kind == "multi" else _code for each in knowledge.questionnaire}
        self._not_answered = {
            each.id: UNKNOWN for each in knowledge.questionnaire if each.required and each.unknown_allowed
        }
        self.all = (*FIELDS, *(question.id for question in knowledge.questionnaire))

    def check(self, header: Iterable[str], messages: Messages) -> None:
        """Refuse a header with which no row could be read.

        Raises:
            FileError: a column is missing, unknown or there twice; all mistakes at once.
        """
        columns = [name for name in header if name not in REMARKS]
        unknown = [name for name in columns if name not in self.all]
        twice = sorted({name for name in columns if columns.count(name) > 1})
        required = [question.id for question in self._questions if question.required and not question.unknown_allowed]
        missing = [name for name in (*_ALWAYS, *required) if name not in columns]
        if "used" not in columns:
            missing += [name for name in ("invited", "active") if name not in columns]
        wrong = []
        if unknown:
            named = ", ".join(self._with_guess(name, messages) for name in unknown)
            wrong.append(messages["file_unknown_columns"].format(columns=named, allowed=", ".join(self.all)))
        if twice:
            wrong.append(messages["file_columns_twice"].format(columns=", ".join(twice)))
        if missing:
            wrong.append(messages["file_columns_missing"].format(columns=", ".join(missing)))
        if wrong:
            raise FileError("\n".join(wrong))

    def _with_guess(self, name: str, messages: Messages) -> str:
        near = difflib.get_close_matches(name.lower(), self.all, 1)
        return messages["file_guess"].format(column=name, guess=near[0]) if near else f"“{name}”"

    def fields(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a record as the gate wants them, from the cells of one row."""
        nested = cells.get("profile")
        profile: dict[str, Any] = dict(self._not_answered)
        if isinstance(nested, Mapping):
            profile |= nested
        found: dict[str, Any] = {}
        for name, value in cells.items():
            if _is_empty(value) or name in _NOT_HERE:
                continue
            answer = self._answers.get(name)
            if answer is not None:
                profile[name] = answer(value)
            else:
                found[name] = READ_FIELD[name](value) if name in READ_FIELD else value
        found["profile"] = profile
        return found

    def cells(self, record: StoredOutcome) -> dict[str, Any]:
        """One row for a file, from a record in the store."""
        counts = {name: value for name, value in counts_as_told(record).items() if value is not None}
        return {
            "id": record.id,
            "community": record.community,
            "channel": record.channel,
            "start": record.start.isoformat(),
            **counts,
            "reason": record.reason,
            "note": record.note,
            "source": record.source,
            "consent": record.consent,
            "recorded_by": record.recorded_by,
            "recorded_at": record.recorded_at.isoformat(),
            **record.answers,
        }


def flat(value: Any) -> Any:
    """The content of one cell of a flat file: codes side by side, yes and no as words.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, as the spreadsheet itself does it;
    it goes away again when the file is read.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "|".join(str(flat(each)) for each in value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    # In a column of numbers an empty cell is NaN, which differs from itself.
    return value is None or (isinstance(value, list | tuple) and not value) or bool(value != value)


def _code(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _codes(value: Any) -> Any:
    if not isinstance(value, str):
        return [_code(each) for each in value] if isinstance(value, list | tuple) else value
    return [code for each in _CODES.split(value) if (code := each.strip())]
