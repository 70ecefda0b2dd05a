"""Communities to judge on: documented ones with their profiles, and how much each outcome says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from model.domain.evidence import DocumentedCommunity, Result, Sector, Strength
from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate

CARE: frozenset[Sector] = frozenset(
    ("health_and_social_care", "education", "government_and_public_safety", "patients_and_carers")
)
"""Sectors that count as care, education and public service."""

LEVELS: Mapping[Result, int] = {"used": 2, "partly": 1, "not_used": 0, "abandoned": 0}
"""How well it went, for the order inside a community."""
SHARES: Mapping[Result, float] = {"used": 1.0, "partly": 0.5, "not_used": 0.0, "abandoned": 0.0}
"""What a stated chance is held against."""
WEIGHTS: Mapping[Strength, float] = {"strong": 1.0, "moderate": 0.8, "weak": 0.5}
"""How much one outcome counts where chances are judged, by the strength of its evidence."""


@dataclass(frozen=True, slots=True)
class Community:
    """A documented community, ready to be judged.

    Attributes:
        profile: the answers that a judge may see.
    """

    documented: DocumentedCommunity
    profile: Profile

    @property
    def in_care(self) -> bool:
        """Whether it belongs to care, education or public service."""
        return self.documented.sector in CARE

    @property
    def known_answers(self) -> int:
        return len(self.profile.answers)


def communities_of(knowledge: Knowledge, without: Collection[str] = ()) -> list[Community]:
    """Every documented community but those whose story the editors tell: rules were made with these in mind.

    Args:
        without: questions whose answers are taken away.
    """
    gate = ProfileGate(knowledge, partial=True)
    return [_read(each, gate, without) for each in knowledge.evidence if each.case is None]


def _read(documented: DocumentedCommunity, gate: ProfileGate, without: Collection[str]) -> Community:
    answers = {question: answer for question, answer in documented.profile.items() if question not in without}
    return Community(replace(documented, profile=answers), gate.load(answers))


def fold_names(communities: Sequence[Community]) -> list[str]:
    """Per community the name that it shares with those of the same source or story."""
    return [community.documented.fold for community in communities]
