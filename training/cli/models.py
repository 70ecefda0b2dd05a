"""The command `models`: what was learned, what is live, and who decided so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.scoring.artifact import RULES, TRUST, Artifact
from model.scoring.features import rule_feature, rule_strength
from model.storage.registry import Promotion, Registry
from training.cli.tables import by_option, open_registry, show_table, table
from training.cli.texts import CommandTexts
from training.cli.trial_view import try_
from training.evaluation import promotion


@click.group(no_args_is_help=True)
def models() -> None:
    """See what was learned, and decide what is live.

    A running service notices within seconds what is promoted or rolled back. "rules" is the rule base without records.
    """


models.add_command(try_)


@models.command("list")
@language_option
@knowledge_option
def list_(language: str, folder: Path | None) -> None:
    """List all artifacts, the oldest first."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    with open_registry() as (_, registry):
        shelf, live = registry.list(), promotion.serving_id(registry)
        trouble = promotion.why_not_answering(registry, promotion.answering(registry, knowledge))
    listing = table(("id", "made", "records", "communities", "verdict", "state"), say.heading)
    listing.add_row(RULES, "", "0", "0", "", say("live") if live == RULES else "")
    for each in shelf:
        card = each.card
        listing.add_row(
            each.id, f"{each.created:%Y-%m-%d %H:%M}", str(card.get("records", "")), str(card.get("communities", "")),
            say.code(card.get("verdict", "")), say("live") if each.id == live else "",
        )  # fmt: skip
    show_table(listing)
    if trouble:
        click.echo(trouble, err=True)


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write its report to this new file.")
@language_option
@knowledge_option
def show(artifact_id: str, report: Path | None, language: str, folder: Path | None) -> None:
    """Show where the artifact ID comes from, and what moves most in it."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    if report is not None and report.exists():
        raise click.BadParameter(say("model_file_exists"), param_hint="--report")
    with open_registry() as (_, registry):
        artifact = _read(registry, artifact_id, knowledge)
        shelved = None if artifact_id == RULES else registry.shelved(artifact_id)
        page = None if shelved is None else registry.report(artifact_id)
    facts = _facts(artifact, knowledge, say) | ({} if shelved is None else _judged(shelved.card, say))
    for name, line in facts.items():
        click.echo(f"{name:32} {line}")
    moved = sorted(artifact.deviations.items(), key=lambda item: -abs(item[1]))[:10]
    if moved:
        click.echo("\n" + say("model_moved"))
    for feature, value in moved:
        click.echo(f"  {value:+.2f}  {feature}")
    if report is not None:
        if page is None:
            raise CommandError(say("model_no_report", id=artifact_id))
        report.write_text(page, "utf-8")


def _facts(artifact: Artifact, knowledge: Knowledge, say: CommandTexts) -> dict[str, str]:
    fits = artifact.knowledge == knowledge.score_fingerprint
    return {
        say("head_id"): artifact.id,
        say("head_records"): say(
            "model_records", records=artifact.records, communities=artifact.communities,
            day=artifact.trained_until or "-",
        ),
        say("model_knowledge"): say("model_knowledge_now" if fits else "model_knowledge_other"),
        say("model_checksum"): artifact.checksum,
    }  # fmt: skip


def _judged(card: Mapping[str, Any], say: CommandTexts) -> dict[str, str]:
    """What the gate said of an artifact when it was made."""
    lines = {say("head_verdict"): say.code(card.get("verdict", ""))}
    lines |= {f"  {say.code(name)}": say.code(outcome) for name, outcome in card.get("checks", {}).items()}
    lines[say("model_against")] = str(card.get("champion", ""))
    if "estimator" in card:
        lines[say("model_estimator")] = str(card["estimator"])
    return lines


@models.command()
@click.argument("first")
@click.argument("second")
@language_option
@knowledge_option
def diff(first: str, second: str, language: str, folder: Path | None) -> None:
    """Show what weighs differently in artifact SECOND than in FIRST."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    with open_registry() as (_, registry):
        left, right = (_read(registry, name, knowledge) for name in (first, second))
    names = {"first": first, "second": second}
    listing = table(("what", "first", "second", "difference"), lambda name: names.get(name) or say.heading(name))
    before, after = _weights(left, knowledge), _weights(right, knowledge)
    rows = [(name, before.get(name, 0.0), after.get(name, 0.0)) for name in {**before, **after}]
    rows = [row for row in rows if abs(row[2] - row[1]) >= 0.005]
    for name, old, new in sorted(rows, key=lambda row: -abs(row[2] - row[1])):
        listing.add_row(name, f"{old:+.2f}", f"{new:+.2f}", f"{new - old:+.2f}")
    if rows:
        show_table(listing)
    else:
        click.echo(say("model_same"))


@models.command()
@click.argument("artifact_id", metavar="ID")
@click.option("--overrule", metavar="REASON", help="Do it against the gate; the reason is kept for good.")
@click.option("--reason", default="", help="Why now, for the log.")
@by_option
@language_option
@knowledge_option
def promote(artifact_id: str, overrule: str | None, reason: str, by: str, language: str, folder: Path | None) -> None:
    """Make the artifact ID live, if the gate says so.

    "rules" brings back the rule base.
    """
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        done = promotion.promote(registry, knowledge, artifact_id, by=by, reason=reason, overrule=overrule)
    click.echo(CommandTexts(language)("model_promoted", id=done.artifact))


@models.command()
@click.option("--reason", default="taken back", show_default=True, help="Why, for the log.")
@by_option
@language_option
@knowledge_option
def rollback(reason: str, by: str, language: str, folder: Path | None) -> None:
    """Make live again what was live before."""
    knowledge = knowledge_in(folder)
    with open_registry() as (_, registry):
        done = registry.rollback(by, reason)
        trouble = promotion.why_not_answering(registry, promotion.answering(registry, knowledge))
    click.echo(trouble or CommandTexts(language)("model_rolled_back", id=done.artifact))


@models.command()
@click.argument("artifact_id", metavar="ID")
@language_option
def remove(artifact_id: str, language: str) -> None:
    """Remove the candidate ID with its report, for good.

    What is live, or would come back with a rollback, is not removed. The log of promotions stays.
    """
    with open_registry() as (_, registry):
        registry.remove(artifact_id)
    click.echo(CommandTexts(language)("model_removed", id=artifact_id))


@models.command()
@click.option("--at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only until this moment (UTC).")
@language_option
def history(at: datetime | None, language: str) -> None:
    """Show who made what live, when and why, the oldest first."""
    say = CommandTexts(language)
    with open_registry() as (_, registry):
        log = registry.history(at.replace(tzinfo=UTC) if at else None)
    listing = table(("when", "how", "artifact", "by", "reason"), say.heading)
    for line in log:
        listing.add_row(*_logged(line, say))
    if log:
        show_table(listing)
    else:
        click.echo(say("model_never_promoted"))


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


def _logged(line: Promotion, say: CommandTexts) -> tuple[str, ...]:
    return f"{line.at:%Y-%m-%d %H:%M:%S}", say.code(line.kind), line.artifact, line.by, line.reason
