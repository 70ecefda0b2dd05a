"""Refusals: why a row is refused, in words that name the column, what stands there and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any

from model.domain.knowledge import Knowledge
from model.errors import FieldProblem
from model.outcomes.file_check import Survey
from model.outcomes.names import broken_name, mended, tidy_name
from model.outcomes.reading import is_total, total_words
from training.records.column_names import NESTED
from training.records.record_columns import RecordColumns, is_empty
from training.records.tables import FileRow

_MOST_ALLOWED = 12
"""Codes that are listed; the page of codes has them all."""
_LONGEST = 60
_SAFE_NUMBER = 2**53
"""Above this a spreadsheet keeps no longer every digit of a number."""
_NAMES = ("community", "id")
_MOMENTS = ("start", "recorded_at")


class RejectionWords:
    """Words mistakes in one language, for one file."""

    def __init__(self, columns: RecordColumns, knowledge: Knowledge, language: str, survey: Survey) -> None:
        self._columns = columns
        self._questions = knowledge.questionnaire
        self._messages = knowledge.messages[language]
        self._in_file = {each.column: each.name for each in survey.columns}
        self._survey = survey
        self._totals = total_words(knowledge)

    def doubts(self, row: FileRow) -> list[str]:
        """Why a row may say something else than it seems to, although each of its cells can be read."""
        words = self._messages
        faults = [words["intake_told_twice"].format(name=name) for name in self._columns.told_twice(row.cells)]
        if row.may_go_on is not None and self._may_go_on(row.may_go_on, row.cells.get(row.may_go_on)):
            faults.append(words["intake_may_be_cut"])
        for column, (name, value) in zip(self._columns.of_row(row.cells).columns, row.cells.items(), strict=True):
            if column == "start" and (doubt := self._survey.doubt(value)):
                place, (line, other) = doubt
                faults.append(
                    words[f"intake_turned_{place}"].format(column=name, value=_typed(value), line=line, other=other)
                )
            if column in _NAMES:
                faults += self._name_doubts(name, value, column)
        return faults

    def _name_doubts(self, name: str, value: Any, column: str) -> Iterator[str]:
        """Why a name may be another one than the sender gave."""
        if isinstance(value, int | float) and abs(value) >= _SAFE_NUMBER:
            yield self._messages["intake_long_number"].format(column=name)
        if not isinstance(value, str):
            return
        text = tidy_name(str(self._columns.read_field(column, value) or ""))
        if broken := broken_name(text):
            yield self._messages[f"intake_name_{broken}"].format(column=name, value=_typed(value), guess=mended(text))
        if column == "community" and is_total(text, self._totals):
            yield self._messages["intake_total"].format(column=name, value=_typed(value))

    def _may_go_on(self, name: str, value: Any) -> bool:
        """Whether a longer cell could begin like this one: a whole answer that begins no other one cannot."""
        question = self._questions.by_id.get(self._columns.names.column(name) or "")
        if question is None or question.kind == "multi" or is_empty(value):
            return True
        names = [*question.allowed, *(text for option in question.options for text in option.text.values())]
        text = str(value).strip().casefold()
        return not any(name.casefold() == text for name in names) or any(
            name.casefold().startswith(text) and name.casefold() != text for name in names
        )

    def worded(self, problem: FieldProblem, cells: Mapping[str, Any]) -> str:
        """A mistake that the gate found, led by its column: in a file nobody looks for a JSON pointer."""
        steps = [step for step in problem.pointer.split("/")[1:] if step != NESTED]
        if not steps:
            return problem.message
        column = steps[0]
        value = self._cell(column, cells)
        message = self._messages["intake_yes_or_no"] if problem.code == "not_true_or_false" else problem.message
        if isinstance(value, date | time | timedelta) and self._columns.names.column(column) not in _MOMENTS:
            message = self._messages["intake_became_date"]
        typed = "" if is_empty(value) else f" “{_typed(value)}”"
        return f"{self._in_file.get(column, column)}{typed}: {message}{self._help(column, value, problem)}"

    def _cell(self, column: str, cells: Mapping[str, Any]) -> Any:
        nested = cells.get(NESTED)
        inside = nested if isinstance(nested, Mapping) else {}
        return next((value for name, value in (*cells.items(), *inside.items())
                     if column in (name, self._columns.names.column(name))), None)  # fmt: skip

    def _help(self, column: str, value: Any, problem: FieldProblem) -> str:
        """What may have been meant, or else what is allowed."""
        near = self._columns.near(column, value)
        if near:
            return " " + self._messages["intake_meant"].format(codes=self._listed(near))
        if problem.suggestion or not problem.allowed or problem.code == "not_true_or_false":
            return ""
        return self._messages["intake_allowed"].format(codes=", ".join(self._some(problem.allowed)))

    def _some(self, codes: tuple[str, ...]) -> Iterator[str]:
        yield from codes[:_MOST_ALLOWED]
        if len(codes) > _MOST_ALLOWED:
            yield self._messages["intake_all_codes"]

    def _listed(self, codes: list[str]) -> str:
        return f" {self._messages['intake_or']} ".join(f"“{code}”" for code in codes)


def _typed(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
