"""Overview: what every answer says beside the ranking, as JSON: one sentence, the bundle, the roads, the
confidence, the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from model.advice.advice import Advice, Overview
from model.advice.bundle.chooser import Bundle, ChosenSet
from model.advice.confidence import Confidence
from model.advice.possible_changes import Change
from model.advice.roads import Road
from model.advice.summary import Summary
from model.advice.wanted_channel import WantedChannel
from model.domain.rules import Rule
from model.profiles.channel_choice import ONLY, WITHOUT, ChannelChoice
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation


class OverviewWriter:
    """Writes overviews in one language."""

    def __init__(self, advice: Advice, language: str) -> None:
        self._advice = advice
        self._language = language

    def summary(self, summary: Summary) -> dict[str, str]:
        """The answer in one sentence, for the team and for data staff."""
        return {"team": summary.team[self._language], "staff": summary.staff[self._language]}

    def rest(self, overview: Overview, recommendation: Recommendation) -> tuple[dict[str, Any], set[str]]:
        """Everything but the summary, and the rules that it names."""
        bundle = overview.bundle
        rules = [*(rule for rule, _ in bundle.rules), *bundle.advice] if bundle else []
        return {
            "bundle": bundle and self._described(bundle),
            "confidence": overview.confidence and self._confidence(overview.confidence),
            "code": self._advice.profile_codes.code(recommendation.profile),
            "choice": self.choice(recommendation.profile),
        }, {rule.id for rule in rules}

    def choice(self, profile: Profile) -> dict[str, tuple[str, ...]]:
        """Which channels are allowed, which no code of answers tells; empty where all are."""
        choice = ChannelChoice.of(profile, self._advice.advisor.knowledge)
        return {name: names for name, names in ((ONLY, choice.only), (WITHOUT, choice.without)) if names}

    def chosen(self, bundle: Bundle | ChosenSet) -> list[dict[str, Any]]:
        """The channels of a set, each with the needs to use it for."""
        uses = bundle.uses
        return [
            {
                "id": channel.id,
                "name": channel.name[self._language],
                "moment": channel.moment,
                "needs": [need for need, serving in uses if serving == channel.id],
            }
            for channel in bundle.channels
        ]

    def wanted(self, wanted: WantedChannel | None) -> dict[str, Any] | None:
        """Whether a channel that the team has in mind is right, and what would make it so."""
        if wanted is None:
            return None
        return {
            "channel": wanted.channel.id,
            "name": wanted.channel.name[self._language],
            "suits": wanted.suits,
            "text": wanted.text[self._language],
            "better": wanted.better,
            "steps": self._steps(wanted.plans[0].changes if wanted.plans else ()),
        }

    def _steps(self, changes: Iterable[Change]) -> list[dict[str, Any]]:
        """Changed answers as things to do."""
        language = self._language
        return [
            {
                "question": each.question.id,
                "answer": each.after,
                "who": each.who[language],
                "action": each.action[language],
                "cost": each.cost and each.cost[language],
            }
            for each in changes
        ]

    def warnings(self, profile: Profile) -> list[dict[str, Any]]:
        """Answers that cannot all be true."""
        return [
            {"name": each.rule.id, "text": each.rule.text[self._language], "pointers": each.pointers(profile)}
            for each in self._advice.contradictions.of(profile)
        ]

    def roads(self, roads: Iterable[Road]) -> list[dict[str, Any]]:
        """What the team can bring about, each with the answer that follows."""
        return [self._road(each) for each in roads]

    def instead(self, road: Road | None) -> dict[str, Any] | None:
        """What the team can do where it cannot do what the verdict asks."""
        return self._road(road) if road else None

    def _road(self, road: Road) -> dict[str, Any]:
        return {
            "steps": self._steps(road.changes),
            "verdict": road.verdict,
            "channels": self.chosen(road.chosen),
            "text": road.outcome[self._language],
            "code": self._advice.profile_codes.code(road.profile),
        }

    def change(self, change: Change) -> dict[str, Any]:
        """One answer that becomes another."""
        language = self._language
        return {
            "question": change.question.id,
            "before": change.before,
            "after": change.after,
            "who": change.who[language],
            "action": change.action[language],
            "cost": change.cost and change.cost[language],
            "text": change.text[language],
        }

    def _described(self, bundle: Bundle) -> dict[str, Any]:
        language = self._language
        return {
            "channels": [
                {"id": channel.id, "name": channel.name[language], "moment": channel.moment}
                for channel in bundle.channels
            ],
            "home": bundle.home,
            "utility": bundle.utility,
            "serves": [{"need": need, "channel": channel, "value": value} for need, channel, value in bundle.serves],
            "rules": [
                {"name": rule.id, "contribution": share, "text": rule.text[language]} for rule, share in bundle.rules
            ],
            "uncovered": [
                {"need": each.need, "instead": each.instead, "text": each.text[language]} for each in bundle.uncovered
            ],
            "overlaps": [
                {"need": each.need, "channels": each.channels, "channel": each.channel, "text": each.text[language]}
                for each in bundle.overlaps
            ],
            "advice": [self._rule(rule) for rule in bundle.advice],
            "later": [
                {"channels": each.channels, "rule": each.rule.id, "text": each.text[language]} for each in bundle.later
            ],
            "alternatives": [{"channels": each.channels, "behind": each.behind} for each in bundle.alternatives],
        }

    def _rule(self, rule: Rule) -> dict[str, str]:
        return {"name": rule.id, "text": rule.text[self._language]}

    def _confidence(self, confidence: Confidence) -> dict[str, Any]:
        return {
            "moment": confidence.moment,
            "first": confidence.first.id,
            "second": confidence.second and confidence.second.id,
            "probability": round(confidence.probability, 4),
            "recordsShare": round(confidence.records_share, 4),
            "records": confidence.records,
            "comparable": confidence.comparable,
            "lead": confidence.lead[self._language],
            "basis": confidence.basis[self._language],
        }
