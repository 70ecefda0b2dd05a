"""Grounds: what the rules and needs that an answer names rest on, with the sources that these cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from model.knowledge.base import Knowledge
from model.memo import remember
from model.rules import NeedFunction, Rule, is_opinion

_KEPT = 512


class Grounds:
    """Gives grounds as ready JSON. Which statements an answer names is kept as bits, so that they add up quickly."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._statements = _statements(knowledge)
        self._bit_of = {name: 1 << place for place, name in enumerate(self._statements)}
        self._kept: dict[tuple[int, frozenset[str]], Mapping[str, orjson.Fragment]] = {}

    def bit(self, name: str) -> int:
        """A statement as a bit; a name that is no rule or need, such as what records moved, counts for nothing."""
        return self._bit_of.get(name, 0)

    def bits(self, names: Iterable[str]) -> int:
        """These statements as bits."""
        bits = 0
        for name in names:
            bits |= self.bit(name)
        return bits

    def of(self, bits: int, cited: frozenset[str] = frozenset()) -> Mapping[str, orjson.Fragment]:
        """The fields `statements` and `sources` of an answer.

        Args:
            bits: the statements that it names.
            cited: sources that it cites beside those of its statements.
        """
        found = self._kept.get((bits, cited))
        if found is None:
            found = remember(self._kept, (bits, cited), self._made(bits, cited), _KEPT)
        return found

    def _made(self, bits: int, cited: frozenset[str]) -> Mapping[str, orjson.Fragment]:
        statements = {name: each for name, each in self._statements.items() if bits & self._bit_of[name]}
        named = cited.union(*(each["sources"] for each in statements.values()))
        sources = {
            source: {"title": each.title, "url": each.url, "year": each.year, "kind": each.kind}
            for source, each in self._knowledge.sources.items()
            if source in named
        }
        return {
            "statements": orjson.Fragment(orjson.dumps(statements)),
            "sources": orjson.Fragment(orjson.dumps(sources)),
        }


def _statements(knowledge: Knowledge) -> Mapping[str, Mapping[str, Any]]:
    """What every rule and need function rests on, by the name that reasons use."""
    grounds: dict[str, Rule | NeedFunction] = {**knowledge.rule_by_id, **knowledge.functions}
    return {
        name: {"grade": ground.grade, "sources": ground.sources, "opinion": is_opinion(ground.grade)}
        for name, ground in grounds.items()
    }
