"""Audit: what records say about each expert rule, and which communities speak against it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import log_expit
from scipy.stats import norm

from training.design_matrix import FloatArray
from training.learning import Learned

HALF = 0.5
"""A rule whose effect is less than this share of what experts say does not do what it claims."""
SURE_FOR, SURE_AGAINST = 0.95, 0.99
"""How sure a verdict must be. To say that experts are wrong takes more than to agree with them."""
_SHOWN = 10


class RuleVerdict(StrEnum):
    """What records say about a rule."""

    SUPPORTED = "supported"
    """It works in the direction that experts say."""
    CONTRADICTED = "contradicted"
    """Its effect is less than half of what experts say, or goes the other way."""
    OPEN = "cannot_tell_yet"
    """The records leave both possible."""


@dataclass(frozen=True)
class RuleFinding:
    """One rule beside the records.

    Attributes:
        rule: its id.
        records, communities: where it fired.
        expert: weight that experts gave, in log-odds.
        learned: weight after the records.
        interval: 90 % interval of the weight.
        against: communities whose outcomes fit better without the rule, the clearest first, at most ten.
    """

    rule: str
    records: int
    communities: int
    expert: float
    learned: float
    interval: tuple[float, float]
    verdict: RuleVerdict
    against: tuple[str, ...]


def audit_rules(learned: Learned) -> list[RuleFinding]:
    """A finding per rule with a weight, in the order of the knowledge."""
    table = learned.table
    columns = learned.featuriser.matrix(table.pairs).tocsc()
    log_odds = learned.predict(table.pairs)[0]
    return [
        _finding(learned, place, columns[:, [1 + place]].toarray()[:, 0], log_odds)
        for place in range(len(learned.featuriser.rules))
    ]


def _finding(learned: Learned, place: int, fires: FloatArray, log_odds: FloatArray) -> RuleFinding:
    """A finding; `fires` holds strength × firing of this rule for every record."""
    table, rule = learned.table, learned.featuriser.rules[place]
    strength = learned.featuriser.strengths[place]
    # The weight is a sum: expert weight × (1 + trust deviation) + strength × deviation of the rule.
    parts, places = np.array([rule.weight, strength]), np.array([1, 2 + place])
    weight = rule.weight + float(parts @ learned.deviations[places])
    spread = math.sqrt(parts @ learned.fit.posterior.covariance[np.ix_(places, places)] @ parts)
    fired = fires > 0
    return RuleFinding(
        rule=rule.id,
        records=int(fired.sum()),
        communities=len(np.unique(table.community[fired])),
        expert=rule.weight,
        learned=weight,
        interval=(weight + spread * float(norm.ppf(0.05)), weight + spread * float(norm.ppf(0.95))),
        verdict=_verdict(rule.weight, weight, spread, int(fired.sum())),
        against=_against(learned, fires / strength, log_odds, rule.weight, weight),
    )


def _verdict(expert: float, weight: float, spread: float, records: int) -> RuleVerdict:
    if not records:
        return RuleVerdict.OPEN
    share, error = weight / expert, spread / abs(expert)
    if norm.cdf((HALF - share) / error) >= SURE_AGAINST:
        return RuleVerdict.CONTRADICTED
    if norm.cdf(share / error) >= SURE_FOR:
        return RuleVerdict.SUPPORTED
    return RuleVerdict.OPEN


def _against(
    learned: Learned, fires: FloatArray, log_odds: FloatArray, expert: float, weight: float
) -> tuple[str, ...]:
    """Communities whose outcomes are likelier without the rule than with the weight that experts gave it."""
    table = learned.table
    without = log_odds - fires * weight
    with_rule = without + fires * expert
    worth = table.worth(learned.alikeness)
    active, passive = worth * table.active / table.invited, worth * (1 - table.active / table.invited)
    for_rule = active * (log_expit(with_rule) - log_expit(without))
    for_rule += passive * (log_expit(-with_rule) - log_expit(-without))
    total = np.bincount(table.community, for_rule * (fires > 0), len(table.communities))
    order = np.argsort(total, kind="stable")[:_SHOWN]
    return tuple(table.communities[community] for community in order if total[community] < -0.5)
