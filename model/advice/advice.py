"""Advice: everything that can be asked beside a recommendation, made once for one advisor.

advice = Advice(advisor)
recommendation = advisor.recommend(profile)
bundle = advice.bundles.choose(recommendation)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from model.advice.bundle.chooser import Bundle, Bundles
from model.advice.comparison import copied_channel
from model.advice.confidence import Confidence, ConfidenceRater
from model.advice.contradictions import Contradictions
from model.advice.findings import FindingsOfAnswer
from model.advice.instead import InsteadFinder
from model.advice.next_question import Interview
from model.advice.own_records import OwnRecords
from model.advice.possible_changes import Changes
from model.advice.quick_scores import QuickScorer
from model.advice.record_distance import RecordDistance
from model.advice.roads import Road, RoadFinder
from model.advice.similar_cases import Similar
from model.advice.similar_communities import SimilarCommunitySearch
from model.advice.summary import Summary, SummaryWriter
from model.advice.transfer_check import Transfers
from model.advice.wanted_channel import Suits, WantedChannel, WantedChannels
from model.advice.what_if import WhatIf
from model.domain.wording import said
from model.memo import Memo
from model.outcomes.record import ChannelUse
from model.profiles.code import ProfileCodes
from model.scoring.advisor import RECENT, Advisor, Recommendation
from model.scoring.launch_verdict import Finding


@dataclass(frozen=True, slots=True)
class Overview:
    """What every answer opens with.

    Attributes:
        findings: what speaks against launching now, without warnings that concern nothing in the answer.
        bundle, confidence: None when no channel is left, and where so little is known that none is advised.
    """

    bundle: Bundle | None
    confidence: Confidence | None
    summary: Summary
    findings: tuple[Finding, ...]


class Advice:
    """The parts are made when they are first asked for; each is safe to share between threads.

    Attributes:
        own: the outcome records of this installation; None while nobody has looked or they are out of reach. It may be
            replaced at any moment, so read it once.
    """

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        self.own: OwnRecords | None = None
        self._overviews: Memo[Overview] = Memo(2 * RECENT)
        self._wanted: Memo[WantedChannel] = Memo(2 * RECENT)
        self._roads: Memo[tuple[Road, ...]] = Memo(RECENT)
        self._instead: Memo[Road | None] = Memo(RECENT)
        self.contradictions = Contradictions(advisor.knowledge)
        self.bundles = Bundles(advisor.knowledge, advisor.launch.held_back)
        self.findings_of_answer = FindingsOfAnswer(advisor)
        self.confidence_rater = ConfidenceRater(advisor)
        self.summary_writer = SummaryWriter(advisor.knowledge, advisor.artifact)

    def overview(self, recommendation: Recommendation) -> Overview:
        """Bundle, confidence and summary of an answer."""
        own = self.own
        return self._overviews.of_object(recommendation, lambda: self._make_overview(recommendation, own), own)

    def _make_overview(self, recommendation: Recommendation, own: OwnRecords | None) -> Overview:
        if recommendation.readiness.answer_first:
            findings = self.findings_of_answer.of(recommendation, None)
            return Overview(None, None, self.summary_writer.of(recommendation, None, None, findings), findings)
        bundle = self.bundles.choose(recommendation)
        findings = self.findings_of_answer.of(recommendation, bundle)
        # How sure it is matters for what is advised: the home, which is a live channel where no online one will do.
        home = self.advisor.knowledge.channel(bundle.home) if bundle else None
        confidence = self.confidence_rater.of(recommendation, home.moment if home else "online", own, home)
        summary = self.summary_writer.of(recommendation, bundle, confidence, findings)
        return Overview(bundle, confidence, summary, findings)

    def roads(self, recommendation: Recommendation) -> tuple[Road, ...]:
        """What the team can bring about, where the answer is not simply that it can start, and enough is known."""
        if recommendation.readiness.answer_first:
            return ()
        return self._roads.of_object(
            recommendation, lambda: self.road_finder.of(recommendation, self.overview(recommendation).bundle)
        )

    def instead(self, recommendation: Recommendation) -> Road | None:
        """What the team can do where it cannot do what the verdict asks, in the shape of a road."""
        if recommendation.hypothetical:
            return None
        return self._instead.of_object(
            recommendation, lambda: self.instead_finder.of(recommendation, self.overview(recommendation).bundle)
        )

    def ways(self, recommendation: Recommendation) -> list[Road]:
        """The roads, and after them what the team can do instead."""
        instead = self.instead(recommendation)
        return [*self.roads(recommendation), *([instead] if instead else [])]

    @cached_property
    def profile_codes(self) -> ProfileCodes:
        return ProfileCodes(self.advisor.knowledge)

    @cached_property
    def quick_scorer(self) -> QuickScorer:
        return QuickScorer(self.advisor)

    @cached_property
    def changes(self) -> Changes:
        return Changes(self.advisor.knowledge, self.contradictions)

    @cached_property
    def what_if(self) -> WhatIf:
        return WhatIf(self.quick_scorer, self.changes)

    @cached_property
    def road_finder(self) -> RoadFinder:
        return RoadFinder(self.advisor, self.bundles, self.quick_scorer, self.changes, self.findings_of_answer)

    @cached_property
    def instead_finder(self) -> InsteadFinder:
        return InsteadFinder(self.advisor, self.bundles, self.quick_scorer, self.changes, self.road_finder)

    @cached_property
    def interview(self) -> Interview:
        return Interview(self.quick_scorer, self.bundles)

    @cached_property
    def similar(self) -> Similar:
        return Similar(self.quick_scorer)

    @cached_property
    def communities(self) -> SimilarCommunitySearch:
        return SimilarCommunitySearch(self.advisor.knowledge)

    def own_records(self, uses: Iterable[tuple[ChannelUse, bool]]) -> OwnRecords:
        """Records made ready to be compared under this artifact; see `OwnRecords` for `uses`."""
        return OwnRecords(self.advisor.knowledge, self, uses)

    @cached_property
    def record_distance(self) -> RecordDistance:
        return RecordDistance(self.quick_scorer)

    @cached_property
    def wanted_channels(self) -> WantedChannels:
        return WantedChannels(self.quick_scorer, self.what_if)

    def wanted(self, recommendation: Recommendation, channel: str | None = None) -> WantedChannel | None:
        """The answer about a channel; about the one that the team wants to copy, when none is named.

        Raises:
            UnknownNameError: there is no such channel.
        """
        name = channel or copied_channel(recommendation.profile, self.advisor.knowledge)
        if name is None:
            return None
        return self._wanted.of_object(recommendation, lambda: self._answer_about(recommendation, name), name)

    def _answer_about(self, recommendation: Recommendation, name: str) -> WantedChannel:
        if not recommendation.readiness.answer_first:
            return self.wanted_channels.of(recommendation, self.overview(recommendation).bundle, name)
        # So little is known that no set is advised: nothing is better, and whether it fits is not known either.
        if any(each.channel.id == name for each in recommendation.excluded):
            return self.wanted_channels.of(recommendation, None, name)
        channel = self.advisor.knowledge.channel(name)
        text = said(self.advisor.knowledge, "wanted_yes_but_unknown", channel=channel.name)
        return WantedChannel(channel, Suits.YES_BUT, (), (), text)

    @cached_property
    def transfers(self) -> Transfers:
        return Transfers(self.quick_scorer, self.similar, self.wanted)
