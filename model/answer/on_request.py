"""Parts on request: what is only told when it is asked for, as plain values that become JSON.

Levers and hinges, similar cases and the next question go beside an answer; a transfer check is an answer of its own.
A number that would be infinite, because there is no other channel to compare with, is null.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from model.advice.advice import Advice
from model.advice.community_view import CommunityView
from model.advice.comparison import Factor
from model.advice.own_records import OwnRecord
from model.advice.similar_cases import SimilarCase, channels_in_question
from model.advice.similar_communities import AnswerComparison, SimilarCommunity
from model.advice.transfer_check import TransferCheck
from model.advice.what_if import Hinge, Levers, Plan
from model.answer.citations import Citations
from model.answer.overview import OverviewWriter
from model.domain.cases import Case, ChannelExperience
from model.domain.questions import Text
from model.domain.rules import Rule
from model.outcomes.record import counts_as_told
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation


@dataclass(frozen=True, slots=True)
class OptionalParts:
    """Parts for an answer, and the sources that they cite."""

    content: Mapping[str, Any] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()


class AdviceWriter:
    """Writes advice in one language."""

    def __init__(self, advice: Advice, language: str, citations: Citations | None = None) -> None:
        self._advice = advice
        self._language = language
        self._citations = citations or Citations(advice.advisor.knowledge)
        self._overview = OverviewWriter(advice, language)
        self._messages = advice.advisor.knowledge.messages[language]

    # --- beside an answer --------------------------------------------------------------------------------------------

    def levers(self, recommendation: Recommendation, channel: str | None = None) -> dict[str, Any]:
        """The fields `levers` and `hinges` of an answer.

        Raises:
            UnknownNameError: there is no such channel.
        """
        what_if = self._advice.what_if
        levers = what_if.levers(recommendation, channel)
        return {
            "levers": levers and self._levers(levers),
            "hinges": [self._hinge(each) for each in what_if.hinges(recommendation.profile)],
        }

    def cases(self, recommendation: Recommendation) -> OptionalParts:
        """The fields `cases` and `ownRecords`: the documented communities that are most like this one, and the nearest
        own records for the channels in question; no records at all while the store is out of reach.
        """
        own, profile, channels = self._advice.own, recommendation.profile, channels_in_question(recommendation)
        similar = self._advice.communities.nearest(profile)
        told = [each.community.case for each in similar if each.community.case is not None]
        cited = frozenset(chain.from_iterable(case.sources for case in told))
        records = None if own is None else [self._own_record(each) for each in own.nearest(profile, channels)]
        return OptionalParts({"cases": [self._community(each) for each in similar], "ownRecords": records}, cited)

    def next_question(self, profile: Profile, asked: Collection[str]) -> dict[str, Any]:
        """The question to put next.

        Args:
            profile: the answers so far; see `model.profiles.validation.ProfileGate.read_partial`.
            asked: the questions that were put, also those answered "unknown".
        """
        found = self._advice.interview.next(profile, asked)
        return {
            "question": found.question and found.question.id,
            "why": found.question and self._say(found.question.why),
            "changes": found.changes,
            "parts": found.parts,
            "stop": found.stop,
            "risk": {
                "most": round(found.risk.share, 6),
                "certain": found.risk.certain,
                "questions": found.risk.questions,
            },
            "open": found.open,
            "text": self._say(found.text),
        }

    # --- an answer of its own ----------------------------------------------------------------------------------------

    def transfer_check(self, check: TransferCheck) -> dict[str, Any]:
        """A transfer check, with what the rules in it rest on."""
        rules = [*check.excluded_by, *(rule for factor in check.factors for rule in factor.rules)]
        cases = [case for case in (check.source, check.warning and check.warning.case) if case]
        citations = self._citations.of((rule.id for rule in rules), chain.from_iterable(case.sources for case in cases))
        return {
            "language": self._language,
            "source": check.source and self._named(check.source),
            "channel": {
                "id": check.channel.id,
                "name": self._say(check.channel.name),
                "moment": check.channel.moment,
            },
            "there": check.there,
            "verdict": check.verdict,
            "text": self._say(check.wanted.text),
            "wanted": self._overview.wanted(check.wanted),
            "logOddsThere": check.log_odds_there,
            "logOddsHere": check.log_odds_here,
            "excludedBy": self._rules(check.excluded_by),
            "first": check.first,
            "plans": [self._plan(each) for each in check.wanted.plans],
            "factors": [self._factor(each) for each in check.factors],
            "warning": check.warning and self._case(check.warning),
            **citations,
        }

    # --- one thing each ----------------------------------------------------------------------------------------------

    def _levers(self, levers: Levers) -> dict[str, Any]:
        return {
            "channel": levers.channel.id,
            "place": levers.place,
            "first": levers.first,
            "lead": _finite(levers.lead),
            "plans": [self._plan(each) for each in levers.plans],
            "nearest": levers.nearest and self._plan(levers.nearest),
            "text": self._say(levers.text),
        }

    def _plan(self, plan: Plan) -> dict[str, Any]:
        return {
            "result": plan.result,
            "logOdds": plan.log_odds,
            "lead": _finite(plan.lead),
            "changes": [self._overview.change(each) for each in plan.changes],
        }

    def _hinge(self, hinge: Hinge) -> dict[str, Any]:
        return {
            "question": hinge.question.id,
            "instead": hinge.instead,
            "moment": hinge.moment,
            "firstNow": hinge.first_now,
            "firstThen": hinge.first_then,
            "text": self._say(hinge.text),
        }

    def _case(self, similar: SimilarCase) -> dict[str, Any]:
        case = similar.case
        return {
            **self._named(case),
            "distance": similar.distance,
            "worked": self._experiences(case.worked),
            "failed": self._experiences(case.failed),
            "lesson": self._say(case.lesson),
            "sources": case.sources,
            "differences": [self._factor(each) for each in similar.differences],
        }

    def _community(self, similar: SimilarCommunity) -> dict[str, Any]:
        community = similar.community
        told = CommunityView(community, self._language)
        return {
            "id": community.id,
            "name": told.name,
            "language": told.language,
            "case": community.case and community.case.id,
            "country": community.country,
            "year": community.year,
            "likeness": similar.likeness,
            **{part: [{"channel": each.channel, "note": note} for each, note in found] for part, found in told.tried()},
            "lesson": told.lesson,
            "caveat": told.caveat,
            "source": {"title": community.source.title, "url": community.source.url},
            "sources": community.case.sources if community.case else (),
            "same": [self._answer(each) for each in similar.same],
            "differences": [self._answer(each) for each in similar.different],
        }

    def _answer(self, answer: AnswerComparison) -> dict[str, Any]:
        return {
            "question": answer.question.id,
            "there": answer.there,
            "here": answer.here,
            "text": self._say(answer.text),
        }

    def _own_record(self, record: OwnRecord) -> dict[str, Any]:
        use = record.use
        return {
            "label": self._messages["own_record_label"],
            "channel": use.channel,
            "year": use.year,
            **counts_as_told(use),
            "reason": use.reason,
            "text": self._say(record.text),
            "distance": record.distance,
            "differences": [self._factor(each) for each in record.differences],
        }

    def _named(self, case: Case) -> dict[str, str]:
        return {"id": case.id, "name": self._say(case.name)}

    def _experiences(self, experiences: Iterable[ChannelExperience]) -> list[dict[str, Any]]:
        return [{"channel": each.channel, "note": each.note and self._say(each.note)} for each in experiences]

    def _factor(self, factor: Factor) -> dict[str, Any]:
        return {
            "question": factor.question.id,
            "status": factor.status,
            "there": factor.there,
            "here": factor.here,
            "contributionThere": factor.contribution_there,
            "contributionHere": factor.contribution_here,
            "difference": round(factor.difference, 6),
            "excludes": factor.excludes,
            "rules": self._rules(factor.rules),
            "text": self._say(factor.text),
        }

    def _rules(self, rules: Iterable[Rule]) -> list[dict[str, str]]:
        return [{"name": rule.id, "text": self._say(rule.text)} for rule in rules]

    def _say(self, text: Text) -> str:
        return text[self._language]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
