"""Metrics: what Prometheus can ask a service, counted over all workers of one server.

Counts only grow. Gauges tell of the present moment, as the last look of each worker found it; of a worker that is gone
they go too. Where workers share a folder (`PROMETHEUS_MULTIPROC_DIR`) whoever is asked tells the sum of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from time import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts and durations of requests, and how the workers are doing."""

    def __init__(self) -> None:
        if os.environ.get(MULTIPROCESS):
            Path(os.environ[MULTIPROCESS]).mkdir(parents=True, exist_ok=True)
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "platform_fit_requests", "Answered requests.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "platform_fit_request_seconds", "Time to an answer.", ("route",), registry=self._registry, buckets=_SECONDS
        )
        self._cut = Counter(
            "platform_fit_connections_cut", "Connections that took too long.", ("reason",), registry=self._registry
        )
        self._refused = Counter("platform_fit_refusals", "Refused requests.", ("kind",), registry=self._registry)
        self._workers = self._gauge(
            "build_workers", "Workers, by version and fingerprint of knowledge.", "version", "knowledge"
        )
        self._artifacts = self._gauge("artifact_workers", "Workers, by the artifact that answers.", "artifact")
        self._stores = self._gauge("store_workers", "Workers, by how outcome records are doing.", "outcomes")
        self._degraded = self._gauge("degraded_workers", "Workers where not all is well, by reason.", "reason")
        self._looked = Gauge(
            "platform_fit_store_look_timestamp_seconds",
            "When the store was last looked at, by the worker where that is longest ago.",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        self._meters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def _gauge(self, name: str, meaning: str, *labels: str) -> WorkerGauge:
        return WorkerGauge(
            Gauge(f"platform_fit_{name}", meaning, labels, registry=self._registry, multiprocess_mode="livesum")
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        key = method, route, status
        meters = self._meters.get(key)
        if meters is None:
            meters = self._meters[key] = self._requests.labels(*key), self._seconds.labels(route)
        meters[0].inc()
        meters[1].observe(seconds)

    def cut(self, reason: str) -> None:
        """Count a connection that was ended from here."""
        self._cut.labels(reason).inc()

    def refused(self, kind: str) -> None:
        """Count a problem by its kind."""
        self._refused.labels(kind).inc()

    def built(self, version: str, knowledge: str) -> None:
        """Tell what this worker is made of."""
        self._workers.tell(version, knowledge)

    def standing(self, artifact: str, outcomes: str | None, reason: str | None, look_age: float | None) -> None:
        """Tell how this worker is doing.

        Args:
            artifact: the one that answers.
            outcomes: state of outcome records; None before the first look.
            reason: why it is degraded, if it is.
            look_age: seconds since the last look at the store.
        """
        self._artifacts.tell(artifact)
        self._stores.tell(*([outcomes] if outcomes else ()))
        self._degraded.tell(*([reason] if reason else ()))
        if look_age is not None:
            self._looked.set(time() - look_age)

    def text(self) -> bytes:
        """Everything counted so far, in the text format of Prometheus; of all workers if they share a folder."""
        if not os.environ.get(MULTIPROCESS):
            return generate_latest(self._registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(shared)


class WorkerGauge:
    """A gauge that is 1 for what this worker is now, and 0 for what it was before."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._now: Sequence[str] = ()

    def tell(self, *labels: str) -> None:
        """Be this from now on; nothing at all without labels."""
        if labels == self._now:
            return
        if self._now:
            self._gauge.labels(*self._now).set(0)
        if labels:
            self._gauge.labels(*labels).set(1)
        self._now = labels
