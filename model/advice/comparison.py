"""Comparison: what makes one community different from another for one channel, each with its share of the score.

What a term says belongs to all questions that it looks at. Its share in the one community is divided equally; the
difference between the communities goes to the answers that differ, by L. Shapley's value ("A value for n-person games",
1953): the average over all orders in which the answers could have changed one by one. So the shares there add up to the
score there, the shares here to the score here, and an answer that is the same in both keeps its share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

from model.advice.quick_scores import EQUAL, QuickScorer
from model.domain.knowledge import Knowledge
from model.domain.questions import Question, Text
from model.domain.rules import Effect, Rule
from model.domain.wording import answer_text, said
from model.profiles.profile import Profile, channel_options
from model.scoring.terms import Answers, NeedsTerm, Share, Term

Status = Literal["same", "different", "unknown"]
_SENTENCES: Mapping[Status, str] = {
    "same": "advice_factor_same",
    "different": "advice_factor",
    "unknown": "advice_factor",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One answer in two communities and what it does to a channel.

    Attributes:
        there, here: the chosen codes; empty when unknown.
        contribution_there, contribution_here: its share of the log-odds.
        excludes: it makes an exclusion fire here that does not fire there.
        rules_there, rules_here: the rules behind it that hold in each, the heaviest first.
    """

    question: Question
    status: Status
    there: tuple[str, ...]
    here: tuple[str, ...]
    contribution_there: float
    contribution_here: float
    excludes: bool
    rules_there: tuple[Rule, ...]
    rules_here: tuple[Rule, ...]
    text: Text

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules behind it in one of the two or both, the heaviest first."""
        return _heaviest_first((*self.rules_there, *self.rules_here))

    @property
    def difference(self) -> float:
        return self.contribution_here - self.contribution_there


class Measure(NamedTuple):
    """The numbers of a factor.

    Attributes:
        asked: place of the question.
        there, here: its share of the score.
        open: whether it is unknown in one of them and could still move the channel.
    """

    asked: int
    status: Status
    there: float
    here: float
    excludes: bool
    open: bool


def copied_channel(profile: Profile, knowledge: Knowledge) -> str | None:
    """The channel that the team wants to copy, if it names one."""
    chosen = channel_options(profile, knowledge.questionnaire)
    return next((option.channel for option in chosen if option.relation == "copied"), None)


class Comparison:
    """Compares two communities for one channel at a time.

    Attributes:
        copying: the questions whether and what a team copies, which tell nothing of its community.
    """

    def __init__(self, scorer: QuickScorer) -> None:
        self._scorer = scorer
        self._knowledge = scorer.knowledge
        follow_ups = [question for question in self._knowledge.questionnaire if question.relation == "copied"]
        # Whether and what a team copies is no property of the community: the comparison itself answers that.
        self.copying = {question.id for question in follow_ups} | {
            question.follows[0] for question in follow_ups if question.follows
        }

    def neutral(self, profile: Profile) -> Profile:
        """The same answers without those about copying a channel."""
        away = self.copying & profile.answers.keys()
        if not away:
            return profile
        questionnaire = self._knowledge.questionnaire
        return Profile(
            {name: answer for name, answer in profile.answers.items() if name not in away},
            tuple(
                question.absent_mask if question.id in away else mask
                for question, mask in zip(questionnaire, profile.masks, strict=True)
            ),
            profile.chosen - sum(len(profile.codes(name)) for name in away),
            profile.without,
        )

    def factors(self, channel_id: str, there: Profile, here: Profile) -> list[Factor]:
        """Every answer that rules or records say matters for this channel, the largest difference first.

        Raises:
            UnknownNameError: there is no such channel.
        """
        there, here = self.neutral(there), self.neutral(here)
        place = self._scorer.place[self._knowledge.channel(channel_id).id]
        return [self.factor(place, measure, there, here) for measure in self.measures(place, there, here)]

    def measures(self, place: int, there: Profile, here: Profile) -> list[Measure]:
        """The numbers of the factors of the channel at this place; both profiles are neutral ones."""
        then, now = self._shares(place, there, here)
        excluding = self._excluding(place, there, here)
        found = []
        for index, question in enumerate(self._knowledge.questionnaire):
            if question.id in self.copying:
                continue
            status = _status(question, there, here)
            matters = abs(then[index]) > EQUAL or abs(now[index]) > EQUAL or index in excluding
            open_ = status == "unknown" and self._may_matter(place, index, (there, here))
            if matters or open_:
                found.append(Measure(index, status, then[index], now[index], index in excluding, open_))
        found.sort(key=lambda measure: (not measure.excludes, -round(abs(measure.here - measure.there), 6)))
        return found

    def factor(self, place: int, measure: Measure, there: Profile, here: Profile) -> Factor:
        """A measure with its answers, rules and words."""
        question = self._knowledge.questionnaire.questions[measure.asked]
        codes_there, codes_here = there.codes(question.id), here.codes(question.id)
        text = said(
            self._knowledge,
            _SENTENCES[measure.status] if codes_there or codes_here else "advice_factor_unknown",
            label=question.label,
            there=answer_text(self._knowledge, question, codes_there),
            here=answer_text(self._knowledge, question, codes_here),
        )
        return Factor(
            question,
            measure.status,
            codes_there,
            codes_here,
            round(measure.there, 6),
            round(measure.here, 6),
            measure.excludes,
            self._rules(place, measure.asked, there),
            self._rules(place, measure.asked, here),
            text,
        )

    def _rules(self, place: int, asked: int, profile: Profile) -> tuple[Rule, ...]:
        """The rules about one question that hold in one community."""
        answers = self._filled(profile)
        return _heaviest_first(
            rule
            for term in self._scorer.advisor.scorer.terms
            if asked in term.indices
            for rule in _rules_at(term.at(answers), place, self._knowledge)
        )

    # --- shares ------------------------------------------------------------------------------------------------

    def _filled(self, profile: Profile) -> Answers:
        """The answers with what is assumed in the place of unknown ones, so that a difference counts for the question
        that it is about and not for the one that the assumption rests on.
        """
        masks = list(profile.masks)
        for question, assumption in self._knowledge.questionnaire.assumptions(masks):
            masks[self._scorer.index[question.id]] = question.bit_of[assumption.answer]
        return Answers(tuple(masks), profile.codes(self._knowledge.needs.id))

    def _shares(self, place: int, there: Profile, here: Profile) -> tuple[list[float], list[float]]:
        """Per question its share of the log-odds of use there and here."""
        old, new = self._filled(there), self._filled(here)
        then, change = [0.0] * len(old.masks), [0.0] * len(old.masks)
        for term in self._scorer.advisor.scorer.speaking[place]:
            share = term.at(old).use_of(place)
            for index in term.indices:
                then[index] += share / len(term.indices)
            for index, moved in _shapley(term, place, old, new).items():
                change[index] += moved
        return then, [before + added for before, added in zip(then, change, strict=True)]

    # --- what else counts --------------------------------------------------------------------------------------

    def _excluding(self, place: int, there: Profile, here: Profile) -> set[int]:
        """The differing answers behind exclusions that hold here and not there."""
        old, new = self._filled(there), self._filled(here)
        found = set()
        for term in self._scorer.advisor.scorer.terms:
            if exclusions_at(term.at(new), place) and not exclusions_at(term.at(old), place):
                found |= {index for index in term.indices if there.masks[index] != here.masks[index]}
        return found

    def _may_matter(self, place: int, index: int, profiles: Iterable[Profile]) -> bool:
        if self._scorer.index[self._knowledge.needs.id] == index:
            return True
        terms = [term for term in self._scorer.advisor.scorer.terms if index in term.indices]
        return any(
            place in line.places
            for term in terms
            for profile in profiles
            for line in term.at(self._filled(profile)).waiting
        )


def exclusions_at(share: Share, place: int) -> list[Rule]:
    """The exclusions that hold for the channel at this place."""
    return [rule for rule, places in share.excluded if place in places]


def _rules_at(share: Share, place: int, knowledge: Knowledge) -> Iterable[Rule]:
    told = [reason.name for reason, places in share.statements if reason.kind == "rule" and place in places]
    return [*(knowledge.rule_by_id[name] for name in told), *exclusions_at(share, place)]


def _shapley(term: Term, place: int, old: Answers, new: Answers) -> Mapping[int, float]:
    """How the change of one term, from the old answers to the new, is shared by the questions that differ."""
    different = [index for index in term.indices if old.masks[index] != new.masks[index] or _reordered(term, old, new)]
    if len(different) < 2:
        return dict.fromkeys(different, term.at(new).use_of(place) - term.at(old).use_of(place))
    worth: dict[frozenset[int], float] = {}
    # What is assumed is in place already; nothing more is to follow from answers that the term does not look at.
    masks = [mask if index in term.indices else 0 for index, mask in enumerate(old.masks)]
    for number in range(len(different) + 1):
        for chosen in combinations(different, number):
            for index in different:
                masks[index] = (new if index in chosen else old).masks[index]
            worth[frozenset(chosen)] = term.at(Answers(tuple(masks), new.needs)).use_of(place)
    return {
        index: sum(
            (after - worth[changed - {index}]) / (len(different) * math.comb(len(different) - 1, len(changed) - 1))
            for changed, after in worth.items()
            if index in changed
        )
        for index in different
    }


def _reordered(term: Term, old: Answers, new: Answers) -> bool:
    """Whether the term is about the wishes, and these are others or in another order."""
    return isinstance(term, NeedsTerm) and old.needs != new.needs


def _heaviest_first(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Each rule once; those that exclude come before those that only weigh."""
    once = {rule.id: rule for rule in rules}.values()
    return tuple(sorted(once, key=lambda rule: (rule.effect is not Effect.EXCLUDE, -abs(rule.weight), rule.id)))


def _status(question: Question, there: Profile, here: Profile) -> Status:
    one, other = there.codes(question.id), here.codes(question.id)
    if not one or not other:
        return "unknown"
    same = one == other if question.ordered else set(one) == set(other)
    return "same" if same else "different"
