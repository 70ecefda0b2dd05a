"""Oracle: what the rules say about one channel, worked out the slow and obvious way, to hold the engine against.

Conditions are evaluated directly on answers and channel attributes, one by one, by the tables of three-valued logic.
Nothing here is compiled, split per channel, grouped or remembered, and nothing is shared with the code under test
except the data classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, permutations, product
from typing import Any

from model.domain.channels import Channel
from model.domain.conditions import (
    All,
    AnyOf,
    Attribute,
    Chosen,
    Condition,
    Constant,
    CountAtLeast,
    Decision,
    Fit,
    Not,
    OnlyChosen,
    Relation,
    Unanswered,
    UnknownCount,
)
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Option, Question
from model.domain.rules import Effect, Rule
from model.scoring.artifact import Artifact

Answers = Mapping[str, Any]
"""Question → a code or a list of codes; unknown answers are left out."""


def known(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Only the known answers among raw ones."""
    return {question: answer for question, answer in raw.items() if answer not in (UNKNOWN, [UNKNOWN])}


def codes(answers: Answers, question: str) -> list[str] | None:
    """The chosen codes, or None when the answer is unknown."""
    answer = answers.get(question)
    return [answer] if isinstance(answer, str) else None if answer is None else list(answer)


def holds(condition: Condition, answers: Answers, knowledge: Knowledge, channel: Channel | None = None) -> Decision:
    """Whether a condition holds; None when unknown answers decide."""
    match condition:
        case Constant(value):
            return value
        case Not(part):
            inner = holds(part, answers, knowledge, channel)
            return None if inner is None else not inner
        case All(parts):
            found = [holds(part, answers, knowledge, channel) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [holds(part, answers, knowledge, channel) for part in parts]
            return True if True in found else None if None in found else False
        case Unanswered(question):
            follow_up = knowledge.questionnaire[question].follows is not None
            return codes(answers, question) is None and not follow_up
        case UnknownCount(minimum):
            optional = [each for each in knowledge.questionnaire if not each.required and each.follows is None]
            return sum(codes(answers, each.id) is None for each in optional) >= minimum
        case Chosen(question, wanted):
            return _of_answer(question, answers, knowledge, lambda chosen: bool(set(chosen) & wanted))
        case OnlyChosen(question, wanted):
            return _of_answer(question, answers, knowledge, lambda chosen: bool(chosen) and set(chosen) <= wanted)
        case CountAtLeast(question, number):
            worth = {option.code: option.counts_as for option in knowledge.questionnaire[question].options}
            return _of_answer(question, answers, knowledge, lambda chosen: sum(worth[c] for c in chosen) >= number)
    assert channel is not None
    match condition:
        case Attribute(name, expected):
            return expected.accepts(getattr(channel, name))
        case Fit(need, expected):
            return expected.accepts(channel.functions[need])
        case Relation("friction", expected):
            outcomes = {expected.accepts(effort) for effort in _efforts(channel, answers, knowledge)}
            return outcomes.pop() if len(outcomes) == 1 else None
        case Relation(name, expected):
            related = _related(name, channel, answers, knowledge)
            return None if related is None else expected.accepts(related)
    raise AssertionError(condition)


def _of_answer(question: str, answers: Answers, knowledge: Knowledge, test: Any) -> Decision:
    chosen = codes(answers, question)
    if chosen is None and knowledge.questionnaire[question].follows is not None:
        chosen = []  # a follow-up that was not answered means "none"
    return None if chosen is None else test(chosen)


def _too_small(limit: int, option: Option, question: Question) -> bool:
    """Of ten communities of this size hardly one would fit."""
    least = option.at_least
    if least is None:
        return False
    larger = [each.at_least for each in question.options if each.at_least is not None and each.at_least > least]
    sizes = range(least, min(larger, default=least + 1))
    return sum(size <= limit for size in sizes) < len(sizes) / 10


def _related(name: str, channel: Channel, answers: Answers, knowledge: Knowledge) -> Decision:
    """One of the yes/no relations: some chosen option is of the kind that the relation is about."""
    if name == "exceeds_max_members" and channel.max_members is None:
        return False
    # A channel that is there now and in use is opened daily, too.
    undecided = False
    if name in ("in_daily_tools", "opened_daily"):
        there, used = _related("current", channel, answers, knowledge), _in_use(answers, knowledge)
        if there and used:
            return True
        undecided = there is not False and used is not False
    for question in knowledge.questionnaire:
        fitting = set()
        for option in question.options:
            if name == "in_daily_tools" and channel.family in option.families:
                fitting.add(option.code)
            if name == "opened_daily" and channel.id in option.opens:
                fitting.add(option.code)
            if name == "exceeds_max_members" and _too_small(channel.max_members or 0, option, question):
                fitting.add(option.code)
            if name in ("copied", "current") and option.relation == name and option.channel == channel.id:
                fitting.add(option.code)
        if fitting:
            chosen = _of_answer(
                question.id, answers, knowledge, lambda found, fitting=fitting: bool(set(found) & fitting)
            )
            if chosen:
                return True
            undecided = undecided or chosen is None
    return None if undecided else False


def _in_use(answers: Answers, knowledge: Knowledge) -> Decision:
    """Whether members use the channel that is there now."""
    for question in knowledge.questionnaire:
        if used := {option.code for option in question.options if option.in_use}:
            return _of_answer(question.id, answers, knowledge, lambda found, used=used: bool(set(found) & used))
    return False


def _efforts(channel: Channel, answers: Answers, knowledge: Knowledge) -> set[int]:
    """Every effort that a channel may take, as far as the answers tell."""
    several = holds(knowledge.terms["cross_organisation"].when, answers, knowledge)
    efforts = {channel.friction_own, channel.friction_out} if several is None else set[int]()
    if several is not None:
        efforts = {channel.friction_out if several else channel.friction_own}
    if channel.habit_lowers_friction:
        habit = _related("in_daily_tools", channel, answers, knowledge)
        lowered = {min(effort, 1) for effort in efforts}
        efforts = efforts | lowered if habit is None else lowered if habit else efforts
    return efforts


def fires(rule: Rule, answers: Answers, knowledge: Knowledge, channel: Channel | None = None) -> Decision:
    """Whether a rule fires, for a channel where it is about channels."""
    return holds(All((rule.when, rule.channel)), answers, knowledge, channel)


def assumed(answers: Answers, knowledge: Knowledge) -> dict[str, Any]:
    """The answers with what is assumed in the place of unknown ones."""
    filled = dict(answers)
    for question in knowledge.questionnaire:
        for assumption in question.assumptions:
            if question.id not in answers and question.id not in filled and holds(assumption.when, answers, knowledge):
                filled[question.id] = [assumption.answer] if question.kind == "multi" else assumption.answer
    return filled


def fit(channel: Channel, answers: Answers, knowledge: Knowledge) -> tuple[float, float]:
    """(how well the wish is served that is served best, how well all are), both from -0.5 to 0.5; 0 without wishes."""
    needs = codes(answers, knowledge.needs.id) or []
    if not needs:
        return 0.0, 0.0
    ranks = knowledge.fit_weights.ranks[: len(needs)]
    served = [rank * channel.functions[need] / 3 for rank, need in zip(ranks, needs, strict=True)]
    return max(served) - 0.5, sum(served) / sum(ranks) - 0.5


def log_odds(channel: Channel, answers: Answers, knowledge: Knowledge, artifact: Artifact) -> float:
    """Of use, by the formula at the top of `model.scoring.scorer`."""
    filled = assumed(answers, knowledge)
    of = artifact.deviation
    total = of("intercept") + of(f"channel:{channel.id}")
    total += (knowledge.fit_weights.use + of("fit")) * fit(channel, answers, knowledge)[0]
    for rule in knowledge.rules_with(Effect.LOG_ODDS):
        if fires(rule, filled, knowledge, channel):
            learned = (knowledge.trust + of("trust")) * rule.weight + of(f"rule:{rule.id}") * abs(rule.weight)
            total += rule.weight if rule.fixed else learned
    for group in knowledge.groups:
        if holds(group.when, filled, knowledge):
            total += of(f"group:{group.id}*{channel.kind}")
    return total


def score(channel: Channel, answers: Answers, knowledge: Knowledge, artifact: Artifact) -> float:
    """What ranks channels."""
    filled = assumed(answers, knowledge)
    total = log_odds(channel, answers, knowledge, artifact)
    total += knowledge.fit_weights.order * fit(channel, answers, knowledge)[1]
    for rule in knowledge.rules_with(Effect.ORDER):
        if fires(rule, filled, knowledge, channel):
            total += rule.weight
    deviations = [math.sqrt(artifact.base_variance(each.id)) for each in knowledge.channels]
    own = math.sqrt(artifact.base_variance(channel.id))
    return total - 1.6448536 * (own - min(deviations))


def possible_answers(question: Question) -> list[Any]:
    """Every known answer that could be given; with the orders, where the order matters."""
    if question.kind == "single":
        return list(question.codes)
    sizes = range(1, min(question.limit, len(question.codes)) + 1)
    choose = permutations if question.ordered else combinations
    return [list(chosen) for chosen in chain.from_iterable(choose(question.codes, size) for size in sizes)]


def completions(raw: Mapping[str, Any], questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
    """Every way in which these questions can still be answered."""
    for answers in product(*(possible_answers(question) for question in questions)):
        yield {**raw, **{question.id: answer for question, answer in zip(questions, answers, strict=True)}}
