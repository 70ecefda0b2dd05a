"""Documented communities: what became of named channels in real communities, and the source that tells it.

Titles, notes and caveats are in English; codes come from the lists below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from model.domain.cases import Case

Result = Literal["used", "partly", "not_used", "abandoned"]
EndedBy = Literal["members", "owner", "provider", "unclear"]
ActiveKind = Literal["activity", "joined_or_registered", "respondents_or_opinion", "other_unit_or_moment"]
SourceKind = Literal["paper", "report", "news", "practice", "vendor", "forum", "issue", "docs"]
Extent = Literal["abstract", "excerpt", "full"]
Strength = Literal["strong", "moderate", "weak"]
Basis = Literal["stated", "inferred"]
Sector = Literal[
    "health_and_social_care", "education", "companies", "patients_and_carers", "software_and_open_source",
    "hobby_sport_and_customers", "professional_networks", "farming_fishery_and_nature",
    "government_and_public_safety", "research_and_open_science", "residents_and_civic_action", "charities_and_ngos",
]  # fmt: skip

RESULTS: tuple[Result, ...] = get_args(Result)
ENDED_BY: tuple[EndedBy, ...] = get_args(EndedBy)
ACTIVE_KINDS: tuple[ActiveKind, ...] = get_args(ActiveKind)
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
EXTENTS: tuple[Extent, ...] = get_args(Extent)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
BASES: tuple[Basis, ...] = get_args(Basis)
SECTORS: tuple[Sector, ...] = get_args(Sector)

WORKED: tuple[Result, ...] = ("used",)
FAILED: tuple[Result, ...] = ("not_used", "abandoned")

SEVERAL_COUNTRIES = "XX"
"""Stands for the country of a community that is in several, or of which the source does not say it."""

HINDSIGHT = (
    "core_group", "needs_evidence", "shared_interest", "rhythm", "facilitation_capacity", "login_tolerance",
    "daily_tools",
)  # fmt: skip
"""Questions whose answers were often read from how it went, so that they carry the outcome in them."""


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """What was read about a community.

    Attributes:
        read: how much of it was read.
        url: None for a text that was not retrieved from an address.
    """

    title: str
    kind: SourceKind
    read: Extent
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentedOutcome:
    """What became of one channel in one community.

    Attributes:
        channel: its id.
        stand_in: the real product, where the channel is only the nearest one that is assessed.
        ended_by: who ended an abandoned channel; None for other results.
        invited: how many people could use it.
        active: a number of people; `active_kind` says what kind of number, and only "activity" is use.
        active_means: what the number, or the word for use, means.
        weeks: how long it was followed.
    """

    channel: str
    result: Result
    stand_in: str | None = None
    ended_by: EndedBy | None = None
    invited: int | None = None
    active: int | None = None
    active_kind: ActiveKind | None = None
    active_means: str | None = None
    weeks: int | None = None
    note: str | None = None

    @property
    def closed(self) -> bool:
        """Whether its owner or provider ended it, which says little about members."""
        return self.ended_by in ("owner", "provider")


@dataclass(frozen=True, slots=True)
class DocumentedCommunity:
    """One community with the outcomes of its channels.

    Attributes:
        country: two capital letters, or `SEVERAL_COUNTRIES`.
        year: of the outcome, or of the source.
        profile: the answers that are known, in the form in which a client sends them; what is absent is unknown.
        support: for each of these answers "stated: …" or "inferred: …", with the words it rests on.
        caveat: who tells it, and what may be wrong.
        fold: the same for entries that share a source, an article, a product story or an ecosystem. Of these no
            part may be learned from while another part is judged.
        case: its story in each language, where the editors tell one; rules were made with these communities in mind.
    """

    id: str
    title: str
    sector: Sector
    country: str
    year: int
    source: EvidenceSource
    profile: Mapping[str, str | list[str]]
    support: Mapping[str, str]
    outcomes: tuple[DocumentedOutcome, ...]
    strength: Strength
    caveat: str
    fold: str
    case: Case | None = None

    def basis(self, question: str) -> Basis:
        """Whether the source states this answer or an editor concluded it."""
        return "stated" if self.support[question].startswith("stated") else "inferred"
