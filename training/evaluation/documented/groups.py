"""Groups of communities that are also judged apart: by sector, by how much is known, by kind of source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

import numpy as np

from model.domain.evidence import SourceKind
from training.evaluation.documented.communities import Community
from training.evaluation.documented.outcomes import BoolArray

KNOWN = {"up_to_3": (0, 3), "4_to_6": (4, 6), "from_7": (7, 99)}
"""Bands of the number of known answers."""


def groups(communities: Sequence[Community]) -> Mapping[str, Mapping[str, BoolArray]]:
    """By what → group → which communities are in it."""
    care = np.array([each.in_care for each in communities])
    known = np.array([each.known_answers for each in communities])
    kinds = np.array([each.documented.source.kind for each in communities])
    return {
        "sector": {"care": care, "other": ~care},
        "known": {name: (known >= low) & (known <= high) for name, (low, high) in KNOWN.items()},
        "source": dict(_present(kinds)),
    }


def _present(kinds: np.ndarray) -> Iterator[tuple[str, BoolArray]]:
    for kind in get_args(SourceKind):
        inside = kinds == kind
        if inside.any():
            yield kind, inside
