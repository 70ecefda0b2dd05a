"""The commands `train` and `rules audit`: learn from records, judge what came out, look at each rule.

The libraries that learn take seconds to load, so they are imported when a command runs, not when help is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from rich.table import Table

from model.cli.options import knowledge_in, knowledge_option, language_option
from model.errors import Phrase
from training.cli.tables import open_registry, show_table, table
from training.cli.texts import CommandTexts
from training.progress import step_bar

if TYPE_CHECKING:
    from training.evaluation.rule_audit import RuleFinding

VERDICTS = ("supported", "contradicted", "cannot_tell_yet")
"""The values of `training.evaluation.rule_audit.RuleVerdict`."""

_STEPS = (
    "rows", "alike", "learn", "challenger", "champion", "rules_only", "starter", "records_only",
    "most_common_channel", "logistic_regression", "gradient_boosting", "compared", "latest", "sources", "curve",
    "rules", "cases", "report",
)  # fmt: skip
"""What `cli.open_records`, `cli.session` and `evaluation.trial` say they are doing, in that order."""
_AUDIT_STEPS = ("rows", "alike", "learn", "rules")

F = TypeVar("F", bound=Callable[..., object])


def _records_option(command: F) -> F:
    return click.option(
        "--records",
        "file",
        type=click.Path(exists=True, path_type=Path),
        help="File of outcome records to use instead of the store: any that `outcomes import` reads, or a folder of "
        "Parquet files.",
    )(command)


def _without_option(command: F) -> F:
    return click.option(
        "--without-source",
        "without",
        metavar="SOURCE",
        multiple=True,
        help="Leave out what the store has from this source, such as report-back. Can be given more than once.",
    )(command)


def _check_sources(without: Sequence[str], file: Path | None) -> None:
    if without and file is not None:
        raise click.UsageError(
            Phrase("--without-source is about the store. Leave such rows out of the file of --records.")
        )


@click.command()
@_records_option
@_without_option
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
@click.option(
    "--keep-estimator",
    "keep",
    is_flag=True,
    help="Also write estimator.joblib, the fitted estimator for notebooks, and its SHA-256.",
)
@click.option(
    "--spark",
    metavar="MASTER",
    help="Let this Spark put the records of a Parquet file together, for instance spark://host:7077 or local[2].",
)
@click.option(
    "--without-documents",
    "alone",
    is_flag=True,
    help="Learn from the records alone, and not from documented communities.",
)
@click.option(
    "--rivals",
    is_flag=True,
    help="Also look at plain logistic regression, gradient boosting and the most used channel, which takes longer.",
)
@language_option
@knowledge_option
def train(
    file: Path | None,
    without: tuple[str, ...],
    out: Path | None,
    seed: int,
    day: datetime,
    jobs: int,
    keep: bool,
    spark: str | None,
    alone: bool,
    rivals: bool,
    language: str,
    folder: Path | None,
) -> None:
    """Learn from outcome records, on top of what documented communities teach, and judge what came out.

    Writes report.html, report.md, report.json and artifact.json to a folder, keeps the artifact in the store as a
    candidate, and says what the gate thinks of it. Nothing goes live: that takes `platform-fit models promote`.
    """
    from training.cli.session import train_and_judge

    _check_sources(without, file)
    if spark is not None and file is None:
        raise click.UsageError(
            Phrase("--spark needs --records: what is in the store is put together by its own database.")
        )
    with open_registry() as (store, registry), step_bar(*CommandTexts(language).steps(_STEPS, "first_records")) as step:
        report = train_and_judge(
            store, registry, knowledge_in(folder), file,
            out=out, day=day.date(), seed=seed, jobs=jobs, language=language, keep=keep, spark=spark, step=step,
            without=without, documented=not alone, rivals=rivals,
        )  # fmt: skip
    for line in report:
        click.echo(line)


@click.command()
@_records_option
@_without_option
@click.option(
    "--verdict",
    type=click.Choice(VERDICTS),
    help="Only rules of which the records say this.",
)
@click.option(
    "--communities",
    "named",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=10,
    metavar="[NUMBER]",
    help="Also name the communities that speak against each rule, the clearest first; at most this many, or ten.",
)
@language_option
@knowledge_option
def audit(
    file: Path | None,
    without: tuple[str, ...],
    verdict: str | None,
    named: int | None,
    language: str,
    folder: Path | None,
) -> None:
    """Set each rule that can be learned about beside the records.

    Weights are in log-odds; "without records" is the weight that experts gave, times the trust in it. Records support a
    rule when they say strongly that it works in that direction. They contradict it when they say even more strongly
    that it does less than half of that, or the opposite. Something that no rule says may look like the rule: "learned"
    and the interval allow for that. Only communities count that gave the answer a rule asks for, and it takes ten. A
    contradicted rule is a reason to look, not to delete.
    """
    from training.cli.session import audit_records

    _check_sources(without, file)
    with open_registry() as (store, _), step_bar(*CommandTexts(language).steps(_AUDIT_STEPS, "first_records")) as step:
        found = audit_records(store, knowledge_in(folder), file, step, without, language)
    say = CommandTexts(language)
    chosen = [each for each in found.findings if verdict in (None, str(each.verdict))]
    show_table(_audit_table(chosen, say))
    verdicts = [str(each.verdict) for each in found.findings]
    counts = ", ".join(f"{say.code(each)}: {verdicts.count(each)}" for each in VERDICTS)
    click.echo(say("audit_total", records=found.records, counts=counts))
    for finding in chosen if named else ():
        if finding.against:
            click.echo(f"{finding.rule}: {_listed(finding.against, named, say)}")


def _listed(names: Sequence[str], most: int | None, say: CommandTexts) -> str:
    """Names with commas; of many only the first, and how many more there are."""
    shown, left = ", ".join(names[:most]), len(names[most:])
    return say("audit_more", shown=shown, left=left) if left else shown


def _audit_table(findings: Sequence[RuleFinding], say: CommandTexts) -> Table:
    listing = table(("rule", "records", "communities", "expert", "learned", "interval", "finding"), say.heading)
    for each in findings:
        low, high = each.interval
        listing.add_row(
            each.rule, str(each.records), str(each.communities), f"{each.expert:+.2f}", f"{each.learned:+.2f}",
            f"{low:+.2f} … {high:+.2f}", say.code(each.verdict),
        )  # fmt: skip
    return listing
