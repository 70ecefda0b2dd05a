"""Rule audit: what records say about each expert rule, and which communities speak against it.

A verdict rests on what the records say, not on what was believed before them. Two statements are weighed: "it works in
the direction that experts say", and "its effect is less than half of what it counts for", which is its expert weight
times the trust in expert weights. How much the records say for a statement is its Bayes factor: the odds of the
statement after the records, divided by those before (R. Kass and A. Raftery, "Bayes factors", JASA 90(430), 1995, whose
"strong" is 20 and "very strong" 150). Before means: with what records of other rules tell about trust in experts, and
nothing about this rule itself. So one record, after which a rule is still as likely right as it always was, decides
nothing; nor do many records of a few communities, which may be odd in a way that no rule names. And what no rule says
of the answers that a rule asks for looks like the rule itself, however many records there are: see `ALONG`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import log_expit, log_ndtr, ndtr, ndtri

from model.domain.rules import Rule
from model.scoring.artifact import TRUST
from model.scoring.features import rule_feature, rule_strength
from training.learning.design_matrix import BoolArray, FloatArray
from training.learning.learn import FittedModel
from training.progress import Told

HALF = 0.5
"""A rule whose effect is less than this share of what it counts for does not do what it claims."""
STRONG, STRONGER = 20.0, 50.0
"""Bayes factors for a verdict: to agree with experts, and to say that they are wrong, which takes more."""
SURE_AGAINST = 0.97
"""How sure it must be, all in all, that experts are wrong."""
ALONG = 0.05
"""Share of the variance of what no rule says that lies along one rule, and that more records do not take away.

A community gives some twenty answers, and each may matter in a way that no rule names. In simulated worlds estimates of
rules were off by 0.045 to 0.068 of it more than they said of themselves, at 1,000 records as at 10,000.
"""
FEWEST_COMMUNITIES = 10
"""Communities that said what a rule asks, before records say anything about it."""


CLEAR_AGAINST = 0.2
"""Log likelihood that a community must lose by a rule before it is named as speaking against it."""


class RuleVerdict(StrEnum):
    """What records say about a rule."""

    SUPPORTED = "supported"
    """Records speak strongly for it: it works in the direction that experts say."""
    CONTRADICTED = "contradicted"
    """Records speak more strongly against it: its effect is less than half of what it counts for, or the opposite."""
    OPEN = "cannot_tell_yet"
    """Records are too few, or leave both possible."""


@dataclass(frozen=True)
class RuleFinding:
    """One rule beside the records.

    Attributes:
        rule: its id.
        records, communities: where it is known to hold.
        expert: what it counts for without outcomes, in log-odds: the weight that experts gave, times the trust in it.
        learned: weight after the records.
        interval: 90 % interval of the weight.
        against: all communities whose outcomes fit better without the rule, the clearest first.
    """

    rule: str
    records: int
    communities: int
    expert: float
    learned: float
    interval: tuple[float, float]
    verdict: RuleVerdict
    against: tuple[str, ...]


@dataclass(frozen=True)
class WeightBelief:
    """What share of what a rule counts for it really does, as a normal distribution."""

    share: float
    error: float

    def log_odds_below(self, border: float) -> float:
        """Log-odds of the statement that the share is below this border."""
        distance = (border - self.share) / self.error
        return float(log_ndtr(distance) - log_ndtr(-distance))

    def chance_below(self, border: float) -> float:
        return float(ndtr((border - self.share) / self.error))


def audit_rules(learned: FittedModel, told: Told = lambda share: None) -> list[RuleFinding]:
    """A finding per rule that can be learned about, in the order of the knowledge.

    Args:
        told: called after each rule with the share that is done.
    """
    columns = learned.featuriser.rows(learned.table.pairs).X.tocsc()
    log_odds = learned.predict(learned.table.pairs)[0]
    rules, findings = learned.featuriser.rules, []
    for place, rule in enumerate(rules):
        column = columns[:, [learned.featuriser.place[rule_feature(rule)]]].toarray()[:, 0]
        findings.append(_finding(learned, rule, column > 0, log_odds))
        told((place + 1) / len(rules))
    return findings


def _finding(learned: FittedModel, rule: Rule, holds: BoolArray, log_odds: FloatArray) -> RuleFinding:
    """A finding; `holds` says in which records the rule is known to hold."""
    table, expert = learned.table, learned.featuriser.knowledge.trust * rule.weight
    communities = len(np.unique(table.community[holds]))
    before, after = beliefs(learned, rule)
    of_itself = less_unsaid(before, after, ALONG * (learned.scales.unsaid / expert) ** 2)
    weight, spread = expert * after.share, abs(expert) * of_itself.error
    return RuleFinding(
        rule=rule.id,
        records=int(holds.sum()),
        communities=communities,
        expert=expert,
        learned=weight,
        interval=(weight + spread * float(ndtri(0.05)), weight + spread * float(ndtri(0.95))),
        verdict=verdict_on(before, of_itself, communities),
        against=_against(learned, holds, log_odds, expert, weight),
    )


def beliefs(learned: FittedModel, rule: Rule) -> tuple[WeightBelief, WeightBelief]:
    """What is believed of a rule without records of its own, and with them.

    What it does is a sum: expert weight × (trust + trust deviation) + strength × deviation of the rule. Without records
    of its own, the second deviation is as it was before any record.
    """
    featuriser = learned.featuriser
    trust, turn = featuriser.knowledge.trust, rule_strength(rule) / rule.weight
    places, parts = [featuriser.place[TRUST], featuriser.place[rule_feature(rule)]], np.array([1.0, turn])
    deviations, covariance = learned.posterior.mean[places], learned.posterior.covariance[np.ix_(places, places)]
    own = (learned.scales.rule * turn) ** 2
    return (
        WeightBelief(1 + float(deviations[0]) / trust, math.sqrt(covariance[0, 0] + own) / trust),
        WeightBelief(1 + float(parts @ deviations) / trust, math.sqrt(parts @ covariance @ parts) / trust),
    )


def less_unsaid(before: WeightBelief, after: WeightBelief, along: float) -> WeightBelief:
    """What is believed of the rule itself, when records show it together with something that no rule says.

    What records alone say of the rule is what changed the belief before them into that after them; its variance is
    larger than it seems.

    Args:
        along: variance of what no rule says along this rule, in shares of what the rule counts for.
    """
    known, found = 1 / before.error**2, 1 / after.error**2
    if found <= known:
        return before
    told = (found * after.share - known * before.share) / (found - known)
    worth = 1 / (1 / (found - known) + along)
    return WeightBelief((known * before.share + worth * told) / (known + worth), 1 / math.sqrt(known + worth))


def verdict_on(before: WeightBelief, after: WeightBelief, communities: int) -> RuleVerdict:
    """The verdict on a rule that is known to hold in this many communities."""
    if communities < FEWEST_COMMUNITIES:
        return RuleVerdict.OPEN
    against = after.log_odds_below(HALF) - before.log_odds_below(HALF)
    if against >= math.log(STRONGER) and after.chance_below(HALF) >= SURE_AGAINST:
        return RuleVerdict.CONTRADICTED
    if before.log_odds_below(0) - after.log_odds_below(0) >= math.log(STRONG):
        return RuleVerdict.SUPPORTED
    return RuleVerdict.OPEN


def _against(
    learned: FittedModel, holds: BoolArray, log_odds: FloatArray, expert: float, weight: float
) -> tuple[str, ...]:
    """Communities whose outcomes go the other way, and are likelier without the rule than with what it counts for."""
    table = learned.table
    without = log_odds - holds * weight
    with_rule = without + holds * expert
    worth = table.worth(learned.alikeness)
    share = table.active / table.invited
    for_rule = worth * share * (log_expit(with_rule) - log_expit(without))
    for_rule += worth * (1 - share) * (log_expit(-with_rule) - log_expit(-without))
    total, active, invited = (
        np.bincount(table.community, holds * each, len(table.communities))
        for each in (for_rule, table.active, table.invited)
    )
    # Where most members were active nothing speaks against a rule that is for a channel, and the other way round.
    against = (2 * active < invited) if expert > 0 else (2 * active > invited)
    order = np.argsort(total, kind="stable")
    return tuple(table.communities[place] for place in order if against[place] and total[place] < -CLEAR_AGAINST)
