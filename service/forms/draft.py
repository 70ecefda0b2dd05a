"""Draft: a mapping file made from one example of what a form tool sends, for a person to check and to finish."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from textwrap import wrap
from typing import Any

import yaml

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question
from model.outcomes.reading import OutcomeReading
from model.profiles.reading import plain
from service.forms.mapping import ADVICE, OUTCOME, RECORD_FIELDS, FormMapping, Path
from service.forms.mapping_file import read_mappings
from service.forms.submission import SentField, SubmissionError, SubmissionReader

_WIDTH = 110
_SHOWN = 70
"""Up to how many characters of what was sent stand beside a name that was not recognised."""
_TELLING = ("channel", "start")
"""Fields of a record that can be recognised by what they say."""


class MappingDraft:
    """The draft of a mapping.

    Attributes:
        base: the ready-made mapping whose envelope fits, or None.
        answers: where the answers are, when no ready-made mapping fits.
        fields: question or field of a record → name of its field, where that is not its own name already.
        guessed: those of these that were recognised by their answer and not by their name.
        words: question → texts that stand for no option yet → the code that is nearest, or "unknown".
        unclear: those that were not recognised.
    """

    def __init__(self, payload: Any, knowledge: Knowledge, purpose: str = ADVICE) -> None:
        self._questions = knowledge.questionnaire
        self._messages = knowledge.messages
        self._record_reading = OutcomeReading(knowledge)
        self._reading = self._record_reading.answers
        self._purpose = purpose
        self.base = _fitting(payload, knowledge)
        self.answers = None if self.base else _fullest(payload)
        mapping = self.base or FormMapping("draft", answers=self.answers or ())
        self._reader = SubmissionReader(replace(mapping, purpose=purpose), knowledge)
        self.fields: dict[str, str] = {}
        self.guessed: set[str] = set()
        self.words: dict[str, dict[str, str]] = {}
        self.unclear: list[SentField] = []
        self._known: set[str] = set()
        self._look(list(self._reader.fields(payload)))

    def _look(self, sent: list[SentField]) -> None:
        others = []
        for each in sent:
            target, value = self._reader.target(each)
            if target is None and not self._reader.ignored(each.name):
                others.append(each)
            elif target in self._questions.by_id:
                self._known.add(str(target))
                self._note_words(self._questions[str(target)], value)
            elif target in RECORD_FIELDS:
                self._known.add(str(target))
        for each in others:
            what = self._record_field(each) or self._recognised(each)
            if what is None:
                self.unclear.append(each)
            else:
                self._name(what, each)

    def _name(self, what: Question | str, sent: SentField) -> None:
        """Note that this field is the one of a question, or of a record."""
        name = what if isinstance(what, str) else what.id
        self._known.add(name)
        self.fields[name] = sent.name
        if not isinstance(what, str):
            self._note_words(what, sent.value)

    def _record_field(self, sent: SentField) -> str | None:
        """The field of a record that is recognised by what it says."""
        if self._purpose != OUTCOME or not isinstance(sent.value, str):
            return None
        for field in _TELLING:
            read = self._record_reading.field(field, sent.value)
            if field not in self._known and self._record_reading.is_understood(field, read):
                self.guessed.add(field)
                return field
        return None

    def _recognised(self, sent: SentField) -> Question | None:
        """The question whose name is near, or else the only one to which this is an answer."""
        near = self._reading.near_question(sent.name)
        if near is not None and near not in self._known:
            return self._questions[near]
        fitting = [each for each in self._questions if each.id not in self._known and self._answers(each, sent.value)]
        if len(fitting) != 1:
            return None
        self.guessed.add(fitting[0].id)
        return fitting[0]

    def _answers(self, question: Question, value: Any) -> bool:
        return bool(known := self._codes(question, value)) and all(code in question.codes for code in known)

    def _codes(self, question: Question, value: Any) -> list[Any]:
        answer = self._reading.answer(question, value)
        return [] if answer is None else answer if isinstance(answer, list) else [answer]

    def _note_words(self, question: Question, value: Any) -> None:
        for code in self._codes(question, value):
            if isinstance(code, str) and code not in (*question.codes, UNKNOWN):
                near = self._reading.near_option(question, code) or UNKNOWN
                self.words.setdefault(question.id, {})[code] = near

    def text(self, language: str) -> str:
        """The draft as a file, with remarks on what is to be looked at."""
        return "\n".join((*self._lines(language), ""))

    def _lines(self, language: str) -> Iterator[str]:
        words = self._messages[language]
        yield from (f"# {line}" for line in wrap(words["draft_intro"], _WIDTH, break_on_hyphens=False))
        if self.base:
            yield f"extends: {self.base.name}"
        elif self.answers:
            yield f"answers: {_scalar('.'.join(self.answers))}"
        if self._purpose != ADVICE:
            yield f"purpose: {self._purpose}"
        if self.fields:
            yield "fields:"
        for question, name in self.fields.items():
            remark = words["draft_guessed"] if question in self.guessed else ""
            yield f"  {question}: {_scalar(name)}  # {self._label(question, language)}{remark}"
        if self.words:
            yield "values:"
        for question, texts in self.words.items():
            yield f"  {question}:"
            for text, code in texts.items():
                codes = ", ".join(self._questions[question].allowed)
                yield f"    {_scalar(text)}: {code}  # {words['draft_one_of'].format(codes=codes)}"
        if self.unclear:
            yield f"# {words['draft_unclear']}"
            yield from (f"#   {_scalar(each.name)}: {_shortened(each.value)}" for each in self.unclear)
        everything = (*(RECORD_FIELDS if self._purpose == OUTCOME else ()), *self._questions.by_id)
        if away := [each for each in everything if each not in self._known]:
            yield from (f"# {line}" for line in wrap(words["draft_away"].format(questions=", ".join(away)), _WIDTH))

    def _label(self, name: str, language: str) -> str:
        if name in self._questions.by_id:
            return self._questions[name].label[language]
        return self._messages[language][f"column_{name}"].partition(";")[0]


def _fitting(payload: Any, knowledge: Knowledge) -> FormMapping | None:
    """The ready-made mapping that fits best: the deepest, and then the one that leaves least over."""
    fits = []
    for mapping in read_mappings(None, knowledge).values():
        if mapping.submission is None:
            continue
        try:
            submission = SubmissionReader(mapping, knowledge).read(payload)
        except SubmissionError:
            continue
        if submission is not None and submission.id is not None:
            fits.append((-len(mapping.answers), len(submission.not_taken), mapping.name, mapping))
    return replace(min(fits)[-1], source=()) if fits else None


def _fullest(payload: Any, path: Path = ()) -> Path:
    """The way to the object with the most answers in it."""
    return max(_objects(payload, path), key=lambda each: each[1], default=((), 0))[0]


def _objects(value: Any, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        yield path, sum(not isinstance(each, Mapping) for each in value.values())
        for name, inner in value.items():
            if "." not in str(name):
                yield from _objects(inner, (*path, str(name)))


def _shortened(value: Any) -> str:
    """What was sent, on one line, so that a person sees which question it answers."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _scalar(text: str) -> str:
    """A text as YAML writes it, quoted only where it must be."""
    if text != plain(text) and not text.isascii():
        return yaml.safe_dump(text, allow_unicode=True, width=10**6, default_style='"').strip()
    return yaml.safe_dump(text, allow_unicode=True, width=10**6).strip().removesuffix("\n...").strip()
