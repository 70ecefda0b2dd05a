"""Next question: which question to ask next, and when the answers that are still open no longer matter.

The best next question is the one whose answer most probably changes the decision: the first online and live channel,
the launch verdict, or the bundle. It is safe to stop when no answers, or only improbable ones, can change first place
or the verdict; `model.advice.change_risk` says how probable. A question that was put and answered "unknown" is not put
again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from model.advice.bundle.chooser import Bundles
from model.advice.change_risk import Risk, Risks
from model.advice.quick_scores import Firsts, QuickScorer, QuickScores
from model.domain.channels import MOMENTS
from model.domain.questions import UNKNOWN, Question, Text
from model.domain.wording import listed, said
from model.profiles.profile import Profile
from model.scoring.launch_verdict import Verdict

ENOUGH = 0.05
"""Stop when the probability that the open answers change first place or verdict is below this."""

Part = Literal["online", "live", "verdict", "bundle"]
PARTS: tuple[Part, ...] = ("online", "live", "verdict", "bundle")


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What to do next in an interview.

    Attributes:
        question: the question to put; also given beside `stop`, for who wants to go on. None when all were put.
        changes: how probable it is that its answer changes the decision.
        parts: what of the decision it can change.
        stop: whether the interview can end here.
        risk: how probable it is that the open answers change first place or verdict, and which could.
        open: the questions that were not put yet, in the order of the questionnaire.
        text: why this question, or why it is safe to stop.
    """

    question: Question | None
    changes: float
    parts: tuple[Part, ...]
    stop: bool
    risk: Risk
    open: tuple[str, ...]
    text: Text


class Decision(NamedTuple):
    """What an interview is about."""

    firsts: Firsts
    verdict: Verdict
    bundle: tuple[int, ...]


class Interview:
    """Chooses questions."""

    def __init__(self, scorer: QuickScorer, bundles: Bundles) -> None:
        self._scorer = scorer
        self._bundles = bundles
        self._risks = Risks(scorer)
        self._knowledge = scorer.knowledge

    def next(self, profile: Profile, asked: Collection[str] = ()) -> NextQuestion:
        """The question to put next.

        Args:
            profile: the answers so far; see `ProfileGate.read_partial`.
            asked: questions that were put already, also those answered "unknown".
        """
        open_ = self.open_questions(profile, asked)
        names = tuple(question.id for question in open_)
        required = _required(open_)
        if required is not None:
            text = said(self._knowledge, "advice_next_required", label=required.label)
            return NextQuestion(required, 1.0, PARTS, False, Risk(1.0, False, names), names, text)
        base = self._scorer.of_profile(profile)
        risk = self._risks.of(base, self._still_unknown(open_, profile, asked))
        early = [question for question in open_ if question.early]
        best, changes, parts = self._most_telling(base, early or open_)
        stop = risk.share < ENOUGH
        reason = said(self._knowledge, "advice_next_early") if early else self._reason(parts)
        text = self._stop_text(risk, open_) if stop else reason
        return NextQuestion(best, changes, parts, stop, risk, names, text)

    def question(self, profile: Profile, asked: Collection[str] = ()) -> Question | None:
        """Only the question of `next`. Whether to stop is left out, which takes most of its time."""
        open_ = self.open_questions(profile, asked)
        early = [question for question in open_ if question.early]
        return _required(open_) or self._most_telling(self._scorer.of_profile(profile), early or open_)[0]

    def open_questions(self, profile: Profile, asked: Collection[str]) -> list[Question]:
        """The questions that can be put now; a follow-up only after the answer that it follows."""
        return [
            question
            for question in self._knowledge.questionnaire
            if question.id not in profile.answers
            and question.id not in asked
            and (question.follows is None or profile.answers.get(question.follows[0], UNKNOWN) in question.follows[1])
        ]

    def _still_unknown(self, open_: Sequence[Question], profile: Profile, asked: Collection[str]) -> frozenset[int]:
        """Places of the open questions and of the follow-ups that they may lead to."""
        names = {question.id for question in open_}
        for question in self._knowledge.questionnaire:
            if question.id not in asked and any(
                of in names for of, _ in self._knowledge.questionnaire.needed_for(question.id)
            ):
                names.add(question.id)
        return frozenset(self._scorer.index[name] for name in names - profile.answers.keys())

    # --- which question tells most ---------------------------------------------------------------------------------

    def _most_telling(
        self, base: QuickScores, open_: Iterable[Question]
    ) -> tuple[Question | None, float, tuple[Part, ...]]:
        """The question whose answer most probably changes the decision; among equals the one that moves most."""
        now = self._decision(base)
        best: tuple[float, float] = (-1.0, -1.0)
        chosen: Question | None = None
        parts: tuple[Part, ...] = ()
        for question in open_:
            telling, found = self._telling(question, base, now)
            if telling > best:
                best, chosen, parts = telling, question, found
        return chosen, max(best[0], 0.0), parts

    def _telling(
        self, question: Question, base: QuickScores, now: Decision
    ) -> tuple[tuple[float, float], tuple[Part, ...]]:
        """(probability that the decision changes, expected movement of the leads) and what of it can change."""
        index, share = self._scorer.index[question.id], 1 / len(question.codes)
        if not self._scorer.matters(index) and not question.ordered:
            return (0.0, 0.0), ()
        changes, movement, found = 0.0, 0.0, set[Part]()
        for code, bit in question.bit_of.items():
            then = base.after({index: bit}, (code,) if question.ordered else None)
            different = self._different(now, then)
            found.update(different)
            changes += share * bool(different)
            movement += share * sum(self._movement(base, then, channels) for channels in now.firsts.values())
        return (round(changes, 9), round(movement, 9)), tuple(part for part in PARTS if part in found)

    def _different(self, now: Decision, then: QuickScores) -> set[Part]:
        found: set[Part] = {moment for moment in MOMENTS if now.firsts[moment] != then.first(moment)}
        if then.verdict() != now.verdict:
            found.add("verdict")
        if not found and self._bundles.best(then) != now.bundle:
            found.add("bundle")
        return found

    def _movement(self, base: QuickScores, then: QuickScores, channels: Sequence[str]) -> float:
        if not channels:
            return 0.0
        place = self._scorer.place[channels[0]]
        before, after = base.lead(place), then.lead(place)
        return abs(after - before) if abs(before) + abs(after) < float("inf") else 0.0

    def _decision(self, scores: QuickScores) -> Decision:
        return Decision(scores.firsts(), scores.verdict(), self._bundles.best(scores))

    # --- words -------------------------------------------------------------------------------------------------------

    def _reason(self, parts: Sequence[Part]) -> Text:
        if not parts:
            return said(self._knowledge, "advice_next_order")
        named = [said(self._knowledge, f"advice_part_{part}") for part in parts]
        return said(self._knowledge, "advice_next", parts=listed(self._knowledge, named))

    def _stop_text(self, risk: Risk, open_: Sequence[Question]) -> Text:
        if not open_:
            return said(self._knowledge, "advice_stop_all")
        if risk.certain:
            return said(self._knowledge, "advice_stop_certain")
        return said(self._knowledge, "advice_stop_enough", percent=math.ceil(100 * risk.share - 1e-9))


def _required(open_: Iterable[Question]) -> Question | None:
    """The question that goes before all others, where there is one."""
    return next((question for question in open_ if question.required), None)
