"""Conditions as JSON, so that a reader of the catalogue can see exactly when a rule holds."""

from __future__ import annotations

from typing import Any

from model.domain.conditions import (
    All,
    Among,
    AnyOf,
    Attribute,
    Chosen,
    Condition,
    Constant,
    CountAtLeast,
    Expectation,
    Fit,
    Not,
    OnlyChosen,
    Relation,
    Unanswered,
    UnknownCount,
)


def condition_content(condition: Condition) -> dict[str, Any]:
    """A condition as nested objects; every object asks one thing or combines others by `all`, `any` or `not`."""
    match condition:
        case Constant(value):
            return {"always": value}
        case Chosen(question, codes):
            return {"question": question, "anyOf": sorted(codes)}
        case OnlyChosen(question, codes):
            return {"question": question, "only": sorted(codes)}
        case CountAtLeast(question, number):
            return {"question": question, "atLeast": number}
        case Unanswered(question):
            return {"question": question, "unanswered": True}
        case UnknownCount(minimum):
            return {"unansweredAtLeast": minimum}
        case Attribute(name, expected):
            return {"attribute": name, **_expectation(expected)}
        case Fit(need, expected):
            return {"fit": need, **_expectation(expected)}
        case Relation(name, expected):
            return {"relation": name, **_expectation(expected)}
        case All(parts):
            return {"all": [condition_content(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_content(part) for part in parts]}
        case Not(part):
            return {"not": condition_content(part)}


def _expectation(expected: Expectation) -> dict[str, Any]:
    if isinstance(expected, Among):
        return {"among": sorted(expected.values, key=str)}
    bounds = {"minimum": expected.minimum, "maximum": expected.maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}
