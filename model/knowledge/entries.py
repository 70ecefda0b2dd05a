"""Entries: what stands in the documents, section by section, in the right shape and with names that exist.

This is the first half of building: each entry is checked by itself and its references are looked up. What entries
mean together is left to `building`. Problems are collected, so that an editor can mend a file in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from model.domain.relations import CROSS_ORGANISATION
from model.domain.rules import FitWeights
from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.error_messages import problems_of
from model.knowledge.schemas import SECTIONS, EntrySchema, WeightsEntry
from model.knowledge.yaml_lines import Document, Path

_WEIGHTS = ("rank_weights", "fit_weights", "trust")
_IN_FOLDER = Phrase("documented communities stand in files of their own, in the folder evidence")
_ELSEWHERE = {"evidence": _IN_FOLDER, "cases": Phrase("{0}; those with a story are cases", _IN_FOLDER)}
"""What is said of a section that exists, but not here."""


@dataclass(frozen=True)
class LoadedEntry:
    """One loaded entry with the place it came from."""

    document: Document
    path: Path
    data: dict[str, Any]


def identity(section: str) -> str:
    """The key that tells the entries of a section apart."""
    return "need" if section == "functions" else "id"


@dataclass
class Entries:
    """Every entry of some documents, by section, and the problems found so far.

    Attributes:
        shapes: the sections that these documents may hold.
    """

    documents: Sequence[Document]
    shapes: Mapping[str, EntrySchema] = field(default_factory=lambda: SECTIONS)
    problems: list[KnowledgeProblem] = field(default_factory=list)
    sections: dict[str, list[LoadedEntry]] = field(init=False)
    weights: FitWeights | None = None
    trust: float = 0.0

    def __post_init__(self) -> None:
        self.sections = {name: [] for name in self.shapes}

    def __getitem__(self, section: str) -> Sequence[LoadedEntry]:
        return self.sections[section]

    def ids(self, section: str) -> tuple[str, ...]:
        key = identity(section)
        return tuple(entry.data[key] for entry in self.sections[section])

    def report(self, entry: LoadedEntry, path: Path, message: Phrase, allowed: Iterable[str] = ()) -> None:
        self.problems.append(entry.document.problem((*entry.path, *path), message, tuple(allowed)))

    def raise_if_any(self) -> None:
        """Stop here if anything is wrong.

        Raises:
            KnowledgeError: with every problem so far, in the order of the files.
        """
        if self.problems:
            raise KnowledgeError(sorted(self.problems, key=lambda problem: (problem.file, problem.line)))

    def read(self) -> None:
        """Read every document and check that names are there, once.

        Raises:
            KnowledgeError: something has the wrong shape, or a name is missing, twice there or unknown.
        """
        self.read_shapes()
        self._check_presence()
        self.check_doubles()
        self.raise_if_any()
        self._check_needs()
        sources = frozenset(self.ids("sources"))
        for section, entries in self.sections.items():
            if section != "sources":
                for entry in entries:
                    self._check_sources(entry, entry.data, (), sources)
        self.raise_if_any()

    def read_shapes(self) -> None:
        """Read every document, looking at the shape of each entry only.

        Raises:
            KnowledgeError: something has the wrong shape.
        """
        for document in self.documents:
            self._read_document(document)
        self.raise_if_any()

    # --- shape ------------------------------------------------------------------------------------------------

    def _read_document(self, document: Document) -> None:
        if not isinstance(document.data, dict):
            self.problems.append(
                document.problem((), Phrase("a knowledge file is a mapping of sections"), tuple(self.shapes))
            )
            return
        weights = _WEIGHTS if "functions" in self.shapes else ()
        for section, content in document.data.items():
            if section in weights:
                continue
            if section not in self.shapes:
                message = _ELSEWHERE.get(section, Phrase("this section is unknown"))
                self.problems.append(document.problem((section,), message, (*self.shapes, *weights)))
            elif not isinstance(content, list):
                self.problems.append(document.problem((section,), Phrase("this section must be a list")))
            else:
                self._read_section(document, section, content)
        if any(name in document.data for name in weights):
            self._read_weights(document)

    def _read_section(self, document: Document, section: str, content: list[Any]) -> None:
        schema = self.shapes[section]
        for index, raw in enumerate(content):
            path: Path = (section, index)
            if not isinstance(raw, dict):
                self.problems.append(document.problem(path, Phrase("an entry must be a mapping")))
                continue
            try:
                loaded: dict[str, Any] = schema.load(raw)
            except ValidationError as error:
                self.problems += [
                    document.problem((*path, *rest), message, allowed)
                    for rest, message, allowed in problems_of(schema, error.messages)
                ]
            else:
                self.sections[section].append(LoadedEntry(document, path, loaded))

    def _read_weights(self, document: Document) -> None:
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
        if self.weights is not None:
            self.problems.append(document.problem(("rank_weights",), Phrase("the weights stand in another file too")))
            return
        if loaded["rank_weights"] != sorted(loaded["rank_weights"], reverse=True):
            self.problems.append(
                document.problem(("rank_weights",), Phrase("a later need cannot weigh more than an earlier one"))
            )
            return
        self.weights = FitWeights(tuple(loaded["rank_weights"]), **loaded["fit_weights"])
        self.trust = loaded["trust"]

    # --- names ------------------------------------------------------------------------------------------------

    def _check_presence(self) -> None:
        """What no decision can do without."""
        for section in ("questions", "channels", "functions"):
            if not self.sections[section]:
                self.problems.append(KnowledgeProblem(section, 0, "", Phrase("there are no {0}", section)))
        if self.weights is None:
            message = Phrase("rank_weights, fit_weights and trust are missing")
            self.problems.append(KnowledgeProblem("functions", 0, "", message))
        if CROSS_ORGANISATION not in self.ids("terms"):
            message = Phrase("the term '{0}' is missing; the effort to use a channel depends on it", CROSS_ORGANISATION)
            self.problems.append(KnowledgeProblem("terms", 0, "", message))
        if sum(bool(entry.data.get("ordered")) for entry in self.sections["questions"]) != 1:
            message = Phrase("exactly one question must be ordered: the needs")
            self.problems.append(KnowledgeProblem("questions", 0, "ordered", message))

    def check_doubles(self) -> None:
        """Report what stands there twice."""
        for section, entries in self.sections.items():
            key, seen = identity(section), dict[str, LoadedEntry]()
            for entry in entries:
                first = seen.setdefault(entry.data[key], entry)
                if first is not entry:
                    file, line = first.document.place((*first.path, key))
                    self.report(entry, (key,), _twice(entry.data[key], section, file, line))
        for entry in self.sections.get("not_assessed", ()):
            if entry.data["id"] in self.ids("channels"):
                self.report(entry, ("id",), Phrase("'{0}' is assessed: it stands in channels", entry.data["id"]))

    def _check_needs(self) -> None:
        """Each need has its sentences and each sentence its need; every place a need can have, has its weight."""
        needs = next(entry for entry in self.sections["questions"] if entry.data.get("ordered"))
        codes = [option["code"] for option in needs.data.get("options", ())]
        functions = self.ids("functions")
        for code in dict.fromkeys(codes):
            if code not in functions:
                self.report(needs, ("options",), Phrase("the need '{0}' has no function sentences", code), functions)
        for entry in self.sections["functions"]:
            if entry.data["need"] not in codes:
                self.report(
                    entry, ("need",), Phrase("'{0}' is no answer to {1}", entry.data["need"], needs.data["id"]), codes
                )
        places = len(self.weights.ranks) if self.weights else 0
        if needs.data.get("max", len(codes)) > places:
            message = Phrase("there are {0} rank_weights, so at most {0} needs can be chosen", places)
            self.report(needs, ("max",), message)

    def _check_sources(self, entry: LoadedEntry, value: Any, path: Path, known: frozenset[str]) -> None:
        """Every list under a key `sources`, and the lists in `evidence`, must name sources that exist."""
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "sources" or (path and path[-1] == "evidence"):
                    for source in inner:
                        if source not in known:
                            self.report(entry, (*path, key), Phrase("there is no source '{0}'", source))
                elif isinstance(inner, dict | list):
                    self._check_sources(entry, inner, (*path, key), known)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                self._check_sources(entry, inner, (*path, index), known)


def _twice(name: str, section: str, file: str, line: int) -> Phrase:
    if line:
        return Phrase("'{0}' stands in {1} twice, also on line {2} of {3}", name, section, line, file)
    return Phrase("'{0}' stands in {1} twice", name, section)
