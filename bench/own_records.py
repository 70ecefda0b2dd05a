"""Own records: what counting the comparable ones costs each answer, and how well it agrees with similar cases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import median
from time import thread_time

from bench.profiles import different_profiles
from bench.report import Figure, at_most, machine, show, spread
from model.advice.advice import Advice
from model.advice.own_records import NEAR
from model.knowledge.loader import load_knowledge
from model.outcomes.record import ChannelUse
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor
from model.scoring.starter import first_artifact

TARGET = 20.0
"""Microseconds of processor time for counting the comparable records of one profile."""
STORES = (0, 100, 500, 2000)
"""Records in the store."""
ASKING = 1000
PAIRS = 4000
_TRIED = 3
"""Communities use one of this many channels that are best for them."""


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    gate = ProfileGate(knowledge)
    profiles = [gate.load(each) for each in different_profiles(knowledge, ASKING + max(STORES))]
    advice, chance = Advice(Advisor(knowledge, first_artifact(knowledge))), random.Random(3)
    ranked = [_online(advice, profile) for profile in profiles]
    asking = [
        (profile, channels[0], advice.advisor.recommend(profile).scores)
        for profile, channels in zip(profiles[:ASKING], ranked, strict=False)
    ]
    told = [
        (ChannelUse(profile, chance.choice(channels[:_TRIED]), 2025, 10, 3, True, None), True)
        for profile, channels in zip(profiles[ASKING:], ranked[ASKING:], strict=True)
    ]
    figures = []
    for size in STORES:
        began = thread_time()
        own = advice.own_records(told[:size])
        loading = (thread_time() - began) * 1e3
        times = []
        for profile, channel, scores in asking:
            began = thread_time()
            own.comparable(profile, channel, scores)
            times.append((thread_time() - began) * 1e6)
        name = f"{size:,} records: counting, median"
        figures += [
            at_most(name, median(times), TARGET, "{:.1f} µs"),
            Figure("  counting", spread(times, "{:.1f} µs")),
            Figure("  making them ready after a change", f"{loading:.0f} ms"),
        ]
    first = [channel for _, channel, _ in asking]
    same = sum(_agree(advice, chance, profiles, first) for _ in range(PAIRS)) / PAIRS
    figures.append(Figure(f"near or not as for similar cases, {PAIRS:,} pairs", f"{same:.1%}"))
    show(f"Own records: {ASKING:,} different profiles, processor time ({machine()})", figures)


def _online(advice: Advice, profile: Profile) -> list[str]:
    """The online channels for a community, the best first."""
    ranked = (each.assessment for each in advice.advisor.recommend(profile).channels)
    return [each.channel.id for each in ranked if each.moment == "online"]


def _agree(advice: Advice, chance: random.Random, profiles: Sequence[Profile], channels: Sequence[str]) -> bool:
    one, other, channel = chance.choice(profiles), chance.choice(profiles), chance.choice(channels)
    near = advice.own_records([(ChannelUse(one, channel, 2025, 10, 3, True, None), False)]).comparable(other, channel)
    return bool(near) == (advice.similar.distance(one, other, (channel,)) <= NEAR)
