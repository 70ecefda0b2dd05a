"""The command `models try`: one community's ranking with a candidate, beside what answers now."""

from __future__ import annotations

from pathlib import Path

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.domain.knowledge import Knowledge
from model.errors import KnowledgeError, Phrase, ProfileError
from model.knowledge.yaml_lines import read_document
from model.profiles.code import ProfileCodes
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor, RankedChannel
from model.scoring.artifact import RULES
from model.storage.peek import stored_artifact
from training.cli.tables import open_registry, show_table, table
from training.cli.texts import CommandTexts
from training.evaluation import promotion


@click.command("try")
@click.argument("artifact_id", metavar="ID")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--case", "case_id", help="A documented case.")
@click.option("--code", help="A profile code.")
@language_option
@knowledge_option
def try_(
    artifact_id: str, file: Path | None, case_id: str | None, code: str | None, language: str, folder: Path | None
) -> None:
    """Show the ranking that the candidate ID would give, beside what answers now; nothing is promoted.

    The community comes from a documented case, a profile code, or FILE with answers in YAML or JSON.
    """
    say, knowledge = CommandTexts(language), knowledge_in(folder)
    if sum(each is not None for each in (file, case_id, code)) != 1:
        raise click.UsageError(say("model_one_profile"))
    profile = _profile(file, case_id, code, knowledge, language)
    with open_registry() as (_, registry):
        candidate = None if artifact_id == RULES else stored_artifact(registry.artifact(artifact_id), artifact_id)
        serving = promotion.answering(registry, knowledge)
    now, then = (Advisor(knowledge, artifact).recommend(profile).channels for artifact in (serving, candidate))
    headings = {"now": say("head_now"), "candidate": say("head_candidate", id=artifact_id)}
    listing = table(("channel", "now", "candidate"), lambda name: headings.get(name) or say.heading(name))
    before = {each.assessment.channel.id: each for each in now}
    for each in then:
        name = each.assessment.channel.id
        listing.add_row(name, _place(before.get(name)), _place(each))
    show_table(listing)
    click.echo(say("model_tried", id=artifact_id), err=True)


def _profile(file: Path | None, case_id: str | None, code: str | None, knowledge: Knowledge, language: str) -> Profile:
    try:
        if code is not None:
            return ProfileCodes(knowledge).read(code, language)
        if case_id is not None:
            return ProfileGate(knowledge).read(dict(knowledge.case(case_id).profile), language).profile
        assert file is not None
        answers = read_document(file.name, file.read_text("utf-8-sig")).data
        return ProfileGate(knowledge).read(answers, language).profile
    except UnicodeDecodeError:
        raise CommandError(Phrase("{0} is no text in UTF-8.", file)) from None
    except KnowledgeError as error:
        raise CommandError(Phrase("the answers cannot be read:\n{0}", error)) from None
    except ProfileError as error:
        raise CommandError(str(error)) from None


def _place(ranked: RankedChannel | None) -> str:
    return "–" if ranked is None else f"{ranked.rank:>2}  {ranked.assessment.probability:4.0%}"
