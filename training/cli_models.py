"""The commands `train`, `models` and `rules audit`: learn from records, judge what came out, say what is live."""

from __future__ import annotations

import os

# One thread for linear algebra: on a busy machine two that wait for each other are many times slower. This must be
# said before numpy is first imported.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from model.artifact import Artifact
from model.features import rule_feature, rule_strength
from model.knowledge.base import Knowledge
from model.outcomes import OutcomeRecord
from model.rules import Effect
from model.schemas import ProfileGate
from model.storage.engine import Store
from model.storage.location import database_url
from model.storage.outcomes import read_records
from model.storage.registry import RULES, Promotion, Registry
from model.terminal.base import Refused, knowledge_in, knowledge_option, language_option, screen
from training import promotion
from training.audit import RuleFinding, RuleVerdict
from training.gate import Verdict
from training.intake import Imported, import_file
from training.pipeline import fit
from training.report.content import Left, report_content
from training.report.rendering import as_html, as_json, as_markdown
from training.trial import Trial, run_trial

_PATIENCE = 60.0
"""Seconds that a person's command waits for other writers."""
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


def _by_option(command: F) -> F:
    return click.option("--by", default=lambda: _user(), show_default="your user name", help="Who does this.")(command)


@contextmanager
def _registry() -> Iterator[tuple[Store, Registry]]:
    store = Store.open(database_url(), _PATIENCE)
    try:
        yield store, Registry(store)
    finally:
        store.close()


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
    with _registry() as (store, registry), _progress() as step:
        records, left = _records(file, store, knowledge)
        champion = promotion.live_artifact(registry, knowledge)
        trial = run_trial(
            records, knowledge, champion=champion, created=day.date(), seed=seed, jobs=jobs, step=step
        )  # fmt: skip
        step("report")
        target = out or Path(f"report-{trial.artifact.id}")
        page = _write_report(trial, language, left, target)
        registry.save_artifact(trial.artifact, page, promotion.card_of(trial))
    _show_verdict(trial, target)


@click.group(no_args_is_help=True)
def models() -> None:
    """See what was learned, and decide what is live.

    A running service notices within seconds what is promoted or rolled back. "rules" is the rule base without records.
    """


@models.command("list")
def list_() -> None:
    """List all artifacts, the oldest first."""
    with _registry() as (_, registry):
        shelf, live = registry.list(), promotion.live_id(registry)
    table = _table("id", "made", "records", "communities", "verdict", "")
    table.add_row(RULES, "", "0", "0", "", "live" if live == RULES else "")
    for each in shelf:
        card = each.card
        table.add_row(
            each.id, f"{each.created:%Y-%m-%d %H:%M}", str(card.get("records", "")), str(card.get("communities", "")),
            _worded(card.get("verdict", "")), "live" if each.id == live else "",
        )  # fmt: skip
    screen().print(table)


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write its report to this new file.")
@knowledge_option
def show(artifact_id: str, report: Path | None, folder: Path | None) -> None:
    """Show where the artifact ID comes from, and what moves most in it."""
    knowledge = knowledge_in(folder)
    if report is not None and report.exists():
        raise click.BadParameter("It exists already. Give another name.", param_hint="--report")
    with _registry() as (_, registry):
        artifact = _read(registry, artifact_id, knowledge)
        shelved = None if artifact_id == RULES else registry.shelved(artifact_id)
        page = None if shelved is None else registry.report(artifact_id)
    lines = {
        "id": artifact.id,
        "records": f"{artifact.records} of {artifact.communities} communities, until {artifact.trained_until or '-'}",
        "knowledge": "as it is now"
        if artifact.knowledge == knowledge.fingerprint
        else "other than it is now: train again",
        "checksum": artifact.checksum,
    }
    if shelved is not None:
        lines["verdict"] = _worded(shelved.card.get("verdict", ""))
        lines |= {f"  {name}": _worded(outcome) for name, outcome in shelved.card.get("checks", {}).items()}
        lines["against"] = str(shelved.card.get("champion", ""))
    for name, value in lines.items():
        click.echo(f"{name:28} {value}")
    moved = sorted(artifact.deviations.items(), key=lambda item: -abs(item[1]))[:10]
    if moved:
        click.echo("\nWhat records move most, in log-odds:")
    for feature, value in moved:
        click.echo(f"  {value:+.2f}  {feature}")
    if report is not None:
        if page is None:
            raise Refused(f"{artifact_id} has no report.")
        report.write_text(page, "utf-8")


@models.command()
@click.argument("first")
@click.argument("second")
@knowledge_option
def diff(first: str, second: str, folder: Path | None) -> None:
    """Show what weighs differently in artifact SECOND than in FIRST."""
    knowledge = knowledge_in(folder)
    with _registry() as (_, registry):
        left, right = (_read(registry, name, knowledge) for name in (first, second))
    table = _table("what", first, second, "difference")
    before, after = _weights(left, knowledge), _weights(right, knowledge)
    rows = [(name, before.get(name, 0.0), after.get(name, 0.0)) for name in {**before, **after}]
    rows = [row for row in rows if abs(row[2] - row[1]) >= 0.005]
    for name, old, new in sorted(rows, key=lambda row: -abs(row[2] - row[1])):
        table.add_row(name, f"{old:+.2f}", f"{new:+.2f}", f"{new - old:+.2f}")
    if rows:
        screen().print(table)
    else:
        click.echo("Nothing weighs differently.")


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--overrule", metavar="REASON", help="Do it against the gate; the reason is kept for good.")
@click.option("--reason", default="", help="Why now, for the log.")
@_by_option
@knowledge_option
def promote(artifact_id: str, overrule: str | None, reason: str, by: str, folder: Path | None) -> None:
    """Make the artifact ID live, if the gate says so.

    "rules" brings back the rule base.
    """
    knowledge = knowledge_in(folder)
    with _registry() as (_, registry):
        done = promotion.promote(registry, knowledge, artifact_id, by=by, reason=reason, overrule=overrule)
    click.echo(f"{done.artifact} is live from now on. To go back: platform-fit models rollback")


@models.command()
@click.option("--reason", default="taken back", show_default=True, help="Why, for the log.")
@_by_option
def rollback(reason: str, by: str) -> None:
    """Make live again what was live before."""
    with _registry() as (_, registry):
        done = registry.rollback(by, reason)
    click.echo(f"{done.artifact} is live again.")


@models.command()
@click.option("--at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only until this moment (UTC).")
def history(at: datetime | None) -> None:
    """Show who made what live, when and why, the oldest first."""
    with _registry() as (_, registry):
        log = registry.history(at.replace(tzinfo=UTC) if at else None)
    table = _table("when (UTC)", "what", "artifact", "by", "reason")
    for line in log:
        table.add_row(*_logged(line))
    if log:
        screen().print(table)
    else:
        click.echo("Nothing was ever promoted: the rule base is live.")


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
    with _registry() as (store, _), _progress() as step:
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
                result = import_file(file, apart, knowledge, recorded_by=_user(), rejects=rejects)
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
        click.echo(f"  {_worded(check.name):28} {_worded(check.outcome)}")
    click.echo(f"Verdict: {_worded(judgement.verdict)}.")
    click.echo(f"Read {folder / 'report.html'}")
    if judgement.verdict is Verdict.PROMOTE:
        click.echo(f"Then: platform-fit models promote {artifact.id}")
    elif judgement.verdict is Verdict.TOO_FEW:
        click.echo("What is live stays live. Collect more records and train again.")
    else:
        click.echo("What is live stays live. The report says what went wrong.")


def _audit_table(findings: Sequence[RuleFinding]) -> Table:
    table = _table("rule", "records", "expert", "learned", "90 % interval", "the records say")
    for each in findings:
        low, high = each.interval
        table.add_row(
            each.rule, str(each.records), f"{each.expert:+.2f}", f"{each.learned:+.2f}", f"{low:+.2f} … {high:+.2f}",
            _worded(each.verdict),
        )  # fmt: skip
    return table


def _read(registry: Registry, artifact_id: str, knowledge: Knowledge) -> Artifact:
    if artifact_id == RULES:
        return Artifact.of_rules(knowledge.fingerprint)
    return Artifact.from_json(registry.artifact(artifact_id))


def _weights(artifact: Artifact, knowledge: Knowledge) -> dict[str, float]:
    """What each rule weighs, all things together, and every other deviation by its name."""
    weights = dict(artifact.deviations)
    for rule in knowledge.rules_with(Effect.LOG_ODDS):
        name = rule_feature(rule)
        own = weights.pop(name, 0.0) * rule_strength(rule)
        weights[name] = rule.weight * (1 + artifact.deviation("trust")) + own
    return weights


def _logged(line: Promotion) -> tuple[str, ...]:
    return f"{line.at:%Y-%m-%d %H:%M:%S}", line.kind, line.artifact, line.by, line.reason


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    numbers = ("records", "communities", "expert", "learned", "difference")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def _worded(code: str) -> str:
    return str(code).replace("_", " ")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Gives what is to be told which step begins; shown only to a person at a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading the records", total=len(_STEPS))
        yield lambda name: progress.update(task, advance=1, description=_STEPS[name])
