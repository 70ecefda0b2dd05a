"""The command `models`: what was learned, what is live, and who decided so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.cli.translations import translation
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.errors import reason
from model.knowledge.loader import PACKAGED
from model.knowledge.loader import STARTER as STARTER_FILE
from model.scoring.artifact import RULES, SHIPPED, STARTER, Artifact
from model.scoring.features import rule_feature
from model.scoring.starter import BUILD, first_artifact, starter_of
from model.scoring.term_builder import rule_weight
from model.storage.registry import Promotion, Registry
from training.cli.tables import by_option, open_registry, show_table, table
from training.cli.texts import CommandTexts
from training.cli.trial_view import try_
from training.evaluation import promotion


@click.group(no_args_is_help=True)
def models() -> None:
    """See what was learned, and decide what is live.

    A running service notices within seconds what is promoted or rolled back. "rules" is the expert rules alone;
    "starter" is the rules with what documented communities teach, which answers while nothing was promoted.
    """


models.add_command(try_)


@models.command("list")
@language_option
@knowledge_option
def list_(language: str, folder: Path | None) -> None:
    """List all artifacts, the oldest first."""
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    with open_registry() as (_, registry):
        shelf, live = registry.list(), promotion.serving_id(registry, knowledge)
        trouble = promotion.why_not_answering(registry, knowledge, promotion.answering(registry, knowledge))
    listing = table(("id", "made", "records", "communities", "documented", "verdict", "state"), say.heading)
    listing.add_row(RULES, "", "0", "0", "0", "", say("live") if live == RULES else "")
    if (starter := starter_of(knowledge)) is not None:
        documented, judged = str(starter.artifact.basis.documented), say("starter_on" if starter.on else "starter_off")
        listing.add_row(STARTER, "", "0", "0", documented, judged, say("live") if live == STARTER else "")
    for each in shelf:
        card = each.card
        listing.add_row(
            each.id, f"{each.created:%Y-%m-%d %H:%M}", str(card.get("records", "")), str(card.get("communities", "")),
            str(card.get("documented", "")), say.code(card.get("verdict", "")), say("live") if each.id == live else "",
        )  # fmt: skip
    show_table(listing)
    if trouble:
        click.echo(translation(trouble, language), err=True)


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
        shelved = None if artifact_id in SHIPPED else registry.shelved(artifact_id)
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
            "model_records", records=artifact.basis.records, communities=artifact.basis.communities,
            day=artifact.basis.trained_until or "-",
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

    "rules" brings back the expert rules alone, "starter" the rules with what documented communities teach.
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
        done = registry.rollback(by, reason, first_artifact(knowledge).id)
        trouble = promotion.why_not_answering(registry, knowledge, promotion.answering(registry, knowledge))
    if trouble:
        click.echo(translation(trouble, language))
    else:
        click.echo(CommandTexts(language)("model_rolled_back", id=done.artifact))


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


@models.command()
@click.option("--check", is_flag=True, help="Only say whether the file is what would be made now; write nothing.")
@language_option
@knowledge_option
def starter(check: bool, language: str, folder: Path | None) -> None:
    """Build the starter: what documented communities teach beyond the rules.

    Learns from the documented communities of the knowledge, judges what comes out, and writes starter.json with its
    card into the folder of the knowledge. It answers while nothing was promoted, when its gate says so. Build it again
    after every change of rules, channels, questions or documented communities.
    """
    import training.learning.single_thread  # noqa: F401  # before numpy, which looks at the environment once
    from training.evaluation.starter_gate import build_starter

    say, knowledge = CommandTexts(language), knowledge_in(folder)
    if not knowledge.evidence_fingerprint:
        raise CommandError(say("starter_no_communities"))
    made = build_starter(knowledge)
    for name, found in made.card["checks"].items():
        numbers = ", ".join(f"{say(f'starter_{key}')} {value:g}" for key, value in found.items() if key != "passed")
        click.echo(
            f"  {say.code(name):20} {say('starter_passed' if found['passed'] else 'starter_failed'):8} {numbers}"
        )
    file = (folder or PACKAGED) / STARTER_FILE
    if check:
        if knowledge.load_starter() != made.to_json():
            raise CommandError(say("starter_stale", file=file, build=translation(BUILD, language)))
    else:
        try:
            file.write_text(made.to_json(), "utf-8")
        except OSError as error:
            why = translation(reason(error), language)
            raise CommandError(say("starter_not_written", file=file, why=why)) from None
    state = say("starter_on" if made.on else "starter_off")
    click.echo(say("starter_made", file=file, documented=made.artifact.basis.documented, state=state))


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


def _logged(line: Promotion, say: CommandTexts) -> tuple[str, ...]:
    return f"{line.at:%Y-%m-%d %H:%M:%S}", say.code(line.kind), line.artifact, line.by, line.reason
