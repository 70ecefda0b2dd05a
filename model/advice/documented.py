"""Documented use: what became of a channel in documented communities, and how sure that is.

How sure is a level from 0 to 4, in the manner of the padlocks of the EEF Toolkit and the categories of Conservation
Evidence. It is worked out, never written down:

1. Each outcome weighs 1 when its evidence is strong, 0.7 when moderate, 0.4 when weak (`STRENGTH`).
2. It weighs half when the real product was another one that the channel only stands for (`STAND_IN`), half when a
   vendor tells it (`VENDOR`), and a quarter when a channel was closed by its owner or provider, because that says
   little about its members (`CLOSED`).
3. What shares a source, an article or an ecosystem weighs as much as the heaviest of it, however many there are.
4. The sum gives the level: from 1, 3, 8 and 16 on it is 1, 2, 3 and 4 (`LEVELS`); any outcome at all is at least 1.
5. One level off when outcomes disagree: less than 0.65 of the weight is on one side (`AGREEMENT`); used and partly
   used count on their side whole and half. One level off when over 0.75 of the weight comes from one kind of source,
   and one when over 0.75 is of stand-ins (`ONE_SIDED`). It does not fall below 1.

These are the reasons for which GRADE (Guyatt and others, BMJ 336, 2008) takes certainty off: inconsistency, bias in who
publishes, indirectness. The numbers are a convention of the editors, and hold for every channel alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from model.domain.conditions import all_of, compile_condition
from model.domain.evidence import DocumentedCommunity, DocumentedOutcome, Result, SourceKind
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Rule
from model.profiles.profile import Profile, ProfileReader

STRENGTH = {"strong": 1.0, "moderate": 0.7, "weak": 0.4}
STAND_IN = 0.5
VENDOR = 0.5
CLOSED = 0.25
LEVELS = (1.0, 3.0, 8.0, 16.0)
AGREEMENT = 0.65
ONE_SIDED = 0.75

Doubt = Literal["disagreement", "one_kind_of_source", "mostly_stand_ins"]

_SIDE: Mapping[Result, float] = {"used": 1.0, "partly": 0.5, "not_used": 0.0, "abandoned": 0.0}


@dataclass(frozen=True, slots=True)
class CommunityOutcome:
    """An outcome, and the community it is of."""

    community: DocumentedCommunity
    outcome: DocumentedOutcome

    @property
    def weight(self) -> float:
        """What it weighs when it stands alone."""
        weight = STRENGTH[self.community.strength]
        if self.outcome.stand_in is not None:
            weight *= STAND_IN
        if self.community.source.kind == "vendor":
            weight *= VENDOR
        return weight * CLOSED if self.outcome.closed else weight


@dataclass(frozen=True, slots=True)
class DocumentedUse:
    """What became of channels in some documented communities.

    Attributes:
        communities: how many there are.
        used, partly, not_used, abandoned: how many outcomes; a community may have two of one channel.
        closed: how many of the abandoned ones their owner or provider closed.
        stand_ins: how many outcomes are of another product, for which the channel only stands.
        share: the part of the weight that is on the side of use, from 0 to 1; None without outcomes.
        certainty: how sure it is, from 0 (nothing is documented) to 4.
        doubts: why it is not surer.
    """

    communities: int
    used: int
    partly: int
    not_used: int
    abandoned: int
    closed: int
    stand_ins: int
    share: float | None
    certainty: int
    doubts: tuple[Doubt, ...]


class DocumentedUses:
    """What is documented of each channel, and beside each rule."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def of_channel(self, channel: str) -> DocumentedUse:
        return documented_use(self._by_channel.get(channel, ()))

    def beside_rule(self, rule: Rule) -> DocumentedUse | None:
        """The outcomes on which the condition of a rule is known to hold; None for a rule about a set of channels.

        An answer that the source does not give is unknown, so a rule that asks for it is not known to hold; but one
        that asks whether it is unknown is.
        """
        return None if rule.bundle is not None else documented_use(self._under(rule))

    def _under(self, rule: Rule) -> Iterator[CommunityOutcome]:
        known = self._knowledge
        for channel, findings in self._by_channel.items():
            condition = all_of([rule.when, for_channel(rule.channel, known.channel(channel), known.relation_context)])
            holds = compile_condition(condition, known.questionnaire.layout)
            yield from (found for found in findings if holds(self._profiles[found.community.id].masks))

    @cached_property
    def _by_channel(self) -> Mapping[str, list[CommunityOutcome]]:
        found: dict[str, list[CommunityOutcome]] = defaultdict(list)
        for community in self._knowledge.evidence:
            for outcome in community.outcomes:
                found[outcome.channel].append(CommunityOutcome(community, outcome))
        return found

    @cached_property
    def _profiles(self) -> Mapping[str, Profile]:
        reader = ProfileReader(self._knowledge.questionnaire, partial=True)
        return {each.id: documented_profile(each, reader) for each in self._knowledge.evidence}


def documented_use(outcomes: Iterable[CommunityOutcome]) -> DocumentedUse:
    """What these outcomes say together."""
    found = list(outcomes)
    weights = _weights(found)
    share = _part(found, weights, lambda each: _SIDE[each.outcome.result])
    doubts = tuple(_doubts(found, weights, share))
    results = Counter(each.outcome.result for each in found)
    return DocumentedUse(
        communities=len({each.community.id for each in found}),
        used=results["used"],
        partly=results["partly"],
        not_used=results["not_used"],
        abandoned=results["abandoned"],
        closed=sum(each.outcome.closed for each in found),
        stand_ins=sum(each.outcome.stand_in is not None for each in found),
        share=round(share, 4) if found else None,
        certainty=max(sum(sum(weights) >= least for least in LEVELS) - len(doubts), 1) if found else 0,
        doubts=doubts,
    )


def documented_profile(community: DocumentedCommunity, reader: ProfileReader) -> Profile:
    """The answers of a documented community; the loader has checked that they are right.

    Args:
        reader: of partial profiles.
    """
    profile = reader.read(dict(community.profile))
    if profile is None:
        raise ValueError(f"the documented community '{community.id}' has answers that are not right")
    return profile


def _weights(found: Sequence[CommunityOutcome]) -> list[float]:
    """What each outcome weighs; those of one fold together as much as the heaviest."""
    of_fold: dict[str, list[float]] = defaultdict(list)
    for each in found:
        of_fold[each.community.fold].append(each.weight)
    scale = {fold: max(weights) / sum(weights) for fold, weights in of_fold.items()}
    return [each.weight * scale[each.community.fold] for each in found]


def _part(
    found: Sequence[CommunityOutcome], weights: Sequence[float], counts: Callable[[CommunityOutcome], float]
) -> float:
    """The part of the weight for which this counts, from 0 to 1."""
    total = sum(weights)
    return sum(weight * counts(each) for each, weight in zip(found, weights, strict=True)) / total if total else 0.0


def _doubts(found: Sequence[CommunityOutcome], weights: Sequence[float], share: float) -> Iterator[Doubt]:
    if not found:
        return
    if max(share, 1 - share) < AGREEMENT:
        yield "disagreement"
    by_kind: dict[SourceKind, float] = defaultdict(float)
    for each, weight in zip(found, weights, strict=True):
        by_kind[each.community.source.kind] += weight
    if max(by_kind.values()) > ONE_SIDED * sum(weights):
        yield "one_kind_of_source"
    if _part(found, weights, lambda each: each.outcome.stand_in is not None) > ONE_SIDED:
        yield "mostly_stand_ins"
