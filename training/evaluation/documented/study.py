"""Study: every approach judged on documented communities, with and without hindsight, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import mean
from typing import Any

from model.domain.evidence import HINDSIGHT, RESULTS
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.errors import Phrase, PlatformFitError
from training.evaluation.documented.approaches import approaches
from training.evaluation.documented.communities import communities_of, fold_names
from training.evaluation.documented.resampling import RESAMPLES
from training.evaluation.documented.view import FOLDS, Judging, LearningPoint, View, spot_check
from training.progress import Step

REPEATS = 3
VIEWS: Mapping[str, Sequence[str]] = {"honest": HINDSIGHT, "all_answers": ()}
"""Form of the profiles → the answers that are taken away."""
STEPS = (*(f"{part}_{view}" for view in VIEWS for part in ("judge", "sure")), "curve")
"""What `run_study` says it is doing, in that order."""
FEWEST_SOURCES = 10 * FOLDS
"""With fewer, a fold holds less than ten sources and nothing can be said."""


class TooLittleEvidenceError(PlatformFitError):
    """There are too few documented communities to judge on."""


@dataclass(frozen=True)
class Study:
    """The whole result.

    Attributes:
        knowledge, evidence: fingerprints of what scores come from and of what was judged on.
        folds, repeats, resamples: how it was judged.
        hindsight: the questions without which the honest figures are worked out, with their names.
        cases: communities that were left out, because rules were made with them in mind.
        cited: communities of which a rule cites the source.
        results: result → number of outcomes.
        closed: how many of the abandoned ones were ended by their owner or provider.
        stand_ins: how many are about a product that is only near to the channel.
        known_answers: answers per community, hindsight included, on average.
        unknown: approach → communities of which it knows nothing, and on which it is not judged.
        approaches: their names; the last is the one that serves.
        views: form of the profiles → what came out; `honest` is without the answers that carry hindsight.
        curve: learning from a part of the evidence, without hindsight.
        spot_check: approach → measure → value in the first fold, without hindsight.
    """

    knowledge: str
    evidence: str
    seed: int
    folds: int
    repeats: int
    resamples: int
    hindsight: Mapping[str, Text]
    communities: int
    cases: int
    cited: int
    sources: int
    results: Mapping[str, int]
    closed: int
    stand_ins: int
    known_answers: float
    unknown: Mapping[str, int]
    approaches: Sequence[str]
    views: Mapping[str, View]
    curve: Sequence[LearningPoint]
    spot_check: Mapping[str, Mapping[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, as JSON has it."""
        return asdict(self)


def run_study(
    knowledge: Knowledge, seed: int = 0, repeats: int = REPEATS, step: Step = lambda name, share: None
) -> Study:
    """Judge every approach.

    Args:
        step: told what is being done, by the names in `STEPS`.

    Raises:
        TooLittleEvidenceError: there is nothing to judge on.
    """
    forms = {name: communities_of(knowledge, without) for name, without in VIEWS.items()}
    honest = forms["honest"]
    sources = len(set(fold_names(honest)))
    if sources < FEWEST_SOURCES:
        raise TooLittleEvidenceError(
            Phrase(
                "These knowledge files document communities from {0} sources; at least {1} are needed to judge on.",
                sources,
                FEWEST_SOURCES,
            )
        )
    judgings, views = {}, {}
    for name, communities in forms.items():
        judgings[name] = Judging(knowledge, communities, seed, repeats, partial(step, f"judge_{name}"))
        views[name] = judgings[name].view(partial(step, f"sure_{name}"))
    documented = [each.documented for each in forms["all_answers"]]
    outcomes = [outcome for community in documented for outcome in community.outcomes]
    cited = {source.url for source in knowledge.sources.values() if source.url}
    return Study(
        knowledge=knowledge.score_fingerprint,
        evidence=knowledge.evidence_fingerprint,
        seed=seed,
        folds=FOLDS,
        repeats=repeats,
        resamples=RESAMPLES,
        hindsight={each.id: each.label for each in knowledge.questionnaire if each.id in HINDSIGHT},
        communities=len(documented),
        cases=len(knowledge.evidence) - len(documented),
        cited=sum(each.source.url in cited for each in documented),
        sources=sources,
        results={result: sum(each.result == result for each in outcomes) for result in RESULTS},
        closed=sum(each.closed for each in outcomes),
        stand_ins=sum(each.stand_in is not None for each in outcomes),
        known_answers=round(mean(len(each.profile) for each in documented), 2),
        unknown=judgings["honest"].unknown,
        approaches=[each.name for each in approaches(knowledge)],
        views=views,
        curve=list(judgings["honest"].curve(partial(step, "curve"))),
        spot_check={each.name: spot_check(each, honest, knowledge, seed) for each in approaches(knowledge)},
    )
