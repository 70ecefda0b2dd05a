"""The command `models`: what was learned, what is live, and who decided so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.scoring.artifact import RULES, TRUST, Artifact
from model.scoring.features import rule_feature, rule_strength
from model.storage.registry import Promotion, Registry
from training.cli.tables import by_option, open_registry, show_table, table, worded
from training.evaluation import promotion


@click.group(no_args_is_help=True)
def models() -> None:
    """See what was learned, and decide what is live.

    A running service notices within seconds what is promoted or rolled back. "rules" is the rule base without records.
    """


@models.command("list")
@knowledge_option
def list_(folder: Path | None) -> None:
    """List all artifacts, the oldest first."""
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        shelf, live = registry.list(), promotion.serving_id(registry)
        trouble = promotion.why_not_answering(registry, promotion.answering(registry, knowledge))
    listing = table("id", "made", "records", "communities", "verdict", "")
    listing.add_row(RULES, "", "0", "0", "", "live" if live == RULES else "")
    for each in shelf:
        card = each.card
        listing.add_row(
            each.id, f"{each.created:%Y-%m-%d %H:%M}", str(card.get("records", "")), str(card.get("communities", "")),
            worded(card.get("verdict", "")), "live" if each.id == live else "",
        )  # fmt: skip
    show_table(listing)
    if trouble:
        click.echo(trouble, err=True)


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write its report to this new file.")
@knowledge_option
def show(artifact_id: str, report: Path | None, folder: Path | None) -> None:
    """Show where the artifact ID comes from, and what moves most in it."""
    knowledge = knowledge_in(folder)
    if report is not None and report.exists():
        raise click.BadParameter("It exists already. Give another name.", param_hint="--report")
    with open_registry() as (_, registry):
        artifact = _read(registry, artifact_id, knowledge)
        shelved = None if artifact_id == RULES else registry.shelved(artifact_id)
        page = None if shelved is None else registry.report(artifact_id)
    lines = {
        "id": artifact.id,
        "records": f"{artifact.records} of {artifact.communities} communities, until {artifact.trained_until or '-'}",
        "knowledge": "as it is now"
        if artifact.knowledge == knowledge.score_fingerprint
        else "other rules, channels or questions than now: train again",
        "checksum": artifact.checksum,
    }
    if shelved is not None:
        lines["verdict"] = worded(shelved.card.get("verdict", ""))
        lines |= {f"  {name}": worded(outcome) for name, outcome in shelved.card.get("checks", {}).items()}
        lines["against"] = str(shelved.card.get("champion", ""))
        if "estimator" in shelved.card:
            lines["sha256 of the estimator"] = str(shelved.card["estimator"])
    for name, line in lines.items():
        click.echo(f"{name:28} {line}")
    moved = sorted(artifact.deviations.items(), key=lambda item: -abs(item[1]))[:10]
    if moved:
        click.echo("\nWhat records move most, in log-odds:")
    for feature, value in moved:
        click.echo(f"  {value:+.2f}  {feature}")
    if report is not None:
        if page is None:
            raise CommandError(f"{artifact_id} has no report.")
        report.write_text(page, "utf-8")


@models.command()
@click.argument("first")
@click.argument("second")
@knowledge_option
def diff(first: str, second: str, folder: Path | None) -> None:
    """Show what weighs differently in artifact SECOND than in FIRST."""
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        left, right = (_read(registry, name, knowledge) for name in (first, second))
    listing = table("what", first, second, "difference")
    before, after = _weights(left, knowledge), _weights(right, knowledge)
    rows = [(name, before.get(name, 0.0), after.get(name, 0.0)) for name in {**before, **after}]
    rows = [row for row in rows if abs(row[2] - row[1]) >= 0.005]
    for name, old, new in sorted(rows, key=lambda row: -abs(row[2] - row[1])):
        listing.add_row(name, f"{old:+.2f}", f"{new:+.2f}", f"{new - old:+.2f}")
    if rows:
        show_table(listing)
    else:
        click.echo("Nothing weighs differently.")


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--overrule", metavar="REASON", help="Do it against the gate; the reason is kept for good.")
@click.option("--reason", default="", help="Why now, for the log.")
@by_option
@knowledge_option
def promote(artifact_id: str, overrule: str | None, reason: str, by: str, folder: Path | None) -> None:
    """Make the artifact ID live, if the gate says so.

    "rules" brings back the rule base.
    """
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        done = promotion.promote(registry, knowledge, artifact_id, by=by, reason=reason, overrule=overrule)
    click.echo(f"{done.artifact} is live from now on. To go back: platform-fit models rollback")


@models.command()
@click.option("--reason", default="taken back", show_default=True, help="Why, for the log.")
@by_option
@knowledge_option
def rollback(reason: str, by: str, folder: Path | None) -> None:
    """Make live again what was live before."""
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        done = registry.rollback(by, reason)
        trouble = promotion.why_not_answering(registry, promotion.answering(registry, knowledge))
    click.echo(trouble or f"{done.artifact} is live again.")


@models.command()
@click.option("--at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only until this moment (UTC).")
def history(at: datetime | None) -> None:
    """Show who made what live, when and why, the oldest first."""
    with open_registry() as (_, registry):
        log = registry.history(at.replace(tzinfo=UTC) if at else None)
    listing = table("when (UTC)", "what", "artifact", "by", "reason")
    for line in log:
        listing.add_row(*_logged(line))
    if log:
        show_table(listing)
    else:
        click.echo("Nothing was ever promoted: the rule base is live.")


def _read(registry: Registry, artifact_id: str, knowledge: Knowledge) -> Artifact:
    if artifact_id == RULES:
        return Artifact.of_rules(knowledge.score_fingerprint)
    return Artifact.from_json(registry.artifact(artifact_id))


def _weights(artifact: Artifact, knowledge: Knowledge) -> dict[str, float]:
    """What each rule weighs, all things together, and every other deviation by its name."""
    weights = dict(artifact.deviations)
    for rule in knowledge.rules_with(Effect.LOG_ODDS):
        name = rule_feature(rule)
        own = weights.pop(name, 0.0) * rule_strength(rule)
        weights[name] = rule.weight * (1 + artifact.deviation(TRUST)) + own
    return weights


def _logged(line: Promotion) -> tuple[str, ...]:
    return f"{line.at:%Y-%m-%d %H:%M:%S}", line.kind, line.artifact, line.by, line.reason
