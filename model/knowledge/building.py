"""From entries to one `Knowledge`, refusing what does not hold together.

All problems are collected first and raised together, so that an editor can mend a file in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from model.domain.channels import Channel, Fact, NotAssessedChannel
from model.domain.conditions import ALWAYS, Condition, Unanswered, all_of, leaves
from model.domain.knowledge import Knowledge, NamedCondition, Source
from model.domain.questions import Assumption, Lever, LeverStep, Option, Question, Questionnaire
from model.domain.rules import READINESS_EFFECTS, SCORED, Effect, FitWeights, Instead, NeedFunction, Rule
from model.errors import Phrase
from model.knowledge.condition_parser import ATTRIBUTES, RESERVED, ConditionParser
from model.knowledge.cross_checks import (
    check_channel,
    check_effect,
    check_question,
    check_scores,
    check_source,
    refuse_counting,
)
from model.knowledge.earlier_answers import EarlierAnswers
from model.knowledge.entries import Entries, LoadedEntry
from model.knowledge.fingerprints import content_fingerprint, score_fingerprint
from model.knowledge.schemas import SECTIONS
from model.knowledge.yaml_lines import Document

_OF_CHANNELS = (*SCORED, Effect.EXCLUDE)


class KnowledgeBuilder:
    """Builds knowledge out of documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._entries = Entries(documents)

    def build(self, messages: Mapping[str, Mapping[str, str]]) -> Knowledge:
        """The knowledge.

        Raises:
            KnowledgeError: with every problem found.
        """
        entries = self._entries
        entries.read()
        before = EarlierAnswers(entries, self._codes)
        questionnaire = Questionnaire(tuple(self._questions()), before.changes, before.questions)
        channels = tuple(self._channel(entry) for entry in entries["channels"])
        not_assessed = tuple(self._not_assessed(entry) for entry in entries["not_assessed"])
        functions = {entry.data["need"]: self._function(entry) for entry in entries["functions"]}
        rules = tuple(self._rule(entry) for entry in entries["rules"])
        entries.raise_if_any()
        knowledge = Knowledge(
            questionnaire=questionnaire,
            terms=self._terms,
            channels=channels,
            not_assessed=not_assessed,
            functions=functions,
            fit_weights=entries.weights or FitWeights((), 0.0, 0.0),
            trust=entries.trust,
            rules=rules,
            sources={entry.data["id"]: Source(**entry.data) for entry in entries["sources"]},
            messages=messages,
            fingerprint=content_fingerprint(self._documents),
            score_fingerprint=score_fingerprint(self._documents),
        )
        for entry in entries["sources"]:
            check_source(entries, entry)
        for entry, rule in zip(entries["rules"], rules, strict=True):
            self._check_asks_unknown(entry, rule)
        entries.raise_if_any()
        return knowledge

    # --- conditions ----------------------------------------------------------------------------------------

    @cached_property
    def _codes(self) -> Mapping[str, tuple[str, ...]]:
        """Question id → the codes of its options."""
        return {
            entry.data["id"]: (
                *[each.data["id"] for each in self._channels_to_choose(entry)],
                *[option["code"] for option in entry.data.get("options", ())],
            )
            for entry in self._entries["questions"]
        }

    @cached_property
    def _parser(self) -> ConditionParser:
        """The parser for rules, which knows all terms."""
        return self._parser_with({name: term.when for name, term in self._terms.items()})

    def _parser_with(self, terms: Mapping[str, Condition]) -> ConditionParser:
        families = {
            family
            for entry in self._entries["questions"]
            for option in entry.data.get("options", ())
            for family in option.get("families", ())
        }
        values: dict[str, tuple[str, ...]] = {
            name: tuple(dict.fromkeys(entry.data[name] for entry in self._entries["channels"])) for name in ATTRIBUTES
        }
        values["family"] = tuple(dict.fromkeys((*values["family"], *sorted(families))))
        channels = {entry.data["id"]: entry.data for entry in self._entries["channels"]}
        return ConditionParser(self._codes, terms, values, self._entries.ids("functions"), channels)

    def _condition(self, entry: LoadedEntry, key: str, parser: ConditionParser, of_channel: bool = False) -> Condition:
        if key not in entry.data:
            return ALWAYS
        return parser.parse(
            entry.data[key],
            (key,),
            lambda path, message, allowed: self._entries.report(entry, path, message, allowed),
            of_channel,
        )

    @cached_property
    def _terms(self) -> Mapping[str, NamedCondition]:
        """Terms in file order; a term may use the ones above it."""
        conditions: dict[str, Condition] = {}
        terms: dict[str, NamedCondition] = {}
        for entry in self._entries["terms"]:
            term_id = entry.data["id"]
            if term_id in self._codes or term_id in RESERVED:
                self._entries.report(entry, ("id",), Phrase("'{0}' already means something in a condition", term_id))
            conditions[term_id] = self._condition(entry, "when", self._parser_with(conditions))
            terms[term_id] = NamedCondition(
                term_id, entry.data["text"], conditions[term_id], entry.data.get("group", False)
            )
        return terms

    # --- entries to objects ----------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Question]:
        for entry in self._entries["questions"]:
            check_question(self._entries, entry, self._codes)
            data, options = entry.data, self._options(entry)
            follows = next(iter(data["follows"].items())) if "follows" in data else None
            yield Question(
                id=data["id"],
                label=data["label"],
                text=data["text"],
                why=data["why"],
                kind=data["kind"],
                theme=data["theme"],
                options=options,
                sources=tuple(data["sources"]),
                limit=data.get("max", len(options)) if data["kind"] == "multi" else 1,
                ordered=data.get("ordered", False),
                required=data.get("required", False),
                early=data.get("early", False),
                unknown_allowed=data.get("unknown_allowed", True),
                follows=(follows[0], frozenset(follows[1])) if follows else None,
                lever=_lever(data["lever"]) if "lever" in data else None,
                assumptions=tuple(self._assumptions(entry)),
                find_out=data.get("find_out"),
            )

    def _options(self, entry: LoadedEntry) -> tuple[Option, ...]:
        relation = entry.data.get("relation", "copied")
        channels = [
            Option(each.data["id"], each.data["name"], channel=each.data["id"], relation=relation)
            for each in self._channels_to_choose(entry)
        ]
        others = [
            Option(**{**option, **{key: tuple(option.get(key, ())) for key in ("families", "opens")}})
            for option in entry.data.get("options", ())
        ]
        return (*channels, *others)

    def _channels_to_choose(self, question: LoadedEntry) -> list[LoadedEntry]:
        """The channels that can be the answer to a question."""
        left_out = question.data.get("leave_out", ())
        channels = self._entries["channels"] if "options_from" in question.data else []
        return [each for each in channels if each.data["id"] not in left_out]

    def _assumptions(self, entry: LoadedEntry) -> Iterator[Assumption]:
        codes = self._codes[entry.data["id"]]
        for index, raw in enumerate(entry.data.get("assume", ())):
            inner = LoadedEntry(entry.document, (*entry.path, "assume", index), raw)
            if raw["answer"] not in codes:
                self._entries.report(inner, ("answer",), Phrase("'{0}' is no answer", raw["answer"]), codes)
            when = self._condition(inner, "when", self._parser)
            refuse_counting(self._entries, inner, when)
            yield Assumption(when, raw["answer"], raw["text"])

    def _channel(self, entry: LoadedEntry) -> Channel:
        data = entry.data
        check_scores(self._entries, entry, sorted(SECTIONS["channels"].fields))
        return Channel(
            **{
                **data,
                "in_sentence": data.get("in_sentence", data["name"]),
                "devices": tuple(data["devices"]),
                "facts": tuple(Fact(fact["text"], tuple(fact["sources"])) for fact in data["facts"]),
                "evidence": {name: tuple(sources) for name, sources in data["evidence"].items()},
                "synonyms": tuple(data.get("synonyms", ())),
            }
        )

    def _not_assessed(self, entry: LoadedEntry) -> NotAssessedChannel:
        data = entry.data
        if "use_instead" in data:
            check_channel(self._entries, entry, ("use_instead",), data["use_instead"])
        return NotAssessedChannel(
            **{**data, "sources": tuple(data["sources"]), "synonyms": tuple(data.get("synonyms", ()))}
        )

    def _function(self, entry: LoadedEntry) -> NeedFunction:
        data = entry.data
        return NeedFunction(**{**data, "sources": tuple(data["sources"]), "grade": tuple(data["grade"])})

    def _rule(self, entry: LoadedEntry) -> Rule:
        data = entry.data
        check_effect(self._entries, entry, self._codes)
        when = self._condition(entry, "when", self._parser)
        if data["effect"] not in READINESS_EFFECTS:
            refuse_counting(self._entries, entry, when)
        return Rule(
            **{
                **data,
                "effect": Effect(data["effect"]),
                "theme": entry.document.name.rsplit("/", 1)[-1].removesuffix(".yaml"),
                "sources": tuple(data["sources"]),
                "grade": tuple(data["grade"]),
                "instead": _instead(data["instead"]) if "instead" in data else None,
                "answer_first": tuple(data.get("answer_first", ())),
                "when": when,
                "channel": self._condition(entry, "channel", self._parser, of_channel=True),
                "concerns": self._condition(entry, "concerns", self._parser, of_channel=True),
            }
        )

    # --- what needs the whole --------------------------------------------------------------------------------

    def _check_asks_unknown(self, entry: LoadedEntry, rule: Rule) -> None:
        """What nobody answered moves no channel: it may only be asked for, or warned about."""
        asked = all_of([rule.when, rule.channel])
        if rule.effect in _OF_CHANNELS and any(isinstance(leaf, Unanswered) for leaf in leaves(asked)):
            self._entries.report(
                entry, ("when",), Phrase("an unknown answer cannot have the effect '{0}'", rule.effect)
            )


def _instead(data: Mapping[str, Any]) -> Instead:
    return Instead(**{**data, "answer": tuple(data["answer"])})


def _lever(data: Mapping[str, Any]) -> Lever:
    return Lever(**{**data, "steps": tuple(LeverStep(**step) for step in data.get("steps", ()))})
