"""Checkbox columns: a question with several answers, spread over one column for each option, as forms export it.

KoboToolbox names such a column needs/quick_contact, LimeSurvey needs[quick_contact], REDCap needs___quick_contact; with
words for codes in an export with labels. In the column stands whether the box was ticked. A ranking has a column for
each place, such as needs[1] or needs_1, and in it the option. Here they become one column for the question, so that
nothing after it knows of boxes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import Question
from model.errors import FileError
from model.outcomes.reading import read_tick
from training.records.record_columns import RecordColumns, flat, is_empty
from training.records.tables import FileRow, Messages, OpenFile

_BETWEEN = re.compile(r"___|[/.:]| ?\[")
"""What stands between the name of a question and that of an option."""
_PLACE = re.compile(r"(.+?)[_ /.:\[]+([1-9][0-9]?)\]?")


@dataclass(frozen=True, slots=True)
class _Box:
    """A column: of which question, and of which option (its code) or place in a ranking."""

    column: str
    question: str
    option: str | int


def join_checkboxes(table: OpenFile, knowledge: Knowledge, messages: Messages) -> OpenFile:
    """The same table with one column for each question whose options have columns of their own.

    Raises:
        FileError: the column of an option is there twice.
    """
    columns = RecordColumns(knowledge)
    boxes = [box for name in table.columns or () if (box := _box(name, columns, knowledge))]
    if not boxes or table.columns is None:
        return table
    _check_once(boxes, messages)
    whole = {columns.names.column(name): name for name in table.columns}
    joiners = [
        _Joiner(
            knowledge.questionnaire[question],
            whole.get(question, question),
            [box for box in boxes if box.question == question],
            columns,
        )
        for question in dict.fromkeys(box.question for box in boxes)
    ]
    notes: list[str] = []
    rows = _joined(table, joiners, notes, messages)
    return replace(table, columns=tuple(_names(table.columns, boxes, whole)), rows=rows, notes=notes, plain=False)


def _names(columns: Sequence[str], boxes: Sequence[_Box], whole: Container[str | None]) -> list[str]:
    """The columns with the question in the place of its first box, unless it is there as a whole."""
    names: list[str] = []
    of_a_box = {box.column: box.question for box in boxes}
    for name in columns:
        question = of_a_box.get(name)
        if question is None:
            names.append(name)
        elif question not in whole and question not in names:
            names.append(question)
    return names


def _box(name: str, columns: RecordColumns, knowledge: Knowledge) -> _Box | None:
    if columns.names.column(name) is not None:
        return None
    if ranked := _PLACE.fullmatch(name):
        question = knowledge.questionnaire.by_id.get(columns.names.column(ranked[1]) or "")
        if question is not None and question.ordered:
            return _Box(name, question.id, int(ranked[2]))
    for between in reversed(list(_BETWEEN.finditer(name))):
        question = knowledge.questionnaire.by_id.get(columns.names.column(name[: between.start()]) or "")
        if question is not None and question.kind == "multi":
            read = columns.read_answer(question.id, name[between.end() :].removesuffix("]"))
            if isinstance(read, list) and len(read) == 1 and read[0] in question.codes:
                return _Box(name, question.id, read[0])
    return None


def _check_once(boxes: Sequence[_Box], messages: Messages) -> None:
    same = Counter((box.question, box.option) for box in boxes)
    twice = [box.column for box in boxes if same[box.question, box.option] > 1]
    if twice:
        raise FileError(messages["file_columns_twice"].format(columns=", ".join(dict.fromkeys(twice))))


def _joined(table: OpenFile, joiners: Sequence[_Joiner], notes: list[str], messages: Messages) -> Iterator[FileRow]:
    for row in table.rows:
        for joiner in joiners:
            row = joiner.join(row, messages)
        yield row
    for each in joiners:
        notes.append(messages["file_checkboxes"].format(count=len(each.boxes), column=each.column))
        if each.ranks_by_place:
            notes.append(messages["file_checkboxes_ranked"].format(column=each.column))
    notes += table.notes


class _Joiner:
    """Makes one cell of the boxes of a question.

    Attributes:
        column: where the answer goes: the one that the file has for the question as a whole, if it has one.
        ranks_by_place: whether the first answer counts most, and only the place of its column says which that is.
    """

    def __init__(self, question: Question, column: str, boxes: Sequence[_Box], columns: RecordColumns) -> None:
        self.column = column
        self.boxes = sorted(boxes, key=lambda box: box.option if isinstance(box.option, int) else 0)
        self._question = question.id
        self._columns = columns
        self.ranks_by_place = question.ordered and not any(isinstance(box.option, int) for box in boxes)

    def join(self, row: FileRow, messages: Messages) -> FileRow:
        """The row with one cell in place of the boxes; with a fault where that would be a guess."""
        cells, faults, chosen = dict(row.cells), list(row.faults), []
        for box in self.boxes:
            value = cells.pop(box.column, None)
            if is_empty(value):
                continue
            ticked = True if isinstance(box.option, int) else self._is_ticked(box, value)
            if ticked is None:
                faults.append(messages["intake_checkbox"].format(column=box.column, value=value))
                chosen.append(value)  # so that it is in the file of refused rows, and refused again
            elif ticked:
                chosen.append(value if isinstance(box.option, int) else box.option)
        whole = cells.get(self.column)
        if is_empty(whole):
            cells[self.column] = chosen
        elif chosen and not self._same(whole, chosen):
            faults.append(messages["intake_told_twice"].format(name=self.column))
            cells[self.column] = f"{flat(whole)} ≠ {flat(chosen)}"
        may_go_on = self.column if row.may_go_on in {box.column for box in self.boxes} else row.may_go_on
        return row._replace(cells=cells, faults=tuple(faults), may_go_on=may_go_on)

    def _is_ticked(self, box: _Box, value: Any) -> bool | None:
        said = read_tick(value)
        if said is not None:
            return said
        if self._columns.read_answer(self._question, value) == [box.option]:
            return True
        return None

    def _same(self, whole: Any, chosen: Sequence[Any]) -> bool:
        read = [self._columns.read_answer(self._question, each) for each in (whole, list(chosen))]
        return all(isinstance(each, list) for each in read) and set(read[0]) == set(read[1])
