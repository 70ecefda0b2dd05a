"""Questions: what a profile is made of, for whoever shows a form or checks answers beforehand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.domain.knowledge import Knowledge
from model.domain.questions import Assumption, Question
from model.profiles.validation import ReadProfile
from service.api.conditions_json import condition_content
from service.api.profile_schema import profile_json_schema
from service.components import parts
from service.http.bodies import read_profile
from service.http.cached_json import send
from service.http.query import asked
from service.http.responses import send_advice, understood_content

bp = Blueprint("questions", __name__, url_prefix="/v1/questions")


@bp.get("")
def questions() -> Response:
    """List the questions

    Every question in screen order, with its options, why it is asked, what a team can do about the answer, and the
    themes that make up the steps of a form.
    ---
    tags: [catalogue]
    operationId: listQuestions
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The questions.
        content: {application/json: {schema: QuestionsSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    return send(parts().catalogue.page("questions", language, _questions), request, language)


@bp.get("/schema")
def schema() -> Response:
    """Get the JSON Schema of a profile

    A profile as JSON Schema 2020-12: what it accepts, the service accepts.
    ---
    tags: [catalogue]
    operationId: getProfileSchema
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The schema.
        content: {application/json: {schema: {type: object, additionalProperties: true}}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    return send(parts().catalogue.page("questions/schema", language, _schema), request, language)


@bp.post("/next")
def next_question() -> Response:
    """Ask which question to put next

    Takes the answers so far, also when required ones are still missing, and gives the question whose answer most
    probably changes the decision. It says when to stop: when the open answers can no longer change first place or
    verdict, or with a chance of less than 5 per cent. A question that was answered "unknown" is not put again. Nothing
    is stored.
    ---
    tags: [advice]
    operationId: askNextQuestion
    parameters: [lang]
    requestBody:
      required: true
      content: {application/json: {schema: NextQuestionRequestSchema}}
    responses:
      200:
        description: The next question, or that it is safe to stop.
        content: {application/json: {schema: NextQuestionSchema}}
      400: InvalidInput
      413: TooLarge
      415: UnsupportedMediaType
    """
    part, language = parts(), asked(request).language

    def load(raw: Any, pointer: str) -> ReadProfile:
        return part.gate.read_partial(raw, language, pointer)

    given = read_profile(request, load)
    content = part.champion.current.writers[language].advice.next_question(given.profile, given.asked)
    return send_advice({**content, **understood_content(given.understood)}, language)


def _schema(knowledge: Knowledge, language: str) -> Any:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **profile_json_schema(knowledge.questionnaire, language),
    }


def _questions(knowledge: Knowledge, language: str) -> Any:
    themes: dict[str, list[str]] = {}
    for question in knowledge.questionnaire:
        themes.setdefault(question.theme, []).append(question.id)
    messages = knowledge.messages[language]
    return {
        "themes": [
            {"id": theme, "title": messages[f"theme_{theme}"], "questions": questions}
            for theme, questions in themes.items()
        ],
        "questions": [_question(question, language) for question in knowledge.questionnaire],
    }


def _question(question: Question, language: str) -> dict[str, Any]:
    lever, follows = question.lever, question.follows
    return {
        "id": question.id,
        "theme": question.theme,
        "label": question.label[language],
        "text": question.text[language],
        "why": question.why[language],
        "kind": question.kind,
        "limit": question.limit,
        "ordered": question.ordered,
        "required": question.required,
        "early": question.early,
        "unknownAllowed": question.unknown_allowed,
        "options": [{"code": option.code, "text": option.text[language]} for option in question.options],
        "follows": follows and {"question": follows[0], "codes": sorted(follows[1])},
        "lever": lever and {"who": lever.who[language], "action": lever.action[language]},
        "assumptions": [_assumption(assumption, language) for assumption in question.assumptions],
        "sources": question.sources,
    }


def _assumption(assumption: Assumption, language: str) -> dict[str, Any]:
    return {
        "when": condition_content(assumption.when),
        "answer": assumption.answer,
        "text": assumption.text[language],
    }
