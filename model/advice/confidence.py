"""Confidence: how sure it is that the first channel of a moment beats the second, in a number and in words.

Given the answers, the difference between two channels is normal: its mean is the difference of their log-odds, its
variance that of the difference of their features under the artifact. What they share cancels out, so two channels can
be told apart better than each by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.advice.own_records import OwnRecords
from model.domain.channels import Channel, Moment
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.wording import listed, said
from model.memo import Memo
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.artifact import Artifact, Basis
from model.scoring.launch_verdict import LEAST
from model.scoring.scorer import Assessment

CLEAR, LIKELY = 0.9, 0.7
"""From these probabilities on the first channel is called clearly, or probably, better."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far the first place can be trusted.

    Attributes:
        second: the next one that could come in its place: members will use it fairly likely, it serves the first wish
            well, and no warning says to wait with it. None when there is none.
        probability: chance that the first beats the second, given the answers.
        records_share: how much of the uncertainty about the first channel records have taken away, 0 to 1.
        records: outcome records that the numbers rest on.
        comparable: outcome records of the first channel from communities like this one; None when nobody counted.
        lead: what the probability says, in words; where another channel is advised than the first one, why that is.
        basis: what it rests on, in words.
    """

    moment: Moment
    first: Channel
    second: Channel | None
    probability: float
    records_share: float
    records: int
    comparable: int | None
    lead: Text
    basis: Text


class ConfidenceRater:
    """Says how far the first place can be trusted, for one artifact."""

    def __init__(self, advisor: Advisor) -> None:
        self._knowledge = advisor.knowledge
        self._artifact = advisor.artifact
        self._held_back = advisor.launch.held_back
        self._serving_first = advisor.serving_first
        self._leads = Memo[Text]()
        self._bases = Memo[Text]()

    def of(
        self,
        recommendation: Recommendation,
        moment: Moment = "online",
        own: OwnRecords | None = None,
        home: Channel | None = None,
    ) -> Confidence | None:
        """How sure the first place of a moment is; None when no channel of that moment is left.

        Args:
            recommendation: the answer.
            moment: online or live.
            own: the records in which communities like this one are counted, as far as these can be reached.
            home: the channel of that moment that is advised before all others, if one is.
        """
        waiting = self._held_back.places(recommendation.profile.masks)
        serving = self._serving_first(recommendation.scores.answers.needs)
        ranked = (each.assessment for each in recommendation.channels if each.assessment.moment == moment)
        first = next(ranked, None)
        if first is None:
            return None
        fitting = (each for each in ranked if each.log_odds >= LEAST and each.place not in waiting)
        second = next((each for each in fitting if serving is None or each.place in serving), None)
        probability = beats(first, second, self._artifact) if second else 1.0
        profile, scores = recommendation.profile, recommendation.scores
        comparable = None if own is None else own.comparable(profile, first.channel.id, scores)
        return Confidence(
            moment=moment,
            first=first.channel,
            second=second.channel if second else None,
            probability=probability,
            records_share=first.records_share,
            records=self._artifact.basis.records,
            comparable=comparable,
            lead=self._lead(first, second, probability, home or first.channel, first.place in waiting),
            basis=self._basis(comparable),
        )

    def _lead(
        self, first: Assessment, second: Assessment | None, probability: float, home: Channel, waits: bool
    ) -> Text:
        if home is first.channel:
            key, other = _lead_key(probability, second), second.channel if second else None
        elif waits:
            key, other = "advice_lead_waits", None
        else:
            key, other = "advice_lead_set", home
        channels = {"first": first.channel, "second": other, "home": home}
        names = {name: channel.in_sentence if channel else "" for name, channel in channels.items()}
        pair = first.place, other and other.id
        return self._leads.of((*pair, key), lambda: said(self._knowledge, key, **names))

    def _basis(self, comparable: int | None) -> Text:
        return self._bases.of(comparable, lambda: _basis(self._knowledge, self._artifact.basis, comparable))


def beats(first: Assessment, second: Assessment, artifact: Artifact) -> float:
    """Chance that the first channel has the higher score; 0.5 when the two cannot be told apart.

    What is uncertain about both in the same way is counted twice, which only makes us less sure.
    """
    mean = first.score - second.score
    variance = first.variance + second.variance + 2 * artifact.scales.unsaid**2
    return 0.5 * math.erfc(-mean / math.sqrt(2 * variance)) if variance else 0.5 + 0.5 * ((mean > 0) - (mean < 0))


def _lead_key(probability: float, second: Assessment | None) -> str:
    if second is None:
        return "advice_lead_alone"
    return f"advice_lead_{'clear' if probability >= CLEAR else 'likely' if probability >= LIKELY else 'close'}"


def _basis(knowledge: Knowledge, basis: Basis, comparable: int | None) -> Text:
    """What the chances rest on, and how many records there are of communities like this one."""
    key = "advice_basis"
    if comparable is not None:
        key += f"_{'records' if basis.records else 'rules'}_{'comparable' if comparable else 'none'}"
    return said(knowledge, key, basis=rests_on(knowledge, basis), comparable=comparable or 0)


def rests_on(knowledge: Knowledge, basis: Basis) -> Text:
    """What the chances rest on, as a part of a sentence: "expert rules and 510 documented communities"."""
    named = [said(knowledge, "advice_rests_on_rules")]
    if basis.documented:
        named.append(said(knowledge, "advice_rests_on_documented", documented=basis.documented))
    if basis.records:
        counts = {"records": basis.records, "communities": basis.communities}
        named.append(said(knowledge, "advice_rests_on_records", **counts))
    return listed(knowledge, named) if len(named) > 1 else said(knowledge, "advice_rests_on_rules_only")
