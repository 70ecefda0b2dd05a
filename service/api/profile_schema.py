"""A profile as JSON Schema 2020-12, made from the questions; it accepts exactly what the gate of `model` accepts."""

from __future__ import annotations

from typing import Any

from model.domain.questions import UNKNOWN, Question, Questionnaire

_UNKNOWN_ALONE = {"type": "array", "items": {"const": UNKNOWN}, "minItems": 1, "maxItems": 1}


def profile_json_schema(questionnaire: Questionnaire, language: str, titles: bool = True) -> dict[str, Any]:
    """The schema, with the questions as descriptions in this language.

    Args:
        titles: whether answers have their label as title. Generators of forms show it; generators of clients would
            name their classes after it.
    """
    schema: dict[str, Any] = {
        "title": "Profile",
        "type": "object",
        "properties": {question.id: _answer(question, language, titles) for question in questionnaire},
        "required": [question.id for question in questionnaire if question.required],
        "additionalProperties": False,
    }
    contradictions = [_contradiction(question, questionnaire) for question in questionnaire if question.follows]
    if contradictions:
        schema["not"] = {"anyOf": contradictions}
    return schema


def partial_profile_json_schema(questionnaire: Questionnaire, language: str, titles: bool = True) -> dict[str, Any]:
    """The same for a profile that is still being filled in: required answers may be missing."""
    whole = profile_json_schema(questionnaire, language, titles)
    return {**{name: rest for name, rest in whole.items() if name != "required"}, "title": "PartialProfile"}


def _answer(question: Question, language: str, title: bool) -> dict[str, Any]:
    described = {"title": question.label[language]} if title else {}
    described["description"] = question.text[language]
    if question.kind == "single":
        return {**described, "type": "string", "enum": list(question.allowed)}
    chosen = {
        "type": "array",
        "items": {"type": "string", "enum": list(question.codes)},
        "minItems": 1,
        "maxItems": question.limit,
        "uniqueItems": True,
    }
    if not question.unknown_allowed:
        return {**described, **chosen}
    return {**described, "anyOf": [chosen, {"type": "string", "enum": [UNKNOWN]}, _UNKNOWN_ALONE]}


def _contradiction(question: Question, questionnaire: Questionnaire) -> dict[str, Any]:
    """A follow-up that was answered although the answer it follows rules it out."""
    assert question.follows is not None
    followed, codes = question.follows
    ruled_out = [code for code in questionnaire[followed].codes if code not in codes]
    return {
        "properties": {followed: {"enum": ruled_out}, question.id: {"not": {"const": UNKNOWN}}},
        "required": [followed, question.id],
    }
