"""From evidence files to documented communities, refusing what does not hold together.

What the files mean depends on the questions and channels of the knowledge they stand beside, so it is checked last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.domain.cases import Case, ChannelExperience
from model.domain.evidence import FAILED, WORKED, DocumentedCommunity, DocumentedOutcome, EvidenceSource
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import Phrase
from model.knowledge.cross_checks import check_profile
from model.knowledge.entries import Entries, LoadedEntry
from model.knowledge.evidence_schemas import EVIDENCE_SECTIONS
from model.knowledge.yaml_lines import Document
from model.profiles.validation import ProfileGate


def build_evidence(documents: Sequence[Document], knowledge: Knowledge) -> tuple[DocumentedCommunity, ...]:
    """The communities in these documents.

    Raises:
        KnowledgeError: with every problem found.
    """
    entries = Entries(documents, EVIDENCE_SECTIONS)
    entries.read_shapes()
    entries.check_doubles()
    gate, whole_gate = ProfileGate(knowledge, partial=True), ProfileGate(knowledge)
    for entry in entries["evidence"]:
        entry.data["profile"] = knowledge.questionnaire.changes.renewed(entry.data["profile"])
        # Pages and clients use the answers of a story as they are.
        check_profile(entries, entry, whole_gate if "story" in entry.data else gate, knowledge.questionnaire)
        _check_support(entries, entry)
        _check_outcomes(entries, entry, knowledge)
        _check_story(entries, entry, knowledge)
    entries.raise_if_any()
    data = [entry.data for entry in entries["evidence"]]
    folds = _folds(data)
    return tuple(community(_with_story({**each, "fold": folds[each["id"]]})) for each in data)


def community(data: Mapping[str, Any]) -> DocumentedCommunity:
    """One community from plain data that was checked."""
    case = data.get("case")
    return DocumentedCommunity(
        **{
            **data,
            "case": case and _case(case),
            "source": EvidenceSource(**data["source"]),
            "outcomes": tuple(DocumentedOutcome(**outcome) for outcome in data["outcomes"]),
        }
    )


def _case(data: Mapping[str, Any]) -> Case:
    tried = {key: tuple(ChannelExperience(**experience) for experience in data[key]) for key in ("worked", "failed")}
    return Case(**{**data, **tried, "sources": tuple(data["sources"])})


def page_of(address: str) -> str:
    """An address without what does not tell two pages apart: the scheme, "www.", a place on the page."""
    rest = address.partition("#")[0].partition("://")[2]
    return rest.removeprefix("www.").rstrip("/").lower()


def _check_support(entries: Entries, entry: LoadedEntry) -> None:
    """Each answer says what it rests on, and nothing else does."""
    profile, support = entry.data["profile"], entry.data["support"]
    known = [question for question, answer in profile.items() if answer not in (UNKNOWN, [UNKNOWN])]
    for question in known:
        if question not in support:
            entries.report(
                entry, ("support",), Phrase("say what {0} rests on: 'stated: ...' or 'inferred: ...'", question)
            )
    for question in support:
        if question not in known:
            entries.report(entry, ("support", question), Phrase("the profile has no such answer"), known)


def _check_outcomes(entries: Entries, entry: LoadedEntry, knowledge: Knowledge) -> None:
    for index, outcome in enumerate(entry.data["outcomes"]):
        if outcome["channel"] not in knowledge.channel_by_id:
            message = Phrase("there is no channel '{0}'", outcome["channel"])
            entries.report(entry, ("outcomes", index, "channel"), message, tuple(knowledge.channel_by_id))
        for key, message in _contradictions(outcome):
            entries.report(entry, ("outcomes", index, key), message)


def _check_story(entries: Entries, entry: LoadedEntry, knowledge: Knowledge) -> None:
    """A story names sources of the knowledge and channels of the community; without one, the source has an address."""
    story = entry.data.get("story")
    if story is None:
        if "url" not in entry.data["source"]:
            entries.report(
                entry, ("source", "url"), Phrase("only a community with a story may have a source without address")
            )
        return
    for source in story["sources"]:
        if source not in knowledge.sources:
            entries.report(entry, ("story", "sources"), Phrase("there is no source '{0}'", source))
    tried = [outcome["channel"] for outcome in entry.data["outcomes"]]
    for channel in story.get("notes", ()):
        if channel not in tried:
            entries.report(
                entry, ("story", "notes", channel), Phrase("the community has no outcome of this channel"), tried
            )


def _contradictions(outcome: Mapping[str, Any]) -> Iterator[tuple[str, Phrase]]:
    if (outcome["result"] == "abandoned") != ("ended_by" in outcome):
        yield "ended_by", Phrase("say who ended an abandoned channel; other results have no ended_by")
    if (outcome.get("active") is None) != ("active_kind" not in outcome):
        yield "active_kind", Phrase("say what kind of number active is; without a number there is no kind")
    if outcome.get("active") is not None and "active_means" not in outcome:
        yield "active_means", Phrase("say what the number means")


def _with_story(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry with its story as a case, and the English notes of the story with the outcomes."""
    if "story" not in entry:
        return entry
    story, rest = entry["story"], {key: entry[key] for key in entry if key != "story"}
    notes = story.get("notes", {})
    outcomes = [
        {**each, "note": notes[each["channel"]]["en"]} if each["channel"] in notes else each
        for each in entry["outcomes"]
    ]
    case = {
        **{key: story[key] for key in ("name", "summary", "sources", "reliability", "lesson")},
        "year": story["period"],
        **{key: entry[key] for key in ("id", "country", "profile")},
        "basis": {question: words.partition(":")[0] for question, words in entry["support"].items()},
        "worked": _experiences(outcomes, notes, WORKED),
        "failed": _experiences(outcomes, notes, FAILED),
    }
    return {**rest, "outcomes": outcomes, "case": case}


def _experiences(
    outcomes: Sequence[Mapping[str, Any]], notes: Mapping[str, Any], results: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {"channel": each["channel"], "note": notes.get(each["channel"])}
        for each in outcomes
        if each["result"] in results
    ]


def _folds(entries: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Entry → the id of the first entry that it hangs together with, over a shared page or a shared name.

    They hang together in chains: what shares its page with one entry and its name with another, joins both.
    """
    above: dict[str, str] = {}

    def root(tie: str) -> str:
        while above.setdefault(tie, tie) != tie:
            tie = above[tie]
        return tie

    for entry in entries:
        if "fold" in entry:
            above[root(_page(entry))] = root(entry["fold"])
    first: dict[str, str] = {}
    return {entry["id"]: first.setdefault(root(_page(entry)), entry["id"]) for entry in entries}


def _page(entry: Mapping[str, Any]) -> str:
    """The page of an entry, or the title of what has no address; neither can be the same as the name of a fold."""
    source = entry["source"]
    return page_of(source["url"]) if "url" in source else f"“{source['title']}”"
