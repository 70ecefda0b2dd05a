"""Grounds: what the rules and needs that an answer names rest on, with the sources that these cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import orjson

from model.domain.knowledge import Knowledge, Source
from model.domain.rules import NeedFunction, Rule, is_opinion
from model.scoring.answer_classes import bits_of

_DIGITS = bytes.maketrans(b"01", b"\0\1")


class Grounds:
    """Gives grounds as ready JSON. Which statements an answer names are bits, so that they add up quickly."""

    def __init__(self, knowledge: Knowledge) -> None:
        grounds: dict[str, Rule | NeedFunction] = {**knowledge.rule_by_id, **knowledge.functions}
        place_of_source = {source: place for place, source in enumerate(knowledge.sources)}
        self._bit_of = {name: 1 << place for place, name in enumerate(grounds)}
        self._statements = [_statement(name, ground) for name, ground in grounds.items()]
        self._cited_by = [bits_of(place_of_source[each] for each in ground.sources) for ground in grounds.values()]
        self._bit_of_source = {source: 1 << place for source, place in place_of_source.items()}
        self._sources = [_source(name, source) for name, source in knowledge.sources.items()]

    def bits(self, names: Iterable[str]) -> int:
        """These statements as bits; a name that is no rule or need, such as what records moved, counts for nothing."""
        bits = 0
        for name in names:
            bits |= self._bit_of.get(name, 0)
        return bits

    def of(self, bits: int, cited: frozenset[str] = frozenset()) -> Mapping[str, orjson.Fragment]:
        """The fields `statements` and `sources` of an answer.

        Args:
            bits: the statements that it names.
            cited: sources that it cites beside those of its statements.
        """
        sources = 0
        for source in cited:
            sources |= self._bit_of_source[source]
        for by_statement in compress(self._cited_by, _switches(bits)):
            sources |= by_statement
        return {"statements": _object(self._statements, bits), "sources": _object(self._sources, sources)}


def _object(members: Sequence[bytes], bits: int) -> orjson.Fragment:
    """A JSON object with these of its members."""
    return orjson.Fragment(b"{%b}" % b",".join(compress(members, _switches(bits))))


def _switches(bits: int) -> bytes:
    """1 or 0 for each bit, the lowest first."""
    return f"{bits:b}"[::-1].encode().translate(_DIGITS)


def _statement(name: str, ground: Rule | NeedFunction) -> bytes:
    content = {"grade": ground.grade, "sources": ground.sources, "opinion": is_opinion(ground.grade)}
    return orjson.dumps({name: content})[1:-1]


def _source(name: str, source: Source) -> bytes:
    content = {"title": source.title, "url": source.url, "year": source.year, "kind": source.kind}
    return orjson.dumps({name: content})[1:-1]
