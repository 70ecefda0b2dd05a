"""Code list: every column of a file of records, and everything that may stand in it, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.outcomes.record import NOT_USED_REASONS
from training.records.column_names import FIELDS


class CodedColumn(NamedTuple):
    """One column.

    Attributes:
        title: what it is called in words.
        about: how it is to be filled in.
        codes: (code, words), in order; empty where anything may stand.
        several: whether it may hold more than one of them.
    """

    column: str
    title: str
    about: str
    codes: Sequence[tuple[str, str]]
    several: bool = False


def coded_columns(knowledge: Knowledge, language: str) -> list[CodedColumn]:
    """All columns in the order of a template."""
    words = knowledge.messages[language]
    yes_no = [("true", words["code_yes"]), ("false", words["code_no"])]
    codes = {
        "channel": [(channel.id, channel.name[language]) for channel in knowledge.channels],
        "reason": [(code, words[f"not_used_{code}"]) for code in NOT_USED_REASONS],
        "used": yes_no,
        "consent": yes_no,
    }
    found = [CodedColumn(each, title(each, words), words[f"about_{each}"], codes.get(each, ())) for each in FIELDS]
    for question in knowledge.questionnaire:
        options = [(option.code, option.text[language]) for option in question.options]
        if question.unknown_allowed:
            options.append((UNKNOWN, words["code_unknown"]))
        several = question.kind == "multi"
        about = words["about_several" if several else "about_one"].format(limit=question.limit)
        found.append(CodedColumn(question.id, question.label[language], about, options, several))
    return found


def title(field: str, words: Mapping[str, str]) -> str:
    """What a field is called in words: the first of its names."""
    return words[f"column_{field}"].split(";")[0]


def code_list(knowledge: Knowledge, language: str) -> Iterator[str]:
    """The page, line by line."""
    yield knowledge.messages[language]["codes_intro"]
    for column in coded_columns(knowledge, language):
        yield f"\n{column.column}: {column.title}. {column.about}"
        width = max((len(code) for code, _ in column.codes), default=0)
        yield from (f"  {code:{width}}  {words}" for code, words in column.codes)
