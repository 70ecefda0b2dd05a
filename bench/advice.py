"""The advice beside a ranking: levers, next question, transfer check and bundle, for many different communities."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import thread_time
from typing import TypeVar

from bench.profiles import RawProfile, different_profiles
from bench.report import Figure, at_most, machine, show, spread
from model.advice.advice import Advice
from model.domain.knowledge import Knowledge
from model.knowledge.loader import load_knowledge
from model.profiles.validation import ProfileGate, ReadProfile
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.starter import first_artifact

COMMUNITIES = 1000
TARGET = 20.0
"""Milliseconds that each kind of advice may take."""
SOURCE, CHANNEL = "set-up", "embrace"

T = TypeVar("T")


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    gate, raw = ProfileGate(knowledge), different_profiles(knowledge, COMMUNITIES)
    profiles = [gate.load(each) for each in raw]
    advice = Advice(Advisor(knowledge, first_artifact(knowledge)))
    recommendations = [advice.advisor.recommend(profile) for profile in profiles]
    partial = [_after_the_first_step(each, gate, knowledge) for each in raw]
    levers, check = advice.what_if.levers, advice.transfers.check
    gc.collect()
    gc.freeze()
    figures = [
        *_figures("bundle", advice.bundles.choose, recommendations),
        *_figures("levers for the first platform that lost", levers, recommendations),
        *_figures(f"levers for {CHANNEL}", lambda found: levers(found, CHANNEL), recommendations),
        *_figures("what the first place hangs on", advice.what_if.hinges, profiles),
        *_figures("next question, after three", lambda each: advice.interview.next(each.profile, each.asked), partial),
        *_figures("next question, after all that they know", advice.interview.next, profiles),
        *_figures(f"transfer check of {CHANNEL} from {SOURCE}", lambda each: check(SOURCE, CHANNEL, each), profiles),
        *_figures("nearest cases", lambda found: _nearest(advice, found), recommendations),
    ]
    size = f"{len(knowledge.channels)} channels and {len(knowledge.rules)} rules"
    show(f"Advice for {COMMUNITIES:,} different communities, {size}, one at a time ({machine()})", figures)


def _after_the_first_step(raw: RawProfile, gate: ProfileGate, knowledge: Knowledge) -> ReadProfile:
    """What a team has said when it answered the questions that must be answered: most is still open."""
    required = [question.id for question in knowledge.questionnaire if question.required]
    return gate.read_partial({name: raw[name] for name in required})


def _nearest(advice: Advice, found: Recommendation) -> object:
    return advice.communities.nearest(found.profile)


def _figures(name: str, ask: Callable[[T], object], asked: Sequence[T]) -> list[Figure]:
    """Median and slowest of asking once for each; thread time, so that waiting for others is not in it."""
    times = []
    for each in asked:
        began = thread_time()
        ask(each)
        times.append((thread_time() - began) * 1e3)
    return [
        at_most(f"{name}, slowest", max(times), TARGET, "{:.1f} ms", "<"),
        Figure("  median, and what one in a hundred exceeds", spread(times, "{:.2f} ms")),
    ]
