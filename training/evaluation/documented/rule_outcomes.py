"""What each rule's outcomes say: where it fires with known answers, what became of the channel that it speaks of.

Print favours success and channels differ in it, so pairs inside a community say more than shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binomtest

from model.domain.conditions import Test, all_of, compile_condition
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect, Rule
from training.evaluation.documented.outcomes import BoolArray, DocumentedOutcomes

Reading = Literal["supports", "against", "cannot_tell"]
SURE = 0.05
"""The chance that a coin does as well, from which pairs are said to speak."""


@dataclass(frozen=True)
class RuleOutcomes:
    """One rule beside what happened.

    Attributes:
        weight: log-odds; None for a rule that takes a channel out.
        used, partly, failed: outcomes of channels of which the rule speaks, where it surely holds.
        share: share of them that was used, partly counting half; None without any.
        right, pairs: pairs inside a community of which it speaks of one side only, and those that came out its way.
        reading: what these pairs say.
    """

    rule: str
    weight: float | None
    used: int
    partly: int
    failed: int
    share: float | None
    right: int
    pairs: int
    reading: Reading

    @property
    def outcomes(self) -> int:
        return self.used + self.partly + self.failed


def rule_outcomes(knowledge: Knowledge, table: DocumentedOutcomes) -> list[RuleOutcomes]:
    """For every rule that moves a channel or takes it out, those with most outcomes first."""
    rules = knowledge.rules_with(Effect.LOG_ODDS, Effect.EXCLUDE)
    found = [_counted(rule, fires(rule, knowledge, table), table) for rule in rules]
    return sorted(found, key=lambda each: (-each.outcomes, each.rule))


def fires(rule: Rule, knowledge: Knowledge, table: DocumentedOutcomes) -> BoolArray:
    """Per outcome whether the rule holds for that community and channel whatever the unknown answers are."""
    tests: Sequence[Test] = [
        compile_condition(
            for_channel(all_of([rule.when, rule.channel]), channel, knowledge.relation_context),
            knowledge.questionnaire.layout,
        )
        for channel in knowledge.channels
    ]
    return np.array(
        [
            tests[channel](table.communities[community].profile.masks) is True
            for community, channel in zip(table.community, table.channel, strict=True)
        ]
    )


def _counted(rule: Rule, fired: BoolArray, table: DocumentedOutcomes) -> RuleOutcomes:
    levels = np.bincount(table.level[fired], minlength=3)
    for_better, for_worse = fired[table.pairs.better], fired[table.pairs.worse]
    speaks_for = rule.effect is Effect.LOG_ODDS and rule.weight > 0
    right = int(np.sum(for_better & ~for_worse if speaks_for else for_worse & ~for_better))
    pairs = int(np.sum(for_better ^ for_worse))
    return RuleOutcomes(
        rule=rule.id,
        weight=rule.weight if rule.effect is Effect.LOG_ODDS else None,
        used=int(levels[2]),
        partly=int(levels[1]),
        failed=int(levels[0]),
        share=round(float(table.share[fired].mean()), 4) if fired.any() else None,
        right=right,
        pairs=pairs,
        reading=reading(right, pairs),
    )


def reading(right: int, pairs: int) -> Reading:
    """What pairs say: for or against only where a coin would seldom do as well."""
    if pairs and binomtest(right, pairs, alternative="greater").pvalue <= SURE:
        return "supports"
    if pairs and binomtest(right, pairs, alternative="less").pvalue <= SURE:
        return "against"
    return "cannot_tell"
