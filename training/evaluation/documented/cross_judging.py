"""Cross-judging: each community judged by what was learned from communities of other sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.evaluation.documented.communities import Community
from training.evaluation.documented.folds import Split
from training.evaluation.documented.judges import Approach, ChannelScores, Judge
from training.evaluation.documented.metrics import Judged
from training.progress import Told, part_told


def silent(share: float) -> None:
    """Tells nobody."""


def cross_judged(
    approach: Approach,
    communities: Sequence[Community],
    repeats: Sequence[Sequence[Split]],
    told: Told = silent,
) -> Judged:
    """What the approach says of each community, once per repeat.

    Args:
        repeats: the splits of each. An approach that learns nothing is asked once, whatever they are. A community that
            no split judges gets "not a number".
    """
    if not approach.learns:
        judge = approach.fit(())
        return _stacked([[judge.scores(community) for community in communities]])
    layers = []
    for number, splits in enumerate(repeats):
        found: list[ChannelScores | None] = [None] * len(communities)
        for fold, split in enumerate(splits, 1):
            _judge(approach.fit([communities[place] for place in split.learned]), communities, split, found)
            part_told(told, number, len(repeats))(fold / len(splits))
        layers.append(_filled(found))
    return _stacked(layers)


def _judge(judge: Judge, communities: Sequence[Community], split: Split, found: list[ChannelScores | None]) -> None:
    for place in split.judged:
        found[place] = judge.scores(communities[place])


def _filled(found: Sequence[ChannelScores | None]) -> list[ChannelScores]:
    silent = np.full(len(next(scores.order for scores in found if scores is not None)), np.nan)
    return [ChannelScores(silent, silent) if scores is None else scores for scores in found]


def _stacked(layers: Sequence[Sequence[ChannelScores]]) -> Judged:
    return Judged(
        np.array([[scores.order for scores in layer] for layer in layers]),
        np.array([[scores.chance for scores in layer] for layer in layers]),
    )
