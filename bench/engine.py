"""The decision alone: from answers to the JSON of an explained ranking, without HTTP."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from statistics import median
from time import thread_time

from bench.profiles import different_profiles
from bench.report import Figure, at_most, machine, show, spread
from model.answer.writer import AnswerWriter
from model.domain.knowledge import Knowledge
from model.knowledge.loader import load_knowledge
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from model.scoring.starter import first_artifact

RECORDS = 1000
"""Simulated outcome records behind the fitted artifact."""
TARGET = 250.0
"""Microseconds of processor time for one recommendation."""
RECORDS_TARGET = 1.3
"""How many times as long a recommendation may take when there is something learned."""
DIFFERENT = 1000
REPEATED = 2000


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    gate = ProfileGate(knowledge)
    raw = different_profiles(knowledge, DIFFERENT)
    profiles = [gate.load(each) for each in raw]
    cases = [gate.load(dict(case.profile)) for case in knowledge.cases]
    advisor = Advisor(knowledge, first_artifact(knowledge))
    writer = AnswerWriter(advisor, "nl")
    gc.collect()
    gc.freeze()
    sizes = [len(writer.write(advisor.recommend(profile))) for profile in cases]
    same = [median(_times(advisor, writer, [profile] * REPEATED)) for profile in cases]
    advisor = Advisor(knowledge, first_artifact(knowledge))
    writer = AnswerWriter(advisor, "nl")
    first = _times(advisor, writer, profiles)
    second = _times(advisor, writer, profiles)
    ratio, learned = _with_records(knowledge, profiles)
    gate_times = []
    for each in raw:
        began = thread_time()
        gate.load(each)
        gate_times.append((thread_time() - began) * 1e6)
    show(
        f"Engine: {len(knowledge.channels)} channels, profile to JSON bytes, processor time ({machine()})",
        [
            at_most("one profile again and again, median of the open cases", median(same), TARGET, "{:.0f} µs"),
            Figure("  fastest and slowest case", f"{min(same):.0f} and {max(same):.0f} µs"),
            at_most(f"{DIFFERENT:,} different profiles, first time, median", median(first), TARGET, "{:.0f} µs"),
            at_most("  the same profiles, second time, median", median(second), TARGET, "{:.0f} µs"),
            Figure("  first time", spread(first, "{:.0f} µs")),
            Figure("  second time", spread(second, "{:.0f} µs")),
            Figure(f"  with an artifact from {RECORDS:,} records, first time", spread(learned, "{:.0f} µs")),
            at_most("  the same against the rules alone, in turn, median", ratio, RECORDS_TARGET, "{:.2f} ×"),
            Figure("reading and checking the answers, median", f"{median(gate_times):.1f} µs"),
            Figure("size of an answer, median of the open cases", f"{median(sizes) / 1000:.0f} kB"),
        ],
    )


def _with_records(knowledge: Knowledge, profiles: Sequence[Profile]) -> tuple[float, list[float]]:
    """(times as long as by the rules alone, microseconds per profile) with an artifact, both taking turns."""
    rules, taught = Advisor(knowledge), Advisor(knowledge, _fitted(knowledge))
    by_rules, by_both = AnswerWriter(rules, "nl"), AnswerWriter(taught, "nl")
    short, long = [], []
    for profile in profiles:
        short += _times(rules, by_rules, [profile])
        long += _times(taught, by_both, [profile])
    return median(one / other for one, other in zip(long, short, strict=True)), long


def _fitted(knowledge: Knowledge) -> Artifact:
    """What is learned from the records of a simulated world."""
    from bench.world import World, WorldSettings
    from training.learning.design_matrix import Featuriser
    from training.learning.pipeline import fit

    return fit(World(Featuriser(knowledge), 7, WorldSettings()).records(RECORDS), knowledge).artifact


def _times(advisor: Advisor, writer: AnswerWriter, profiles: Sequence[Profile]) -> list[float]:
    """Microseconds of processor time for each profile, one after the other."""
    times = []
    for profile in profiles:
        began = thread_time()
        writer.write(advisor.recommend(profile))
        times.append((thread_time() - began) * 1e6)
    return times
