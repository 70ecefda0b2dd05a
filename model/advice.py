"""Advice: everything that can be asked beside a recommendation, made once for one advisor.

advice = Advice(advisor)
recommendation = advisor.recommend(profile)
bundle = advice.bundles.choose(recommendation)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from model.bundle import Bundle, Bundles
from model.confidence import Confidence, Confidences
from model.interview import Interview
from model.outline import Outliner
from model.ranking import Advisor, Recommendation
from model.receipt import Receipts
from model.similar import Similar
from model.summary import Summaries, Summary
from model.transfer import Transfers
from model.whatif import WhatIf

_OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Opening:
    """What every answer opens with."""

    bundle: Bundle | None
    confidence: Confidence | None
    summary: Summary


class Advice:
    """The parts are made when they are first asked for; each is safe to share between threads."""

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        self.bundles = Bundles(advisor.knowledge)
        self.confidences = Confidences(advisor.knowledge, advisor.artifact)
        self.summaries = Summaries(advisor.knowledge, advisor.artifact)

    def opening(self, recommendation: Recommendation) -> Opening:
        """Bundle, confidence and summary of an answer."""
        found: Opening | None = recommendation.kept.get(_OPENING)
        if found is None:
            found = recommendation.kept[_OPENING] = self._make_opening(recommendation)
        return found

    def _make_opening(self, recommendation: Recommendation) -> Opening:
        bundle = self.bundles.choose(recommendation)
        confidence = self.confidences.of(recommendation)
        return Opening(bundle, confidence, self.summaries.of(recommendation, bundle, confidence))

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self.advisor.knowledge)

    @cached_property
    def outliner(self) -> Outliner:
        return Outliner(self.advisor)

    @cached_property
    def what_if(self) -> WhatIf:
        return WhatIf(self.outliner)

    @cached_property
    def interview(self) -> Interview:
        return Interview(self.outliner, self.bundles)

    @cached_property
    def similar(self) -> Similar:
        return Similar(self.outliner)

    @cached_property
    def transfers(self) -> Transfers:
        return Transfers(self.outliner, self.what_if, self.similar)
