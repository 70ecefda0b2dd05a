"""Form submission: takes the answers out of what a form tool sent, by the mapping of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import orjson

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.outcomes.names import broken_name
from model.outcomes.reading import OutcomeReading, read_tick
from model.profiles.error_codes import pointer_to
from model.profiles.reading import plain
from service.forms.mapping import CODE, OTHERWISE, OUTCOME, RECORD_FIELDS, FormMapping, Path, Scalar

_NOTHING: tuple[object, ...] = (None, "", [])
_FREE = ("community", "note", CODE)
"""What may be any text."""
_PLACE = re.compile(r"\[\d{0,3}\]$")


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """One submission.

    Attributes:
        id: the tool's own, if it has one.
        answers: question → answer, as it came.
        record: field of an outcome record → value, as it came.
        code: of earlier advice.
        places: question or field → JSON pointer of what it was read from.
        translated: questions whose answer the mapping put in other words.
        not_taken: names that are no question, no field and not to be ignored.
    """

    id: str | None
    answers: dict[str, Any]
    record: dict[str, Any]
    code: str | None
    places: Mapping[str, str]
    translated: tuple[str, ...]
    not_taken: tuple[str, ...]

    @property
    def says_nothing_known(self) -> bool:
        """Whether there are fields, and none of them is known."""
        return bool(self.not_taken) and not (self.answers or self.record or self.code)


class SentField(NamedTuple):
    """One field as it was sent, and the JSON pointer to it."""

    name: str
    value: Any
    pointer: str


class SubmissionError(ValueError):
    """What was sent does not have the shape that the mapping tells of.

    Attributes:
        pointer: where.
        code: name of what is wrong there.
    """

    def __init__(self, pointer: str, code: str = "not_a_submission") -> None:
        super().__init__(pointer)
        self.pointer = pointer
        self.code = code


class SubmissionReader:
    """Reads the submissions of one form."""

    def __init__(self, mapping: FormMapping, knowledge: Knowledge) -> None:
        self._mapping = mapping
        self._targets = _targets(mapping, knowledge)
        self._questions = knowledge.questionnaire.by_id
        self._order = {_key(name): place for names in mapping.fields.values() for place, name in enumerate(names)}
        self._reading = OutcomeReading(knowledge)

    def read(self, payload: Any) -> FormSubmission | None:
        """The submission; None for a test or a notice, with which nothing is to be done.

        Raises:
            SubmissionError: it has another shape than the mapping says.
        """
        if self._mapping.json_in is not None:
            payload = _parsed(payload, self._mapping.json_in)
        if payload in (*_NOTHING, {}):
            return None
        if isinstance(payload, list) and len(payload) > 1:
            raise SubmissionError("")  # several at once would need several answers
        if not self._is_one(payload):
            return None
        found, not_taken = self._sorted_out(payload)
        sent_values = {target: self._sent_value(fields) for target, fields in found.items()}
        values = {target: self._value(target, value) for target, value in sent_values.items()}
        for target, value in values.items():
            if target in RECORD_FIELDS and isinstance(value, list) and len(value) > 1:
                raise SubmissionError(found[target][-1].pointer, "told_twice")
        return FormSubmission(
            id=self._id(payload),
            answers={target: value for target, value in values.items() if target not in (*RECORD_FIELDS, CODE)},
            record={target: value for target, value in values.items() if target in RECORD_FIELDS},
            code=values[CODE] if isinstance(values.get(CODE), str) else None,
            places={target: fields[0].pointer for target, fields in found.items()},
            translated=tuple(
                target for target, sent in sent_values.items() if target in self._questions and values[target] != sent
            ),
            not_taken=tuple(dict.fromkeys(not_taken)),
        )

    def _sorted_out(self, payload: Any) -> tuple[dict[str, list[SentField]], list[str]]:
        """(question or field of a record → its fields, names of fields that are neither)."""
        told: dict[str, dict[bool, list[SentField]]] = {}
        not_taken = []
        for sent in self.fields(payload):
            target, value = self.target(sent)
            ignored = self.ignored(sent.name)
            if target is not None:
                fields = told.setdefault(target, {}).setdefault(ignored, [])
                fields.append(sent._replace(name=self._short(sent.name), value=value))
            elif not ignored and not self._is_about(sent):
                not_taken.append(sent.name)
        # What is to be ignored, such as the moment at which a form was opened, only counts where nothing else tells it.
        return {target: by_ignored.get(False) or by_ignored[True] for target, by_ignored in told.items()}, not_taken

    def _is_about(self, sent: SentField) -> bool:
        """Whether this is no answer but something else that the mapping tells of: the id, or what makes it one."""
        own = [pointer_to(path) for path in (self._mapping.submission, *self._mapping.when) if path]
        return sent.pointer.removeprefix("/0") in own

    def _is_one(self, payload: Any) -> bool:
        return all(_at(payload, path) in values for path, values in self._mapping.when.items())

    def _id(self, payload: Any) -> str | None:
        """Its own id; none where a tool or a template sent a word for nothing, which many submissions would share."""
        given = None if self._mapping.submission is None else _at(payload, self._mapping.submission)
        if not isinstance(given, str | int) or isinstance(given, bool):
            return None
        text = str(given)
        return None if plain(text) in (*self._reading.not_told, "") or broken_name(text.strip()) else text

    def fields(self, payload: Any) -> Iterator[SentField]:
        """Every field with its place.

        Raises:
            SubmissionError: the answers are not where the mapping says, or have another shape.
        """
        first = "/0" if isinstance(payload, list) else ""
        pointer = pointer_to(self._mapping.answers, first)
        answers, entries = _at(payload, self._mapping.answers), self._mapping.entries
        if not self._mapping.answers and isinstance(answers, list) and entries is None:
            answers = answers[0]
        if entries is None:
            if not isinstance(answers, Mapping):
                raise SubmissionError(pointer)
            for name, value in answers.items():
                yield SentField(str(name), value, pointer_to((str(name),), pointer))
            return
        if not isinstance(answers, list):
            raise SubmissionError(pointer)
        for place, entry in enumerate(answers):
            name = _at(entry, entries.name)
            if not isinstance(name, str | int):
                raise SubmissionError(f"{pointer}/{place}")
            values = [_at(entry, path) for path in entries.values]
            yield SentField(str(name), _joined(values), f"{pointer}/{place}")

    def target(self, sent: SentField) -> tuple[str | None, Any]:
        """(question or field that it stands for, its value); the value of a box of its own is the option."""
        short = self._short(sent.name)
        target = self._targets.get(_key(short))
        if target is None and self._mapping.checkboxes:
            question, between, option = short.rpartition(self._mapping.checkboxes)
            if between:
                return self._targets.get(_key(question)), self._ticked(option.removesuffix("]"), sent.value)
        return target, sent.value

    def _ticked(self, option: str, value: Any) -> Any:
        """The option of a box that is ticked, nothing for one that is not, and anything else as it is."""
        said = read_tick(value)
        if said is not None:
            return option if said else None
        return None if value in _NOTHING or plain(str(value)) in self._reading.not_told else value

    def _short(self, name: str) -> str:
        """A name without groups before it and brackets behind it, also those with the place of a value in a list."""
        own = name.rpartition(self._mapping.name_after)[2] if self._mapping.name_after else name
        return _PLACE.sub("", own)

    def ignored(self, name: str) -> bool:
        """Whether the mapping says that this is no answer."""
        return any(fnmatchcase(name, pattern) for pattern in self._mapping.ignore)

    def _sent_value(self, fields: list[SentField]) -> Any:
        """What was sent, in the order in which the mapping names the fields."""
        ordered = sorted(fields, key=lambda sent: self._order.get(_key(sent.name), 0))
        return fields[0].value if len(fields) == 1 else _joined([sent.value for sent in ordered])

    def _value(self, target: str, value: Any) -> Any:
        """What was answered, in the words of this service where the mapping has them."""
        value = self._translated(target, self._parted(target, value))
        if target in RECORD_FIELDS or target == CODE:
            return self._of_record(target, value)
        return value

    def _parted(self, target: str, value: Any) -> Any:
        """The parts of a text that is no answer as a whole."""
        separators = self._mapping.separators
        separator = separators.get(target, separators.get(OTHERWISE) if self._takes_several(target) else None)
        if separator is None or not isinstance(value, str) or self._is_answer(target, value):
            return value
        return [part for each in value.split(separator) if (part := each.strip())]

    def _takes_several(self, target: str) -> bool:
        return target in self._questions and self._questions[target].kind == "multi"

    def _is_answer(self, target: str, text: str) -> bool:
        """Whether a text is read as it is, by its own words or by those of the mapping."""
        if plain(text) in self._mapping.values.get(target, ()):
            return True
        question = self._questions.get(target)
        if question is None:
            return False
        read = self._reading.answer(question, text)
        return all(part in (*question.codes, UNKNOWN, None) for part in (read if isinstance(read, list) else [read]))

    def _translated(self, target: str, value: Any) -> Any:
        """The value with what its texts stand for.

        A text of which nothing is known, such as "other", leaves the answers beside it as they are.
        """
        texts = self._mapping.values.get(target)
        if texts is None or value in _NOTHING:
            return value
        items = self._reading.answers.items(value) if target in self._questions else [value]
        found = [told for item in ([value] if items is None else items) for told in self._told(target, texts, item)]
        if any(each != (UNKNOWN, True) for each in found):
            found = [each for each in found if each != (UNKNOWN, True)]
        told = [what for what, _ in found]
        return told[0] if len(told) == 1 and not isinstance(value, list) else told

    def _told(self, target: str, texts: Mapping[str, tuple[Scalar, ...]], item: Any) -> list[tuple[Any, bool]]:
        """(what is told, whether the mapping says so) for one text; what is an answer by itself stays what it is."""
        whole = texts.get(plain(str(item)))
        if whole is not None:
            return [(code, True) for code in whole]
        question, otherwise = self._questions.get(target), texts.get(OTHERWISE)
        if question is None:
            known = target not in _FREE and self._reading.is_understood(target, self._reading.field(target, item))
            return [(item, False)] if known or otherwise is None else [(code, True) for code in otherwise]
        told: list[tuple[Any, bool]] = []
        read = self._reading.answer(question, item)
        for part in read if isinstance(read, list) else [read]:
            known = part is None or part in (*question.codes, UNKNOWN)
            codes = None if known else texts.get(plain(str(part)), otherwise)
            told += [(part, False)] if codes is None else [(code, True) for code in codes]
        return told

    def _of_record(self, target: str, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        # A box of a web form says "on".
        ticked = read_tick(value) if target in ("used", "consent") else None
        return self._reading.field(target, value) if ticked is None else ticked


def _targets(mapping: FormMapping, knowledge: Knowledge) -> dict[str, str]:
    """Name of a field, plain → question or field of a record; a name that could be two of them is none."""
    names: dict[str, set[str]] = {}
    for question in knowledge.questionnaire:
        own = (question.id.replace("_", ""), *knowledge.questionnaire.names(question.id))
        for name in mapping.fields.get(question.id, own):
            names.setdefault(_key(name), set()).add(question.id)
    others = (CODE, *(RECORD_FIELDS if mapping.purpose == OUTCOME else ()))
    for target in others:
        own = (target, *(words for each in knowledge.messages.values() for words in _column_names(each, target)))
        for name in mapping.fields.get(target, own):
            names.setdefault(_key(name), set()).add(target)
    return {name: targets.pop() for name, targets in names.items() if len(targets) == 1}


def _column_names(messages: Mapping[str, str], field: str) -> list[str]:
    """What a column with this field of a record may be called in a file."""
    return messages.get(f"column_{field}", "").split(";")


def _key(name: str) -> str:
    """A name as it is compared: some tools write the spaces of a label as underscores."""
    return plain(name.replace("_", " "))


def _joined(values: list[Any]) -> Any:
    """The values that are there, as one: nothing, the one, or all of them in a list."""
    there = [value for value in values if value not in _NOTHING]
    if len(there) < 2:
        return there[0] if there else None
    return [item for value in there for item in (value if isinstance(value, list) else [value])]


def _at(value: Any, path: Path) -> Any:
    """What a path leads to, or None; some tools put the one object that they send in a list."""
    for step in path:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _parsed(payload: Any, name: str) -> Any:
    text = payload.get(name) if isinstance(payload, Mapping) else None
    if not isinstance(text, str):
        return None if text in _NOTHING else text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise SubmissionError(pointer_to((name,))) from None
