"""Folds: which communities are learned from and which are judged, so that no source is ever on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from training.evaluation.documented.communities import Community, fold_names

Places = npt.NDArray[np.intp]
"""Places of communities in their sequence."""


class Split(NamedTuple):
    """One division of the communities.

    Attributes:
        learned, judged: places of communities on each side.
    """

    learned: Places
    judged: Places


def splits(communities: Sequence[Community], folds: int, seed: int) -> list[Split]:
    """A split per fold; over all of them each community is judged once.

    Raises:
        ValueError: there are fewer sources than folds.
    """
    names = np.array(fold_names(communities))
    splitter = GroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    return [Split(learned, judged) for learned, judged in splitter.split(names, groups=names)]


def part_of(communities: Sequence[Community], places: Places, share: float, seed: int) -> Places:
    """About this share of some communities, by whole sources; a larger share holds every smaller one."""
    names = np.array(fold_names([communities[place] for place in places]))
    sources = np.unique(names)
    np.random.default_rng(seed).shuffle(sources)
    kept = sources[: max(1, round(share * len(sources)))]
    return places[np.isin(names, kept)]
