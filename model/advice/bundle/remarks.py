"""Remarks on a bundle: which needs it leaves open, where its channels overlap, what it waits with."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.advice.bundle.search import Candidate
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import Rule
from model.domain.wording import channel_names, need_name, said
from model.scoring.advisor import GOOD


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A need that no channel of the bundle serves well, and the channel that would."""

    need: str
    instead: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Overlap:
    """A need that several online channels of the bundle serve: agree that `channel` is the one for it.

    A meeting is no rival of a channel: it serves other moments.
    """

    need: str
    channels: tuple[str, ...]
    channel: str
    text: Text


@dataclass(frozen=True, slots=True)
class Later:
    """Channels that would be in the bundle, but that a warning says not to start with."""

    channels: tuple[str, ...]
    rule: Rule
    text: Text


class Remarks:
    """Words for what is to be said of a set of candidates."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def uncovered(
        self,
        found: Sequence[Candidate],
        ranked: Mapping[str, Sequence[str]],
        likely: Sequence[Candidate],
        held_back: Container[int],
    ) -> Iterator[Uncovered]:
        """Needs that the set does not serve well.

        Args:
            ranked: need → the channels that come nearest, in the order of the needs.
            likely: all that members may well use; `held_back` says with which of them to wait.
        """
        for rank, (need, nearest) in enumerate(ranked.items()):
            if any(self._serves(each, need) for each in found):
                continue
            serving = [each for each in likely if self._serves(each, need)]
            if serving:
                best = min(serving, key=lambda each: (each.place in held_back, -each.values[rank], each.order))
                key = "advice_uncovered_later" if best.place in held_back else "advice_uncovered_instead"
                yield Uncovered(need, self._id(best), self._open_need(key, need, self._id(best)))
            else:
                yield Uncovered(need, None, self._nobody_serves(need, nearest, held_back))

    def overlaps(self, found: Sequence[Candidate], serving: Mapping[str, Candidate]) -> Iterator[Overlap]:
        """Needs that several online channels serve well.

        Args:
            serving: need → the candidate that serves it best.
        """
        for need, best in serving.items():
            names = tuple(self._id(each) for each in found if not each.live and self._serves(each, need))
            if len(names) > 1 and not best.live:
                text = said(
                    self._knowledge,
                    "advice_overlap",
                    need=need_name(self._knowledge, need),
                    channels=channel_names(self._knowledge, names),
                    channel=self._knowledge.channels[best.place].in_sentence,
                )
                yield Overlap(need, names, self._id(best), text)

    def later(self, waiting: Sequence[Candidate], held_back: Mapping[int, Rule]) -> Iterator[Later]:
        """What the set waits with, by the rule that says so."""
        by_rule: dict[str, tuple[Rule, list[str]]] = {}
        for each in waiting:
            rule = held_back[each.place]
            by_rule.setdefault(rule.id, (rule, []))[1].append(self._id(each))
        for rule, names in by_rule.values():
            text = said(self._knowledge, "advice_later", channels=channel_names(self._knowledge, names))
            yield Later(tuple(names), rule, text)

    def _nobody_serves(self, need: str, nearest: Sequence[str], held_back: Container[int]) -> Text:
        channels = [self._knowledge.channel(name) for name in nearest]
        serving = [each for each in channels if each.functions[need] >= GOOD]
        free = [each for each in serving if self._knowledge.channel_place[each.id] not in held_back]
        if free:
            return self._open_need("advice_uncovered_unlikely", need, free[0].id)
        if nearest:
            return self._open_need("advice_uncovered_nearest", need, nearest[0])
        return said(self._knowledge, "advice_uncovered", need=need_name(self._knowledge, need))

    def _open_need(self, key: str, need: str, channel: str) -> Text:
        name = self._knowledge.channel(channel).in_sentence
        return said(self._knowledge, key, need=need_name(self._knowledge, need), channel=name)

    def _serves(self, candidate: Candidate, need: str) -> bool:
        return self._knowledge.channels[candidate.place].functions[need] >= GOOD

    def _id(self, candidate: Candidate) -> str:
        return self._knowledge.channels[candidate.place].id
