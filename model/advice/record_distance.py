"""Pictures: what rules see of a community for one channel, as bits, so that it is quickly compared with many others.

Rules that look at the same questions are taken together. What they add to the log-odds is counted in steps of `STEP`
and kept as so many ones in a field of a number: two fields differ in as many bits as they are steps apart. A question
that is unanswered in one of the two counts one step. This is the distance of `model.advice.similar_cases` without
dividing what a rule adds over its questions; `docs/design.md` says how often the two agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from model.advice.comparison import Comparison
from model.advice.quick_scores import Outliner, Row
from model.memo import FEW, key_of, remember
from model.profiles.profile import Profile

STEP = 0.1
"""Log-odds that one bit stands for; also what an unknown answer counts."""


class Picture(NamedTuple):
    """A community as the rules of one channel see it.

    Attributes:
        seen: one field of ones for each set of questions that rules look at together.
        unknown: one bit for each of these questions that is unanswered.
    """

    seen: int
    unknown: int

    def steps(self, other: Picture) -> int:
        """How many steps of `STEP` two communities are apart."""
        return (self.seen ^ other.seen).bit_count() + (self.unknown | other.unknown).bit_count()


class Part:
    """Everything that the same questions add to one channel, and its field in the pictures for that channel.

    Args:
        questions: their places.
        rows: the conditions on just these questions.
        bits: place of a question → the bit that says that it is unanswered, where this part says so.
        first: the first bit of its field.

    Attributes:
        key: picks what it looks at from the answers: the masks, and behind them the needs in their order.
        fields: what it said before.
        low, high: the least and the most that it can add, in log-odds.
        end: the first bit after its field.
    """

    def __init__(
        self,
        outliner: Outliner,
        place: int,
        questions: Sequence[int],
        rows: Sequence[Row],
        bits: Mapping[int, int],
        first: int,
    ) -> None:
        self._outliner = outliner
        self._place = place
        self._bits = bits
        self._first = first
        self._rows = [(row, row.pushes[place]) for row in rows]
        self._learned = [index for index in questions if len(questions) == 1 and outliner.learned_by(index)]
        needs = outliner.index[outliner.knowledge.needs.id]
        self._fits = list(questions) == [needs]
        # What an unknown answer is taken for can rest on other answers, so these tell memories apart as well.
        looked_at = {*questions, *(index for row in rows for index in row.depends)}
        self.key: Callable[[Sequence[Any]], Any] = key_of(
            [*sorted(looked_at), *([len(outliner.index)] if self._fits else [])]
        )
        self.fields: dict[Any, int] = {}
        added = [weight for _, weight in self._rows]
        added += [share[place] for index in self._learned for _, share in outliner.learned_by(index)]
        low, high = outliner.fit_bounds() if self._fits else (0.0, 0.0)
        self.low = sum(min(weight, 0.0) for weight in added) + low
        self.high = sum(max(weight, 0.0) for weight in added) + high
        self.end = first + round((self.high - self.low) / STEP) + 1

    def total(self, masks: Sequence[int], needs: tuple[str, ...]) -> float:
        """What it adds for these answers, in log-odds."""
        total = sum(weight * row.value(masks) for row, weight in self._rows)
        for index in self._learned:
            total += self._outliner.learned_share(index, masks[index], self._place)
        return total + self._outliner.fits(needs)[self._place] if self._fits else total

    def field(self, key: Any, masks: Sequence[int], needs: tuple[str, ...]) -> int:
        """The same in steps above the least, as so many ones in its field, and what is unanswered; kept by its key."""
        ones = (1 << round((self.total(masks, needs) - self.low) / STEP)) - 1
        open_bits = sum(bit for index, bit in self._bits.items() if not masks[index])
        return remember(self.fields, key, ones << self._first | open_bits, FEW)


class Pictures:
    """Makes pictures, for one artifact."""

    def __init__(self, outliner: Outliner) -> None:
        self._outliner = outliner
        self._knowledge = outliner.knowledge
        self._comparison = Comparison(outliner)
        self._parts: dict[str, tuple[Sequence[Part], int]] = {}

    def of(self, profile: Profile, channel: str) -> Picture:
        """The picture of a community for a channel.

        Raises:
            UnknownNameError: there is no such channel.
        """
        profile = self._comparison.neutral(profile)
        masks, needs = profile.masks, profile.codes(self._knowledge.needs.id)
        answers = (*masks, needs)
        parts, questions = self._looking(channel)
        bits = 0
        for part in parts:
            key = part.key(answers)
            field = part.fields.get(key)
            bits |= part.field(key, masks, needs) if field is None else field
        return Picture(bits >> questions, bits & ((1 << questions) - 1))

    def parts(self, channel: str) -> Sequence[Part]:
        """What the pictures for a channel are made of."""
        return self._looking(channel)[0]

    def _looking(self, channel: str) -> tuple[Sequence[Part], int]:
        """The parts, and how many questions they look at."""
        found = self._parts.get(channel)
        if found is None:
            found = self._parts[channel] = self._make_parts(self._outliner.place[self._knowledge.channel(channel).id])
        return found

    def _make_parts(self, place: int) -> tuple[Sequence[Part], int]:
        outliner = self._outliner
        rows: dict[tuple[int, ...], list[Row]] = {(outliner.index[self._knowledge.needs.id],): []}
        rows |= {(index,): [] for index in outliner.index.values() if outliner.learned_by(index)}
        for row in outliner.rows_of[place]:
            if place in row.pushes and row.ask.indices:
                rows.setdefault(row.ask.indices, []).append(row)
        # Whether and what is copied tells nothing of the community.
        copying = {outliner.index[name] for name in self._comparison.copying}
        asked = sorted({index for questions in rows for index in questions} - copying)
        left = {index: 1 << bit for bit, index in enumerate(asked)}
        parts: list[Part] = []
        for questions, found in rows.items():
            bits = {index: left.pop(index) for index in questions if index in left}
            parts.append(Part(outliner, place, questions, found, bits, parts[-1].end if parts else len(asked)))
        return parts, len(asked)
