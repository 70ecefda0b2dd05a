"""Learned: what outcome records add to a channel's score beside the rules, as reasons and as features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.artifact import INTERCEPT, Artifact
from model.channels import Channel
from model.conditions import Masks
from model.features import ATTRIBUTES, answer_feature, channel_feature
from model.knowledge.base import Knowledge
from model.questions import Option, Text
from model.reasons import DIGITS, Reason


@dataclass(frozen=True, slots=True)
class Pattern:
    """An answer with the channel attributes that records connect with it: (attribute, deviation)."""

    question: str
    option: Option
    index: int
    bit: int
    attributes: tuple[tuple[str, float], ...]

    def features(self, channel: Channel) -> Iterator[tuple[str, float]]:
        for attribute, _ in self.attributes:
            if value := ATTRIBUTES[attribute](channel):
                yield answer_feature(self.question, self.option.code, attribute), value

    def contribution(self, channel: Channel) -> float:
        return sum(deviation * ATTRIBUTES[attribute](channel) for attribute, deviation in self.attributes)


class Learned:
    """The part of an artifact that belongs to no rule."""

    def __init__(self, knowledge: Knowledge, artifact: Artifact) -> None:
        self._knowledge = knowledge
        self._artifact = artifact
        self._general = [tuple(self._of_channel(channel)) for channel in knowledge.channels]

    @cached_property
    def _patterns(self) -> Sequence[Pattern]:
        """Answers that the artifact has a number for."""
        found = []
        for index, question in enumerate(self._knowledge.questionnaire):
            for option in question.options:
                names = {name: answer_feature(question.id, option.code, name) for name in ATTRIBUTES}
                attributes = tuple(
                    (name, self._artifact.deviation(feature))
                    for name, feature in names.items()
                    if feature in self._artifact.deviations or feature in self._artifact.covariance
                )
                if attributes:
                    found.append(Pattern(question.id, option, index, question.bit_of[option.code], attributes))
        return found

    def _of_channel(self, channel: Channel) -> Iterator[Reason]:
        """What records say of the channel whatever the community."""
        name = channel_feature(channel)
        added = self._artifact.deviation(INTERCEPT) + self._artifact.deviation(name)
        if added:
            yield Reason("records", name, round(added, DIGITS), self._text(added, None))

    def patterns(self, masks: Masks) -> list[Pattern]:
        """The patterns that hold for these answers."""
        return [pattern for pattern in self._patterns if masks[pattern.index] & pattern.bit]

    def reasons(self, place: int, patterns: Sequence[Pattern]) -> Iterator[Reason]:
        """Everything that is added to the channel at this place, as long as it is not nothing."""
        yield from self._general[place]
        channel = self._knowledge.channels[place]
        for pattern in patterns:
            if added := round(pattern.contribution(channel), DIGITS):
                name = f"answer:{pattern.question}={pattern.option.code}"
                yield Reason("records", name, added, self._text(added, pattern.option))

    def _text(self, added: float, option: Option | None) -> Text:
        key = ("records_better" if added > 0 else "records_worse") + ("_answer" if option else "")
        messages: Mapping[str, Mapping[str, str]] = self._knowledge.messages
        return {
            language: words[key].format(answer=option.text[language] if option else "")
            for language, words in messages.items()
        }
