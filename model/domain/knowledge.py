"""Knowledge as one frozen object: everything a decision needs, handed over as an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from model.domain.cases import Case
from model.domain.channels import Channel, NotAssessedChannel
from model.domain.conditions import Condition
from model.domain.evidence import DocumentedCommunity
from model.domain.questions import Question, Questionnaire, Text
from model.domain.relations import CROSS_ORGANISATION, RelationContext
from model.domain.rules import Effect, FitWeights, NeedFunction, Rule
from model.errors import Phrase, UnknownNameError

LANGUAGES = ("en", "nl")
LEFT_OUT_BY_CHOICE = "left-out-by-choice"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from, and how it was read.

    Attributes:
        year: when it appeared; None where it has no date.
        until: the last year, where it is about several.
        about: whether the year is an estimate.
        url: None for expert judgement and for texts that were not retrieved from an address.
        read: "excerpt" (opening or passage), "seed" (the whole text of the founding story), "general_knowledge"
            (cited, not retrieved) or "none".
    """

    id: str
    title: str
    kind: str
    read: Literal["excerpt", "seed", "general_knowledge", "none"]
    url: str | None = None
    year: int | None = None
    until: int | None = None
    about: bool = False
    year_note: str | None = None
    kind_note: str | None = None
    read_note: str | None = None

    @property
    def years(self) -> str:
        """When it appeared, in digits; empty where it has no date."""
        return "-".join(str(each) for each in (self.year, self.until) if each)

    @property
    def dated(self) -> str:
        """When it appeared, in English: "2017", "2018-2019", "about 2019" or "undated"."""
        return f"{'about ' if self.about else ''}{self.years}" if self.year else "undated"


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A named condition on the answers, such as "frontline", with what it means in words.

    Attributes:
        group: whether outcomes may teach that communities like this do better or worse with a kind of channel.
    """

    id: str
    text: Text
    when: Condition
    group: bool = False


@dataclass(frozen=True)
class Knowledge:
    """What experts know, in the form that decisions use.

    Attributes:
        functions: need → what can be said of a channel that serves it.
        messages: language → sentence name → sentence with `{placeholders}`.
        fingerprint: SHA-256 of the content, so that an answer can say what it rests on.
        score_fingerprint: SHA-256 of what scores come from, so that an artifact can say what it was made for.
        trust: how much of an expert weight is believed: experts see the direction better than the size.
        evidence_fingerprint: SHA-256 of what can be learned from the documented communities, so that what was learned
            can say so; empty where there are none. No part of the other one.
        load_evidence: reads the documented communities, which are many, when they are first asked for.
        load_starter: reads what was learned from them beforehand, as JSON; empty where there is nothing.
        channel_place: id of a channel → its place among `channels`.
    """

    questionnaire: Questionnaire
    terms: Mapping[str, NamedCondition]
    channels: tuple[Channel, ...]
    not_assessed: tuple[NotAssessedChannel, ...]
    functions: Mapping[str, NeedFunction]
    fit_weights: FitWeights
    trust: float
    rules: tuple[Rule, ...]
    sources: Mapping[str, Source]
    messages: Mapping[str, Mapping[str, str]]
    fingerprint: str
    score_fingerprint: str
    evidence_fingerprint: str = ""
    load_evidence: Callable[[], tuple[DocumentedCommunity, ...]] = field(default=tuple, repr=False, compare=False)
    load_starter: Callable[[], str] = field(default=str, repr=False, compare=False)
    channel_by_id: Mapping[str, Channel] = field(init=False, repr=False, compare=False)
    channel_place: Mapping[str, int] = field(init=False, repr=False, compare=False)
    rule_by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "channel_by_id", {channel.id: channel for channel in self.channels})
        object.__setattr__(self, "channel_place", {each.id: place for place, each in enumerate(self.channels)})
        object.__setattr__(self, "rule_by_id", {rule.id: rule for rule in self.rules})

    @cached_property
    def relation_context(self) -> RelationContext:
        return RelationContext(self.questionnaire, self.terms[CROSS_ORGANISATION].when)

    @cached_property
    def choice(self) -> Rule:
        """Stands for what leaves out a channel because whoever asks said so, and no expert."""
        text = {language: words[LEFT_OUT_BY_CHOICE.replace("-", "_")] for language, words in self.messages.items()}
        return Rule(LEFT_OUT_BY_CHOICE, "", Effect.EXCLUDE, text, (), (), since=date.min, review_by=date.max)

    @cached_property
    def words_of_names(self) -> frozenset[str]:
        """The words in the names of channels, in every language: these keep their capitals."""
        return frozenset(word for each in self.channels for name in each.name.values() for word in name.split())

    @cached_property
    def evidence(self) -> tuple[DocumentedCommunity, ...]:
        """The documented communities, in the order of the files."""
        return self.load_evidence()

    @cached_property
    def groups(self) -> tuple[NamedCondition, ...]:
        """The terms that say what kind of community it is, as far as outcomes may teach something about it."""
        return tuple(term for term in self.terms.values() if term.group)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The stories among the documented communities."""
        return tuple(each.case for each in self.evidence if each.case is not None)

    @cached_property
    def needs(self) -> Question:
        """The question in which members' needs are chosen, the most important first."""
        return next(question for question in self.questionnaire if question.ordered)

    def rules_with(self, *effects: Effect) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.effect in effects)

    def channel(self, channel_id: str) -> Channel:
        """The channel with this id.

        Raises:
            UnknownNameError: there is none; the error lists those that exist.
        """
        try:
            return self.channel_by_id[channel_id]
        except KeyError:
            raise UnknownNameError(Phrase("channel"), channel_id, tuple(self.channel_by_id)) from None

    def documented(self, community_id: str) -> DocumentedCommunity:
        """The documented community with this id.

        Raises:
            UnknownNameError: there is none; the error lists the closest.
        """
        for community in self.evidence:
            if community.id == community_id:
                return community
        raise UnknownNameError(Phrase("entry"), community_id, tuple(each.id for each in self.evidence))

    def case(self, case_id: str) -> Case:
        """The documented case with this id.

        Raises:
            UnknownNameError: there is none; the error lists those that exist.
        """
        for case in self.cases:
            if case.id == case_id:
                return case
        raise UnknownNameError(Phrase("case"), case_id, tuple(case.id for case in self.cases))
