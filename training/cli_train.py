"""The commands `train` and `rules audit`: learn from records, judge what came out, look at each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import training.single_thread  # noqa: F401  # first of all, because numpy looks at the environment once
from model.knowledge.base import Knowledge
from model.outcomes import OutcomeRecord
from model.schemas import ProfileGate
from model.storage.engine import Store
from model.storage.outcomes import read_records
from model.terminal.base import Refused, knowledge_in, knowledge_option, language_option, screen
from training import promotion
from training.audit import RuleFinding, RuleVerdict
from training.gate import Verdict
from training.intake import Imported, import_file
from training.pipeline import fit
from training.report.content import Left, report_content
from training.report.rendering import as_html, as_json, as_markdown
from training.terminal import open_registry, table, user, worded
from training.trial import Trial, run_trial

_STEPS = {
    "learn": "learning from the records",
    "challenger": "learning without each fifth of the communities",
    "champion": "the same for what is live",
    "rules_only": "the rules alone",
    "most_common_channel": "the most used channel",
    "logistic_regression": "plain logistic regression",
    "gradient_boosting": "gradient boosting",
    "latest": "the latest period",
    "curve": "learning from fewer communities",
    "rules": "each rule beside the records",
    "cases": "the documented cases",
    "report": "writing the report",
}

F = TypeVar("F", bound=Callable[..., object])


def _records_option(command: F) -> F:
    return click.option(
        "--records",
        "file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File of outcome records to use instead of the store: CSV, JSON lines, Parquet or XLSX.",
    )(command)


@click.command()
@_records_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the report; files in it with the same names are replaced.  [default: report-ID]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For everything drawn by lot.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: date.today().isoformat(),
    show_default="today",
    help="The day that is written into the artifact. Same records, same day: the same bytes.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that learn at the same time; worth it from ten thousand records.",
)
@language_option
@knowledge_option
def train(
    file: Path | None, out: Path | None, seed: int, day: datetime, jobs: int, language: str, folder: Path | None
) -> None:
    """Learn from outcome records, and judge what came out.

    Writes report.html, report.md, report.json and artifact.json to a folder, keeps the artifact in the store as a
    candidate, and says what the gate thinks of it. Nothing goes live: that takes `platform-fit models promote`.
    """
    knowledge = knowledge_in(folder)
    with open_registry() as (store, registry), _progress() as step:
        records, left = _records(file, store, knowledge)
        champion = promotion.live_artifact(registry, knowledge)
        trial = run_trial(
            records, knowledge, champion=champion, created=day.date(), seed=seed, jobs=jobs, step=step
        )  # fmt: skip
        step("report")
        target = out or Path(f"report-{trial.artifact.id}")
        page = _write_report(trial, language, left, target)
        registry.save_artifact(trial.artifact, page, trial.card)
    _show_verdict(trial, target)


@click.command()
@_records_option
@click.option(
    "--verdict",
    type=click.Choice([str(each) for each in RuleVerdict]),
    help="Only rules of which the records say this.",
)
@click.option("--communities", is_flag=True, help="Also name the communities that speak against each rule.")
@knowledge_option
def audit(file: Path | None, verdict: str | None, communities: bool, folder: Path | None) -> None:
    """Set each rule with a weight beside the records.

    Weights are in log-odds. A rule that is contradicted does less than half of what experts say, or the opposite, and
    that is nearly sure; it is a reason to look, not to delete.
    """
    knowledge = knowledge_in(folder)
    with open_registry() as (store, _), _progress() as step:
        records, _left = _records(file, store, knowledge)
        step("learn")
        scorer = fit(records, knowledge)
        step("rules")
        findings = scorer.audit()
    chosen = [each for each in findings if verdict in (None, str(each.verdict))]
    screen().print(_audit_table(chosen))
    counts = {each: sum(finding.verdict is each for finding in findings) for each in RuleVerdict}
    click.echo(
        f"{len(records)} records. Supported: {counts[RuleVerdict.SUPPORTED]}, "
        f"contradicted: {counts[RuleVerdict.CONTRADICTED]}, cannot tell yet: {counts[RuleVerdict.OPEN]}."
    )
    for finding in chosen if communities else ():
        if finding.against:
            click.echo(f"{finding.rule}: {', '.join(finding.against)}")


def _records(file: Path | None, store: Store, knowledge: Knowledge) -> tuple[Sequence[OutcomeRecord], Left]:
    """The records to learn from, out of the store or a file, which goes through the same gate as an import."""
    refused = 0
    if file is None:
        found = read_records(store, knowledge, ProfileGate(knowledge))
    else:
        with TemporaryDirectory() as folder:
            apart = Store.open(f"sqlite:///{Path(folder) / 'records.db'}")
            try:
                rejects = Path(folder) / f"rejects{file.suffix}"
                result = import_file(file, apart, knowledge, recorded_by=user(), rejects=rejects)
                found = read_records(apart, knowledge, ProfileGate(knowledge))
            finally:
                apart.close()
        refused = result.refused
        _warn_of_refused(file, result)
    if found.stale:
        click.echo(f"{len(found.stale)} records do not fit the knowledge of today and are left out.", err=True)
    if not found.usable:
        place = "the store" if file is None else str(file)
        raise Refused(
            f"There are no records to learn from in {place}. To get them there: platform-fit outcomes import FILE"
        )
    return found.usable, Left(len(found.stale), refused)


def _warn_of_refused(file: Path, result: Imported) -> None:
    if result.refused:
        click.echo(
            f"{result.refused} of {result.read} rows of {file.name} are refused and left out. "
            f"Which and why: platform-fit outcomes import {file.name} --dry-run", err=True,
        )  # fmt: skip


def _write_report(trial: Trial, language: str, left: Left, folder: Path) -> str:
    """Write all forms; gives the page."""
    content = report_content(trial, language, left)
    forms = {
        "report.html": as_html(content),
        "report.md": as_markdown(content),
        "report.json": as_json(content),
        "artifact.json": trial.artifact.to_json() + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in forms.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"The report cannot be written to {folder}: {error.strerror}.") from None
    return forms["report.html"]


def _show_verdict(trial: Trial, folder: Path) -> None:
    artifact, judgement = trial.artifact, trial.judgement
    click.echo(f"{artifact.id}, from {artifact.records} records of {artifact.communities} communities")
    for check in judgement.checks:
        click.echo(f"  {worded(check.name):28} {worded(check.outcome)}")
    click.echo(f"Verdict: {worded(judgement.verdict)}.")
    click.echo(f"Read {folder / 'report.html'}")
    if judgement.verdict is Verdict.PROMOTE:
        click.echo(f"Then: platform-fit models promote {artifact.id}")
    elif judgement.verdict is Verdict.TOO_FEW:
        click.echo("What is live stays live. Collect more records and train again.")
    else:
        click.echo("What is live stays live. The report says what went wrong.")


def _audit_table(findings: Sequence[RuleFinding]) -> Table:
    listing = table("rule", "records", "expert", "learned", "90 % interval", "the records say")
    for each in findings:
        low, high = each.interval
        listing.add_row(
            each.rule, str(each.records), f"{each.expert:+.2f}", f"{each.learned:+.2f}", f"{low:+.2f} … {high:+.2f}",
            worded(each.verdict),
        )  # fmt: skip
    return listing


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Gives what is to be told which step begins; shown only to a person at a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the records", total=len(_STEPS))
        yield lambda name: progress.update(task, advance=1, description=_STEPS[name])
