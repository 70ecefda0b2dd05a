"""Template: a file of records to fill in, with every column and one example that is never imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from model.domain.knowledge import Knowledge
from model.outcomes.fields import MOST_INVITED
from model.outcomes.record import WEEKS
from training.records.code_list import CodedColumn, coded_columns
from training.records.record_columns import RecordColumns
from training.records.write_files import delimiter_of, write_csv, writing

ROWS = 2000
"""Rows of a workbook in which answers can be chosen from a list."""
_OURS = ("recorded_by", "recorded_at")
_WIDEST = 60


def write_template(file: Path | None, knowledge: Knowledge, language: str) -> None:
    """Write a template to a new file, CSV or XLSX, or as CSV to standard output.

    Raises:
        FileError: it cannot be written.
    """
    columns = [name for name in RecordColumns(knowledge).all if name not in _OURS]
    example = _example(knowledge, language)
    if file is None:
        write_csv(sys.stdout, columns, delimiter_of(language))(example)
    elif file.suffix.lower() == ".xlsx":
        _write_workbook(file, knowledge, language, example)
    else:
        with writing(file, columns, knowledge.messages[language], delimiter_of(language)) as write:
            write(example)


def _example(knowledge: Knowledge, language: str) -> dict[str, Any]:
    """One record with an answer to every question that has no condition, and no news in it."""
    messages = knowledge.messages[language]
    answers = {
        question.id: question.codes[0] if question.kind == "single" else list(question.codes[: min(question.limit, 2)])
        for question in knowledge.questionnaire
        if question.follows is None
    }
    return {
        "community": messages["template_community"],
        "channel": knowledge.channels[0].id,
        "start": (date.today() - timedelta(weeks=WEEKS + 1)).isoformat(),
        "invited": 20,
        "active": 5,
        "reason": "no_time",
        "note": messages["template_note"],
        "consent": False,
        **answers,
    }


def _write_workbook(file: Path, knowledge: Knowledge, language: str, example: dict[str, Any]) -> None:
    """A sheet to fill in, in words, and a sheet with all codes that its lists come from."""
    import openpyxl
    from openpyxl.styles import Alignment, Font

    words = knowledge.messages[language]
    columns = [each for each in coded_columns(knowledge, language) if each.column not in _OURS]
    book = openpyxl.Workbook()
    sheet, codes = book.active, book.create_sheet(words["template_codes"])
    sheet.title = words["template_records"]
    sheet.append([each.title for each in columns])
    sheet.append([_in_words(each, example.get(each.column)) for each in columns])
    sheet.freeze_panes = "B2"
    codes.append([words["template_code_column"], words["template_code_words"], words["template_code"]])
    codes.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        first = codes.max_row + 1
        for code, text in column.codes:
            codes.append([column.title, text, code])
        _guide(sheet, codes, place, column, (first, codes.max_row))
    for each in (sheet, codes):
        for cells in each.columns:
            longest = max(len(str(cell.value or "")) for cell in cells)
            each.column_dimensions[cells[0].column_letter].width = min(longest + 3, _WIDEST)
            cells[0].font = Font(bold=True)
            cells[0].alignment = Alignment(wrap_text=True, vertical="top")
    book.save(file)


def _guide(sheet: Any, codes: Any, place: int, column: CodedColumn, rows: tuple[int, int]) -> None:
    """What a cell says when it is chosen, and the list or kind of number that it takes."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = _rule(column, f"'{codes.title}'!$B${rows[0]}:$B${rows[1]}")
    made = DataValidation(**rule, allow_blank=True, showErrorMessage=True, showInputMessage=True)
    made.promptTitle, made.prompt = column.title[:32], column.about[:255]
    letter = get_column_letter(place)
    made.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(made)
    if column.column == "start":
        for row in range(2, ROWS + 1):
            sheet.cell(row, place).number_format = "yyyy-mm-dd"


def _rule(column: CodedColumn, listed: str) -> dict[str, Any]:
    if column.codes and not column.several:
        return {"type": "list", "formula1": f"={listed}"}
    if column.column in ("invited", "active"):
        return {"type": "whole", "operator": "between", "formula1": "0", "formula2": str(MOST_INVITED)}
    if column.column == "start":
        return {"type": "date", "operator": "greaterThan", "formula1": "DATE(2000,1,1)"}
    return {"type": None}


def _in_words(column: CodedColumn, value: Any) -> Any:
    """An example as a person would choose it."""
    words = dict(column.codes)
    if isinstance(value, bool):
        return words[str(value).lower()]
    if column.column == "start":
        return date.fromisoformat(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(words[each] for each in value)
    return words.get(value, value) if isinstance(value, str) else value
