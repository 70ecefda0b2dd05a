"""Told changes: what became of an answer of before, in a sentence for who gave it."""

from __future__ import annotations

from collections.abc import Sequence

from model.domain.code_changes import CodeChange
from model.domain.knowledge import Knowledge


def told_changes(changes: Sequence[CodeChange], knowledge: Knowledge, language: str) -> list[str]:
    """What became of answers of before: an opening sentence and one for each; nothing where all were kept."""
    sentences = [change_sentence(each, knowledge, language) for each in changes]
    return [knowledge.messages[language]["code_changed_intro"], *sentences] if sentences else []


def change_sentence(change: CodeChange, knowledge: Knowledge, language: str) -> str:
    """Which answer it was, what it is today or that it could not be kept, and why."""
    question = knowledge.questionnaire.by_id.get(change.question)
    words = knowledge.messages[language]["code_changed_lost" if change.becomes is None else "code_changed_kept"]
    return words.format(
        question=question.label[language] if question else change.question,
        was=change.was[language],
        now=question.option(change.becomes).text[language] if question and change.becomes else "",
        reason=change.reason[language],
    )
