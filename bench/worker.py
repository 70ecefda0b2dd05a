"""One worker: how soon it answers after it was started, and how much memory it takes."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bench.client import post, send_all
from bench.processes import gunicorn
from bench.profiles import different_profiles
from bench.report import Figure, at_most, machine, show
from model.knowledge.loader import load_knowledge

SERVICE, FIXED = "service.server.wsgi:app", "bench.peers.fixed_flask:app"
STARTS = 5
REQUESTS = 1000
MEMORY_TARGET = 52.0
"""MB of one worker."""
READY_TARGET = 0.45
"""Seconds from the start of gunicorn to the first 200."""


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    requests = [
        post("/v1/recommendations", {"profile": profile}) for profile in different_profiles(knowledge, REQUESTS)
    ]
    for app in (SERVICE, FIXED):
        with gunicorn(app, "/livez"):
            pass  # the first start after a change compiles
    ready: list[float] = []
    floor: list[float] = []
    spent: list[float] = []
    floor_spent: list[float] = []
    fresh = used = fixed = (0.0, 0.0)
    for start in range(STARTS):
        with gunicorn(SERVICE, "/livez") as server:
            ready.append(server.ready_after)
            spent.append(server.cpu_seconds_of_all())
            if start == 0:
                fresh = server.memory()
                send_all(server.port, requests, REQUESTS)
                used = server.memory()
        with gunicorn(FIXED, "/livez") as server:
            floor.append(server.ready_after)
            floor_spent.append(server.cpu_seconds_of_all())
            fixed = server.memory()
    show(
        f"One worker of gunicorn ({machine()})",
        [
            at_most("start to first answer, median", median(ready), READY_TARGET, "{:.2f} s", "<"),
            Figure("  slowest of the starts", f"{max(ready):.2f} s"),
            Figure("  fixed Flask view, median", f"{median(floor):.2f} s"),
            Figure("  processor time until then, least", f"{min(spent):.2f} s"),
            Figure("  fixed Flask view, the same", f"{min(floor_spent):.2f} s"),
            at_most("memory after the start (RSS)", fresh[0], MEMORY_TARGET, "{:.1f} MB"),
            Figure("  shared pages counted by share (PSS)", f"{fresh[1]:.1f} MB"),
            at_most(f"memory after {REQUESTS:,} different profiles (RSS)", used[0], MEMORY_TARGET, "{:.1f} MB"),
            Figure("  shared pages counted by share (PSS)", f"{used[1]:.1f} MB"),
            Figure("  fixed Flask view (RSS)", f"{fixed[0]:.1f} MB"),
        ],
    )
