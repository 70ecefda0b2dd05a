"""The template as a workbook: filled in by choosing from its lists, it is read as it was meant."""

from __future__ import annotations

import openpyxl
import pytest

from model.domain.knowledge import LANGUAGES
from model.storage.outcomes import current
from training.records.import_file import import_file
from training.records.template import write_template


def listed(book, rule) -> list[str]:
    """The words in the list that a rule takes its choices from."""
    sheet, cells = rule.formula1.removeprefix("=").split("!")
    return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_every_list_is_read_as_its_code(knowledge, lite, tmp_path, language):
    path = tmp_path / "t.xlsx"
    write_template(path, knowledge, language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    lists = {
        headings[next(iter(rule.sqref.ranges)).min_col - 1]: listed(book, rule)
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    singles = [question for question in knowledge.questionnaire if question.kind == "single"]
    assert {question.label[language] for question in singles} <= set(lists)
    assert len(lists) == len(singles) + 4
    for row in range(max(map(len, lists.values()))):
        sheet.cell(row + 2, headings.index("community") + 1, f"team {row}")
        for name in headings:
            column = headings.index(name) + 1
            if name in lists:
                sheet.cell(row + 2, column, lists[name][row % len(lists[name])])
            else:
                sheet.cell(row + 2, column, sheet.cell(2, column).value)
        sheet.cell(row + 2, headings.index("community") + 1, f"team {row}")
    # Whether it was used, why not, and what follows on one answer to another question, do not go with every row.
    following = [question.label[language] for question in knowledge.questionnaire if question.follows]
    for name in (*{"en": ("used", "reason"), "nl": ("gebruikt", "reden")}[language], *following):
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, headings.index(name) + 1).value = None
    book.save(path)
    result = import_file(path, lite, knowledge, recorded_by="tester", language=language)
    assert [refusal.reasons for refusal in result.refusals] == []
    with lite.reading() as connection:
        records = list(current(connection, knowledge.questionnaire))
    assert {record.channel for record in records} == {channel.id for channel in knowledge.channels}
    for question in singles:
        if question.follows is None:
            assert {record.answers.get(question.id) for record in records} - {None, "unknown"} == set(question.codes)


def test_numbers_and_days_have_rules_and_every_column_a_word_of_help(knowledge, tmp_path):
    path = tmp_path / "t.xlsx"
    write_template(path, knowledge, "nl")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rules = sheet.data_validations.dataValidation
    assert len(rules) == sheet.max_column
    assert all(rule.prompt for rule in rules)
    assert {"whole", "date", "list"} <= {rule.type for rule in rules}
