"""Record distance: how far two communities are apart for one channel, quickly worked out for many records.

The distance is in log-odds: what each term says of the channel is compared, and the differences are added up. A
question that is unanswered in one of the two may hide a difference, so it counts `UNANSWERED`.
"""

from __future__ import annotations

import math
from operator import sub
from typing import NamedTuple

from model.advice.comparison import Comparison
from model.advice.quick_scores import QuickScorer
from model.profiles.profile import Profile
from model.scoring.scorer import Scores

UNANSWERED = 0.1
"""Log-odds that an unknown answer counts, by expert judgement."""


class ChannelView(NamedTuple):
    """A community as the terms of one channel see it.

    Attributes:
        shares: what each term adds to the log-odds of use.
        unanswered: the questions of these terms that have no answer, as bits.
    """

    shares: tuple[float, ...]
    unanswered: int

    def distance(self, other: ChannelView) -> float:
        """In log-odds; 0 is alike in everything that matters for the channel."""
        open_ = (self.unanswered | other.unanswered).bit_count()
        return math.fsum(map(abs, map(sub, self.shares, other.shares))) + UNANSWERED * open_


class RecordDistance:
    """Makes views, for one artifact."""

    def __init__(self, scorer: QuickScorer) -> None:
        self._scorer = scorer
        self._comparison = Comparison(scorer)
        # Whether and what is copied tells nothing of the community.
        copying = {scorer.index[name] for name in self._comparison.copying}
        numbers = {term: number for number, term in enumerate(scorer.advisor.scorer.terms)}
        self._terms = [
            (
                terms,
                [numbers[term] for term in terms],
                sorted({index for term in terms for index in term.indices} - copying),
            )
            for terms in scorer.advisor.scorer.speaking
        ]

    def view(self, profile: Profile, channel: str, known: Scores | None = None) -> ChannelView:
        """A community as the terms of a channel see it.

        Args:
            known: the scores for the profile, where these are there already.

        Raises:
            UnknownNameError: there is no such channel.
        """
        place = self._scorer.place[self._scorer.knowledge.channel(channel).id]
        answers = self._scorer.advisor.scorer.answers(self._comparison.neutral(profile))
        terms, numbers, asked = self._terms[place]
        if known:
            told = known.after(answers).shares
            shares = [told[number + 1] for number in numbers]
        else:
            shares = [term.at(answers) for term in terms]
        open_ = sum([1 << index for index in asked if not answers.masks[index]])
        return ChannelView(tuple([share.use_of(place) for share in shares]), open_)
