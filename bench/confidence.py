"""Confidence: how often the channel that the advice is so sure of did better, in documented pairs.

A pair is two channels that one documented community tried with different results. Each is judged by a starter that was
made without its source and without the answers that carry hindsight. The chance that the first channel is the better
one follows from the size of what no rule says (`PriorScales.unsaid`), so pairs tell what that size is: where chances
and shares agree, and where the likelihood of what happened is largest. Luck makes results differ too, so the likeliest
size is rather too large than too small.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.special import ndtr

from bench.report import machine
from model.domain.evidence import HINDSIGHT
from model.domain.knowledge import Knowledge
from model.knowledge.loader import load_knowledge
from model.scoring.advisor import Advisor
from training.evaluation.documented.communities import Community, communities_of
from training.evaluation.documented.folds import splits
from training.learning.design_matrix import Featuriser, FloatArray
from training.learning.starter import fit_starter

SIZES = (0.3, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Of what no rule says, in log-odds."""
FOLDS = 10
BANDS = (0.5, 0.65, 0.8, 0.95, 1.0)
_BETTER = {"used": 2, "partly": 1, "not_used": 0, "abandoned": 0}


class JudgedPair(NamedTuple):
    """Two channels of one community.

    Attributes:
        gap: between their scores, the higher one first.
        variance: of that gap, for what is not known about the weights.
        right: 1 where the first did better, 0.5 where both have the same score.
    """

    gap: float
    variance: float
    right: float


def judged_pairs(knowledge: Knowledge, repeats: int) -> list[JudgedPair]:
    """Every pair, once for each division into folds."""
    communities, featuriser = communities_of(knowledge, HINDSIGHT), Featuriser(knowledge)
    found: list[JudgedPair] = []
    for seed in range(repeats):
        for split in splits(communities, FOLDS, seed):
            told = [communities[place].documented for place in split.learned]
            advisor = Advisor(knowledge, fit_starter(told, featuriser))
            for place in split.judged:
                found += _pairs(communities[place], advisor)
    return found


def _pairs(community: Community, advisor: Advisor) -> Iterator[JudgedPair]:
    if len(community.documented.outcomes) < 2:
        return
    said = {each.assessment.channel.id: each.assessment for each in advisor.recommend(community.profile).channels}
    for one, other in combinations(community.documented.outcomes, 2):
        did_better = _BETTER[one.result] - _BETTER[other.result]
        if did_better and one.channel in said and other.channel in said:
            first, second = said[one.channel], said[other.channel]
            gap = first.score - second.score
            right = 0.5 + 0.5 * float(np.sign(gap) * np.sign(did_better))
            yield JudgedPair(abs(gap), first.variance + second.variance, right)


def stated(gap: FloatArray, variance: FloatArray, unsaid: float) -> FloatArray:
    """The chance that the first of each pair is the better one, as `model.advice.confidence.beats` has it."""
    return np.asarray(ndtr(gap / np.sqrt(variance + 2 * unsaid**2)))


def main(arguments: Sequence[str]) -> int:
    """Print, for each size, how sure the advice is and how often it was right."""
    parser = argparse.ArgumentParser(prog="python -m bench confidence", description=__doc__)
    parser.add_argument("--repeats", type=int, default=2, help="divisions into folds")
    options = parser.parse_args(arguments)
    pairs = judged_pairs(load_knowledge(), options.repeats)
    gap, variance, right = (np.array(column) for column in zip(*pairs, strict=True))
    number = len(pairs) / options.repeats
    print(f"{machine()}; {number:.0f} pairs, {options.repeats} divisions into folds; the first was better in", end=" ")
    print(f"{right.mean():.1%}\n\nunsaid   how sure   likelihood   stated → right (pairs)")
    chances = [np.clip(stated(gap, variance, size), 1e-9, 1 - 1e-9) for size in SIZES]
    likelihoods = [number * float(np.mean(right * np.log(each) + (1 - right) * np.log1p(-each))) for each in chances]
    for size, chance, likelihood in zip(SIZES, chances, likelihoods, strict=True):
        bands = [
            f"{chance[inside].mean():.0%} → {right[inside].mean():.0%} ({inside.sum() / options.repeats:.0f})"
            for low, high in pairwise(BANDS)
            if (inside := (chance >= low) & (chance < high)).any()
        ]
        print(f"{size:>6}   {chance.mean():>8.1%}   {likelihood - max(likelihoods):>10.1f}   {', '.join(bands)}")
    return 0
