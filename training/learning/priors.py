"""Priors: what is believed of the deviations before any outcome was seen.

The base rate of a channel is what it shares with others, by family, kind and attributes, and something of its own. Each
of these parts is small and normal, so the base rates vary together by a covariance that follows from the channels
alone, and what is learned of one channel tells a part of what is to be expected of its likes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg

from model.domain.channels import Channel
from model.domain.evidence import SOURCE_KINDS
from model.scoring.artifact import PriorScales
from training.learning.design_matrix import Featuriser, FloatArray
from training.learning.documents import Documents
from training.learning.fitting import Prior

OWN, FAMILY, KIND, ATTRIBUTE = 0.4, 0.4, 0.35, 0.3
"""Standard deviations of the parts of a base rate, in log-odds."""
PRINT, SOURCE = 3.0, 0.5
"""The same of the intercept of documented rows, about which nothing is known, and of what a kind of source adds."""


def base_covariance(channels: Sequence[Channel]) -> FloatArray:
    """Prior covariance of the base rates of these channels."""
    attributes = np.array([attributes_of(channel) for channel in channels])
    attributes -= attributes.mean(axis=0)
    family, kind = (_same([getattr(channel, name) for channel in channels]) for name in ("family", "kind"))
    own, alike = np.eye(len(channels)), attributes @ attributes.T
    return np.asarray(OWN**2 * own + FAMILY**2 * family + KIND**2 * kind + ATTRIBUTE**2 * alike)


def attributes_of(channel: Channel) -> tuple[float, ...]:
    """What channels that are alike have in common, each from 0 to 1."""
    return (
        channel.new_login / 2, channel.friction_out / 3, float(channel.phone_first), float(channel.computer_needed),
        channel.archive / 3, channel.moderation / 3, channel.cost / 3, channel.guest_access / 3,
    )  # fmt: skip


def learning_prior(featuriser: Featuriser, scales: PriorScales, documents: Documents) -> Prior:
    """The prior of the columns of `featuriser`, and of the nuisance columns of `documents` after them.

    The intercept is such that documented tries would be used by half on average, give or take `scales.intercept`. That
    is an assumption: in print more than half are, because successes are written about more often.
    """
    deviations = [scales.trust, *[scales.rule] * len(featuriser.rules), *[scales.group] * featuriser.groups, scales.fit]
    others = np.array([*deviations, PRINT, *[SOURCE] * len(SOURCE_KINDS)])
    base = linalg.inv(base_covariance(featuriser.knowledge.channels))
    precision = linalg.block_diag(np.zeros((1, 1)), base, np.diag(1 / others**2))
    usual, given = np.zeros(len(precision)), 0.0
    usual[0] = 1
    if len(documents):
        usual[: len(featuriser.names)] += documents.rows.X.mean(axis=0)
        given = float(documents.rows.offset.mean())
    precision += np.outer(usual, usual) / scales.intercept**2
    mean = np.zeros(len(precision))
    mean[0] = -given
    return Prior(mean, precision)


def _same(names: Sequence[str]) -> FloatArray:
    each = np.array(names)
    return np.asarray(each[:, np.newaxis] == each, dtype=np.float64)
