"""Features: named numbers computed from the answers and one channel, the common ground of scoring and learning.

A feature is `rule:<id>` (the strength of the rule when it fires, times its probability while answers are unknown),
`channel:<id>` (1), `intercept` (1), `trust` (the expert log-odds themselves) or `answer:<question>=<code>*<attribute>`
(the channel's attribute, scaled to 0-1, when that option was chosen; only for patterns that records have shown).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.domain.channels import Channel
from model.domain.conditions import ALWAYS, NEVER, Condition, all_of
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect, Rule
from model.scoring.artifact import ANSWER, CHANNEL

CHANNEL_EFFECTS = (Effect.LOG_ODDS, Effect.EXCLUDE, Effect.ADVICE)


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


ATTRIBUTES: Mapping[str, Callable[[Channel], float]] = {
    "new_login": lambda channel: channel.new_login / 2,
    "friction": lambda channel: channel.friction_out / 3,
    "phone_first": lambda channel: float(channel.phone_first),
    "computer_needed": lambda channel: float(channel.computer_needed),
    "live": lambda channel: float(channel.moment == "live"),
    "archive": lambda channel: channel.archive / 3,
    "moderation": lambda channel: channel.moderation / 3,
    "cost": lambda channel: channel.cost / 3,
}
"""Channel attributes that records may connect with an answer, scaled to 0-1."""


WEAKEST = 0.5
"""Strength that a rule has at least, in log-odds, so that records can move a rule with a small weight too."""


def rule_feature(rule: Rule) -> str:
    return f"rule:{rule.id}"


def rule_strength(rule: Rule) -> float:
    """The unit in which records move a rule: the size of its weight. A strong rule that is wrong is far off."""
    return max(abs(rule.weight), WEAKEST)


def channel_feature(channel: Channel) -> str:
    return f"{CHANNEL}{channel.id}"


def answer_feature(question: str, code: str, attribute: str) -> str:
    return f"{ANSWER}{question}={code}*{attribute}"
