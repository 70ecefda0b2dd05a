"""Learned: what outcome records add to a channel's score beside the rules, as statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from model.domain.channels import Channel
from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.questions import Option, Question, Text
from model.scoring.artifact import INTERCEPT, Artifact
from model.scoring.columns import Columns
from model.scoring.features import ATTRIBUTES, answer_feature, channel_feature
from model.scoring.reasons import DIGITS, Reason
from model.scoring.statements import Statement


class Learned:
    """The part of an artifact that belongs to no rule."""

    def __init__(self, knowledge: Knowledge, artifact: Artifact, columns: Columns) -> None:
        self._knowledge = knowledge
        self._artifact = artifact
        self._columns = columns
        self._general = [*self._of_channels()]
        self._patterns = [*self._of_answers()]

    def statements(self, masks: Masks) -> list[Statement]:
        """Everything that records add for these answers."""
        found = [*self._general]
        for index, bit, statements in self._patterns:
            if masks[index] & bit:
                found += statements
        return found

    def _of_channels(self) -> Iterator[Statement]:
        """What records say of a channel whatever the community."""
        for place, channel in enumerate(self._knowledge.channels):
            name = channel_feature(channel)
            added = self._artifact.deviation(INTERCEPT) + self._artifact.deviation(name)
            if added:
                reason = Reason("records", name, round(added, DIGITS), self._text(added, None))
                yield Statement.of(reason, [place], self._columns)

    def _of_answers(self) -> Iterator[tuple[int, int, Sequence[Statement]]]:
        """(place of a question, bit of an option, what records connect with it) where there is such a thing."""
        for index, question in enumerate(self._knowledge.questionnaire):
            for option in question.options:
                patterns = self._patterns_of(question, option)
                if patterns:
                    statements = [*self._of_answer(question, option, patterns)]
                    yield index, question.bit_of[option.code], statements

    def _patterns_of(self, question: Question, option: Option) -> Mapping[str, tuple[str, float]]:
        """Channel attribute → (feature, deviation), where the artifact has a number for it with this answer."""
        names = {attribute: answer_feature(question.id, option.code, attribute) for attribute in ATTRIBUTES}
        return {
            attribute: (name, self._artifact.deviation(name))
            for attribute, name in names.items()
            if name in self._artifact.deviations or name in self._artifact.covariance
        }

    def _of_answer(
        self, question: Question, option: Option, patterns: Mapping[str, tuple[str, float]]
    ) -> Iterator[Statement]:
        """One statement for all channels whose attributes are alike."""
        alike: dict[tuple[tuple[str, float], ...], list[int]] = {}
        for place, channel in enumerate(self._knowledge.channels):
            alike.setdefault(_features(channel, patterns), []).append(place)
        deviations = dict(patterns.values())
        for features, places in alike.items():
            if features:
                added = round(sum(deviations[name] * value for name, value in features), DIGITS)
                name = f"answer:{question.id}={option.code}"
                yield Statement.of(
                    Reason("records", name, added, self._text(added, option), features=features), places, self._columns
                )

    def _text(self, added: float, option: Option | None) -> Text:
        key = ("records_better" if added > 0 else "records_worse") + ("_answer" if option else "")
        messages: Mapping[str, Mapping[str, str]] = self._knowledge.messages
        return {
            language: words[key].format(answer=option.text[language] if option else "")
            for language, words in messages.items()
        }


def _features(channel: Channel, patterns: Mapping[str, tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """(feature, value) of the channel's attributes that are not 0."""
    return tuple(
        (name, value) for attribute, (name, _) in patterns.items() if (value := ATTRIBUTES[attribute](channel))
    )
