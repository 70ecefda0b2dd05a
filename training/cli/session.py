"""Session: one run of training or of the audit, from records to the report and the shelf."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import click

import training.learning.single_thread  # noqa: F401  # first of all, because numpy looks at the environment once
from model.cli.options import CommandError
from model.cli.translations import translation
from model.domain.knowledge import Knowledge
from model.errors import Phrase, reason
from model.storage.engine import Store
from model.storage.registry import Registry
from training.cli.open_records import open_records
from training.cli.texts import CommandTexts
from training.evaluation import promotion
from training.evaluation.gate import GateVerdict
from training.evaluation.rule_audit import RuleFinding, audit_rules
from training.evaluation.trial import Trial, learned_challenger, run_trial
from training.learning.design_matrix import Featuriser
from training.learning.pipeline import fit_evidence
from training.progress import Step
from training.report.content import report_content
from training.report.next_steps import wanted_records
from training.report.records import LeftOutRecords
from training.report.rendering import as_html, as_json, as_markdown
from training.report.texts import ReportTexts


@dataclass(frozen=True)
class AuditResult:
    """What a number of records say about each rule."""

    records: int
    findings: Sequence[RuleFinding]


def train_and_judge(
    store: Store,
    registry: Registry,
    knowledge: Knowledge,
    file: Path | None,
    *,
    out: Path | None,
    day: date,
    seed: int,
    jobs: int,
    language: str,
    keep: bool,
    step: Step,
    spark: str | None = None,
    without: Collection[str] = (),
    documented: bool = True,
    rivals: bool = False,
) -> Sequence[str]:
    """Learn, write the report, put the candidate on the shelf; gives what there is to say about it.

    Args:
        keep: also write the fitted estimator, for notebooks.
        without: sources of records in the store that are left out.
        documented: whether to learn from the documented communities too.
        rivals: whether to look at stock methods too.

    Raises:
        CommandError: there are no records, or the report cannot be written; nothing is on the shelf then.
    """
    with open_records(file, store, knowledge, spark, step, without, language) as (evidence, left):
        step("learn", 0)
        scorer = learned_challenger(evidence, knowledge, day, documented=documented)
    # Judging takes longest, and asks neither the store nor the file.
    champion = promotion.answering(registry, knowledge)
    if trouble := promotion.why_not_answering(registry, knowledge, champion):
        click.echo(translation(trouble, language), err=True)
    trial = run_trial(scorer, champion=champion, seed=seed, jobs=jobs, rivals=rivals, step=step)
    step("report", 0)
    say = CommandTexts(language)
    folder = out or Path(f"report-{trial.artifact.id}")
    digest, page = _write(trial, language, left, folder, keep)
    if trial.is_champion:
        return (
            say("train_nothing_new", id=trial.artifact.id),
            say("train_read", file=folder / "report.html"),
        )
    registry.save_artifact(trial.artifact, page, trial.card | ({"estimator": digest} if digest else {}))
    return tuple(_said(trial, folder, say))


def audit_records(
    store: Store,
    knowledge: Knowledge,
    file: Path | None,
    step: Step,
    without: Collection[str] = (),
    language: str = "en",
) -> AuditResult:
    """Set each rule with a weight beside the records.

    Raises:
        CommandError: there are no records.
    """
    with open_records(file, store, knowledge, step=step, without=without, language=language) as (evidence, _):
        step("learn", 0)
        learned = fit_evidence(evidence, Featuriser(knowledge)).learned
    step("rules", 0)
    return AuditResult(evidence.records, audit_rules(learned, partial(step, "rules")))


def _write(trial: Trial, language: str, left: LeftOutRecords, folder: Path, keep: bool) -> tuple[str, str]:
    """Write the estimator if it is to be kept, and all forms of the report; gives the digest and the page."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _kept_estimator(trial, folder) if keep else ""
        content = report_content(trial, language, left, digest)
        page = as_html(content)
        forms = {
            "report.html": page,
            "report.md": as_markdown(content),
            "report.json": as_json(content),
            "artifact.json": trial.artifact.to_json() + "\n",
        }
        for name, text in forms.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise CommandError(Phrase("The report cannot be written to {0}: {1}.", folder, reason(error))) from None
    return digest, page


def _kept_estimator(trial: Trial, folder: Path) -> str:
    """Write the estimator; gives its digest."""
    from training.learning.joblib_file import kept_estimator, write_estimator  # scikit-learn takes seconds to load

    return write_estimator(kept_estimator(trial.scorer.learned, trial.artifact.id), folder)


def _said(trial: Trial, folder: Path, say: CommandTexts) -> Iterator[str]:
    artifact, judgement = trial.artifact, trial.judgement
    yield say(
        "train_from",
        id=artifact.id,
        records=artifact.basis.records,
        communities=artifact.basis.communities,
        documented=artifact.basis.documented,
    )
    for check in judgement.checks:
        yield f"  {say.code(check.name):36} {say.code(check.outcome)}"
    for each in trial.sources:
        if each.contradicts or each.fails:
            kind, harm = say(f"train_{each.kind}"), say("train_contradicts" if each.contradicts else "train_decisive")
            yield f"  {kind} “{each.name}” ({each.records}): {harm}"
    yield say("train_verdict", verdict=say.code(judgement.verdict))
    yield from wanted_records(trial, ReportTexts(say.language))
    yield say("train_read", file=folder / "report.html")
    yield say("train_then", id=artifact.id) if judgement.verdict is GateVerdict.PROMOTE else say("train_stays")
