"""Replay: what became different since an earlier answer, as text for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from model.advice.answer_diff import AnswerDiff, ChannelChange, Kind, ReasonChange
from model.domain.knowledge import Knowledge
from model.domain.wording import need_name
from service.terminal.tables import table


class ReplayPresenter:
    """Presents differences in one language."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._knowledge = knowledge
        self._language = language
        self._messages = knowledge.messages[language]

    def replay(self, found: AnswerDiff) -> RenderableType:
        """What changed, or that nothing did."""
        parts: list[RenderableType] = [Text(f"\n{self._messages['terminal_replay']}", style="bold underline")]
        parts += [Text(line) for line in self._lines(found)]
        if found.channels:
            parts.append(self._channels(found.channels))
        if len(parts) == 1:
            parts.append(Text(self._messages["terminal_replay_same"]))
        return Group(*parts)

    def _lines(self, found: AnswerDiff) -> Iterator[str]:
        if found.same_knowledge is False:
            yield self._messages["terminal_replay_knowledge"]
        if found.same_artifact is False:
            yield self._messages["terminal_replay_artifact"]
        if found.verdict:
            before, now = (self._messages.get(f"verdict_{code}", code) for code in found.verdict)
            yield self._messages["terminal_replay_verdict"].format(before=before, now=now)
        for kind, name in found.findings:
            yield f"{self._messages[f'terminal_change_{kind}']}: {self._named(name)}"

    def _channels(self, channels: Sequence[ChannelChange]) -> RenderableType:
        columns = ("channel", "rank_before", "rank_now", "changes")
        grid = table(self._messages, "", *(f"terminal_{column}" for column in columns))
        names = {channel.id: channel.name[self._language] for channel in self._knowledge.channels}
        for each in channels:
            lines = [self._reason(change) for change in each.reasons]
            lines += [self._exclusion(kind, name) for kind, name in each.exclusions]
            grid.add_row(
                Text(names.get(each.channel, each.channel), style="bold"),
                _place(each.rank_before),
                _place(each.rank_now),
                "\n".join(lines),
            )
        return grid

    def _reason(self, change: ReasonChange) -> str:
        before, now = (f"{value or 0:+.2f}" for value in (change.before, change.now))
        kind = self._messages[f"terminal_change_{change.change}"]
        return f"{kind} ({before} → {now}): {self._named(change.name)}"

    def _exclusion(self, kind: Kind, name: str) -> str:
        key = "terminal_drops_out" if kind == "added" else "terminal_no_longer_drops_out"
        return f"{self._messages[key]}: {self._named(name)}"

    def _named(self, name: str) -> str:
        """What a reason is about: a rule with its sentence, a need, what is unknown; another name stays as it is."""
        rule = self._knowledge.rule_by_id.get(name)
        if rule is not None:
            return f"{name}. {rule.text[self._language]}"
        if name in self._knowledge.functions:
            return need_name(self._knowledge, name)[self._language]
        return self._messages["terminal_unknown_answers"] if name == "unknown" else name


def _place(rank: int | None) -> str:
    return "–" if rank is None else str(rank)


def differences(found: AnswerDiff) -> dict[str, Any]:
    """The same as plain values that become JSON; rules and questions by name, as an answer has them."""
    return {
        "sameKnowledge": found.same_knowledge,
        "sameArtifact": found.same_artifact,
        "verdict": found.verdict and {"before": found.verdict[0], "now": found.verdict[1]},
        "findings": [_named_change(kind, name) for kind, name in found.findings],
        "channels": [
            {
                "channel": each.channel,
                "rankBefore": each.rank_before,
                "rankNow": each.rank_now,
                "logOddsBefore": each.log_odds_before,
                "logOddsNow": each.log_odds_now,
                "reasons": [asdict(change) for change in each.reasons],
                "exclusions": [_named_change(kind, name) for kind, name in each.exclusions],
            }
            for each in found.channels
        ],
    }


def _named_change(kind: Kind, name: str) -> dict[str, str]:
    return {"change": kind, "name": name}
