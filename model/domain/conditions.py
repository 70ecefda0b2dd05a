"""Conditions as data: what must hold for a rule, asked of answers that may be unknown.

A condition is a small tree of frozen values. Its leaves ask something of one answer (`Chosen`, `OnlyChosen`,
`CountAtLeast`, `Unanswered`), of the number of unknown answers (`UnknownCount`), or of a channel (`Attribute`,
`Fit`, `Relation`). `All`, `AnyOf` and `Not` combine them.

Answers are looked at as bit masks, one per question: bit i is option i, and 0 means unknown. `compile_condition`
turns a tree without channel leaves into a function of those masks that returns True, False or None ("cannot be
decided yet"), by Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, § 64).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Masks: TypeAlias = Sequence[int]
Decision: TypeAlias = "bool | None"
Test: TypeAlias = Callable[[Masks], Decision]


@dataclass(frozen=True, slots=True)
class Constant:
    """Holds always, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """At least one of these options was chosen."""

    question: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class OnlyChosen:
    """The question was answered, and nothing outside these options was chosen."""

    question: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class CountAtLeast:
    """At least this many options were chosen; an option may count for more (`Option.counts_as`)."""

    question: str
    number: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The answer is unknown. This is the one leaf that an unknown answer decides."""

    question: str


@dataclass(frozen=True, slots=True)
class UnknownCount:
    """At least this many optional questions have an unknown answer."""

    minimum: int


@dataclass(frozen=True, slots=True)
class Among:
    """A value is one of these."""

    values: frozenset[str | int | bool]

    def accepts(self, value: object) -> bool:
        return value in self.values


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies within these bounds, both included; None is an open side."""

    minimum: float | None
    maximum: float | None

    def accepts(self, value: object) -> bool:
        if not isinstance(value, int | float):
            return False
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)


Expectation: TypeAlias = Among | Between


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the channel meets an expectation."""

    name: str
    expected: Expectation


@dataclass(frozen=True, slots=True)
class Fit:
    """The channel's function score (0-3) for a need meets an expectation."""

    need: str
    expected: Expectation


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that depends on the channel and on the answers together; see `model.domain.relations`."""

    name: str
    expected: Expectation


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


ProfileLeaf: TypeAlias = Chosen | OnlyChosen | CountAtLeast | Unanswered | UnknownCount
ChannelLeaf: TypeAlias = Attribute | Fit | Relation
Condition: TypeAlias = Constant | ProfileLeaf | ChannelLeaf | All | AnyOf | Not

ALWAYS = Constant(True)
NEVER = Constant(False)


def all_of(parts: Iterable[Condition]) -> Condition:
    """Combine with "and", leaving out what is settled: constants, repeats and nested `All`s."""
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, Constant):
            if not part.value:
                return NEVER
            continue
        for piece in part.parts if isinstance(part, All) else (part,):
            if piece not in kept:
                kept.append(piece)
    if not kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def any_of(parts: Iterable[Condition]) -> Condition:
    """Combine with "or", leaving out what is settled: constants, repeats and nested `AnyOf`s."""
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, Constant):
            if part.value:
                return ALWAYS
            continue
        for piece in part.parts if isinstance(part, AnyOf) else (part,):
            if piece not in kept:
                kept.append(piece)
    if not kept:
        return NEVER
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept))


def negate(part: Condition) -> Condition:
    """Combine with "not", dropping double negation."""
    if isinstance(part, Constant):
        return Constant(not part.value)
    return part.part if isinstance(part, Not) else Not(part)


def leaves(condition: Condition) -> Iterator[Constant | ProfileLeaf | ChannelLeaf]:
    """Every leaf of the tree, from left to right."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def with_leaves(condition: Condition, leaf: Callable[[Condition], Condition]) -> Condition:
    """The same tree with something else for each leaf; what is settled by that is left out."""
    match condition:
        case Not(part):
            return negate(with_leaves(part, leaf))
        case All(parts):
            return all_of(with_leaves(part, leaf) for part in parts)
        case AnyOf(parts):
            return any_of(with_leaves(part, leaf) for part in parts)
        case _:
            return leaf(condition)


def questions_of(condition: Condition) -> frozenset[str]:
    """The questions whose answers the condition looks at one by one (`UnknownCount` looks at all)."""
    return frozenset(
        leaf.question for leaf in leaves(condition) if isinstance(leaf, Chosen | OnlyChosen | CountAtLeast | Unanswered)
    )


@dataclass(frozen=True, slots=True)
class QuestionBits:
    """How the answers to one question are laid out in a mask.

    Attributes:
        index: the question's place in the sequence of masks.
        bits: for each option code its single bit.
        worth: for each option code how many it counts for in `CountAtLeast`.
        optional: whether an unknown answer counts in `UnknownCount`.
    """

    index: int
    bits: Mapping[str, int]
    worth: Mapping[str, int]
    optional: bool

    def mask(self, codes: Iterable[str]) -> int:
        return sum(self.bits[code] for code in set(codes))


def compile_condition(condition: Condition, layout: Mapping[str, QuestionBits]) -> Test:
    """A function of the answer masks that says whether the condition holds, or None where unknown answers decide.

    Raises:
        TypeError: the condition still has a channel leaf; apply it to a channel first (`model.domain.relations`).
    """
    literal = literal_of(condition, layout)
    if literal:
        return _literals([literal], settled_by=True)
    match condition:
        case Constant(value):
            return lambda masks: value
        case CountAtLeast(question, number):
            return _counted(layout[question], number)
        case Unanswered(question):
            at = layout[question].index
            return lambda masks: not masks[at]
        case UnknownCount(minimum):
            optional = [bits.index for bits in layout.values() if bits.optional]
            return lambda masks: sum(not masks[at] for at in optional) >= minimum
        case Not(part):
            return _negated(compile_condition(part, layout))
        case All(parts) | AnyOf(parts):
            settled_by = isinstance(condition, AnyOf)
            literals = [literal_of(part, layout) for part in parts]
            told = [each for each in literals if each]
            others = [compile_condition(part, layout) for part, each in zip(parts, literals, strict=True) if not each]
            tests = [_literals(told, settled_by), *others] if told else others
            return tests[0] if len(tests) == 1 else _combined(tests, settled_by)
        case _:
            raise TypeError(f"{condition} asks something of a channel; apply it to one first")


class Literal(NamedTuple):
    """Whether one of these options is chosen in one answer, or whether none is."""

    at: int
    mask: int
    chosen: bool


def literal_of(condition: Condition, layout: Mapping[str, QuestionBits]) -> Literal | None:
    """The condition as a literal; None where it is more than that."""
    match condition:
        case Chosen(question, codes):
            return Literal(layout[question].index, layout[question].mask(codes), True)
        case OnlyChosen(question, codes):
            return Literal(layout[question].index, ~layout[question].mask(codes), False)
        case Not(part):
            literal = literal_of(part, layout)
            return literal._replace(chosen=not literal.chosen) if literal else None
        case _:
            return None


def _literals(literals: Iterable[Literal], settled_by: bool) -> Test:
    """ "And" or "or" of literals, as in `_combined`, in one loop: most conditions are no more than this."""
    tests: list[tuple[int, int, bool]] = []
    together: dict[int, int] = {}
    for at, mask, chosen in literals:
        if chosen is settled_by:  # one of these options or one of those: one of them all
            together[at] = together.get(at, 0) | mask
        else:
            tests.append((at, mask, False))
    tests += [(at, mask, True) for at, mask in together.items()]

    def tested(masks: Masks) -> Decision:
        undecided = False
        for at, mask, settles in tests:
            answer = masks[at]
            if not answer:
                undecided = True
            elif bool(answer & mask) is settles:
                return settled_by
        return None if undecided else not settled_by

    return tested


def _counted(bits: QuestionBits, number: int) -> Test:
    """The worth of the chosen options together; a mask bit that is no option is worth nothing."""
    at, options = bits.index, bits.mask(bits.bits)
    extra = [(bits.bits[code], worth - 1) for code, worth in bits.worth.items() if worth > 1]

    def counted(masks: Masks) -> Decision:
        mask = masks[at]
        if not mask:
            return None
        return (mask & options).bit_count() + sum(more for bit, more in extra if mask & bit) >= number

    return counted


def _negated(test: Test) -> Test:
    def negated(masks: Masks) -> Decision:
        decision = test(masks)
        return None if decision is None else not decision

    return negated


def _combined(tests: Sequence[Test], settled_by: bool) -> Test:
    """ "And" is settled by one False, "or" by one True; an undecided part leaves the rest undecided."""

    def combined(masks: Masks) -> Decision:
        undecided = False
        for test in tests:
            decision = test(masks)
            if decision is settled_by:
                return settled_by
            if decision is None:
                undecided = True
        return None if undecided else not settled_by

    return combined
