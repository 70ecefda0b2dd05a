"""Risk: how probable it is, at most, that open answers change first place or the launch verdict.

For each rival the chance that it passes the first channel is worked out exactly (`model.advice.score_distribution`).
These chances, and those of what could change the verdict, are added up (G. Boole's inequality), which can only
overstate the risk. Where even the most unfavourable answers cannot help a rival, whatever is believed, the outcome is
certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.advice.quick_scores import EQUAL, Outline, Outliner, waits_for_silence
from model.advice.score_distribution import Chance, Setting, Spreads, Sum
from model.domain.channels import MOMENTS, Moment
from model.scoring.answer_classes import Ask


@dataclass(frozen=True, slots=True)
class Risk:
    """How much open answers can still change.

    Attributes:
        most: upper bound of the probability that first place or verdict changes.
        certain: no answers at all can change them.
        questions: the open questions that can, in the order of the questionnaire.
    """

    most: float
    certain: bool
    questions: tuple[str, ...]


class Risks:
    """Measures risks for one outliner."""

    def __init__(self, outliner: Outliner) -> None:
        self._outliner = outliner
        self._questions = outliner.knowledge.questionnaire.questions
        self._spreads = Spreads(outliner)

    def of(self, base: Outline, open_: frozenset[int], enough: float = 1.0) -> Risk:
        """The risk for these answers.

        Args:
            base: the outline as things stand.
            open_: places of the open questions; follow-ups that may still come belong to them.
            enough: above this the exact figure does not matter, and 1 comes back instead.
        """
        setting = Setting(base, tuple(0 if index in open_ else mask for index, mask in enumerate(base.masks)), open_)
        total, questions = 0.0, set[int]()
        for probability, waits_for in self._events(setting):
            total += probability
            questions |= waits_for
            if total > enough:
                total, questions = 1.0, set(open_)
                break
        names = tuple(self._questions[index].id for index in sorted(questions))
        return Risk(min(total, 1.0), not names, names)

    def _events(self, setting: Setting) -> Iterator[Chance]:
        yield from self._verdict_changes(setting)
        for moment in MOMENTS:
            yield from self._first_changes(setting, moment)

    # --- first place -------------------------------------------------------------------------------------------

    def _first_changes(self, setting: Setting, moment: Moment) -> Iterator[Chance]:
        base = setting.base
        first = {self._outliner.place[name] for name in base.first(moment)}
        rivals = [
            place
            for place, _ in self._outliner.places[moment]
            if not base.excluded[place] or self._may_come_back(setting, place)
        ]
        if not first:
            if rivals:
                yield 1.0, setting.open
            return
        leader = min(first)
        yield from self._exclusion(setting, leader)
        for place in sorted(rivals, key=lambda place: -base.scores[place]):
            if place != leader:
                lead = self._spreads.sum(setting, leader, place)
                yield from self._spreads.chance(setting, lead, _is_not_zero if place in first else _is_not_positive)

    def _may_come_back(self, setting: Setting, place: int) -> bool:
        return any(place in row.excludes for row in self._outliner.rows_on(setting.open))

    def _exclusion(self, setting: Setting, place: int) -> Iterator[Chance]:
        for row in self._outliner.rows_on(setting.open):
            if place in row.excludes:
                yield from self._spreads.chance(setting, Sum(-1.0, [(row, 1.0)], {}), _is_not_negative)

    # --- verdict -----------------------------------------------------------------------------------------------

    def _verdict_changes(self, setting: Setting) -> Iterator[Chance]:
        base = setting.base
        stops, holds = ([ask for _, ask in asks] for asks in self._outliner.readiness)
        if self._settled(stops, base):
            return
        held = self._settled(holds, base)
        for ask in stops if held else [*stops, *holds]:
            yield from self._readiness_change(setting, ask)
        left = [place for place, excluded in enumerate(base.excluded) if not excluded]
        if not left:
            if any(self._may_come_back(setting, place) for place in range(len(base.excluded))):
                yield 1.0, setting.open
            return
        best = max(left, key=lambda place: base.scores[place])
        yield from self._exclusion(setting, best)
        if held:
            return
        if base.scores[best] > -EQUAL:
            yield from self._spreads.chance(setting, self._spreads.sum(setting, best), _is_negative)
        else:
            # The ground for holding is that no channel fits, and any channel may start to.
            for place in range(len(base.scores)):
                yield from self._spreads.chance(setting, self._spreads.sum(setting, place), _is_not_negative)

    @staticmethod
    def _settled(asks: Iterable[Ask], base: Outline) -> bool:
        """Whether one of these holds, and will whatever is answered."""
        return any(ask.now(base.masks) and not waits_for_silence(ask) for ask in asks)

    def _readiness_change(self, setting: Setting, ask: Ask) -> Iterator[Chance]:
        if not waits_for_silence(ask):
            yield from self._spreads.holds(setting, ask)
        elif setting.open and ask.now(setting.base.masks):
            yield 1.0, setting.open


def _is_not_positive(value: float) -> bool:
    return value <= EQUAL


def _is_negative(value: float) -> bool:
    return value < EQUAL


def _is_not_negative(value: float) -> bool:
    return value > -EQUAL


def _is_not_zero(value: float) -> bool:
    return abs(value) > EQUAL
