"""The command `evidence evaluate`: how good the advice is, measured on documented communities.

The libraries that learn take seconds to load, so they are imported when the command runs, not when help is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from model.cli.options import CommandError, knowledge_in, knowledge_option, language_option
from model.errors import Phrase, reason
from training.cli.texts import CommandTexts
from training.progress import step_bar

_STEPS = (
    "judge_honest", "sure_honest", "judge_all_answers", "sure_all_answers", "curve", "report",
)  # fmt: skip
"""What `training.evaluation.documented.study` says it is doing, in that order, and writing."""


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("quality-report"),
    show_default=True,
    help="Folder for the report; files in it with the same names are replaced.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For everything drawn by lot.")
@click.option(
    "--before",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report.json of an earlier run, to show what moved since.",
)
@language_option
@knowledge_option
def evaluate(out: Path, seed: int, before: Path | None, language: str, folder: Path | None) -> None:
    """Measure how good the advice is on documented communities.

    The rules, what is learned from the communities, and simpler ways to advise are judged on the same outcomes, each
    source by what was learned without it. Writes report.html, report.md and report.json to a folder. Takes up to two
    minutes.
    """
    import training.learning.single_thread  # noqa: F401  # first of all, because numpy looks at the environment once
    from training.evaluation.documented.study import run_study
    from training.report.documented.content import quality_content
    from training.report.documented.rendering import as_html, as_json, as_markdown

    earlier, say = _figures(before) if before else None, CommandTexts(language)
    with step_bar(*say.steps(_STEPS, "first_communities")) as step:
        knowledge = knowledge_in(folder)
        _write({}, out)  # who may not write there need not wait
        figures = run_study(knowledge, seed, step=step).as_dict()
        step("report", 0)
        content = quality_content(figures, language, earlier)
        forms = {
            "report.html": as_html(content, figures),
            "report.md": as_markdown(content),
            "report.json": as_json(figures),
        }
    _write(forms, out)
    for line in content.summary:
        click.echo(line)
    click.echo(say("train_read", file=out / "report.html"))


def _figures(file: Path) -> Mapping[str, Any]:
    """What an earlier run wrote.

    Raises:
        CommandError: it is no such file.
    """
    try:
        found = json.loads(file.read_text("utf-8"))
        found["views"]["honest"]["figures"], found["evidence"]
    except (ValueError, KeyError, TypeError):
        raise CommandError(Phrase("{0} is no report.json of `platform-fit evidence evaluate`.", file)) from None
    return dict(found)


def _write(forms: Mapping[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in forms.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise CommandError(Phrase("The report cannot be written to {0}: {1}.", folder, reason(error))) from None
