"""Served numbers: an artifact as arrays, to foretell many pairs at once just as scoring foretells one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from model.scoring.artifact import GROUP, INTERCEPT, Artifact, PriorScales
from training.learning.design_matrix import BoolArray, Featuriser, FloatArray, Pairs


@dataclass(frozen=True)
class ServedNumbers:
    """The numbers of an artifact, by the columns of a featuriser.

    Attributes:
        deviations: one per column.
        base: variance of the base rate of each channel.
        own: variance of each deviation; 0 for the intercept and the channels, which `base` holds.
        shared: channel × column: covariance of a deviation with the base rate.
    """

    featuriser: Featuriser
    deviations: FloatArray
    base: FloatArray
    own: FloatArray
    shared: sparse.csr_array

    @staticmethod
    def of(artifact: Artifact, featuriser: Featuriser) -> ServedNumbers:
        channels, names = featuriser.knowledge.channels, featuriser.names
        first = 1 + len(channels)
        shared = np.zeros((len(channels), len(names)))
        for channel in channels:
            for feature, covariance in artifact.uncertainty.shared.get(channel.id, {}).items():
                shared[featuriser.channel_place[channel.id], featuriser.place[feature]] = covariance
        return ServedNumbers(
            featuriser,
            np.array([artifact.deviation(name) for name in names]),
            np.array([artifact.base_variance(channel.id) for channel in channels]),
            np.array([0.0] * first + [_own_variance(artifact, name) for name in names[first:]]),
            sparse.csr_array(shared),
        )

    @staticmethod
    def of_belief(
        featuriser: Featuriser,
        seen: BoolArray,
        mean: FloatArray,
        covariance: FloatArray,
        scales: PriorScales,
        decimals: int,
    ) -> ServedNumbers:
        """The numbers of the artifact that serves this belief.

        Args:
            seen: columns of which something was learned.
            mean, covariance: of the deviations, by column; what comes after the columns is not served.
            decimals: that an artifact has.
        """
        columns, channels = len(featuriser.names), len(featuriser.knowledge.channels)
        prior = Artifact("", "", scales=scales)
        mean, covariance = np.round(mean[:columns], decimals), np.round(covariance[:columns, :columns], decimals)
        deviations = np.where(seen, mean, 0.0)
        base = np.diag(covariance)[1 : 1 + channels] if seen.any() else np.full(channels, prior.prior_base_variance)
        own = np.where(seen, np.diag(covariance), [prior.own_variance(name) for name in featuriser.names])
        untold = np.array([name.startswith(GROUP) for name in featuriser.names]) & (deviations == 0)
        own[untold] = 0.0
        own[: 1 + channels] = 0.0
        shared = np.where(featuriser.beside_channels & seen, covariance[1 : 1 + channels], 0.0)
        return ServedNumbers(featuriser, deviations, base, own, sparse.csr_array(shared))

    def predict(self, pairs: Pairs) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the log-odds of these pairs."""
        rows = self.featuriser.rows(pairs)
        squares = rows.X.copy()
        squares.data **= 2
        variance = self.base[pairs.channel] + squares @ self.own
        variance += 2 * np.asarray(rows.X.multiply(self.shared[pairs.channel]).sum(axis=1)).ravel()
        return np.asarray(rows.offset + rows.X @ self.deviations), np.maximum(variance, 0.0)


def _own_variance(artifact: Artifact, name: str) -> float:
    """Variance of a deviation; 0 for a group that no outcome has told of, because its share is then 0 as well."""
    if name == INTERCEPT or (name.startswith(GROUP) and not artifact.deviation(name)):
        return 0.0
    return artifact.own_variance(name)
