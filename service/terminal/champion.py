"""Champion: commands answer with the artifact that was promoted last, as the service does, and say which it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click
from rich.text import Text

from model.advice.advice import Advice
from model.cli.translations import translation
from model.domain.knowledge import Knowledge
from model.errors import ArtifactError, StoreError
from model.scoring.advisor import Advisor
from model.scoring.artifact import SHIPPED
from model.scoring.starter import first_artifact
from model.storage.location import database_url
from model.storage.peek import serving_artifact

F = TypeVar("F", bound=Callable[..., Any])


def rules_only_option(command: F) -> F:
    """Adds `--rules-only`."""
    return click.option(
        "--rules-only",
        is_flag=True,
        help="Let the rules answer alone, without what documented communities or records teach.",
    )(command)


def champion_advice(knowledge: Knowledge, language: str, rules_only: bool = False) -> Advice:
    """Advice of the champion; without a store, or when that cannot be used, with what comes with the knowledge.

    A store is only looked at, never made. What is in the way is said on standard error: the answer is a good one all
    the same.
    """
    if rules_only:
        return Advice(Advisor(knowledge))
    said = ""
    for artifact in (partial(serving_artifact, database_url()), first_artifact):
        try:
            return Advice(Advisor(knowledge, artifact(knowledge)))
        except (ArtifactError, StoreError) as error:
            why = translation(str(error), language)
            before, said = said, knowledge.messages[language]["terminal_not_live"].format(why=why)
            if said != before:
                click.echo(said, err=True)
    return Advice(Advisor(knowledge))


def answered_by(advice: Advice, language: str) -> Text:
    """What answered, as a last line."""
    artifact, messages = advice.advisor.artifact, advice.advisor.knowledge.messages[language]
    name = f"terminal_by_{artifact.id if artifact.id in SHIPPED else 'artifact'}"
    basis = artifact.basis
    words = messages[name].format(
        id=artifact.id, records=basis.records, communities=basis.communities, documented=basis.documented
    )
    return Text(f"\n{words}", style="dim")
