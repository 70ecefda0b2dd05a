"""A documented community as it is told to a reader: in the language of the reader where an editor tells its story, and
in English where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.domain.evidence import FAILED, WORKED, DocumentedCommunity, DocumentedOutcome

WRITTEN_IN = "en"
"""The language of titles, notes and caveats."""

ToldOutcome = tuple[DocumentedOutcome, str | None]
"""An outcome, and what happened in words."""


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community and the language of its reader."""

    community: DocumentedCommunity
    reader: str

    @property
    def language(self) -> str:
        """The language in which it is told."""
        return self.reader if self.community.case else WRITTEN_IN

    @property
    def name(self) -> str:
        case = self.community.case
        return case.name[self.reader] if case else self.community.title

    @property
    def summary(self) -> str | None:
        case = self.community.case
        return case.summary[self.reader] if case else None

    @property
    def lesson(self) -> str | None:
        case = self.community.case
        return case.lesson[self.reader] if case else None

    @property
    def year(self) -> str:
        case = self.community.case
        return case.year[self.reader] if case else str(self.community.year)

    @property
    def caveat(self) -> str:
        case = self.community.case
        return case.reliability[self.reader] if case and case.reliability else self.community.caveat

    def tried(self) -> Iterator[tuple[str, Sequence[ToldOutcome]]]:
        """The channels that worked, those that worked partly, and those that failed, each with what happened."""
        for part, results in (("worked", WORKED), ("partly", ("partly",)), ("failed", FAILED)):
            yield part, [(each, self._note(each)) for each in self.community.outcomes if each.result in results]

    def _note(self, outcome: DocumentedOutcome) -> str | None:
        case = self.community.case
        if case is None:
            return outcome.note or outcome.active_means
        for each in (*case.worked, *case.failed):
            if each.channel == outcome.channel and each.note is not None:
                return each.note[self.reader]
        return None
