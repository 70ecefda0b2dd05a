"""The interview: how many questions an answer takes when the most telling one is always put next.

Every community answers what it would have answered on the form, in three ways: put the most telling question next and
stop when that is safe; put them in the order of the form and stop when that is safe; or put a fixed number of them in
the order of the form. The outcome is compared with that of the full form: the first online channel, the first way to
meet and the launch verdict must all be the same. What a team reads first is the set of channels, so it is also told how
many get the same set, and the same verdict, once so many of the most telling questions have an answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import mean, median
from time import perf_counter
from typing import Any

from bench.profiles import different_profiles
from bench.report import Figure, at_most, machine, show
from model.advice.advice import Advice
from model.advice.next_question import NextQuestion
from model.domain.questions import UNKNOWN
from model.knowledge.loader import load_knowledge
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate, ReadProfile
from model.scoring.advisor import Advisor
from model.scoring.starter import first_artifact

COMMUNITIES = 1000
SLOWEST = 20.0
"""Milliseconds that choosing a question may take."""
ANSWERS = (3, 5, 8, 12)
"""After so many known answers the set is compared with that of the full form."""

Raw = dict[str, Any]


class Interviewer:
    """Puts questions to a made-up community until it is safe to stop."""

    def __init__(self, advice: Advice) -> None:
        self._advice = advice
        self._knowledge = advice.advisor.knowledge
        self._gate = ProfileGate(self._knowledge)
        self.times: list[float] = []

    def decision(self, profile: Profile) -> object:
        """What an interview is about."""
        scores = self._advice.quick_scorer.of_profile(profile)
        return scores.firsts(), scores.verdict()

    def partial(self, answers: Raw) -> ReadProfile:
        return self._gate.read_partial(answers)

    def talk(self, community: Mapping[str, Any], choose: Callable[[NextQuestion], str]) -> Raw:
        """The answers that were given when it was safe to stop."""
        answers: Raw = {}
        while True:
            partial = self.partial(answers)
            began = perf_counter()
            found = self._advice.interview.next(partial.profile, partial.asked)
            self.times.append((perf_counter() - began) * 1e3)
            if found.stop or not found.open:
                return answers
            asked = choose(found)
            answers[asked] = community.get(asked, UNKNOWN)

    def sets(self, community: Mapping[str, Any]) -> list[tuple[object, object]]:
        """(set, verdict) after so many known answers to the most telling questions, and at last after all."""
        answers: Raw = {}
        decisions: list[tuple[object, object]] = []
        while (question := self._question(answers)) is not None:
            answers[question] = community.get(question, UNKNOWN)
            known = sum(answer != UNKNOWN for answer in answers.values())
            if answers[question] != UNKNOWN and known in ANSWERS:
                decisions.append(self._first_read(answers))
        last = self._first_read(answers)
        return [*decisions, *[last] * (len(ANSWERS) + 1 - len(decisions))]

    def _question(self, answers: Raw) -> str | None:
        partial = self.partial(answers)
        question = self._advice.interview.question(partial.profile, partial.asked)
        return question.id if question else None

    def _first_read(self, answers: Raw) -> tuple[object, object]:
        recommendation = self._advice.advisor.recommend(self.partial(answers).profile)
        bundle = self._advice.bundles.choose(recommendation)
        return frozenset([each.id for each in bundle.channels]) if bundle else None, recommendation.readiness.verdict

    def form(self, community: Mapping[str, Any]) -> list[object]:
        """The decision after 3, 4, 5 … questions in the order of the form, the required ones first."""
        questions = sorted(self._knowledge.questionnaire, key=lambda question: not question.required)
        answers: Raw = {}
        decisions: list[object] = []
        for question in questions:
            if question.follows and answers.get(question.follows[0]) not in question.follows[1]:
                continue
            answers[question.id] = community.get(question.id, UNKNOWN)
            decisions.append(self.decision(self.partial(answers).profile))
        return decisions


def main(options: Sequence[str] = ()) -> None:
    """Measure and print; the first option is the number of communities."""
    knowledge = load_knowledge()
    interviewer = Interviewer(Advice(Advisor(knowledge, first_artifact(knowledge))))
    communities = different_profiles(knowledge, int(options[0]) if options else COMMUNITIES)
    telling, in_order = [], []
    forms, right_telling, right_order = [], 0, 0
    same_set, same_verdict = [0] * len(ANSWERS), [0] * len(ANSWERS)
    for community in communities:
        decisions = interviewer.form(community)
        forms.append([decision == decisions[-1] for decision in decisions])
        answers = interviewer.talk(community, lambda found: found.question.id if found.question else found.open[0])
        telling.append(len(answers))
        right_telling += interviewer.decision(interviewer.partial(answers).profile) == decisions[-1]
        in_time = len(interviewer.times)
        answers = interviewer.talk(community, _in_order)
        del interviewer.times[in_time:]
        in_order.append(len(answers))
        right_order += interviewer.decision(interviewer.partial(answers).profile) == decisions[-1]
        *early, (last_set, last_verdict) = interviewer.sets(community)
        for place, (found, verdict) in enumerate(early):
            same_set[place] += found == last_set
            same_verdict[place] += verdict == last_verdict
    count = len(communities)
    agreed = right_telling / count
    needed = _needed(forms, agreed)
    show(
        f"Interview: {count:,} random communities, {len(knowledge.questionnaire.questions)} questions ({machine()})",
        [
            Figure("most telling first, stop when safe: questions, mean", f"{mean(telling):.1f}"),
            Figure("  median", f"{median(telling):.0f}"),
            Figure("  same outcome as the full form", f"{agreed:.1%}"),
            Figure("order of the form, stop when safe: questions, mean", f"{mean(in_order):.1f}"),
            Figure("  same outcome as the full form", f"{right_order / count:.1%}"),
            Figure("order of the form, fixed number with at least the same agreement", f"{needed}"),
            Figure("questions on the full form, mean", f"{mean(len(form) for form in forms):.1f}"),
            *[
                Figure(f"after {number} answers: same set, same verdict", f"{found / count:.0%}, {verdict / count:.0%}")
                for number, found, verdict in zip(ANSWERS, same_set, same_verdict, strict=True)
            ],
            at_most("choosing a question, median", median(interviewer.times), SLOWEST, "{:.1f} ms"),
            Figure("  slowest of 100", f"{sorted(interviewer.times)[int(len(interviewer.times) * 0.99)]:.1f} ms"),
        ],
    )


def _in_order(found: NextQuestion) -> str:
    """The next question of the form; the required ones come first."""
    return found.question.id if found.question and found.question.required else found.open[0]


def _needed(forms: Sequence[Sequence[bool]], agreed: float) -> int:
    """The smallest fixed number of questions after which at least this share of the outcomes is right."""
    most = max(len(form) for form in forms)
    for number in range(1, most + 1):
        if mean(form[min(number, len(form)) - 1] for form in forms) >= agreed:
            return number
    return most


if __name__ == "__main__":
    main(sys.argv[1:])
