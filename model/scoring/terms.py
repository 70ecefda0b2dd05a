"""Terms: what the answers to a set of questions add to each channel. The one mechanism behind everything that scores.

A term belongs to one set of questions and holds every line that looks at just these: rules, and what outcomes say of a
group of communities. The wishes are a term of their own, because their order counts, and so is what holds always. For
the answers of a community each term gives a `Share`. The sum of the shares is the score, their reasons explain it, and
the difference of two shares is how far two communities are apart.

What waits for unknown answers adds nothing: a share only holds what is known, after the stated assumptions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import NamedTuple, Protocol

from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.questions import Questionnaire
from model.domain.rules import Rule
from model.memo import Memo, key_of
from model.scoring.answer_classes import distinct_answers
from model.scoring.artifact import FIT, Artifact
from model.scoring.compiled_conditions import Assumptions, CompiledCondition
from model.scoring.decision_table import Decisions, DecisionTable
from model.scoring.reasons import DIGITS, Reason, Undecided

LIMIT = 512
"""Combinations of unknown answers that are tried at most for one term."""

Column = Sequence[float]
"""One number for each channel, in the order of the knowledge."""


def summed(columns: Iterable[Column]) -> Column:
    """Per channel the sum; empty when all columns are."""
    told = [column for column in columns if column]
    if len(told) < 2:
        return told[0] if told else ()
    return list(map(sum, zip(*told, strict=True)))


class Answers(NamedTuple):
    """What a community answered: one mask for each question, and the wishes in their order.

    Attributes:
        without: places of the channels that are left out because whoever asks said so. No term looks at them.
    """

    masks: tuple[int, ...]
    needs: tuple[str, ...]
    without: frozenset[int] = frozenset()


class Statement(NamedTuple):
    """A reason and the places of the channels that it is given for."""

    reason: Reason
    places: frozenset[int]


class Share(NamedTuple):
    """What one term says for some answers. A column is empty when it adds nothing.

    Attributes:
        use: log-odds of use that are added to each channel.
        expert: weights of the rules that hold and can be learned about.
        variance: what is added to the variance of the log-odds, without what the trust in expert weights adds.
        order: what is added to the order of channels beside the log-odds.
        statements: the reasons.
        excluded: (rule, places) of exclusions that hold.
        advice: (rule, places) of rules that only add a sentence.
        waiting: lines that wait for unknown answers.
        open: whether unknown answers can still change what the term says.
    """

    use: Column = ()
    expert: Column = ()
    variance: Column = ()
    order: Column = ()
    statements: tuple[Statement, ...] = ()
    excluded: tuple[tuple[Rule, frozenset[int]], ...] = ()
    advice: tuple[tuple[Rule, frozenset[int]], ...] = ()
    waiting: tuple[Line, ...] = ()
    open: bool = False

    def use_of(self, place: int) -> float:
        """What is added to the log-odds of use of the channel at this place."""
        return round(self.use[place], DIGITS) if self.use else 0.0


class Line(NamedTuple):
    """One rule or one group, under one condition, with the channels that it then speaks about.

    Attributes:
        rule: None for what outcomes say of a group.
        reason: None for rules that move no score; such a line has no columns.
        use, order, expert, variance: what it adds for each channel when it holds, as in `Share`.
    """

    condition: CompiledCondition
    places: frozenset[int]
    rule: Rule | None = None
    reason: Reason | None = None
    use: Column = ()
    order: Column = ()
    expert: Column = ()
    variance: Column = ()


class Term(Protocol):
    """What scoring asks of a term."""

    indices: tuple[int, ...]
    """Places of the questions that it belongs to."""

    def at(self, answers: Answers) -> Share:
        """What it says for these answers."""

    def bounds(self, answers: Answers) -> tuple[Column, Column]:
        """The least and the most that the unknown answers could add to the log-odds of use, beside what is added."""

    def undecided(self, answers: Answers, place: int) -> Undecided | None:
        """What unknown answers may still change for the channel at this place."""

    def speaks_of(self, place: int) -> bool:
        """Whether it can move the channel at this place."""

    def looks_at(self, index: int) -> bool:
        """Whether the answer to the question at this place can change what it says."""


class LineDecisions(NamedTuple):
    """What some answers decide about all lines, after the stated assumptions.

    Attributes:
        filled: the answers with what is assumed in the place of unknown ones.
        assumed: bits of the questions, by their place, for which something is assumed.
    """

    decisions: Decisions
    filled: Masks
    assumed: int


class LineTable:
    """All lines of all terms, decided at once.

    Attributes:
        decisions: one condition for each line.
    """

    def __init__(self, lines: Sequence[Line], knowledge: Knowledge) -> None:
        questions = knowledge.questionnaire
        self._assumptions = Assumptions(range(len(questions.questions)), questions)
        self.decisions = DecisionTable([line.condition.condition for line in lines], questions)
        self._last: tuple[Masks, LineDecisions] | None = None

    def at(self, masks: Masks) -> LineDecisions:
        """What these answers decide."""
        # Every term asks of the same answers in turn; one tuple, because threads share it.
        last = self._last
        if last is None or last[0] is not masks:
            self._last = last = masks, self._decided(masks)
        return last[1]

    def _decided(self, masks: Masks) -> LineDecisions:
        filled = self._assumptions.filled(masks)
        assumed = 0
        if filled is not masks:
            pairs = enumerate(zip(masks, filled, strict=True))
            assumed = sum([1 << index for index, (before, then) in pairs if before != then])
        return LineDecisions(self.decisions.at(filled), filled, assumed)


class LineTerm:
    """The lines that look at one set of questions.

    Args:
        table: decides the lines of all terms.
        first: the place of the first line in that table.
    """

    def __init__(
        self, indices: tuple[int, ...], lines: Sequence[Line], knowledge: Knowledge, table: LineTable, first: int
    ) -> None:
        self.indices = indices
        self._lines = lines
        self._questionnaire: Questionnaire = knowledge.questionnaire
        self._assumptions = Assumptions(indices, self._questionnaire)
        self._key = key_of(self._assumptions.looked_at)
        self._table = table
        self._own = sum(1 << index for index in indices)
        self._bits = table.decisions.bits[first : first + len(lines)]
        self._mine = sum(self._bits)
        self._shares: Memo[Share] = Memo()
        self._assumed_shares: Memo[Share] = Memo()
        self._bounds: Memo[tuple[Column, Column]] = Memo()
        self._nothing = (0.0,) * len(knowledge.channels)

    def looks_at(self, index: int) -> bool:
        return index in self._assumptions.looked_at

    def speaks_of(self, place: int) -> bool:
        return any(place in line.places for line in self._lines if line.reason)

    def at(self, answers: Answers) -> Share:
        masks = answers.masks
        decided = self._table.at(masks)
        holds, waits = decided.decisions
        if not decided.assumed & self._own:
            # Many answers lead to the same decisions, and what is kept is what follows from these.
            decisions = holds & self._mine, waits & self._mine
            return self._shares.get(decisions) or self._shares.put(decisions, self._share(*decisions, masks, masks))
        key = self._key(masks)
        share = self._assumed_shares.get(key)
        return share or self._assumed_shares.put(key, self._share(holds, waits, masks, decided.filled))

    def bounds(self, answers: Answers) -> tuple[Column, Column]:
        share = self.at(answers)
        if not share.open:
            return self._nothing, self._nothing
        return self._bounds.of(self._key(answers.masks), lambda: self._bound(share, answers.masks))

    def undecided(self, answers: Answers, place: int) -> Undecided | None:
        waits = any(line.reason and place in line.places for line in self.at(answers).waiting)
        low, high = (column[place] for column in self.bounds(answers))
        if not waits or low == high == 0:
            return None
        open_ = [index for index in self.indices if not answers.masks[index]]
        questions = tuple(self._questionnaire.questions[index].id for index in open_)
        return Undecided(questions, low, high)

    # --- what is known -----------------------------------------------------------------------------------------

    def _share(self, holds: int, waits: int, masks: Masks, filled: Masks) -> Share:
        """What follows from the lines that hold, and from those that wait."""
        lines = list(zip(self._bits, self._lines, strict=True))
        held = [line for bit, line in lines if bit & holds]
        waiting = [line for bit, line in lines if bit & waits]
        # What is assumed decides for now, and another answer may still decide otherwise.
        open_ = bool(waiting) or filled is not masks
        if not held:
            return Share(waiting=tuple(waiting), open=open_)
        told = [line for line in held if line.reason is not None]
        return Share(
            use=summed([line.use for line in told]),
            order=summed([line.order for line in told]),
            expert=summed([line.expert for line in told]),
            variance=summed([line.variance for line in told]),
            statements=tuple([Statement(self._reason(line, masks, filled), line.places) for line in told]),
            excluded=tuple([(line.rule, line.places) for line in held if line.rule and line.rule.excludes]),
            advice=tuple([(line.rule, line.places) for line in held if line.rule and line.rule.advises]),
            waiting=tuple(waiting),
            open=open_,
        )

    def _reason(self, line: Line, masks: Masks, filled: Masks) -> Reason:
        """The reason, saying what was assumed where the answers alone do not make the line hold."""
        assert line.reason is not None
        if filled is masks or line.condition.holds(masks):
            return line.reason
        assumed = [index for index in line.condition.indices if masks[index] != filled[index]]
        return replace(line.reason, assumed=tuple(self._questionnaire.questions[index].id for index in assumed))

    # --- what is unknown ---------------------------------------------------------------------------------------

    @cached_property
    def _own_table(self) -> DecisionTable:
        """The lines of this term alone, for bounds, which try many answers to its questions."""
        return DecisionTable([line.condition.condition for line in self._lines], self._questionnaire)

    @cached_property
    def _distinct(self) -> Mapping[int, tuple[int, ...]]:
        """Per question, by its place, the answers that the lines can tell apart, or so many that they are too many."""
        conditions = [line.condition.condition for line in self._lines]
        questions = self._questionnaire.questions
        return {
            index: distinct_answers(questions[index], conditions, self._questionnaire, LIMIT) for index in self.indices
        }

    def _bound(self, share: Share, masks: Masks) -> tuple[Column, Column]:
        """Over every combination of answers that the lines can tell apart; line by line where these are too many."""
        low, high = list(self._nothing), list(self._nothing)
        open_ = [index for index in self.indices if not masks[index]]
        choices = [self._distinct[index] for index in open_]
        if math.prod(map(len, choices)) > LIMIT:
            # A reason that may come adds, and one that an assumption brought in can go again.
            may_move = [(line.reason.use, line.places) for line in share.waiting if line.reason]
            may_move += [(-reason.use, places) for reason, places in share.statements if reason.assumed]
            for use, places in may_move:
                for place in places:
                    low[place] += min(use, 0.0)
                    high[place] += max(use, 0.0)
            return low, high
        told = list(zip(self._own_table.bits, self._lines, strict=True))
        _, waits = self._own_table.at(masks)
        # Only lines that wait can come or go, and many combinations let the same ones hold.
        moved = sorted({place for bit, line in told if bit & waits and line.use for place in line.places})
        now = {place: share.use_of(place) for place in moved}
        filled, ways = list(masks), set[int]()
        for combination in product(*choices):
            for index, mask in zip(open_, combination, strict=True):
                filled[index] = mask
            ways.add(self._own_table.at(filled).holds)
        for way in ways:
            then = Share(use=summed([line.use for bit, line in told if bit & way]))
            for place in moved:
                change = then.use_of(place) - now[place]
                low[place], high[place] = min(low[place], change), max(high[place], change)
        return low, high


class NeedsTerm:
    """How well each channel serves the wishes.

    use: the wish that is served best, because members use what serves one wish well, whatever else they want.
    order: all wishes together. Both are counted from the middle, so that unknown wishes add nothing.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact) -> None:
        self.indices: tuple[int, ...] = (knowledge.questionnaire.layout[knowledge.needs.id].index,)
        self._knowledge = knowledge
        self._artifact = artifact
        self._use = knowledge.fit_weights.use + artifact.deviation(FIT)
        self._shared = [artifact.shared_variance(channel.id, FIT) for channel in knowledge.channels]
        self._scores = {need: [each.functions[need] for each in knowledge.channels] for need in knowledge.functions}
        self._shares: Memo[Share] = Memo()
        # A reason depends on one wish, its place and how many there are: there are some hundreds.
        self._reasons: dict[tuple[str, int, int, int, bool], Reason] = {}
        self._nothing = (0.0,) * len(knowledge.channels)
        scores = [[each / 3 for each in channel.functions.values()] for channel in knowledge.channels]
        ends = [(self._use * (min(each) - 0.5), self._use * (max(each) - 0.5)) for each in scores]
        self._unknown = [min(0.0, *each) for each in ends], [max(0.0, *each) for each in ends]

    def looks_at(self, index: int) -> bool:
        return index in self.indices

    def speaks_of(self, place: int) -> bool:
        return True

    def at(self, answers: Answers) -> Share:
        return self._shares.get(answers.needs) or self._shares.put(answers.needs, self._share(answers.needs))

    def bounds(self, answers: Answers) -> tuple[Column, Column]:
        return (self._nothing, self._nothing) if answers.needs else self._unknown

    def undecided(self, answers: Answers, place: int) -> Undecided | None:
        low, high = (column[place] for column in self.bounds(answers))
        return Undecided((self._knowledge.needs.id,), low, high) if low or high else None

    def _share(self, needs: tuple[str, ...]) -> Share:
        if not needs:
            return Share(open=True)
        ranks = self._knowledge.fit_weights.ranks[: len(needs)]
        use, order, fits = [], [], []
        reasons: dict[tuple[int, int, bool], tuple[Reason, list[int]]] = {}
        alike: dict[tuple[int, ...], tuple[float, float, float, list[list[int]]]] = {}
        for place, scores in enumerate(zip(*[self._scores[need] for need in needs], strict=True)):
            found = alike.get(scores)
            if found is None:
                served = [rank * score for rank, score in zip(ranks, scores, strict=True)]
                best = served.index(max(served))
                keys = [(index, score, index == best) for index, score in enumerate(scores)]
                mine = [reasons.get(key) or reasons.setdefault(key, (self._reason(needs, *key), [])) for key in keys]
                added = sum([reason.order for reason, _ in mine])
                found = mine[best][0].use, added, served[best] / 3 - 0.5, [places for _, places in mine]
                alike[scores] = found
            use.append(found[0])
            order.append(found[1])
            fits.append(found[2])
            for places in found[3]:
                places.append(place)
        own = self._artifact.own_variance(FIT)
        variance = [own * fit * fit + 2 * fit * shared for fit, shared in zip(fits, self._shared, strict=True)]
        told = tuple([Statement(reason, frozenset(places)) for reason, places in reasons.values()])
        return Share(use, (), variance, order, told)

    def _reason(self, needs: tuple[str, ...], index: int, score: int, best: bool) -> Reason:
        key = needs[index], index, len(needs), score, best
        return self._reasons.get(key) or self._reasons.setdefault(key, self._made_reason(*key))

    def _made_reason(self, need: str, index: int, wishes: int, score: int, best: bool) -> Reason:
        """What one wish adds; the one that is served best also says what it does for use."""
        weights = self._knowledge.fit_weights
        ranks = weights.ranks[:wishes]
        return Reason(
            "need",
            need,
            round(self._use * (ranks[index] * score / 3 - 0.5), DIGITS) if best else 0.0,
            self._knowledge.functions[need].sentence(score),
            round(weights.order * ranks[index] * (score / 3 - 0.5) / sum(ranks), DIGITS),
        )
