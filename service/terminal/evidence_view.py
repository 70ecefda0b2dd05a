"""Documented communities as text for a terminal, with the words for their codes in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from model.domain.evidence import SEVERAL_COUNTRIES, DocumentedCommunity, DocumentedOutcome
from model.domain.knowledge import Knowledge
from service.terminal.tables import sections, table


def evidence_table(communities: Sequence[DocumentedCommunity], knowledge: Knowledge, language: str) -> RenderableType:
    """One community a row: what it is, and what became of its channels."""
    messages = knowledge.messages[language]
    made = table(messages, "", "terminal_community", "terminal_outcomes", "evidence_source")
    made.columns[0].overflow = "fold"
    for community in communities:
        outcomes = (f"{each.channel}: {messages[f'evidence_result_{each.result}']}" for each in community.outcomes)
        made.add_row(
            Text.assemble((community.id, "bold"), f"\n{community.title}"),
            "\n".join(outcomes),
            f"{messages[f'evidence_source_{community.source.kind}']}, {community.country} {community.year}",
        )
    return made


def community_sheet(community: DocumentedCommunity, knowledge: Knowledge, language: str) -> RenderableType:
    """One community: its answers and what they rest on, what became of its channels, and who tells it."""
    messages = knowledge.messages[language]
    source = community.source
    country = messages["evidence_country_XX"] if community.country == SEVERAL_COUNTRIES else community.country
    about = f"{messages[f'evidence_sector_{community.sector}']}, {country}, {community.year}"
    told = [messages[f"evidence_{key}"] for key in (f"source_{source.kind}", f"read_{source.read}")]
    told.append(messages[f"evidence_strength_{community.strength}"])
    parts: list[tuple[str, list[str]]] = [
        ("evidence_answers", list(_answers(community, messages))),
        ("evidence_outcomes", [_outcome(each, knowledge, language) for each in community.outcomes]),
        ("evidence_source", [source.title, *([source.url] if source.url else []), f"{', '.join(told)}."]),
        ("evidence_caveat", [community.caveat]),
    ]
    heading = Text.assemble((community.title, "bold underline"), f" ({community.id})")
    return Group(heading, Text(about, style="dim"), *sections(messages, parts))


def _answers(community: DocumentedCommunity, messages: Mapping[str, str]) -> Iterator[str]:
    for question, words in community.support.items():
        answer = community.profile[question]
        codes = answer if isinstance(answer, str) else ", ".join(answer)
        basis = messages[f"evidence_basis_{community.basis(question)}"]
        yield f"{question}: {codes} ({basis}: {words.partition(':')[2].strip()})"


def _outcome(outcome: DocumentedOutcome, knowledge: Knowledge, language: str) -> str:
    messages = knowledge.messages[language]
    said = [messages[f"evidence_result_{outcome.result}"]]
    if outcome.stand_in is not None:
        said.append(messages["evidence_stand_in"].format(product=outcome.stand_in))
    if outcome.ended_by is not None:
        said.append(messages[f"evidence_ended_by_{outcome.ended_by}"])
    said += _people(outcome, messages)
    if outcome.weeks is not None:
        said.append(messages["evidence_weeks"].format(weeks=outcome.weeks))
    told = " ".join(f"{text.rstrip('.')}." for text in (outcome.active_means, outcome.note) if text is not None)
    return f"{knowledge.channel(outcome.channel).name[language]}: {'; '.join(said)}. {told}".rstrip()


def _people(outcome: DocumentedOutcome, messages: Mapping[str, str]) -> Iterator[str]:
    if outcome.active is not None:
        kind = messages[f"evidence_active_{outcome.active_kind}"]
        name = "evidence_people_alone" if outcome.invited is None else "evidence_people"
        yield messages[name].format(active=outcome.active, invited=outcome.invited, kind=kind)
    elif outcome.invited is not None:
        yield messages["evidence_people_invited"].format(invited=outcome.invited)
