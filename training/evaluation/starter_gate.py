"""Starter gate: may what documented communities teach answer from the first minute?

It is held against the rules alone, on communities that it was not learned from: those that share a source, an article
or an ecosystem (`DocumentedCommunity.fold`) are always kept apart together. How often a try succeeds at all is left out
of the comparison, because print does not show it: each side gets the intercept that suits it best.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import optimize
from scipy.special import expit, log_expit

from model.domain.evidence import DocumentedCommunity
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.profiles.profile import Profile, ProfileReader
from model.scoring.advisor import Advisor
from model.scoring.artifact import STARTER, TRUST, Artifact
from model.scoring.scorer import Scorer
from model.scoring.starter import Starter
from training.evaluation.golden_cases import broken_expectations
from training.learning.design_matrix import Featuriser, FloatArray, Pairs, ProfileTable
from training.learning.documents import SHARE, WORTH, Documents
from training.learning.served_numbers import ServedNumbers
from training.learning.starter import fit_starter

FOLDS = 10
FARTHEST = 1.5
"""Log-odds by which a channel may be moved at most beyond its base rate and the trust in the rules."""
FEWEST_FAILURES = 0.2
"""Share of the outcomes that must be failures: of successes alone nothing is learned about what fails."""
PROFILES = 500
"""Profiles made up to look how far channels are moved, beside those of the documented communities."""
_ANSWERED = 0.7
_RESAMPLES = 2000
_FAR = 20.0
"""Log-odds beyond which no intercept is looked for."""


@dataclass(frozen=True)
class StarterCheck:
    """One condition, with what it was decided on."""

    passed: bool
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class _Told:
    """What became of one channel in a community that was kept apart, and what both sides said of it.

    Attributes:
        log_odds: of use, as averaged over what is uncertain; and `score`, which ranks, each for (starter, rules).
    """

    community: int
    share: float
    worth: float
    log_odds: tuple[float, float]
    score: tuple[float, float]


def build_starter(knowledge: Knowledge) -> Starter:
    """Learn from all documented communities of this knowledge, judge it, and write the card.

    The same knowledge gives the same starter, to the byte.
    """
    artifact = fit_starter(knowledge.evidence, Featuriser(knowledge), identifier=STARTER)
    checks = judge_starter(artifact, knowledge)
    on = all(check.passed for check in checks.values())
    return Starter(artifact, on, _card(artifact, knowledge, checks))


def judge_starter(artifact: Artifact, knowledge: Knowledge) -> Mapping[str, StarterCheck]:
    """Every condition by its name; the starter may be on when all are met."""
    told = list(_kept_apart(knowledge))
    featuriser = Featuriser(knowledge)
    documents = Documents.of(knowledge.evidence, featuriser)
    failures = float(np.mean(documents.share == 0)) if len(documents) else 0.0
    middle = float(np.mean(ServedNumbers.of(artifact, featuriser).predict(documents.pairs)[0]))
    broken = broken_expectations(Advisor(knowledge, artifact), Advisor(knowledge))
    moved = _farthest(artifact, featuriser, documents)
    loss, pairs = _losses(told), _pairs(told)
    return {
        "better_than_rules": StarterCheck(loss["high"] < 0, loss),
        "pairs_no_worse": StarterCheck(pairs["starter"] >= pairs["rules"], pairs),
        "golden_cases": StarterCheck(not broken, {"broken": len(broken)}),
        "moved_at_most": StarterCheck(moved <= FARTHEST, {"farthest": moved, "allowed": FARTHEST}),
        "middle": StarterCheck(abs(middle) < 1e-4, {"mean_log_odds": middle}),
        "failures": StarterCheck(failures >= FEWEST_FAILURES, {"share": failures, "needed": FEWEST_FAILURES}),
    }


def random_profiles(knowledge: Knowledge, count: int, seed: int = 0) -> list[Profile]:
    """Profiles with some answers, each drawn by itself; the same ones for the same seed."""
    chance, reader = random.Random(seed), ProfileReader(knowledge.questionnaire, partial=True)
    profiles: list[Profile] = []
    while len(profiles) < count:
        answers: dict[str, str | list[str]] = {}
        for question in knowledge.questionnaire:
            follows = question.follows is None or answers.get(question.follows[0], UNKNOWN) in question.follows[1]
            if follows and chance.random() < _ANSWERED:
                chosen = chance.sample(question.codes, chance.randint(1, min(question.limit, len(question.codes))))
                answers[question.id] = chosen if question.kind == "multi" else chosen[0]
        profile = reader.read(answers)
        if profile is not None:
            profiles.append(profile)
    return profiles


# --- communities kept apart ---------------------------------------------------------------------------------------


def _kept_apart(knowledge: Knowledge) -> Iterator[_Told]:
    """Every documented outcome, as a starter that was learned without its fold, and the rules, speak about it."""
    reader = ProfileReader(knowledge.questionnaire, partial=True)
    rules, featuriser = Scorer(knowledge), Featuriser(knowledge)
    places = knowledge.channel_place
    parts = [_part(community) for community in knowledge.evidence]
    for part in sorted(set(parts)):
        learned = [each for each, its in zip(knowledge.evidence, parts, strict=True) if its != part]
        scorers = (Scorer(knowledge, fit_starter(learned, featuriser)), rules)
        for number, community in enumerate(knowledge.evidence):
            profile = reader.read(dict(community.profile))
            if parts[number] != part or profile is None:
                continue
            said = [scorer.assess(profile) for scorer in scorers]
            for outcome in community.outcomes:
                starter, by_rules = (each[places[outcome.channel]] for each in said)
                yield _Told(
                    number, SHARE[outcome.result], WORTH[community.strength],
                    (_logit(starter.probability), _logit(by_rules.probability)), (starter.score, by_rules.score),
                )  # fmt: skip


def _part(community: DocumentedCommunity) -> int:
    """Which part it is kept apart with; by the hash of its fold, so that no other community changes it."""
    return int(hashlib.sha256(community.fold.encode()).hexdigest(), 16) % FOLDS


def _logit(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def _losses(told: Sequence[_Told]) -> dict[str, float]:
    """Log loss of the starter minus that of the rules, with a 90 % interval over communities."""
    share, worth = np.array([each.share for each in told]), np.array([each.worth for each in told])
    losses = [_free_loss(np.array([each.log_odds[side] for each in told]), share, worth) for side in (0, 1)]
    _, community = np.unique([each.community for each in told], return_inverse=True)
    gaps, sizes = np.bincount(community, worth * (losses[0] - losses[1])), np.bincount(community, worth)
    drawn = np.random.default_rng(0).integers(len(sizes), size=(_RESAMPLES, len(sizes)))
    low, high = np.quantile(gaps[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [0.05, 0.95]).tolist()
    means = [float(np.average(each, weights=worth)) for each in losses]
    return {"starter": means[0], "rules": means[1], "difference": means[0] - means[1], "low": low, "high": high}


def _free_loss(log_odds: FloatArray, share: FloatArray, worth: FloatArray) -> FloatArray:
    """Log loss of each outcome with the intercept that suits all best."""

    def gap(intercept: float) -> float:
        return float(worth @ (expit(log_odds + intercept) - share))

    if gap(-_FAR) < 0 < gap(_FAR):
        best = log_odds + optimize.brentq(gap, -_FAR, _FAR)
    else:  # all were used, or none
        best = log_odds + (_FAR if gap(_FAR) <= 0 else -_FAR)
    return np.asarray(-(share * log_expit(best) + (1 - share) * log_expit(-best)))


def _pairs(told: Sequence[_Told]) -> dict[str, float]:
    """Share of the pairs of channels within a community that are placed as their outcomes are; equal is half right."""
    right: list[tuple[float, float]] = []
    for one, other in combinations(told, 2):
        if one.community == other.community and one.share != other.share:
            better, worse = (one, other) if one.share > other.share else (other, one)
            right.append((_placed(better, worse, 0), _placed(better, worse, 1)))
    starter, rules = np.mean(right, axis=0).tolist() if right else (0.0, 0.0)
    return {"pairs": len(right), "starter": starter, "rules": rules}


def _placed(better: _Told, worse: _Told, side: int) -> float:
    return 0.5 + 0.5 * float(np.sign(better.score[side] - worse.score[side]))


# --- how far channels are moved -----------------------------------------------------------------------------------


def _farthest(artifact: Artifact, featuriser: Featuriser, documents: Documents) -> float:
    """The most that any channel is moved, for any community, beyond its base rate and the trust in the rules."""
    moving = ServedNumbers.of(artifact, featuriser).deviations.copy()
    moving[: 2 + len(featuriser.knowledge.channels)] = 0.0  # the intercept, the base rates and trust
    made_up = ProfileTable.of(random_profiles(featuriser.knowledge, PROFILES), featuriser.knowledge)
    pairs = [Pairs.everywhere(each, len(featuriser.knowledge.channels)) for each in (documents.pairs.profiles, made_up)]
    return max(float(np.abs(featuriser.rows(each).X @ moving).max(initial=0.0)) for each in pairs)


# --- card ---------------------------------------------------------------------------------------------------------


def _card(artifact: Artifact, knowledge: Knowledge, checks: Mapping[str, StarterCheck]) -> dict[str, Any]:
    return {
        "what": "What documented communities teach beyond the expert rules, for installations without records.",
        "made_from": {
            "communities": artifact.basis.documented,
            "outcomes": sum(len(community.outcomes) for community in knowledge.evidence),
            "documents": artifact.basis.documents,
            "knowledge": artifact.knowledge,
        },
        "trust": round(knowledge.trust + artifact.deviation(TRUST), 4),
        "checks": {
            name: {"passed": check.passed, **{key: round(value, 4) + 0.0 for key, value in check.numbers.items()}}
            for name, check in checks.items()
        },
        "limits": [
            "A documented try, taken at random, is assumed to be used by half: print tells of successes more often "
            "than of failures, and of some channels more than of others.",
            "Most profiles hold about five known answers, and some of those were read from how it went.",
            "Intervals hold for communities like the documented ones; many of these are not in care.",
        ],
    }
