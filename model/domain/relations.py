"""Relations: what depends on a channel and on the answers together, written as conditions on the answers alone.

`for_channel` applies a condition to one channel. Channel attributes become constants and relations become conditions
on answers, so that scoring only ever looks at answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from model.domain.channels import Channel
from model.domain.conditions import (
    NEVER,
    Attribute,
    Chosen,
    Condition,
    Constant,
    Expectation,
    Fit,
    Relation,
    all_of,
    any_of,
    negate,
    with_leaves,
)
from model.domain.questions import Option, Question, Questionnaire

LEAST_FITTING = 0.1
"""Share of the numbers in a size band below which a limit counts as too small for it."""
CROSS_ORGANISATION = "cross_organisation"
"""The named term that says whether members come from several organisations."""


@dataclass(frozen=True)
class RelationContext:
    """What relations need to know beside the channel: the questions and the condition "several organisations"."""

    questions: Questionnaire
    cross_organisation: Condition

    @cached_property
    def chosen(self) -> Mapping[tuple[str, str], Condition]:
        """(what options say of a channel or family, its id) → one of these options was chosen."""
        codes: dict[tuple[str, str], dict[str, list[str]]] = {}
        for question in self.questions:
            for option in question.options:
                for said in _said(option):
                    codes.setdefault(said, {}).setdefault(question.id, []).append(option.code)
        return {
            said: any_of(Chosen(question, frozenset(each)) for question, each in found.items())
            for said, found in codes.items()
        }

    def says(self, relation: str, subject: str) -> Condition:
        """An option that says this of a channel or family was chosen; never, where there is none."""
        return self.chosen.get((relation, subject), NEVER)

    def hardly_fits(self, limit: int) -> Condition:
        """An option was chosen of which hardly any number of members fits within this limit: a group for 1,024 people
        is too small for nearly every community of 1,001 to 5,000.
        """
        return any_of(
            Chosen(question.id, frozenset(codes))
            for question in self.questions
            if (codes := [code for code, share in _shares_within(limit, question) if share < LEAST_FITTING])
        )


def _shares_within(limit: int, question: Question) -> Iterator[tuple[str, float]]:
    """Size band → the share of its numbers of members that is within a limit; the last one has no end."""
    bands = sorted((option.at_least, option.code) for option in question.options if option.at_least is not None)
    for (least, code), (beyond, _) in zip(bands, [*bands[1:], (math.inf, "")], strict=False):
        if limit < least or beyond == math.inf:
            yield code, float(limit >= least)
        else:
            yield code, (limit + 1 - least) / (beyond - least)


def _said(option: Option) -> Iterator[tuple[str, str]]:
    """What choosing an option says of which channels or families."""
    yield from (("family", family) for family in option.families)
    yield from (("opens", channel) for channel in option.opens)
    if option.relation and option.channel:
        yield option.relation, option.channel
    if option.in_use:
        yield "in_use", ""


def in_daily_tools(channel: Channel, relation_context: RelationContext) -> Condition:
    """Members already open a channel of this family almost every day, or it is theirs now and in use."""
    return any_of([relation_context.says("family", channel.family), used_now(channel, relation_context)])


def opened_daily(channel: Channel, relation_context: RelationContext) -> Condition:
    """Members already open this channel itself almost every day, not just another one of its family."""
    return any_of([relation_context.says("opens", channel.id), used_now(channel, relation_context)])


def current(channel: Channel, relation_context: RelationContext) -> Condition:
    """This is the channel that the community has now."""
    return relation_context.says("current", channel.id)


def approved(channel: Channel, relation_context: RelationContext) -> Condition:
    """The organisation approved this channel for the data about clients that members share."""
    return relation_context.says("approved", channel.id)


def used_now(channel: Channel, relation_context: RelationContext) -> Condition:
    """The community has this channel now, and members use it."""
    return all_of([current(channel, relation_context), relation_context.says("in_use", "")])


def exceeds_max_members(channel: Channel, relation_context: RelationContext) -> Condition:
    """Hardly any community of this size fits in one group of this channel."""
    limit = channel.max_members
    return NEVER if limit is None else relation_context.hardly_fits(limit)


def copied(channel: Channel, relation_context: RelationContext) -> Condition:
    """This is the channel that the team wants to copy from another community."""
    return relation_context.says("copied", channel.id)


def _either(question: Condition, yes: Condition, no: Condition) -> Condition:
    return yes if yes == no else any_of([all_of([question, yes]), all_of([negate(question), no])])


def friction(channel: Channel, relation_context: RelationContext, expected: Expectation) -> Condition:
    """The effort for these members (0-3): from elsewhere or not, and at most 1 for what they already use daily."""

    def meets(effort: int) -> Condition:
        new = Constant(expected.accepts(effort))
        if not channel.habit_lowers_friction:
            return new
        return _either(in_daily_tools(channel, relation_context), Constant(expected.accepts(min(effort, 1))), new)

    return _either(relation_context.cross_organisation, meets(channel.friction_out), meets(channel.friction_own))


YES_NO_RELATIONS: Mapping[str, Callable[[Channel, RelationContext], Condition]] = {
    "in_daily_tools": in_daily_tools,
    "opened_daily": opened_daily,
    "exceeds_max_members": exceeds_max_members,
    "copied": copied,
    "current": current,
    "approved": approved,
}
NUMBER_RELATIONS: Mapping[str, Callable[[Channel, RelationContext, Expectation], Condition]] = {"friction": friction}


def for_channel(condition: Condition, channel: Channel, relation_context: RelationContext) -> Condition:
    """The same condition for one channel, asking only for answers."""

    def of_channel(leaf: Condition) -> Condition:
        match leaf:
            case Attribute(name, expected):
                return Constant(expected.accepts(getattr(channel, name)))
            case Fit(need, expected):
                return Constant(expected.accepts(channel.functions[need]))
            case Relation(name, expected) if name in NUMBER_RELATIONS:
                return NUMBER_RELATIONS[name](channel, relation_context, expected)
            case Relation(name, expected):
                related = YES_NO_RELATIONS[name](channel, relation_context)
                return related if expected.accepts(True) else negate(related)
            case _:
                return leaf

    return with_leaves(condition, of_channel)
