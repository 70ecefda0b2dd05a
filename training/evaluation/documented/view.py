"""View: all approaches judged on one form of the profiles, with or without the answers that carry hindsight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.domain.knowledge import Knowledge
from training.evaluation.documented.approaches import approaches
from training.evaluation.documented.calibration import bands
from training.evaluation.documented.communities import Community
from training.evaluation.documented.cross_judging import cross_judged, silent
from training.evaluation.documented.folds import Split, part_of, splits
from training.evaluation.documented.groups import groups
from training.evaluation.documented.judges import Approach
from training.evaluation.documented.measures import Measured, measures
from training.evaluation.documented.metrics import known
from training.evaluation.documented.outcomes import BoolArray, DocumentedOutcomes
from training.evaluation.documented.resampling import Estimate, difference, draws, figure
from training.evaluation.documented.rule_outcomes import RuleOutcomes, rule_outcomes
from training.evaluation.metrics import CalibrationBin
from training.progress import Told, part_told

FOLDS = 10
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Parts of what there is to learn from, for the learning curve."""
PART_MEASURES = ("pairs", "top_online", "log_loss")
"""What is told of a group of communities, and of learning from a part of the evidence."""

Figures = Mapping[str, Estimate]
"""Measure → figure."""


@dataclass(frozen=True)
class View:
    """Everything that came out for one form of the profiles.

    Attributes:
        figures: approach → measure → figure.
        against: rival → measure → how much higher it is for the last approach.
        groups: by what → group → approach → measure → figure.
        calibration: approach → stated chances beside what happened.
        rules: what the outcomes of each rule say.
    """

    figures: Mapping[str, Figures]
    against: Mapping[str, Figures]
    groups: Mapping[str, Mapping[str, Mapping[str, Figures]]]
    calibration: Mapping[str, Sequence[CalibrationBin]]
    rules: Sequence[RuleOutcomes]


@dataclass(frozen=True)
class LearningPoint:
    """What comes of learning from a part of the communities.

    Attributes:
        share: of the sources that there are to learn from.
        communities: how many communities that are, on average.
        figures: approach → measure → figure.
    """

    share: float
    communities: int
    figures: Mapping[str, Figures]


class Judging:
    """Judges every approach on the same communities.

    Attributes:
        unknown: approach → communities of which it knows nothing, and on which it is not judged.
    """

    def __init__(
        self, knowledge: Knowledge, communities: Sequence[Community], seed: int, repeats: int, told: Told = silent
    ) -> None:
        self._knowledge, self._communities, self._seed = knowledge, communities, seed
        self._table = DocumentedOutcomes(communities, knowledge.channels)
        self._weights = draws(self._table.source, seed)
        self._approaches = approaches(knowledge)
        self._splits = [splits(communities, FOLDS, seed + repeat) for repeat in range(repeats)]
        self._judged = {
            each.name: cross_judged(each, communities, self._splits, part_told(told, number, len(self._approaches)))
            for number, each in enumerate(self._approaches)
        }
        self._measures = {name: measures(judged, self._table) for name, judged in self._judged.items()}
        self._known = {name: known(judged, self._table) for name, judged in self._judged.items()}
        self.unknown = {name: int(np.sum(~there)) for name, there in self._known.items()}

    def view(self, told: Told = silent) -> View:
        """Everything but the learning curve."""
        return View(
            figures=dict(self._figures(part_told(told, 0, 2))),
            against=dict(self._against(part_told(told, 1, 2))),
            groups={
                what: {name: self._group(inside) for name, inside in parts.items()}
                for what, parts in groups(self._communities).items()
            },
            calibration={name: bands(judged, self._table) for name, judged in self._judged.items()},
            rules=rule_outcomes(self._knowledge, self._table),
        )

    def _figures(self, told: Told) -> Iterator[tuple[str, Figures]]:
        for number, (name, found) in enumerate(self._measures.items()):
            told(number / len(self._measures))
            yield name, _figures(found, self._weights * self._known[name])

    def _against(self, told: Told) -> Iterator[tuple[str, Figures]]:
        """The last approach beside each of the others, on the communities of which both know something."""
        *rivals, last = self._measures
        for number, rival in enumerate(rivals):
            told(number / len(rivals))
            weights = self._weights * self._known[rival] * self._known[last]
            found = self._measures[rival]
            yield (
                rival,
                {
                    name: difference(ours.measure, found[name].measure, weights, ours.items)
                    for name, ours in self._measures[last].items()
                },
            )

    def _group(self, inside: BoolArray) -> Mapping[str, Figures]:
        return {
            name: _figures(_parts(found), self._weights * (self._known[name] & inside))
            for name, found in self._measures.items()
        }

    def curve(self, told: Told = silent) -> Iterator[LearningPoint]:
        """What comes of learning from a part, in the first repeat."""
        learners = [each for each in self._approaches if each.learns and each.name != "constant"]
        for number, share in enumerate(SHARES):
            reduced = [
                Split(part_of(self._communities, split.learned, share, self._seed), split.judged)
                for split in self._splits[0]
            ]
            yield LearningPoint(
                share,
                round(float(np.mean([len(split.learned) for split in reduced]))),
                {each.name: self._part(each, reduced, part_told(told, number, len(SHARES))) for each in learners},
            )

    def _part(self, approach: Approach, reduced: Sequence[Split], told: Told) -> Figures:
        judged = cross_judged(approach, self._communities, [reduced], told)
        return _figures(_parts(measures(judged, self._table)), self._weights)


def _figures(found: Mapping[str, Measured], weights: np.ndarray) -> Figures:
    return {name: figure(each.measure, weights, each.items) for name, each in found.items()}


def _parts(found: Mapping[str, Measured]) -> Mapping[str, Measured]:
    return {name: found[name] for name in PART_MEASURES}


def spot_check(
    approach: Approach, communities: Sequence[Community], knowledge: Knowledge, seed: int
) -> Mapping[str, float]:
    """Pairs, first places and log loss in the first fold, to see quickly whether figures are still true."""
    table, split = DocumentedOutcomes(communities, knowledge.channels), splits(communities, FOLDS, seed)[0]
    inside = np.isin(np.arange(len(communities)), split.judged).astype(float)[None]
    found = measures(cross_judged(approach, communities, [[split]]), table)
    return {name: round(float(found[name].measure(inside)[0]), 4) for name in PART_MEASURES}
