"""Told reports: what teams told with private links, for data staff to look at and decide what counts.

Importing this loads SQLAlchemy, so views import it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.storage.outcomes import StoredOutcome
from model.storage.reviews import Review, count_waiting, decide, waiting
from service.components import Components

SHOWN = 25
"""Reports on one page, the oldest first."""
_DECISION = "decide."
APPROVE, REFUSE = "approve", "refuse"


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report as it is shown.

    Attributes:
        field: name of its choice in the form.
        channel: in the language of the page.
        answers: question and answer, as texts.
    """

    field: str
    told: StoredOutcome
    channel: str
    reason: str
    answers: tuple[tuple[str, str], ...]


def reports(part: Components, language: str) -> tuple[list[ToldReport], int]:
    """The oldest reports that nobody looked at yet, and how many there are in all.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    store, knowledge = part.store.get(), part.knowledge
    found = [_shown(part, told, language) for told in waiting(store, knowledge, SHOWN)]
    return found, count_waiting(store)


def take(part: Components, form: Mapping[str, str], by: str) -> int:
    """Take the decisions in a form; how many could be taken.

    Raises:
        StoreBusyError: nothing was decided; try again.
    """
    return len(decide(part.store.get(), list(_decisions(form)), by))


def _decisions(form: Mapping[str, str]) -> Iterator[Review]:
    for name, value in form.items():
        record, _, revision = name.removeprefix(_DECISION).rpartition(".")
        if name.startswith(_DECISION) and value in (APPROVE, REFUSE) and revision.isdecimal() and len(revision) < 9:
            yield Review(record, int(revision), value == APPROVE)


def _shown(part: Components, told: StoredOutcome, language: str) -> ToldReport:
    knowledge = part.knowledge
    channel = knowledge.channel_by_id.get(told.channel)
    reason = knowledge.messages[language][f"not_used_{told.reason}"] if told.reason else ""
    return ToldReport(
        f"{_DECISION}{told.id}.{told.revision}",
        told,
        channel.name[language] if channel else told.channel,
        reason,
        tuple(_answers(part, told, language)),
    )


def _answers(part: Components, told: StoredOutcome, language: str) -> Iterator[tuple[str, str]]:
    for question in part.knowledge.questionnaire:
        given = told.answers.get(question.id)
        codes = [given] if isinstance(given, str) else given or []
        texts = [question.option(code).text[language] for code in codes if code in question.codes]
        if texts:
            yield question.text[language], "; ".join(texts)
