"""From documents (YAML files or plain dictionaries) to one `Knowledge`, refusing what does not hold together.

All problems are collected first and raised together, so that an editor can mend a file in one go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marshmallow import ValidationError

from model.cases import Case, ChannelExperience
from model.channels import Channel, Fact, NotAssessedChannel
from model.conditions import ALWAYS, Condition, Unanswered, all_of, leaves, questions_of
from model.errors import KnowledgeError, KnowledgeProblem
from model.knowledge.base import Knowledge, Source, Term
from model.knowledge.condition_parser import ATTRIBUTES, ConditionParser
from model.knowledge.reading import Document, Path
from model.knowledge.schemas import SECTIONS, WeightsEntry, problems_of
from model.profile import ProfileReader
from model.questions import UNKNOWN, Assumption, Lever, Option, Question, Questionnaire
from model.relations import for_channel
from model.rules import READINESS_EFFECTS, Effect, FitWeights, NeedFunction, Rule

_WEIGHTS = ("rank_weights", "fit_weights")


@dataclass(frozen=True)
class Entry:
    """One loaded entry with the place it came from."""

    document: Document
    path: Path
    data: dict[str, Any]


@dataclass
class Builder:
    """Collects entries and problems while knowledge is being built."""

    documents: Sequence[Document]
    problems: list[KnowledgeProblem] = field(default_factory=list)
    entries: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in SECTIONS})
    weights: FitWeights | None = None

    def build(self, messages: Mapping[str, Mapping[str, str]]) -> Knowledge:
        """The knowledge.

        Raises:
            KnowledgeError: with every problem found.
        """
        for document in self.documents:
            self._collect(document)
        self._raise_if_any()
        self._check_names()
        questionnaire = Questionnaire(tuple(self._questions()))
        channels = tuple(self._channel(entry) for entry in self.entries["channels"])
        functions = {entry.data["need"]: self._function(entry) for entry in self.entries["functions"]}
        knowledge = Knowledge(
            questionnaire=questionnaire,
            terms=self._terms,
            channels=channels,
            not_assessed=tuple(self._not_assessed(entry) for entry in self.entries["not_assessed"]),
            functions=functions,
            fit_weights=self.weights or FitWeights((), (0, 0, 0, 0)),
            rules=tuple(self._rule(entry) for entry in self.entries["rules"]),
            sources={entry.data["id"]: Source(**entry.data) for entry in self.entries["sources"]},
            cases=tuple(self._case(entry, ProfileReader(questionnaire)) for entry in self.entries["cases"]),
            messages=messages,
            fingerprint=_fingerprint(self.documents),
        )
        for entry, rule in zip(self.entries["rules"], knowledge.rules, strict=True):
            self._check_asks_unknown(entry, rule, knowledge)
        self._raise_if_any()
        return knowledge

    def _raise_if_any(self) -> None:
        if self.problems:
            raise KnowledgeError(sorted(self.problems, key=lambda problem: (problem.file, problem.line)))

    def _report(self, entry: Entry, path: Path, message: str, allowed: Iterable[str] = ()) -> None:
        self.problems.append(entry.document.problem((*entry.path, *path), message, tuple(allowed)))

    # --- reading the sections -------------------------------------------------------------------------------

    def _collect(self, document: Document) -> None:
        if not isinstance(document.data, dict):
            self.problems.append(document.problem((), "a knowledge file is a mapping of sections", tuple(SECTIONS)))
            return
        for section, content in document.data.items():
            if section in _WEIGHTS:
                continue
            if section not in SECTIONS:
                self.problems.append(document.problem((section,), "this section is unknown", (*SECTIONS, *_WEIGHTS)))
            elif not isinstance(content, list):
                self.problems.append(document.problem((section,), "this section must be a list"))
            else:
                self._collect_section(document, section, content)
        if any(name in document.data for name in _WEIGHTS):
            self._collect_weights(document)

    def _collect_section(self, document: Document, section: str, content: list[Any]) -> None:
        schema = SECTIONS[section]
        for index, raw in enumerate(content):
            path: Path = (section, index)
            if not isinstance(raw, dict):
                self.problems.append(document.problem(path, "an entry must be a mapping"))
                continue
            try:
                loaded: dict[str, Any] = schema.load(raw)
            except ValidationError as error:
                self.problems += [
                    document.problem((*path, *rest), message, allowed)
                    for rest, message, allowed in problems_of(schema, error.messages)
                ]
            else:
                self.entries[section].append(Entry(document, path, loaded))

    def _collect_weights(self, document: Document) -> None:
        schema = WeightsEntry()
        raw = {name: document.data[name] for name in _WEIGHTS if name in document.data}
        try:
            loaded = schema.load(raw)
        except ValidationError as error:
            self.problems += [
                document.problem(path, message, allowed)
                for path, message, allowed in problems_of(schema, error.messages)
            ]
            return
        scores = loaded["fit_weights"]
        if set(scores) != {0, 1, 2, 3}:
            self.problems.append(
                document.problem(("fit_weights",), "give a weight for each function score", ("0", "1", "2", "3"))
            )
            return
        self.weights = FitWeights(tuple(loaded["rank_weights"]), (scores[0], scores[1], scores[2], scores[3]))

    # --- names that must exist, once -------------------------------------------------------------------------

    def _ids(self, section: str) -> tuple[str, ...]:
        key = "need" if section == "functions" else "id"
        return tuple(entry.data[key] for entry in self.entries[section])

    def _check_names(self) -> None:
        for section in ("questions", "channels", "functions"):
            if not self.entries[section]:
                self.problems.append(KnowledgeProblem(section, 0, "", f"there are no {section}"))
        if self.weights is None:
            self.problems.append(
                KnowledgeProblem("functions", 0, "", "rank_weights and fit_weights are missing", _WEIGHTS)
            )
        for section, entries in self.entries.items():
            seen: set[str] = set()
            key = "need" if section == "functions" else "id"
            for entry in entries:
                if entry.data[key] in seen:
                    self._report(entry, (key,), f"'{entry.data[key]}' stands in {section} twice")
                seen.add(entry.data[key])
        ordered = [entry for entry in self.entries["questions"] if entry.data.get("ordered")]
        if len(ordered) != 1:
            self.problems.append(
                KnowledgeProblem("questions", 0, "ordered", "exactly one question must be ordered: the needs")
            )
        self._raise_if_any()
        self._check_needs(ordered[0])
        for name, entries in self.entries.items():
            if name != "sources":
                for entry in entries:
                    self._check_sources(entry, entry.data, ())
        self._raise_if_any()

    def _check_needs(self, needs: Entry) -> None:
        codes = [option["code"] for option in needs.data.get("options", ())]
        for code in set(codes) - set(self._ids("functions")):
            self._report(needs, ("options",), f"the need '{code}' has no function sentences", self._ids("functions"))
        for entry in self.entries["functions"]:
            if entry.data["need"] not in codes:
                self._report(entry, ("need",), f"'{entry.data['need']}' is no answer to {needs.data['id']}", codes)
        if self.weights and needs.data.get("max", 1) > len(self.weights.ranks):
            self._report(needs, ("max",), f"there are only {len(self.weights.ranks)} rank_weights")

    def _check_sources(self, entry: Entry, value: Any, path: Path) -> None:
        """Every list under a key `sources`, and the lists in `evidence`, must name sources that exist."""
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "sources" or (path and path[-1] == "evidence"):
                    for source in inner:
                        if source not in self._ids("sources"):
                            self._report(entry, (*path, key), f"there is no source '{source}'")
                elif isinstance(inner, dict | list):
                    self._check_sources(entry, inner, (*path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                self._check_sources(entry, inner, (*path, index))

    # --- conditions ----------------------------------------------------------------------------------------

    @cached_property
    def _codes(self) -> Mapping[str, tuple[str, ...]]:
        return {
            entry.data["id"]: (
                self._ids("channels")
                if "options_from" in entry.data
                else tuple(option["code"] for option in entry.data.get("options", ()))
            )
            for entry in self.entries["questions"]
        }

    @cached_property
    def _parser(self) -> ConditionParser:
        """The parser for rules, which knows all terms."""
        return self._parser_with({name: term.when for name, term in self._terms.items()})

    def _parser_with(self, terms: Mapping[str, Condition]) -> ConditionParser:
        families = {
            family
            for entry in self.entries["questions"]
            for option in entry.data.get("options", ())
            for family in option.get("families", ())
        }
        values: dict[str, tuple[str, ...]] = {
            name: tuple(dict.fromkeys(entry.data[name] for entry in self.entries["channels"])) for name in ATTRIBUTES
        }
        values["family"] = tuple(dict.fromkeys((*values["family"], *sorted(families))))
        return ConditionParser(self._codes, terms, values, self._ids("functions"))

    def _condition(self, entry: Entry, key: str, parser: ConditionParser, of_channel: bool = False) -> Condition:
        if key not in entry.data:
            return ALWAYS
        return parser.parse(
            entry.data[key],
            (key,),
            lambda path, message, allowed: self._report(entry, path, message, allowed),
            of_channel,
        )

    @cached_property
    def _terms(self) -> Mapping[str, Term]:
        """Terms in file order; a term may use the ones above it."""
        conditions: dict[str, Condition] = {}
        terms: dict[str, Term] = {}
        for entry in self.entries["terms"]:
            term_id = entry.data["id"]
            if term_id in self._codes or term_id in ATTRIBUTES:
                self._report(entry, ("id",), f"'{term_id}' is already the name of a question or an attribute")
            conditions[term_id] = self._condition(entry, "when", self._parser_with(conditions))
            terms[term_id] = Term(term_id, entry.data["text"], conditions[term_id])
        return terms

    # --- entries to objects ----------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Question]:
        channel_names = {entry.data["id"]: entry.data["name"] for entry in self.entries["channels"]}
        for entry in self.entries["questions"]:
            data = dict(entry.data)
            if "options_from" in data:
                options = tuple(Option(code, name, channel=code) for code, name in channel_names.items())
            else:
                options = tuple(
                    Option(**{**option, "families": tuple(option.get("families", ()))})
                    for option in data.get("options", ())
                )
            codes = [option.code for option in options]
            self._check_question(entry, codes)
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
                unknown_allowed=data.get("unknown_allowed", True),
                follows=(follows[0], frozenset(follows[1])) if follows else None,
                lever=Lever(**data["lever"]) if "lever" in data else None,
                assumptions=tuple(self._assumptions(entry)),
            )

    def _check_question(self, entry: Entry, codes: list[str]) -> None:
        data = entry.data
        if not codes:
            self._report(entry, (), "a question needs options or options_from", ("options", "options_from"))
        for code in {code for code in codes if codes.count(code) > 1}:
            self._report(entry, ("options",), f"the code '{code}' stands here twice")
        if UNKNOWN in codes:
            self._report(entry, ("options",), f"'{UNKNOWN}' is always an answer; leave it out")
        if data["kind"] == "single" and ("max" in data or data.get("ordered")):
            self._report(entry, ("kind",), "max and ordered are for multiple choice", ("multi",))
        for question, answers in data.get("follows", {}).items():
            allowed = self._codes.get(question, ())
            if question not in self._codes:
                self._report(entry, ("follows", question), f"there is no question '{question}'", self._codes)
            elif not set(answers) <= set(allowed):
                self._report(entry, ("follows", question), "one of these is no answer", allowed)

    def _assumptions(self, entry: Entry) -> Iterator[Assumption]:
        for index, raw in enumerate(entry.data.get("assume", ())):
            inner = Entry(entry.document, (*entry.path, "assume", index), raw)
            if raw["answer"] not in self._codes[entry.data["id"]]:
                self._report(inner, ("answer",), "this is no answer", self._codes[entry.data["id"]])
            yield Assumption(self._condition(inner, "when", self._parser), raw["answer"], raw["text"])

    def _channel(self, entry: Entry) -> Channel:
        data = entry.data
        needs = self._ids("functions")
        for need in set(data["functions"]) ^ set(needs):
            problem = "has no function score" if need in needs else "is no need"
            self._report(entry, ("functions",), f"'{need}' {problem}", needs)
        for attribute in data["evidence"]:
            if attribute not in SECTIONS["channels"].fields:
                self._report(
                    entry,
                    ("evidence", attribute),
                    "this is no attribute",
                    sorted(SECTIONS["channels"].fields),
                )
        return Channel(
            **{
                **data,
                "devices": tuple(data["devices"]),
                "facts": tuple(Fact(fact["text"], tuple(fact["sources"])) for fact in data["facts"]),
                "evidence": {name: tuple(sources) for name, sources in data["evidence"].items()},
                "synonyms": tuple(data.get("synonyms", ())),
            }
        )

    def _not_assessed(self, entry: Entry) -> NotAssessedChannel:
        data = entry.data
        self._check_channel(entry, ("use_instead",), data.get("use_instead"))
        return NotAssessedChannel(
            **{**data, "sources": tuple(data["sources"]), "synonyms": tuple(data.get("synonyms", ()))}
        )

    def _check_channel(self, entry: Entry, path: Path, channel: str | None) -> None:
        if channel is not None and channel not in self._ids("channels"):
            self._report(entry, path, f"there is no channel '{channel}'", self._ids("channels"))

    def _function(self, entry: Entry) -> NeedFunction:
        data = entry.data
        return NeedFunction(**{**data, "sources": tuple(data["sources"]), "grade": tuple(data["grade"])})

    def _rule(self, entry: Entry) -> Rule:
        data = entry.data
        effect = Effect(data["effect"])
        weighted = effect in (Effect.LOG_ODDS, Effect.BUNDLE)
        if weighted != ("weight" in data):
            self._report(entry, ("weight",), f"an effect '{effect}' {'needs a' if weighted else 'has no'} weight")
        if effect in READINESS_EFFECTS and "channel" in data:
            self._report(entry, ("channel",), f"an effect '{effect}' is about the community, not about a channel")
        if (effect is Effect.BUNDLE) and "bundle" not in data:
            self._report(entry, ("bundle",), "say which property of the bundle the rule is about")
        if effect in (Effect.STOP, Effect.HOLD) and "action" not in data:
            self._report(entry, ("action",), f"an effect '{effect}' needs the action that comes first")
        if (action_of := data.get("action_of")) is not None and action_of not in self._codes:
            self._report(entry, ("action_of",), f"there is no question '{action_of}'", self._codes)
        if data["review_by"] <= data["since"]:
            self._report(entry, ("review_by",), "must be later than since")
        return Rule(
            **{
                **data,
                "effect": effect,
                "theme": entry.document.name.rsplit("/", 1)[-1].removesuffix(".yaml"),
                "sources": tuple(data["sources"]),
                "grade": tuple(data["grade"]),
                "when": self._condition(entry, "when", self._parser),
                "channel": self._condition(entry, "channel", self._parser, of_channel=True),
            }
        )

    def _check_asks_unknown(self, entry: Entry, rule: Rule, knowledge: Knowledge) -> None:
        """A rule about a missing answer may look at that one question only, so that bounds stay exact."""
        asked = all_of([rule.when, rule.channel])
        if rule.effect is Effect.LOG_ODDS and any(isinstance(leaf, Unanswered) for leaf in leaves(asked)):
            for channel in knowledge.channels:
                if len(questions_of(for_channel(asked, channel, knowledge.surroundings))) > 1:
                    self._report(entry, ("when",), "a rule about an unknown answer may ask nothing of other questions")
                    return

    def _case(self, entry: Entry, reader: ProfileReader) -> Case:
        data = entry.data
        for question, answer in data["profile"].items():
            allowed = self._codes.get(question)
            if allowed is None:
                self._report(entry, ("profile", question), f"there is no question '{question}'", self._codes)
                continue
            for code in answer if isinstance(answer, list) else [answer]:
                if code not in (*allowed, UNKNOWN):
                    self._report(entry, ("profile", question), f"'{code}' is no answer", (*allowed, UNKNOWN))
        if reader.read(data["profile"]) is None and not self.problems:
            self._report(
                entry,
                ("profile",),
                "the answers are not a profile: an answer is missing or in the wrong form",
            )
        for outcome in ("worked", "failed"):
            for index, experience in enumerate(data[outcome]):
                self._check_channel(entry, (outcome, index, "channel"), experience["channel"])
        return Case(
            **{
                **data,
                "sources": tuple(data["sources"]),
                "worked": tuple(ChannelExperience(**experience) for experience in data["worked"]),
                "failed": tuple(ChannelExperience(**experience) for experience in data["failed"]),
            }
        )


def _fingerprint(documents: Sequence[Document]) -> str:
    """SHA-256 of the content; the order of files and of keys does not matter."""
    content = sorted(json.dumps(document.data, sort_keys=True) for document in documents)
    return hashlib.sha256("\n".join(content).encode()).hexdigest()
