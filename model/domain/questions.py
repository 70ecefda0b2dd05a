"""Questions: what a program team is asked, and how each answer is laid out as bits.

`Questionnaire` keeps all questions together, because a mask only means something beside its question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from model.domain.code_changes import NOT_CHANGED, CodeChanges
from model.domain.conditions import Condition, Masks, QuestionBits, Test, compile_condition

UNKNOWN = "unknown"

Text = Mapping[str, str]
"""One text in every language: language code → words."""

ChannelRelation = Literal["copied", "current", "approved"]
"""What the channel that an answer names is to the community."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer.

    Attributes:
        families: channel families that members with this daily tool already use.
        opens: the channels that they open with it; not the others of these families.
        at_least: smallest number of members this size band stands for.
        counts_as: how many options it is worth where chosen options are counted.
        channel: the channel this option stands for.
        relation: what that channel is to the community: "copied" (it worked elsewhere), "current" (it is there now) or
            "approved" (the organisation approved it for data about clients).
        in_use: what to say beside the channel of now where members use it and go on with it; None where they do not.
    """

    code: str
    text: Text
    families: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    at_least: int | None = None
    counts_as: int = 1
    channel: str | None = None
    relation: ChannelRelation | None = None
    in_use: Text | None = None


@dataclass(frozen=True, slots=True)
class LeverStep:
    """What a team does to get one answer, and what that costs.

    Attributes:
        after: the code that it brings.
        before: the code that goes for it; None where that does not matter.
        along: answers to questions that follow this one, which the same action brings: question → code.
        who: who does it, where that is somebody else than of the lever.
    """

    after: str
    action: Text
    cost: Text
    before: str | None = None
    along: Mapping[str, str] = field(default_factory=dict)
    who: Text | None = None


@dataclass(frozen=True, slots=True)
class Lever:
    """How a team can change this answer: what to do and who must do it.

    Attributes:
        brings: chosen code → codes that the action can bring in its place.
        adds: codes that the action can add (multiple choice).
        helps: chosen codes with which the action helps too, although it brings no other answer.
        steps: what to do for just one of these answers.
    """

    who: Text
    action: Text
    brings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    adds: Sequence[str] = ()
    helps: Sequence[str] = ()
    steps: Sequence[LeverStep] = ()

    def step(self, before: str | None, after: str) -> LeverStep | None:
        """What to do to get the one code, in the place of the other where there is one."""
        return next((each for each in self.steps if each.after == after and each.before in (None, before)), None)

    def is_for(self, codes: Sequence[str]) -> bool:
        """Whether the action is still worth doing for a community with this answer."""
        return any(code in self.brings or code in self.helps for code in codes)


@dataclass(frozen=True, slots=True)
class Assumption:
    """What an unknown answer is taken to be while `when` holds; it is always said to the reader."""

    when: Condition
    answer: str
    text: Text


@dataclass(frozen=True)
class Question:
    """One field of a profile.

    Attributes:
        limit: how many options may be chosen; 1 for a single choice.
        ordered: whether the order of the chosen options means something (the first matters most).
        required: whether an answer, or an explicit "unknown", must be given.
        early: whether it is asked right after those that must be answered, whatever it can change.
        unknown_allowed: whether "unknown" is an answer.
        follows: (question, codes) that make this follow-up question apply. A follow-up without an answer
            means "none", not "unknown".
        assumptions: what to take an unknown answer for; without one, every option is equally likely.
        find_out: what a team does to find the answer.
    """

    id: str
    label: Text
    text: Text
    why: Text
    kind: Literal["single", "multi"]
    theme: str
    options: tuple[Option, ...]
    sources: tuple[str, ...]
    limit: int = 1
    ordered: bool = False
    required: bool = False
    early: bool = False
    unknown_allowed: bool = True
    follows: tuple[str, frozenset[str]] | None = None
    lever: Lever | None = None
    assumptions: tuple[Assumption, ...] = ()
    find_out: Text | None = None

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """Every answer code that may be sent, "unknown" included where it may be."""
        return (*self.codes, UNKNOWN) if self.unknown_allowed else self.codes

    @cached_property
    def bit_of(self) -> Mapping[str, int]:
        return {code: 1 << place for place, code in enumerate(self.codes)}

    @cached_property
    def absent_mask(self) -> int:
        """The mask of a missing answer: 0 (unknown), or for a follow-up a bit that is no option ("none")."""
        return 0 if self.follows is None else 1 << len(self.options)

    def option(self, code: str) -> Option:
        """The option with this code.

        Raises:
            KeyError: there is none.
        """
        return self._options[code]

    @cached_property
    def _options(self) -> Mapping[str, Option]:
        return {option.code: option for option in self.options}

    @cached_property
    def relation(self) -> ChannelRelation | None:
        """What the channels that are its answers are to the community; None where they are none."""
        return self.options[0].relation if self.options else None

    def chosen(self, mask: int) -> tuple[str, ...]:
        """The option codes in a mask, in the order of the options."""
        return tuple(code for code, bit in self.bit_of.items() if mask & bit)


@dataclass(frozen=True)
class Questionnaire:
    """All questions in screen order, with the layout of their answers as masks.

    Attributes:
        changes: what became of codes of earlier lists.
        earlier: the lists of before, of which only ids, kinds and codes are known: codes and links hold their layout.
    """

    questions: tuple[Question, ...]
    changes: CodeChanges = NOT_CHANGED
    earlier: tuple[tuple[Question, ...], ...] = ()
    by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {question.id: question for question in self.questions})

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __getitem__(self, question_id: str) -> Question:
        return self.by_id[question_id]

    def names(self, question_id: str) -> tuple[str, ...]:
        """What files and forms may call a question: its id, its label and its text, also that of an earlier list."""
        now = self.by_id[question_id]
        before = [each.text for questions in self.earlier for each in questions if each.id == question_id]
        return (question_id, *(words for texts in (now.label, now.text, *before) for words in texts.values()))

    def options_before(self, question_id: str) -> Iterator[Option]:
        """The answers to a question in earlier lists, with the texts that were others then."""
        return (
            option
            for questions in self.earlier
            for each in questions
            if each.id == question_id
            for option in each.options
        )

    def needed_for(self, question_id: str) -> Iterator[tuple[str, frozenset[str]]]:
        """(question, codes) of all that must be answered so for a follow-up question to apply, the nearest first."""
        follows = self.by_id[question_id].follows
        while follows:
            yield follows
            follows = self.by_id[follows[0]].follows

    def together(self, question_id: str) -> tuple[str, ...]:
        """The questions to show and change at once: a question, with those that follow it or one of these."""
        first = [question_id, *[name for name, _ in self.needed_for(question_id)]][-1]
        followers = [each.id for each in self.questions if first in {name for name, _ in self.needed_for(each.id)}]
        return (first, *followers)

    @cached_property
    def layout(self) -> Mapping[str, QuestionBits]:
        return {
            question.id: QuestionBits(
                index=index,
                bits=question.bit_of,
                worth={option.code: option.counts_as for option in question.options},
                optional=not question.required and question.follows is None,
            )
            for index, question in enumerate(self.questions)
        }

    @cached_property
    def about_channels(self) -> tuple[Question, ...]:
        """The questions of which some answer says something of channels."""
        return tuple(
            [each for each in self.questions if any(one.channel or one.opens or one.in_use for one in each.options)]
        )

    @cached_property
    def absent_masks(self) -> tuple[int, ...]:
        """The masks of a profile in which nothing was answered."""
        return tuple(question.absent_mask for question in self.questions)

    @cached_property
    def _assuming(self) -> Mapping[int, Sequence[tuple[Test, Assumption]]]:
        """Place of a question → its assumptions, ready to be tried."""
        return {
            index: [(compile_condition(each.when, self.layout), each) for each in question.assumptions]
            for index, question in enumerate(self.questions)
            if question.assumptions
        }

    def assumption(self, index: int, masks: Masks) -> Assumption | None:
        """What an unknown answer to the question at this place is taken for, given the other answers.

        An assumption whose own condition is undecided is not made.
        """
        for test, assumption in self._assuming.get(index, ()):
            if test(masks):
                return assumption
        return None

    def assumptions(self, masks: Masks) -> list[tuple[Question, Assumption]]:
        """Every assumption made for these answers, in the order of the questions."""
        return [
            (self.questions[index], assumption)
            for index in self._assuming
            if not masks[index] and (assumption := self.assumption(index, masks))
        ]
