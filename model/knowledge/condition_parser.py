"""From the condition grammar of the knowledge files to condition trees.

The grammar: a word is a named term or a yes/no attribute of a channel; a mapping holds when all its entries hold.
Entries are `all`, `any`, `not`, a question with the answers that fit, or (in a rule's `channel`) an attribute,
`fit` or a relation with the values that fit. CONTRIBUTING.md shows examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from model.domain.conditions import (
    ALWAYS,
    Among,
    Attribute,
    Between,
    Chosen,
    Condition,
    Constant,
    CountAtLeast,
    Expectation,
    Fit,
    OnlyChosen,
    Relation,
    Unanswered,
    UnknownCount,
    all_of,
    any_of,
    leaves,
    negate,
    with_leaves,
)
from model.domain.questions import UNKNOWN
from model.domain.relations import NUMBER_RELATIONS, YES_NO_RELATIONS
from model.errors import Phrase
from model.knowledge.schemas import ChannelEntry
from model.knowledge.yaml_lines import Path

Report = Callable[[Path, Phrase, tuple[str, ...]], None]


def _attributes() -> Mapping[str, fields.Field[Any]]:
    """The attributes of a channel that a condition may ask for: words, numbers and yes/no, but no texts."""
    askable = (fields.String, fields.Integer, fields.Boolean)
    return {
        name: field
        for name, field in ChannelEntry().fields.items()
        if isinstance(field, askable) and name not in ("name",)
    }


ATTRIBUTES = _attributes()
_COMBINATIONS = ("all", "any", "not")
RESERVED = frozenset((*_COMBINATIONS, "fit", "unknown_answers", *YES_NO_RELATIONS, *NUMBER_RELATIONS, *ATTRIBUTES))
"""Words with a meaning of their own in a condition; no question or term can have them as its name."""


@dataclass(frozen=True)
class ConditionParser:
    """Parses conditions against the names that exist.

    Attributes:
        questions: question id → the codes of its options.
        terms: term id → its condition.
        values: channel attribute → the values that occur, for attributes whose values the schema does not list.
        needs: the needs that have a function score.
        channels: channel id → its attributes.
    """

    questions: Mapping[str, tuple[str, ...]]
    terms: Mapping[str, Condition]
    values: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    channels: Mapping[str, Mapping[str, Any]]

    def parse(self, raw: object, path: Path, report: Report, of_channel: bool = False) -> Condition:
        """The condition; mistakes go to `report` and stand as "always" in the result."""
        if isinstance(raw, str):
            return self._named(raw, path, report, of_channel)
        if isinstance(raw, dict) and raw:
            return all_of(self._entry(str(key), value, (*path, key), report, of_channel) for key, value in raw.items())
        report(path, Phrase("a condition is a name, or a mapping of what must hold"), self._keys(of_channel))
        return ALWAYS

    def _keys(self, of_channel: bool) -> tuple[str, ...]:
        channel = (*ATTRIBUTES, "fit", *YES_NO_RELATIONS, *NUMBER_RELATIONS) if of_channel else ()
        return (*_COMBINATIONS, *channel, *self.questions, *(() if of_channel else ("unknown_answers",)))

    def _named(self, name: str, path: Path, report: Report, of_channel: bool) -> Condition:
        if name in self.terms:
            return self.terms[name]
        switches = tuple(key for key, field in ATTRIBUTES.items() if isinstance(field, fields.Boolean))
        if of_channel and name in switches:
            return Attribute(name, Among(frozenset({True})))
        if of_channel and name in YES_NO_RELATIONS:
            return Relation(name, Among(frozenset({True})))
        allowed = (*self.terms, *switches, *YES_NO_RELATIONS) if of_channel else tuple(self.terms)
        report(path, Phrase("'{0}' is not the name of a condition", name), allowed)
        return ALWAYS

    def _entry(self, key: str, value: object, path: Path, report: Report, of_channel: bool) -> Condition:
        if key in ("all", "any"):
            if not isinstance(value, list) or not value:
                report(path, Phrase("give a list of conditions"), ())
                return ALWAYS
            parts = [self.parse(part, (*path, index), report, of_channel) for index, part in enumerate(value)]
            return all_of(parts) if key == "all" else any_of(parts)
        if key == "not":
            return negate(self.parse(value, path, report, of_channel))
        if key in self.questions:
            return self._answer(key, value, path, report)
        if key == "unknown_answers" and not of_channel:
            if isinstance(value, dict) and set(value) == {"min"} and type(value["min"]) is int:
                return UnknownCount(value["min"])
            report(path, Phrase("give `min` with a whole number"), ("min",))
            return ALWAYS
        if of_channel and key == "fit":
            return self._fit(value, path, report)
        if of_channel and key in NUMBER_RELATIONS:
            return Relation(key, self._expectation(value, path, report, None))
        if of_channel and key in YES_NO_RELATIONS:
            return Relation(key, self._expectation(value, path, report, (True, False)))
        if of_channel and key in ATTRIBUTES:
            return Attribute(key, self._expectation(value, path, report, self._values_of(key)))
        report(path, Phrase("this key is unknown in a condition"), self._keys(of_channel))
        return ALWAYS

    def _answer(self, question: str, value: object, path: Path, report: Report) -> Condition:
        if value == UNKNOWN:
            return Unanswered(question)
        if isinstance(value, dict):
            if set(value) == {"at_least"} and type(value["at_least"]) is int:
                return CountAtLeast(question, value["at_least"])
            if set(value) == {"channel"}:
                return self._channels_chosen(question, value["channel"], (*path, "channel"), report)
            if set(value) == {"only"}:
                return OnlyChosen(question, self._codes(question, value["only"], (*path, "only"), report))
            report(
                path,
                Phrase(
                    "give answers, `only` with answers, `at_least` with a number, or `channel` with what holds of it"
                ),
                ("only", "at_least", "channel"),
            )
            return ALWAYS
        return Chosen(question, self._codes(question, value, path, report))

    def _channels_chosen(self, question: str, value: object, path: Path, report: Report) -> Condition:
        """One of the channels of which this holds was chosen, so that a rule need not list them."""
        of_channel = self.parse(value, path, report, of_channel=True)
        if not all(isinstance(leaf, Attribute) for leaf in leaves(of_channel)):
            report(path, Phrase("only attributes of the channel can be asked for here"), tuple(ATTRIBUTES))
            return ALWAYS
        codes = [name for name, attributes in self.channels.items() if _has(attributes, of_channel)]
        return Chosen(question, frozenset(codes).intersection(self.questions[question]))

    def _codes(self, question: str, value: object, path: Path, report: Report) -> frozenset[str]:
        codes, known = value if isinstance(value, list) else [value], self.questions[question]
        if not codes:
            report(path, Phrase("give at least one answer"), known)
        for code in codes:
            if code == UNKNOWN:
                report(path, Phrase("'{0}' can only stand alone; use `any` for a choice with it", UNKNOWN), ())
            elif code not in known:
                report(path, Phrase("'{0}' is no answer to {1}", code, question), known)
        return frozenset(code for code in codes if code in known)

    def _fit(self, value: object, path: Path, report: Report) -> Condition:
        if not isinstance(value, dict) or not value:
            report(path, Phrase("give a need with its function score"), self.needs)
            return ALWAYS
        parts: list[Condition] = []
        for need, expected in value.items():
            if need in self.needs:
                parts.append(Fit(need, self._expectation(expected, (*path, need), report, (0, 1, 2, 3))))
            else:
                report((*path, need), Phrase("this need is unknown"), self.needs)
        return all_of(parts)

    def _values_of(self, attribute: str) -> tuple[object, ...] | None:
        """The values an attribute can have, or None where any number can be asked for."""
        field = ATTRIBUTES[attribute]
        if isinstance(field, fields.Boolean):
            return (True, False)
        for rule in field.validators:
            if isinstance(rule, validate.OneOf):
                return tuple(rule.choices)
        return None if isinstance(field, fields.Integer) else self.values[attribute]

    def _expectation(
        self, value: object, path: Path, report: Report, allowed: tuple[object, ...] | None
    ) -> Expectation:
        shown = tuple(_yaml(each) for each in allowed or ())
        numbers = allowed is None or (len(allowed) > 0 and type(allowed[0]) is int)
        if isinstance(value, dict):
            if not numbers:
                report(path, Phrase("min and max are for numbers"), shown)
            return self._bounds(value, path, report) or Between(None, None)
        values: list[Any] = value if isinstance(value, list) else [value]
        if not values:
            report(path, Phrase("give at least one value"), shown)
        known: list[str | int | bool] = []
        for one in values:
            if type(one) is int if allowed is None else _is_among(one, allowed):
                known.append(one)
            else:
                report(
                    path,
                    Phrase("'{0}' cannot occur here", _yaml(one)),
                    shown or (Phrase("a number"), Phrase("min and max")),
                )
        return Among(frozenset(known))

    @staticmethod
    def _bounds(value: object, path: Path, report: Report) -> Between | None:
        numbers = isinstance(value, dict) and all(type(number) in (int, float) for number in value.values())
        if not isinstance(value, dict) or not value or not numbers or not set(value) <= {"min", "max"}:
            report(path, Phrase("give `min`, `max` or both, with a number"), ("min", "max"))
            return None
        return Between(value.get("min"), value.get("max"))


def _has(attributes: Mapping[str, Any], condition: Condition) -> bool:
    """Whether a channel has the attributes that a condition asks for, and it asks for nothing else."""

    def has(leaf: Condition) -> Condition:
        return Constant(leaf.expected.accepts(attributes[leaf.name])) if isinstance(leaf, Attribute) else leaf

    return with_leaves(condition, has) == ALWAYS


def _is_among(value: object, allowed: Sequence[object]) -> bool:
    """Whether this is one of the values; 1 equals True in Python, but not for whoever writes a rule."""
    return any(type(value) is type(each) and value == each for each in allowed)


def _yaml(value: object) -> str:
    """A value as it stands in the file."""
    return str(value).lower() if isinstance(value, bool) else str(value)
