"""The command `models`: what was learned, what is live, and who decided so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.knowledge.loader import PACKAGED
from model.knowledge.loader import STARTER as STARTER_FILE
from model.scoring.artifact import RULES, SHIPPED, STARTER, Artifact
from model.scoring.features import rule_feature
from model.scoring.starter import BUILD, first_artifact, starter_of
from model.scoring.term_builder import rule_weight
from model.storage.registry import Promotion, Registry
from training.cli.tables import by_option, open_registry, show_table, table, worded
from training.evaluation import promotion


@click.group(no_args_is_help=True)
def models() -> None:
    """See what was learned, and decide what is live.

    A running service notices within seconds what is promoted or rolled back. "rules" is the expert rules alone;
    "starter" is the rules with what documented communities teach, which answers while nothing was promoted.
    """


@models.command("list")
@knowledge_option
def list_(folder: Path | None) -> None:
    """List all artifacts, the oldest first."""
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        shelf, live = registry.list(), promotion.serving_id(registry, knowledge)
        trouble = promotion.why_not_answering(registry, knowledge, promotion.answering(registry, knowledge))
    listing = table("id", "made", "records", "communities", "documented", "verdict", "")
    listing.add_row(RULES, "", "0", "0", "0", "", "live" if live == RULES else "")
    if (starter := starter_of(knowledge)) is not None:
        documented = str(starter.artifact.basis.documented)
        listing.add_row(
            STARTER, "", "0", "0", documented, "on" if starter.on else "off", "live" if live == STARTER else ""
        )
    for each in shelf:
        card = each.card
        listing.add_row(
            each.id, f"{each.created:%Y-%m-%d %H:%M}", str(card.get("records", "")), str(card.get("communities", "")),
            str(card.get("documented", "")), worded(card.get("verdict", "")), "live" if each.id == live else "",
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
        shelved = None if artifact_id in SHIPPED else registry.shelved(artifact_id)
        page = None if shelved is None else registry.report(artifact_id)
    basis = artifact.basis
    lines = {
        "id": artifact.id,
        "records": f"{basis.records} of {basis.communities} communities, until {basis.trained_until or '-'}",
        "documented communities": str(basis.documented),
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
        click.echo("\nWhat outcomes move most, in log-odds:")
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

    "rules" brings back the expert rules alone, "starter" the rules with what documented communities teach.
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
        done = registry.rollback(by, reason, first_artifact(knowledge).id)
        trouble = promotion.why_not_answering(registry, knowledge, promotion.answering(registry, knowledge))
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
        click.echo("Nothing was ever promoted: the starter is live, or the rules alone where there is none.")


@models.command()
@click.option("--check", is_flag=True, help="Only say whether the file is what would be made now; write nothing.")
@knowledge_option
def starter(check: bool, folder: Path | None) -> None:
    """Build the starter: what documented communities teach beyond the rules.

    Learns from the documented communities of the knowledge, judges what comes out, and writes starter.json with its
    card into the folder of the knowledge. It answers while nothing was promoted, when its gate says so. Build it again
    after every change of rules, channels, questions or documented communities.
    """
    import training.learning.single_thread  # noqa: F401  # before numpy, which looks at the environment once
    from training.evaluation.starter_gate import build_starter

    knowledge = knowledge_in(folder)
    if not knowledge.evidence_fingerprint:
        raise CommandError("There are no documented communities in this knowledge to learn from.")
    made = build_starter(knowledge)
    for name, found in made.card["checks"].items():
        numbers = ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in found.items() if key != "passed")
        click.echo(f"  {worded(name):20} {'passed' if found['passed'] else 'failed':8} {numbers}")
    file = (folder or PACKAGED) / STARTER_FILE
    if check:
        if knowledge.load_starter() != made.to_json():
            raise CommandError(f"{file} is not what would be made now. {BUILD}")
    else:
        try:
            file.write_text(made.to_json(), "utf-8")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"{file}: from {made.artifact.basis.documented} communities; it is {'on' if made.on else 'off'}.")


def _read(registry: Registry, artifact_id: str, knowledge: Knowledge) -> Artifact:
    """Also one that was made for other knowledge: what is in it can be looked at all the same."""
    if artifact_id in SHIPPED:
        return promotion.artifact_of(artifact_id, registry, knowledge)
    return Artifact.from_json(registry.artifact(artifact_id))


def _weights(artifact: Artifact, knowledge: Knowledge) -> dict[str, float]:
    """What each rule weighs, all things together, and every other deviation by its name."""
    weights = dict(artifact.deviations)
    for rule in knowledge.rules_with(Effect.LOG_ODDS):
        weights[rule_feature(rule)] = rule_weight(rule, knowledge, artifact)
    return weights


def _logged(line: Promotion) -> tuple[str, ...]:
    return f"{line.at:%Y-%m-%d %H:%M:%S}", line.kind, line.artifact, line.by, line.reason
