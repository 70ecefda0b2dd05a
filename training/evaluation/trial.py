"""Trial: a challenger is learned from records and held against the champion, the rules and the usual other ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from model.domain.knowledge import Knowledge
from model.errors import ArtifactError
from model.scoring.advisor import Advisor
from model.scoring.artifact import RULES, SHIPPED, Artifact
from training.evaluation.baselines import learning, rules_only, starter
from training.evaluation.case_changes import CaseChange, case_changes
from training.evaluation.differences import Difference, Differences, Resampling, compare, known_order
from training.evaluation.folds import held_out, latest_period
from training.evaluation.gate import RECORDS_ONLY, CheckResult, GateJudgement, Hearing, judge
from training.evaluation.golden_cases import broken_expectations
from training.evaluation.learning_curve import CurvePoint, learning_curve
from training.evaluation.metrics import Evaluation, Prediction, Recipe, evaluate
from training.evaluation.rule_audit import RuleFinding, audit_rules
from training.evaluation.sources import WithoutSource, look_at_sources
from training.learning.cells import Evidence, RecordTable
from training.learning.design_matrix import Featuriser
from training.learning.documents import Documents
from training.learning.learn import LearningSettings
from training.learning.pipeline import LearnedScorer, fit_evidence
from training.progress import Step, Told, part_told

CHALLENGER, CHAMPION, RULES_ONLY, STARTER_ONLY = "challenger", "champion", "rules_only", "starter"
RIVALS = {"champion": CHAMPION, "rules": RULES_ONLY, "starter": STARTER_ONLY, RECORDS_ONLY: RECORDS_ONLY}
"""What the gate holds a challenger against: its name there → its way to foretell."""
FAILED = 0.5
"""With a smaller share of active members a channel counts as not used."""


@dataclass(frozen=True)
class ModelComparison:
    """All ways to predict, judged on the same records.

    Attributes:
        evaluations: way → how good it was.
        differences: rival (of `RIVALS`) → how the challenger compares with it.
        order: how much better the order of the challenger is than none.
        predictions: way → what it said of each record.
    """

    evaluations: Mapping[str, Evaluation]
    differences: Mapping[str, Differences]
    order: Difference
    predictions: Mapping[str, Prediction]


@dataclass(frozen=True)
class Trial:
    """A challenger with everything that was found out about it.

    Attributes:
        champion: what serves: the rules, the starter, or what was learned from records before.
        held_out: judged on communities that were not learned from; None with fewer than two communities.
        latest: judged on the latest period; None when that cannot be split off.
        failures: share of the communities whose channel was not used.
        sources: each larger source and reporter of records, left out in turn.
    """

    scorer: LearnedScorer
    champion: Artifact
    seed: int
    held_out: ModelComparison | None
    latest: ModelComparison | None
    failures: float
    sources: tuple[WithoutSource, ...]
    curve: tuple[CurvePoint, ...]
    findings: tuple[RuleFinding, ...]
    cases: tuple[CaseChange, ...]
    judgement: GateJudgement

    @property
    def artifact(self) -> Artifact:
        return self.scorer.artifact

    @property
    def is_champion(self) -> bool:
        """Whether this is the champion, learned again from the same records."""
        return self.champion.id == self.artifact.id

    @property
    def knowledge(self) -> Knowledge:
        return self.scorer.learned.featuriser.knowledge

    @property
    def table(self) -> RecordTable:
        return self.scorer.learned.table

    @property
    def card(self) -> dict[str, Any]:
        """What the registry keeps beside the numbers, so that the gate need not be asked again."""
        return {
            "verdict": str(self.judgement.verdict),
            "checks": {check.name: str(check.outcome) for check in self.judgement.checks},
            "champion": self.champion.id,
            "records": self.artifact.basis.records,
            "communities": self.artifact.basis.communities,
            "documented": self.artifact.basis.documented,
            "trained_until": self.artifact.basis.trained_until,
            "seed": self.seed,
            "rules": [_kept(finding) for finding in self.findings],
        }


def _kept(finding: RuleFinding) -> Mapping[str, Any]:
    """What a card says of one rule; it names no community."""
    return {
        "rule": finding.rule,
        "records": finding.records,
        "communities": finding.communities,
        "expert": round(finding.expert, 4),
        "learned": round(finding.learned, 4),
        "interval": [round(end, 4) for end in finding.interval],
        "verdict": str(finding.verdict),
    }


def learned_challenger(
    evidence: Evidence,
    knowledge: Knowledge,
    created: date,
    settings: LearningSettings | None = None,
    documented: bool = True,
) -> LearnedScorer:
    """Learn what a trial is about; afterwards the records are asked nothing more.

    Args:
        evidence: at least one record.
        created: the day that is written into the artifact.
        documented: whether to learn from the documented communities of the knowledge too.
    """
    return fit_evidence(evidence, Featuriser(knowledge), settings, created.isoformat(), documented=documented)


def run_trial(
    scorer: LearnedScorer,
    *,
    champion: Artifact | None = None,
    seed: int = 0,
    jobs: int = 1,
    settings: LearningSettings | None = None,
    rivals: bool = False,
    step: Step = lambda name, share: None,
) -> Trial:
    """Judge what was learned. The same input gives the same trial, whatever `jobs` is.

    Args:
        scorer: from `learned_challenger`. What is learned from more records than fit in memory is judged on those of
            some communities.
        champion: what serves, made for the same knowledge; the rules when not given.
        seed: of everything that is drawn by lot.
        jobs: processes that learn at the same time.
        rivals: whether to look at stock methods too, which the gate does not ask.
        step: told what is being done.
    """
    settings = settings or LearningSettings()
    table, knowledge = scorer.learned.table, scorer.learned.featuriser.knowledge
    champion = champion or Artifact.of_rules(knowledge.score_fingerprint)
    recipes = _recipes(scorer, champion, settings)
    usual = {**recipes, **(_stock_recipes(scorer) if rivals else {})}
    alikeness = scorer.learned.alikeness
    apart = _on_held_out(table, usual, alikeness, seed, jobs, step)
    latest = _on_latest(table, usual, alikeness, seed, step)
    step("sources", 0)
    sources = _sources(table, recipes, champion, apart, alikeness, partial(step, "sources")) if apart else ()
    step("curve", 0)
    ways = recipes[CHALLENGER], recipes[RULES_ONLY]
    curve = learning_curve(table, *ways, alikeness, seed, partial(step, "curve"))
    step("rules", 0)
    findings = tuple(audit_rules(scorer.learned, partial(step, "rules")))
    step("cases", 0)
    rules = Advisor(knowledge)
    serving = rules if champion.id == RULES else Advisor(knowledge, champion)
    advisor = _advisor(scorer)
    broken = broken_expectations(advisor, rules) if advisor else []
    return Trial(
        scorer=scorer,
        champion=champion,
        seed=seed,
        held_out=apart,
        latest=latest,
        failures=failures(table),
        sources=sources,
        curve=curve,
        findings=findings,
        cases=case_changes(serving, advisor, broken) if advisor else (),
        judgement=judge(
            Hearing(
                apart.evaluations[CHALLENGER] if apart else None,
                failures(table),
                apart.differences if apart else {},
                champion_rival(champion),
                apart.order if apart else None,
                broken,
                advisor is not None,
                (len(sources), sum(each.contradicts for each in sources), sum(each.fails for each in sources)),
            )
        ),
    )


def failures(table: RecordTable) -> float:
    """Share of the communities in which fewer than half of those invited were active, in the mean of their records."""
    count = np.bincount(table.community)
    failed = np.bincount(table.community, table.active < FAILED * table.invited)
    there = count > 0
    return float(np.mean(failed[there] / count[there]))


def champion_rival(champion: Artifact) -> str:
    """What the champion is called among the rivals."""
    return champion.id if champion.id in SHIPPED else "champion"


def _sources(
    table: RecordTable,
    recipes: Mapping[str, Recipe],
    champion: Artifact,
    apart: ModelComparison,
    alikeness: float,
    told: Told,
) -> tuple[WithoutSource, ...]:
    def failed(found: ModelComparison, records: RecordTable) -> set[str]:
        hearing = Hearing(found.evaluations[CHALLENGER], failures(records), found.differences, champion_rival(champion))
        return {check.name for check in judge(hearing).checks if check.outcome is CheckResult.FAILED}

    with_all = failed(apart, table)

    def fails(rest: RecordTable) -> bool:
        return bool(failed(_compared(rest, held_out(rest, recipes), alikeness, 0), rest) - with_all)

    return tuple(look_at_sources(table, recipes[CHALLENGER], alikeness, fails, told))


def _recipes(scorer: LearnedScorer, champion: Artifact, settings: LearningSettings) -> Mapping[str, Recipe]:
    """Every way to foretell, the challenger first."""
    featuriser, own = scorer.learned.featuriser, scorer.learned.documents
    documents = own if len(own) else Documents.of(featuriser.knowledge.evidence, featuriser)
    recipes = {CHALLENGER: learning(featuriser, settings, own)}
    if champion.basis.records:
        until = date.fromisoformat(champion.basis.trained_until)
        recipes[CHAMPION] = learning(featuriser, settings, documents if champion.basis.documented else None, until)
    recipes[RULES_ONLY] = rules_only(featuriser)
    if len(documents):
        recipes[STARTER_ONLY] = starter(featuriser, settings, documents)
    if len(own):
        recipes[RECORDS_ONLY] = learning(featuriser, settings)
    return recipes


def _stock_recipes(scorer: LearnedScorer) -> Mapping[str, Recipe]:
    from training.evaluation.stock_methods import stock_methods  # takes seconds to load

    return stock_methods(scorer.learned.featuriser)


def _advisor(scorer: LearnedScorer) -> Advisor | None:
    """The advisor as the service would load it from the text; None when its self-test does not come out."""
    try:
        artifact = Artifact.from_json(scorer.artifact.to_json())
        return Advisor(scorer.learned.featuriser.knowledge, artifact)
    except ArtifactError:
        return None


def _on_held_out(
    table: RecordTable, recipes: Mapping[str, Recipe], alikeness: float, seed: int, jobs: int, step: Step
) -> ModelComparison | None:
    if len(np.unique(table.unit)) < 2:
        return None
    predictions: dict[str, Prediction] = {}
    for name, recipe in recipes.items():
        step(name, 0)
        predictions |= held_out(table, {name: recipe}, jobs=jobs, told=partial(step, name))
    return _compared(table, predictions, alikeness, seed, partial(step, "compared"))


def _on_latest(
    table: RecordTable, recipes: Mapping[str, Recipe], alikeness: float, seed: int, step: Step
) -> ModelComparison | None:
    step("latest", 0)
    early, late = latest_period(table)
    if not early.any() or not late.any():
        return None
    known, asked = table.take(early), table.take(late)
    predictions = {}
    for done, (name, recipe) in enumerate(recipes.items(), 1):
        predictions[name] = recipe(known, asked)
        step("latest", done / len(recipes))
    return _compared(asked, predictions, alikeness, seed)


def _compared(
    table: RecordTable,
    predictions: Mapping[str, Prediction],
    alikeness: float,
    seed: int,
    told: Told = lambda share: None,
) -> ModelComparison:
    rivals = {rival: name for rival, name in RIVALS.items() if name in predictions}
    ours, resampling = predictions[CHALLENGER], Resampling(table, seed)
    differences = {}
    for place, (rival, name) in enumerate(rivals.items()):
        part_told(told, place, len(rivals))(0)
        differences[rival] = compare(table, ours, predictions[name], alikeness, resampling)
    evaluations = {name: evaluate(table, found, alikeness) for name, found in predictions.items()}
    return ModelComparison(evaluations, differences, known_order(table, ours, alikeness, seed), predictions)
