"""Citations: what the rules and needs that an answer names rest on, with the sources that these cite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from model.domain.knowledge import Knowledge, Source
from model.domain.rules import NeedFunction, Rule, is_opinion


class Citations:
    """Gives what statements rest on, as ready JSON."""

    def __init__(self, knowledge: Knowledge) -> None:
        grounds: dict[str, Rule | NeedFunction] = {**knowledge.rule_by_id, **knowledge.functions}
        self._place = {name: place for place, name in enumerate(grounds)}
        self._sources_of = {name: ground.sources for name, ground in grounds.items()}
        self._statements = {name: orjson.Fragment(orjson.dumps(_statement(each))) for name, each in grounds.items()}
        self._order = {name: place for place, name in enumerate(knowledge.sources)}
        self._sources = {name: orjson.Fragment(orjson.dumps(_source(each))) for name, each in knowledge.sources.items()}
        self._links = {name: orjson.Fragment(orjson.dumps(_link(each))) for name, each in knowledge.sources.items()}

    def of(
        self, names: Iterable[str], cited: Iterable[str] = (), in_full: bool = True
    ) -> Mapping[str, Mapping[str, orjson.Fragment]]:
        """The fields `statements` and `sources` of an answer.

        Args:
            names: rules and needs that it names; a name that is neither, such as what outcomes say, counts for nothing.
            cited: sources that it cites beside those of its statements.
            in_full: whether to tell all that is known of a source, or only its title and address.
        """
        named = sorted(self._place.keys() & set(names), key=self._place.__getitem__)
        sources = {source for name in named for source in self._sources_of[name]} | set(cited)
        written = self._sources if in_full else self._links
        return {
            "statements": {name: self._statements[name] for name in named},
            "sources": {name: written[name] for name in sorted(sources, key=self._order.__getitem__)},
        }


def _statement(ground: Rule | NeedFunction) -> dict[str, object]:
    return {"grade": ground.grade, "sources": ground.sources, "opinion": is_opinion(ground.grade)}


def _source(source: Source) -> dict[str, object]:
    return {"title": source.title, "url": source.url, "year": source.dated, "kind": source.kind}


def _link(source: Source) -> dict[str, object]:
    return {"title": source.title, "url": source.url}
