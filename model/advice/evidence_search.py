"""Search among documented communities: by channel, result, sector, country, work setting and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from model.advice.documented import CommunityOutcome, DocumentedUse, documented_use
from model.domain.evidence import RESULTS, SECTORS, DocumentedCommunity
from model.domain.knowledge import Knowledge

WORK_SETTING = "work_setting"


@dataclass(frozen=True, slots=True)
class EvidenceSearch:
    """What is looked for; None is anything.

    Attributes:
        channel, result: of one and the same outcome.
        q: words that must all be somewhere in the texts of a community, in any order and case.
    """

    channel: str | None = None
    result: str | None = None
    sector: str | None = None
    country: str | None = None
    work_setting: str | None = None
    q: str | None = None

    def communities(self, knowledge: Knowledge) -> list[DocumentedCommunity]:
        """Those that fit, in the order of their ids."""
        found = [each for each in knowledge.evidence if self._fits(each)]
        return sorted(found, key=lambda community: community.id)

    def documented(self, knowledge: Knowledge) -> DocumentedUse:
        """What the outcomes say together; of every result, because one result alone always agrees with itself."""
        every = replace(self, result=None)
        return documented_use(each for community in every.communities(knowledge) for each in every._outcomes(community))

    def _outcomes(self, community: DocumentedCommunity) -> Iterator[CommunityOutcome]:
        """The outcomes of a community that are asked for."""
        for outcome in community.outcomes:
            if self.channel in (None, outcome.channel) and self.result in (None, outcome.result):
                yield CommunityOutcome(community, outcome)

    def _fits(self, community: DocumentedCommunity) -> bool:
        about_outcome = self.channel is not None or self.result is not None
        return (
            self.sector in (None, community.sector)
            and self.country in (None, community.country)
            and (self.work_setting is None or self.work_setting in community.profile.get(WORK_SETTING, ()))
            and (not about_outcome or any(self._outcomes(community)))
            and (self.q is None or _says(community, self.q))
        )


def search_choices(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """For each thing to search by, except words, what it can be."""
    by_id = knowledge.questionnaire.by_id
    return {
        "channel": tuple(knowledge.channel_by_id),
        "result": RESULTS,
        "sector": SECTORS,
        "country": tuple(sorted({community.country for community in knowledge.evidence})),
        "work_setting": by_id[WORK_SETTING].codes if WORK_SETTING in by_id else (),
    }


def _says(community: DocumentedCommunity, words: str) -> bool:
    text = " ".join(_texts(community)).casefold()
    return all(word in text for word in words.casefold().split())


def _texts(community: DocumentedCommunity) -> Iterator[str]:
    yield from (community.id, community.title, community.source.title, community.caveat, *community.support.values())
    for outcome in community.outcomes:
        yield from (text for text in (outcome.stand_in, outcome.active_means, outcome.note) if text is not None)
