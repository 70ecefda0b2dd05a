"""Tables for a terminal: of rules, channels, questions and traces, with headings in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from model.advice.documented import DocumentedUse, DocumentedUses
from model.domain.channels import Channel
from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question
from model.domain.rules import WEIGHTED, Rule
from model.profiles.profile import Profile
from model.scoring.rule_trace import trace

_STATUSES = ("fired", "undecided", "near_miss")


def table(messages: Mapping[str, str], title: str, *columns: str) -> Table:
    """An empty table; its columns are headed by the messages of these names."""
    made = Table(title=title, title_justify="left", title_style="bold underline", box=box.SIMPLE_HEAD)
    for column in columns:
        made.add_column(messages[column] if column else "", overflow="fold")
    return made


def with_whole_ids(made: Table) -> Table:
    """The table with its first column as wide as the longest id in it, because ids are copied."""
    first = made.columns[0]
    first.min_width = max((len(str(cell).split("\n", 1)[0]) for cell in first.cells), default=0)
    return made


def rule_table(rules: Iterable[Rule], knowledge: Knowledge, language: str) -> RenderableType:
    """Each rule with its sentence, effect, grounds and the day before which it must be checked again."""
    messages = knowledge.messages[language]
    columns = ("rule", "effect", "grade", "documented", "sources", "review")
    made = table(messages, "", *(f"terminal_{column}" for column in columns))
    uses = DocumentedUses(knowledge)
    for rule in rules:
        weight = f" {rule.weight:+g}" if rule.effect in WEIGHTED else ""
        made.add_row(
            Text.assemble((rule.id, "bold"), f"\n{rule.text[language]}"),
            f"{rule.theme}\n{rule.effect}{weight}",
            "\n".join(rule.grade),
            _documented(uses.beside_rule(rule), messages),
            "\n".join(rule.sources),
            Text(rule.review_by.isoformat(), no_wrap=True),
        )
    return with_whole_ids(made) if made.row_count else Text(messages["terminal_no_rules"])


def use_sentence(use: DocumentedUse, messages: Mapping[str, str]) -> str:
    """How many communities used it, and how sure that is."""
    if not use.communities:
        return messages["evidence_no_counts"]
    counts = messages["evidence_counts"].format(
        communities=use.communities,
        used=use.used,
        partly=use.partly,
        not_used=use.not_used,
        abandoned=use.abandoned,
    )
    doubts = [messages[f"evidence_doubt_{doubt}"] for doubt in use.doubts]
    return " ".join([f"{counts}.", messages[f"evidence_certainty_{use.certainty}"], *doubts])


def _documented(use: DocumentedUse | None, messages: Mapping[str, str]) -> str:
    """How many outcomes under a rule were use, partly use and no use, and how sure that is."""
    if use is None or not use.communities:
        return ""
    return messages["terminal_documented_counts"].format(
        used=use.used, partly=use.partly, failed=use.not_used + use.abandoned, certainty=use.certainty
    )


def channel_table(knowledge: Knowledge, language: str) -> RenderableType:
    """All channels, one a line."""
    messages = knowledge.messages[language]
    columns = ("", "terminal_channel", "terminal_kind", "terminal_new_login", "terminal_max_members")
    made = table(messages, "", *columns)
    for channel in knowledge.channels:
        limit = "" if channel.max_members is None else str(channel.max_members)
        made.add_row(channel.id, channel.name[language], channel.kind, str(channel.new_login), limit)
    return with_whole_ids(made)


def channel_sheet(channel: Channel, knowledge: Knowledge, language: str) -> RenderableType:
    """One channel: what it is, what it is good for, and the facts with their sources."""
    messages = knowledge.messages[language]
    scores = ", ".join(f"{need} {score}" for need, score in channel.functions.items())
    parts: list[tuple[str, Iterable[str]]] = [
        ("terminal_description", [channel.description[language]]),
        ("terminal_functions", [scores]),
        ("terminal_facts", [f"{fact.text[language]} ({', '.join(fact.sources)})" for fact in channel.facts]),
        ("terminal_documented", [use_sentence(DocumentedUses(knowledge).of_channel(channel.id), messages)]),
        ("terminal_note", [text[language] for text in (channel.status_note, channel.note) if text is not None]),
    ]
    heading = Text.assemble((channel.name[language], "bold underline"), f" ({channel.id})")
    return Group(heading, *sections(messages, parts))


def question_table(knowledge: Knowledge, language: str) -> RenderableType:
    """All questions with the answers that can be given."""
    messages = knowledge.messages[language]
    made = table(messages, "", "terminal_question", "terminal_answers")
    for question in knowledge.questionnaire:
        required = f"\n({messages['terminal_required']})" if question.required else ""
        codes = ", ".join(question.allowed)
        if question.options[0].channel:
            codes = f"{messages['terminal_any_channel']}, {UNKNOWN}"
        made.add_row(
            Text.assemble((question.id, "bold"), required),
            Text.assemble(question.text[language], f"\n{_choice(question, messages)}: ", (codes, "cyan")),
        )
    return with_whole_ids(made)


def question_sheet(question: Question, knowledge: Knowledge, language: str) -> RenderableType:
    """One question: its answers in words, why it is asked, and what can be done about it."""
    messages = knowledge.messages[language]
    answers = [f"{option.code}: {option.text[language]}" for option in question.options]
    if question.unknown_allowed:
        answers.append(UNKNOWN)
    parts = [("terminal_answers", answers), ("terminal_why", [question.why[language]])]
    heading = Text.assemble((question.text[language], "bold underline"), f" ({question.id})")
    required = f", {messages['terminal_required']}" if question.required else ""
    rows: list[RenderableType] = [heading, Text(_choice(question, messages) + required, style="dim")]
    rows += sections(messages, parts)
    if question.lever:
        label = messages["terminal_lever"].format(who=question.lever.who[language])
        rows += [Text(label, style="bold"), Padding(Text(question.lever.action[language]), (0, 0, 0, 2))]
    return Group(*rows)


def trace_table(profile: Profile, knowledge: Knowledge, language: str) -> RenderableType:
    """What became of each rule: where it fires, and where another answer would make it fire or could."""
    messages = knowledge.messages[language]
    columns = ("terminal_rule", "terminal_status", "terminal_channels")
    made = table(messages, messages["terminal_trace"], *columns)
    # A near miss without questions is only about another channel.
    lines = [
        line
        for line in trace(profile, knowledge)
        if line.status in _STATUSES and (line.questions or line.status == "fired")
    ]
    lines.sort(key=lambda line: (line.rule, _STATUSES.index(line.status), line.questions))
    for (rule, status, questions), same in groupby(lines, key=lambda line: (line.rule, line.status, line.questions)):
        channels = [line.channel for line in same]
        everywhere = len(channels) == len(knowledge.channels)
        waits_for = f" ({', '.join(questions)})" if questions else ""
        made.add_row(
            rule,
            messages[f"terminal_status_{status}"] + waits_for,
            messages["terminal_all"] if everywhere else ", ".join(channels),
        )
    return with_whole_ids(made)


def sections(messages: Mapping[str, str], parts: Iterable[tuple[str, Iterable[str]]]) -> Iterable[RenderableType]:
    """Each part under its heading, the message of this name; parts without texts are left out."""
    for heading, texts in parts:
        lines = [Padding(Text(text), (0, 0, 0, 2)) for text in texts]
        if lines:
            yield Text(messages[heading], style="bold")
            yield from lines


def _choice(question: Question, messages: Mapping[str, str]) -> str:
    if question.kind == "single":
        return messages["terminal_choose_one"]
    name = "terminal_choose_ordered" if question.ordered else "terminal_choose_many"
    return messages[name].format(limit=question.limit)
