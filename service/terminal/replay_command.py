"""The command `replay`: a profile code in, the present answer and what became different out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import orjson

from model.advice.advice import Advice
from model.advice.answer_diff import AnswerDiff, replay
from model.answer.writer import AnswerWriter, Detail
from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.errors import Phrase
from model.scoring.advisor import Recommendation
from service.terminal.champion import answered_by, champion_advice, rules_only_option
from service.terminal.output import output_options, print_json, screen
from service.terminal.overview_view import OverviewPresenter
from service.terminal.profile_input import AnswersFile, profile_behind
from service.terminal.replay_view import ReplayPresenter, differences


@click.command("replay")
@click.argument("code")
@click.option("--answer", "earlier", metavar="FILE", type=AnswersFile(), help="An earlier answer, as JSON.")
@rules_only_option
@language_option
@knowledge_option
@output_options
def replay_code(
    code: str, earlier: Any, rules_only: bool, language: str, folder: Path | None, output: str, pretty: bool
) -> None:
    """Answer the profile behind a CODE again, and show what made the difference with an earlier answer.

    The answer is that of the artifact which is live in the store of this installation; without one, that of the rules.
    """
    knowledge = knowledge_in(folder)
    profile = profile_behind(code, knowledge, language, "CODE")
    advice = champion_advice(knowledge, language, rules_only)
    recommendation = advice.advisor.recommend(profile)
    found = None if earlier is None else _compared(earlier, recommendation, advice)
    if output == "json":
        content = {
            "answer": orjson.Fragment(
                AnswerWriter(advice.advisor, language, advice).write(recommendation, Detail.FULL)
            ),
            "differences": found and differences(found),
        }
        print_json(orjson.dumps(content), pretty)
        return
    console, overview = screen(), OverviewPresenter(advice, recommendation, language)
    for part in (overview.summary(), overview.bundle(), overview.code()):
        console.print(part)
    if found is not None:
        console.print(ReplayPresenter(knowledge, language).replay(found))
    console.print(answered_by(advice, language))


def _compared(file: Any, recommendation: Recommendation, advice: Advice) -> AnswerDiff:
    try:
        earlier = json.load(file)
    except (ValueError, RecursionError):
        raise CommandError(Phrase("{0} is no JSON in UTF-8.", file.name)) from None
    if not isinstance(earlier, dict):
        raise CommandError(
            Phrase("{0} is no answer: it must be one JSON object, as --format json gives it.", file.name)
        )
    if isinstance(earlier.get("answer"), dict):  # an earlier replay holds its answer one level deeper
        earlier = earlier["answer"]
    code, advisor = advice.profile_codes.code(recommendation.profile), advice.advisor
    if earlier.get("code", code) != code:
        raise CommandError(Phrase("{0} is the answer to another profile: its code is {1}.", file.name, earlier["code"]))
    try:
        findings = advice.overview(recommendation).findings
        return replay(earlier, recommendation, findings, advisor.knowledge.fingerprint, advisor.artifact.checksum)
    except (AttributeError, KeyError, TypeError):
        raise CommandError(Phrase("{0} is no answer of platform-fit: parts of it are missing.", file.name)) from None
