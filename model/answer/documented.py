"""Documented use and documented communities as JSON, with the words for their codes in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.advice.documented import DocumentedUse
from model.advice.evidence_search import EvidenceSearch
from model.domain.evidence import DocumentedCommunity, DocumentedOutcome
from model.domain.knowledge import Knowledge

WRITTEN_IN = "en"
"""The language of titles, notes and caveats, whatever the language of the answer."""


def use_content(use: DocumentedUse, messages: Mapping[str, str]) -> dict[str, Any]:
    """What became of channels, and how sure that is."""
    return {
        "communities": use.communities,
        "used": use.used,
        "partly": use.partly,
        "notUsed": use.not_used,
        "abandoned": use.abandoned,
        "closed": use.closed,
        "standIns": use.stand_ins,
        "share": use.share,
        "certainty": use.certainty,
        "certaintyText": messages[f"evidence_certainty_{use.certainty}"],
        "doubts": [{"name": doubt, "text": messages[f"evidence_doubt_{doubt}"]} for doubt in use.doubts],
    }


def page_content(
    search: EvidenceSearch, limit: int, offset: int, knowledge: Knowledge, language: str
) -> dict[str, Any]:
    """A page of the communities that are looked for, and what the outcomes of all of them say together."""
    found = search.communities(knowledge)
    return {
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "documented": use_content(search.documented(knowledge), knowledge.messages[language]),
        "communities": [community_content(each, knowledge, language) for each in found[offset : offset + limit]],
    }


def community_content(community: DocumentedCommunity, knowledge: Knowledge, language: str) -> dict[str, Any]:
    """One community with its source, answers and outcomes."""
    messages = knowledge.messages[language]
    source = community.source
    return {
        "id": community.id,
        "title": community.title,
        "language": WRITTEN_IN,
        "case": community.case and community.case.id,
        "sector": community.sector,
        "sectorText": messages[f"evidence_sector_{community.sector}"],
        "country": community.country,
        "year": community.year,
        "source": {
            "title": source.title,
            "url": source.url,
            "kind": source.kind,
            "kindText": messages[f"evidence_source_{source.kind}"],
            "read": source.read,
        },
        "strength": community.strength,
        "strengthText": messages[f"evidence_strength_{community.strength}"],
        "caveat": community.caveat,
        "fold": community.fold,
        "profile": community.profile,
        "support": {
            question: {"basis": community.basis(question), "words": words.partition(":")[2].strip()}
            for question, words in community.support.items()
        },
        "outcomes": [_outcome(outcome, knowledge, language) for outcome in community.outcomes],
    }


def _outcome(outcome: DocumentedOutcome, knowledge: Knowledge, language: str) -> dict[str, Any]:
    messages = knowledge.messages[language]
    return {
        "channel": outcome.channel,
        "channelName": knowledge.channel(outcome.channel).name[language],
        "standIn": outcome.stand_in,
        "result": outcome.result,
        "resultText": messages[f"evidence_result_{outcome.result}"],
        "endedBy": outcome.ended_by,
        "endedByText": outcome.ended_by and messages[f"evidence_ended_by_{outcome.ended_by}"],
        "invited": outcome.invited,
        "active": outcome.active,
        "activeKind": outcome.active_kind,
        "activeKindText": outcome.active_kind and messages[f"evidence_active_{outcome.active_kind}"],
        "activeMeans": outcome.active_means,
        "weeks": outcome.weeks,
        "note": outcome.note,
    }
