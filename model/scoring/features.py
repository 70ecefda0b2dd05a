"""Features: named numbers computed from the answers and one channel, the common ground of scoring and learning.

A feature is `intercept` (1), `channel:<id>` (1), `fit` (how well the channel serves the wish that it serves best, from
-0.5 to 0.5), `trust` (the sum of the weights of the rules that are known to hold and can be learned about),
`rule:<id>` (the strength of such a rule) or `group:<term>*<kind>` (1 for channels of a kind where the community is
known to be of a group). A rule whose condition waits for unknown answers is no feature: nothing is learned from what
nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.domain.channels import Channel
from model.domain.conditions import ALWAYS, NEVER, Condition, all_of
from model.domain.knowledge import Knowledge, NamedCondition
from model.domain.relations import for_channel
from model.domain.rules import Effect, Rule
from model.scoring.artifact import CHANNEL, GROUP

CHANNEL_EFFECTS = (Effect.LOG_ODDS, Effect.ORDER, Effect.EXCLUDE, Effect.ADVICE)


@dataclass(frozen=True, slots=True)
class RuleTerm:
    """One rule applied to one channel: the condition that remains to be asked of the answers."""

    rule: Rule
    when: Condition


def rule_terms(channel: Channel, knowledge: Knowledge) -> tuple[RuleTerm, ...]:
    """Every rule that can say something about this channel; rules that never can are left out.

    Advice that holds for the whole community, or for a set of channels, is not about one channel and is left out too.
    """
    terms = []
    for rule in knowledge.rules_with(*CHANNEL_EFFECTS):
        if rule.effect is Effect.ADVICE and (rule.channel == ALWAYS or rule.bundle):
            continue
        when = all_of([rule.when, for_channel(rule.channel, channel, knowledge.relation_context)])
        if when != NEVER:
            terms.append(RuleTerm(rule, when))
    return tuple(terms)


def rule_feature(rule: Rule) -> str:
    return f"rule:{rule.id}"


def channel_feature(channel: Channel) -> str:
    return f"{CHANNEL}{channel.id}"


def group_feature(term: NamedCondition, kind: str) -> str:
    """Communities of a group together with channels of a kind."""
    return f"{GROUP}{term.id}*{kind}"


def rule_strength(rule: Rule) -> float:
    """What a deviation of a rule is multiplied by, so that a strong rule may move further than a weak one."""
    return abs(rule.weight)
