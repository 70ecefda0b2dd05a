"""Similar communities: the documented ones that are most like yours, by what matters for people.

Likeness is a weighted mean over the questions that both communities answered, from 0 to 1: what people do all day, how
they log in, how many they are, whether they share an employer and what they wish for weigh most (`_WEIGHTS`), their
language and what they share of people come next. Answers of which several may be chosen are as alike as L. Dice's
coefficient says ("Measures of the amount of ecologic association between species", 1945); on a scale, nearer answers
are more alike; others are equal or not. A community of which little is known counts as hardly alike in what is unknown:
`_PRIOR` of `_PRIOR_WEIGHT` is added to every mean, so it is pulled towards "not alike" and is never called the most
like yours for what it lacks.

No score comes into this. What is said of copying is left out: that tells of the plan and not of the people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nsmallest

from model.advice.documented import documented_profile
from model.domain.evidence import DocumentedCommunity
from model.domain.knowledge import Knowledge
from model.domain.questions import Question, Text
from model.domain.wording import answer_text, said
from model.profiles.profile import Profile, ProfileReader

SHOWN = 3
TOLD = 5
"""Equal answers, and different ones, that are told of each community."""
_WEIGHTS: Mapping[str, float] = {
    "work_setting": 3, "login_tolerance": 3, "community_size": 3, "crosses_organisations": 3, "needs": 3,
    "language_needs": 2, "sensitive_data": 2, "copied_from": 0, "present_state": 0,
}  # fmt: skip
"""How much a question weighs; others weigh 1. A judgement of the editors."""
_SCALES = frozenset(
    ("login_tolerance", "community_size", "digital_skills", "facilitation_capacity", "sensitive_data", "budget")
)
"""Questions whose answers go up or down in one order."""
_PRIOR, _PRIOR_WEIGHT = 0.3, 12.0
"""How alike two communities are as long as nothing is known, and how much that weighs: as four important questions."""
_SPOKEN: Mapping[str, Mapping[str, list[str]]] = {"NL": {"language_needs": ["dutch_ok"]}}
"""What is taken for granted in a country where the answer is absent, as editors coded it where they did."""


@dataclass(frozen=True, slots=True)
class AnswerComparison:
    """One answer that is known of two communities.

    Attributes:
        there, here: the chosen codes.
    """

    question: Question
    there: tuple[str, ...]
    here: tuple[str, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class SimilarCommunity:
    """A documented community beside yours.

    Attributes:
        likeness: from 0 to 1.
        same, different: the answers that are equal and those that are not, the ones that matter most first.
    """

    community: DocumentedCommunity
    likeness: float
    same: tuple[AnswerComparison, ...]
    different: tuple[AnswerComparison, ...]


class SimilarCommunitySearch:
    """Looks for the documented communities that are most like one."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._reader = ProfileReader(knowledge.questionnaire, partial=True)
        self._comparisons = tuple(_Comparison(index, each) for index, each in enumerate(knowledge.questionnaire))

    def nearest(self, profile: Profile, shown: int = SHOWN) -> list[SimilarCommunity]:
        """The communities that are most like this one, the nearest first."""
        found = [(self.likeness(there, profile), community) for community, there in self._profiles]
        nearest = nsmallest(shown, found, key=lambda each: (-each[0], each[1].id))
        return [self._beside(community, likeness, profile) for likeness, community in nearest]

    def _beside(self, community: DocumentedCommunity, likeness: float, here: Profile) -> SimilarCommunity:
        # Only what its source says is told of it, not what is taken for granted.
        there = documented_profile(community, self._reader)
        return SimilarCommunity(
            community, likeness, self._answers(there, here, True), self._answers(there, here, False)
        )

    def likeness(self, there: Profile, here: Profile) -> float:
        """How alike two communities are, from 0 to 1; the same both ways."""
        alike, weight = _PRIOR * _PRIOR_WEIGHT, _PRIOR_WEIGHT
        for comparison in self._comparisons:
            if (found := comparison.likeness(there, here)) is not None:
                alike += comparison.weight * found
                weight += comparison.weight
        return round(alike / weight, 6)

    @cached_property
    def _profiles(self) -> Sequence[tuple[DocumentedCommunity, Profile]]:
        return [(each, documented_profile(self._as_spoken(each), self._reader)) for each in self._knowledge.evidence]

    def _as_spoken(self, community: DocumentedCommunity) -> DocumentedCommunity:
        """The community with what is taken for granted in its country."""
        questions = self._knowledge.questionnaire.by_id
        taken = {
            question: answer
            for question, answer in _SPOKEN.get(community.country, {}).items()
            if question not in community.profile and question in questions and {*answer} <= {*questions[question].codes}
        }
        return replace(community, profile={**community.profile, **taken}) if taken else community

    def _answers(self, there: Profile, here: Profile, equal: bool) -> tuple[AnswerComparison, ...]:
        """The answers that are equal, or those that are not, the ones that matter most first."""
        found = [
            (each.weight * (likeness if equal else 1 - likeness), each.question)
            for each in self._comparisons
            if (likeness := each.likeness(there, here)) is not None and (likeness == 1) == equal
        ]
        found.sort(key=lambda pair: -pair[0])
        return tuple(self._answer(question, there, here, equal) for weight, question in found[:TOLD] if weight)

    def _answer(self, question: Question, there: Profile, here: Profile, equal: bool) -> AnswerComparison:
        codes_there, codes_here = there.codes(question.id), here.codes(question.id)
        text = said(
            self._knowledge,
            "advice_factor_same" if equal else "advice_factor",
            label=question.label,
            there=answer_text(self._knowledge, question, codes_there),
            here=answer_text(self._knowledge, question, codes_here),
        )
        return AnswerComparison(question, codes_there, codes_here, text)


class _Comparison:
    """Compares two communities by one question."""

    def __init__(self, index: int, question: Question) -> None:
        self.question = question
        self.weight = 0.0 if question.follows else _WEIGHTS.get(question.id, 1.0)
        self._index = index
        self._steps = len(question.options) - 1 if question.id in _SCALES else 0

    def likeness(self, there: Profile, here: Profile) -> float | None:
        """How alike the answers are, from 0 to 1; None where one of them is unknown."""
        one, other = there.masks[self._index], here.masks[self._index]
        if not one or not other:
            return None
        if one == other:
            return 1.0
        if self._steps:
            return 1 - abs(one.bit_length() - other.bit_length()) / self._steps
        return 2 * (one & other).bit_count() / (one.bit_count() + other.bit_count())
