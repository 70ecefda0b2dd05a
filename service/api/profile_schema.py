"""A profile as JSON Schema 2020-12, made from the questions; it accepts exactly what the gate of `model` accepts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from model.domain.questions import UNKNOWN, Question, Questionnaire

_UNKNOWN_ALONE = {"type": "array", "items": {"const": UNKNOWN}, "minItems": 1, "maxItems": 1}


def profile_json_schema(questionnaire: Questionnaire, language: str, named: bool = False) -> dict[str, Any]:
    """The schema, with the questions as descriptions in this language.

    Args:
        named: whether codes are schemas of their own, as `code_schemas` gives them, for generators of clients, which
            make one class of each. Without it answers have their label as title, which generators of forms show.
    """
    schema: dict[str, Any] = {
        "title": "Profile",
        "type": "object",
        "properties": {question.id: _answer(question, language, named) for question in questionnaire},
        "required": [question.id for question in questionnaire if question.required],
        "additionalProperties": False,
    }
    contradictions = [
        _contradiction(question, questionnaire[of], codes)
        for question in questionnaire
        for of, codes in questionnaire.needed_for(question.id)
    ]
    if contradictions:
        schema["not"] = contradictions[0] if len(contradictions) == 1 else {"anyOf": contradictions}
    return schema


def partial_profile_json_schema(questionnaire: Questionnaire, language: str, named: bool = False) -> dict[str, Any]:
    """The same for a profile that is still being filled in: required answers may be missing."""
    whole = profile_json_schema(questionnaire, language, named)
    return {**{name: rest for name, rest in whole.items() if name != "required"}, "title": "PartialProfile"}


def code_schemas(questionnaire: Questionnaire) -> dict[str, Any]:
    """The codes that answer each question, by the name of their schema."""
    return {
        _code_name(question): {"type": "string", "enum": list(_codes(question)), "title": _code_name(question)}
        for question in questionnaire
    }


def _codes(question: Question) -> tuple[str, ...]:
    return question.allowed if question.kind == "single" else question.codes


def _code_name(question: Question) -> str:
    return "".join(word.capitalize() for word in question.id.split("_")) + "Code"


def _code(question: Question, named: bool) -> dict[str, Any]:
    if named:
        return {"$ref": f"#/components/schemas/{_code_name(question)}"}
    return {"type": "string", "enum": list(_codes(question))}


def _answer(question: Question, language: str, named: bool) -> dict[str, Any]:
    described = {} if named else {"title": question.label[language]}
    described["description"] = question.text[language]
    if question.kind == "single":
        return {**described, **_code(question, named)}
    chosen = {
        "type": "array",
        "items": _code(question, named),
        "minItems": 1,
        "maxItems": question.limit,
        "uniqueItems": True,
    }
    if not question.unknown_allowed:
        return {**described, **chosen}
    return {**described, "anyOf": [chosen, {"type": "string", "enum": [UNKNOWN]}, _UNKNOWN_ALONE]}


def _contradiction(question: Question, needed: Question, codes: Collection[str]) -> dict[str, Any]:
    """A follow-up that was answered although an answer that it needs rules it out."""
    ruled_out = [code for code in needed.codes if code not in codes]
    return {
        "properties": {needed.id: {"enum": ruled_out}, question.id: {"not": {"const": UNKNOWN}}},
        "required": [needed.id, question.id],
    }
