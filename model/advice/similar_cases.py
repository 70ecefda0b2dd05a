"""Similar cases: the communities most like yours, by the differences that matter for the channels in question.

Two communities are as far apart as their differing answers move the score of these channels, in log-odds: for each
channel the sum over `model.advice.comparison`, averaged over the channels. An answer that is unknown in one of them may
hide a difference, so it counts at least `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.advice.comparison import Comparison, Factor, Measure
from model.advice.quick_scores import QuickScorer
from model.domain.cases import Case
from model.domain.channels import MOMENTS
from model.domain.knowledge import Knowledge
from model.profiles.profile import Profile, ProfileReader
from model.scoring.advisor import Recommendation

UNKNOWN = 0.2
"""Log-odds: the least that an unknown answer counts. Expert judgement: half of the weakest rule."""
SHOWN = 3
DIFFERENCES = 5


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A documented case.

    Attributes:
        distance: in log-odds; 0 is alike in everything that matters.
        differences: the answers that differ or are unknown, the ones that matter most first.
    """

    case: Case
    distance: float
    differences: tuple[Factor, ...]


class Similar:
    """Looks for similar communities."""

    def __init__(self, scorer: QuickScorer) -> None:
        self._scorer = scorer
        self._knowledge = scorer.knowledge
        self._comparison = Comparison(scorer)
        self._profiles = {case.id: case_profile(case, scorer.knowledge) for case in scorer.knowledge.cases}

    def cases(
        self, profile: Profile, channels: Sequence[str], shown: int = SHOWN, among: Iterable[Case] | None = None
    ) -> list[SimilarCase]:
        """The documented cases that are most like this community, the nearest first.

        Raises:
            UnknownNameError: one of the channels does not exist.
        """
        found = [
            (self.distance(self._profiles[case.id], profile, channels), case)
            for case in (self._knowledge.cases if among is None else among)
        ]
        found.sort(key=lambda each: (each[0], each[1].id))
        return [
            SimilarCase(case, distance, self.differences(self._profiles[case.id], profile, channels))
            for distance, case in found[:shown]
        ]

    def distance(self, there: Profile, here: Profile, channels: Sequence[str]) -> float:
        """How far two communities are apart for these channels, in log-odds."""
        there, here = self._comparison.neutral(there), self._comparison.neutral(here)
        total = sum(
            _apart(measure)
            for channel in channels
            for measure in self._comparison.measures(self._place(channel), there, here)
        )
        return round(total / max(len(channels), 1), 6)

    def differences(self, there: Profile, here: Profile, channels: Sequence[str]) -> tuple[Factor, ...]:
        """The answers by which they are apart, the ones that matter most first."""
        there, here = self._comparison.neutral(there), self._comparison.neutral(here)
        most: dict[int, tuple[float, int, Measure]] = {}
        for channel in channels:
            place = self._place(channel)
            for measure in self._comparison.measures(place, there, here):
                apart = _apart(measure)
                if apart and apart > most.get(measure.asked, (0.0,))[0]:
                    most[measure.asked] = (apart, place, measure)
        ordered = sorted(most.values(), key=lambda each: (-round(each[0], 6), each[2].asked))
        return tuple(
            self._comparison.factor(place, measure, there, here) for _, place, measure in ordered[:DIFFERENCES]
        )

    def _place(self, channel: str) -> int:
        return self._scorer.place[self._knowledge.channel(channel).id]


def channels_in_question(recommendation: Recommendation, asked: str | None = None) -> tuple[str, ...]:
    """The channels that similar communities are looked for: the first of each moment, and one that was asked about."""
    firsts = [recommendation.best[moment][0] for moment in MOMENTS if recommendation.best.get(moment)]
    return tuple(dict.fromkeys([*([asked] if asked else []), *firsts]))


def case_profile(case: Case, knowledge: Knowledge) -> Profile:
    """The answers of a documented case; the loader has checked that they are right."""
    raw = {name: answer if isinstance(answer, str) else list(answer) for name, answer in case.profile.items()}
    profile = ProfileReader(knowledge.questionnaire).read(raw)
    if profile is None:
        raise ValueError(f"the case '{case.id}' has answers that are not right")
    return profile


def _apart(measure: Measure) -> float:
    """How far one answer keeps two communities apart."""
    if measure.status == "same":
        return 0.0
    moved = abs(measure.here - measure.there)
    return max(moved, UNKNOWN) if measure.open else moved
