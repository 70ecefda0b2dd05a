"""Relations: what depends on a channel and on the answers together, written as conditions on the answers alone.

`for_channel` applies a condition to one channel. Channel attributes become constants and relations become conditions
on answers, so that scoring only ever looks at answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.domain.channels import Channel
from model.domain.conditions import (
    NEVER,
    All,
    AnyOf,
    Attribute,
    Chosen,
    Condition,
    Constant,
    Expectation,
    Fit,
    Not,
    Relation,
    all_of,
    any_of,
    negate,
)
from model.domain.questions import Option, Questionnaire

CROSS_ORGANISATION = "cross_organisation"
"""The named term that says whether members come from several organisations."""


@dataclass(frozen=True)
class RelationContext:
    """What relations need to know beside the channel: the questions and the condition "several organisations"."""

    questions: Questionnaire
    cross_organisation: Condition

    @cached_property
    def related(self) -> Mapping[str, Sequence[Option]]:
        """Question → its options that say something of some channels and not of others, where there are any."""
        chosen = {
            question.id: [option for option in question.options if _relates(option)] for question in self.questions
        }
        return {question: options for question, options in chosen.items() if options}


def _relates(option: Option) -> bool:
    return bool(option.families or option.opens or option.channel or option.in_use) or option.at_least is not None


def _any_option(relation_context: RelationContext, keep: Callable[[Option], bool]) -> Condition:
    """One of the related options that `keep` accepts was chosen; never, where there is none."""
    return any_of(
        Chosen(question, frozenset(codes))
        for question, options in relation_context.related.items()
        if (codes := [option.code for option in options if keep(option)])
    )


def in_daily_tools(channel: Channel, relation_context: RelationContext) -> Condition:
    """Members already open a channel of this family almost every day, or it is theirs now and in use."""
    daily = _any_option(relation_context, lambda option: channel.family in option.families)
    return any_of([daily, used_now(channel, relation_context)])


def opened_daily(channel: Channel, relation_context: RelationContext) -> Condition:
    """Members already open this channel itself almost every day, not just another one of its family."""
    daily = _any_option(relation_context, lambda option: channel.id in option.opens)
    return any_of([daily, used_now(channel, relation_context)])


def current(channel: Channel, relation_context: RelationContext) -> Condition:
    """This is the channel that the community has now."""
    return _any_option(relation_context, lambda option: option.relation == "current" and option.channel == channel.id)


def used_now(channel: Channel, relation_context: RelationContext) -> Condition:
    """The community has this channel now, and members use it."""
    in_use = _any_option(relation_context, lambda option: option.in_use)
    return all_of([current(channel, relation_context), in_use])


def exceeds_max_members(channel: Channel, relation_context: RelationContext) -> Condition:
    """The community is larger than one group of this channel can be."""
    limit = channel.max_members
    if limit is None:
        return NEVER
    return _any_option(relation_context, lambda option: option.at_least is not None and option.at_least > limit)


def copied(channel: Channel, relation_context: RelationContext) -> Condition:
    """This is the channel that the team wants to copy from another community."""
    return _any_option(relation_context, lambda option: option.relation == "copied" and option.channel == channel.id)


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
}
NUMBER_RELATIONS: Mapping[str, Callable[[Channel, RelationContext, Expectation], Condition]] = {"friction": friction}


def for_channel(condition: Condition, channel: Channel, relation_context: RelationContext) -> Condition:
    """The same condition for one channel, asking only for answers."""
    match condition:
        case Attribute(name, expected):
            return Constant(expected.accepts(getattr(channel, name)))
        case Fit(need, expected):
            return Constant(expected.accepts(channel.functions[need]))
        case Relation(name, expected) if name in NUMBER_RELATIONS:
            return NUMBER_RELATIONS[name](channel, relation_context, expected)
        case Relation(name, expected):
            related = YES_NO_RELATIONS[name](channel, relation_context)
            return related if expected.accepts(True) else negate(related)
        case Not(part):
            return negate(for_channel(part, channel, relation_context))
        case All(parts):
            return all_of(for_channel(part, channel, relation_context) for part in parts)
        case AnyOf(parts):
            return any_of(for_channel(part, channel, relation_context) for part in parts)
        case _:
            return condition
