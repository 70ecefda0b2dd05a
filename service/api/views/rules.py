"""Rules: every expert statement with its conditions, weight, sources and grade."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.answer.documented import use_content
from model.domain.knowledge import Knowledge
from model.domain.rules import WEIGHTED, Instead, Rule, is_opinion
from model.errors import Phrase, UnknownNameError
from service.api.conditions_json import condition_content
from service.components import parts
from service.http.cached_json import send
from service.http.query import asked

bp = Blueprint("rules", __name__, url_prefix="/v1/rules")


@bp.get("")
def rules() -> Response:
    """List the rules

    Every rule with its conditions as data, and what it rests on.
    ---
    tags: [catalogue]
    operationId: listRules
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The rules. In the example most of them are left out.
        content: {application/json: {schema: RulesSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    return send(parts().catalogue.page("rules", language, _rules), request, language)


@bp.get("/<rule>")
def rule(rule: str) -> Response:
    """Get one rule

    One rule with its conditions as data, and what it rests on.
    ---
    tags: [catalogue]
    operationId: getRule
    parameters: [rule, lang, ifNoneMatch]
    responses:
      200:
        description: The rule.
        content: {application/json: {schema: RuleSchema}}
      304: NotModified
      400: InvalidInput
      404: NotFound
    """
    language = asked(request).language
    by_id = parts().knowledge.rule_by_id
    if rule not in by_id:
        raise UnknownNameError(Phrase("rule"), rule, tuple(by_id))
    page = parts().catalogue.page(f"rules/{rule}", language, lambda _, language: _rule(by_id[rule], language))
    return send(page, request, language)


def _rules(knowledge: Knowledge, language: str) -> Any:
    return {"rules": [_rule(rule, language) for rule in knowledge.rules]}


def _instead(instead: Instead, language: str) -> dict[str, Any]:
    return {
        "question": instead.question,
        "answer": instead.answer,
        "who": instead.who[language],
        "action": instead.action[language],
        "cost": instead.cost[language],
    }


def _rule(rule: Rule, language: str) -> dict[str, Any]:
    documented = parts().documented.beside_rule(rule)
    return {
        "id": rule.id,
        "theme": rule.theme,
        "effect": rule.effect,
        "weight": rule.weight if rule.effect in WEIGHTED else None,
        "when": condition_content(rule.when),
        "channel": condition_content(rule.channel),
        "concerns": condition_content(rule.concerns),
        "bundle": rule.bundle,
        "text": rule.text[language],
        "action": rule.action and rule.action[language],
        "actionOf": rule.action_of,
        "answerFirst": rule.answer_first,
        "instead": rule.instead and _instead(rule.instead, language),
        "sources": rule.sources,
        "grade": rule.grade,
        "gradeNote": rule.grade_note and rule.grade_note[language],
        "documented": documented and use_content(documented, parts().knowledge.messages[language]),
        "opinion": is_opinion(rule.grade),
        "since": rule.since,
        "reviewBy": rule.review_by,
    }
