"""Levers, the next question, a transfer check and similar cases: in one language as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from model.advice.community_view import CommunityView
from model.advice.comparison import Factor
from model.advice.next_question import NextQuestion
from model.advice.own_records import OwnRecord
from model.advice.similar_communities import AnswerComparison, SimilarCommunity
from model.advice.transfer_check import Carry, TransferCheck
from model.advice.what_if import Hinge, Levers, Plan
from model.domain.cases import Case, ChannelExperience
from model.domain.knowledge import Knowledge
from model.domain.wording import answer_text
from service.terminal.tables import question_sheet, table

_CARRY_STYLE = {
    Carry.CARRY_OVER: "bold green",
    Carry.ADAPT: "bold yellow",
    Carry.DO_NOT_CARRY_OVER: "bold red",
    Carry.TOO_LITTLE_KNOWN: "bold",
}


class AdvicePresenter:
    """Presents what can be asked beside a recommendation, in one language."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._knowledge = knowledge
        self._language = language
        self._messages = knowledge.messages[language]

    def levers(self, levers: Levers | None, hinges: Sequence[Hinge]) -> RenderableType:
        """What would bring a channel forward, and what the first place hangs on."""
        parts: list[RenderableType] = []
        if levers is None:
            parts.append(Text(self._messages["terminal_no_loser"]))
        else:
            parts.append(Text(levers.text[self._language], style="bold"))
            parts += self._plans(levers.plans)
            if levers.nearest and levers.nearest not in levers.plans:
                parts += self._section("terminal_nearest", self._changes(levers.nearest))
        texts = [Text(f"- {hinge.text[self._language]}") for hinge in hinges]
        parts += self._section("terminal_hinges", texts or [Text(self._messages["terminal_no_hinges"])])
        return Group(*parts)

    def next_question(self, found: NextQuestion) -> RenderableType:
        """The question with its answers, or why it is safe to stop."""
        reason = Text(found.text[self._language], style="bold green" if found.stop else "bold")
        if found.question is None:
            return reason
        left = self._messages["terminal_questions_left"].format(count=len(found.open))
        heading = [Text(f"\n{self._messages['terminal_go_on']}", style="dim")] if found.stop else [Text("")]
        sheet = question_sheet(found.question, self._knowledge, self._language)
        return Group(reason, *heading, sheet, Text(f"\n{left}", style="dim"))

    def transfer(self, check: TransferCheck) -> RenderableType:
        """The verdict, the comparison, what to do, and a case that went wrong."""
        there = self._messages[f"terminal_there_{check.there}"].format(channel=check.channel.name[self._language])
        warning = [] if check.warning is None else list(self._failed_case(check.warning.case))
        excluded = [Text(rule.text[self._language]) for rule in check.excluded_by]
        return Group(
            Text(check.wanted.text[self._language], style=_CARRY_STYLE[check.verdict]),
            *([Text(there)] if check.source else []),
            *self._plans(check.wanted.plans),
            self._factors(check),
            Text(self._messages["terminal_factors_legend"], style="dim"),
            *self._section("terminal_excluded_here", excluded),
            *self._section("terminal_warning", warning),
        )

    def similar(self, found: Iterable[SimilarCommunity], own: Sequence[OwnRecord]) -> RenderableType:
        """The communities one below the other, the nearest first, and then the own records."""
        parts: list[RenderableType] = []
        for each in found:
            told = CommunityView(each.community, self._language)
            heading = f"{told.name} ({each.community.country}, {told.year})"
            parts += self._section("", self._community(told), heading)
            parts.append(self._answers("terminal_same", each.same))
            parts.append(self._answers("terminal_differences", each.different))
        if own:
            parts.append(Text(self._messages["terminal_own_records"], style="bold"))
        for record in own:
            heading = record.channel.name[self._language]
            parts += self._section("", [Text(record.text[self._language])], heading)
            parts.append(self._differences(record.differences))
        return Group(*parts)

    def _answers(self, heading: str, answers: Sequence[AnswerComparison]) -> RenderableType:
        lines = [Text(f"- {answer.text[self._language]}") for answer in answers]
        shown = [Text(self._messages[heading], style="bold"), *lines] if lines else []
        return Padding(Group(*shown), (0, 0, 1 if heading == "terminal_differences" else 0, 2))

    def _differences(self, factors: Iterable[Factor]) -> RenderableType:
        differences = [Text(f"- {factor.text[self._language]}") for factor in factors]
        words = self._messages["terminal_differences" if differences else "terminal_no_differences"]
        return Padding(Group(Text(words, style="bold"), *differences), (0, 0, 1, 2))

    # --- plans -----------------------------------------------------------------------------------------------------

    def _plans(self, plans: Sequence[Plan]) -> Iterator[RenderableType]:
        for number, plan in enumerate(plans, 1):
            heading = self._messages["terminal_plan" if len(plans) > 1 else "terminal_plan_only"].format(number=number)
            yield from self._section("", self._changes(plan), heading)

    def _changes(self, plan: Plan) -> Iterator[Text]:
        for change in plan.changes:
            who = change.who[self._language]
            yield Text.assemble(
                (change.action[self._language], "bold"), f" ({who})\n", (change.text[self._language], "dim")
            )

    # --- factors -----------------------------------------------------------------------------------------------

    def _factors(self, check: TransferCheck) -> RenderableType:
        grid = table(self._messages, "", "terminal_question", "terminal_there", "terminal_here")
        for factor in check.factors:
            grid.add_row(
                factor.question.label[self._language],
                self._side(factor, factor.there, factor.contribution_there),
                self._side(factor, factor.here, factor.contribution_here),
            )
        total = self._messages["terminal_total"]
        grid.add_row(
            Text(total, style="bold"), _signed(check.log_odds_there), _signed(check.log_odds_here), style="bold"
        )
        return grid

    def _side(self, factor: Factor, codes: Sequence[str], log_odds: float) -> Text:
        answer = answer_text(self._knowledge, factor.question, codes)[self._language]
        style = "" if not log_odds else "green" if log_odds > 0 else "red"
        return Text.assemble((_signed(log_odds), style), f"  {answer}")

    # --- cases -----------------------------------------------------------------------------------------------------

    def _community(self, told: CommunityView) -> Iterator[Text]:
        if told.summary:
            yield Text(told.summary)
        for part, tried in told.tried():
            for outcome, note in tried:
                name = self._knowledge.channel(outcome.channel).name[self._language]
                words = f"{name}: {note}" if note else name
                yield Text.assemble((f"{self._messages[f'terminal_{part}']} ", "bold"), words)
        if told.lesson:
            yield Text(told.lesson)
        yield Text(told.caveat, style="dim")
        case, source = told.community.case, told.community.source
        where = ", ".join(case.sources) if case else f"{source.title} {source.url or ''}".rstrip()
        yield Text(f"{self._messages['terminal_sources']}: {where}", style="dim")

    def _failed_case(self, case: Case) -> Iterator[Text]:
        yield Text(f"{case.name[self._language]} ({case.country}, {case.year[self._language]})", style="bold")
        yield Text(case.summary[self._language])
        yield from self._failures(case.failed)
        yield Text(case.lesson[self._language])
        if case.reliability:
            yield Text(case.reliability[self._language], style="dim")
        yield Text(f"{self._messages['terminal_sources']}: {', '.join(case.sources)}", style="dim")

    def _failures(self, found: Sequence[ChannelExperience]) -> Iterator[Text]:
        for each in found:
            name = self._knowledge.channel(each.channel).name[self._language]
            note = f": {each.note[self._language]}" if each.note else ""
            yield Text.assemble((f"{self._messages['terminal_failed']} ", "bold"), f"{name}{note}")

    def _section(
        self, heading: str, lines: Iterable[RenderableType], words: str | None = None
    ) -> Iterator[RenderableType]:
        """A heading with lines below it; nothing when there are none."""
        found = [Padding(line, (0, 0, 0, 2)) for line in lines]
        if found:
            yield Text(f"\n{words or self._messages[heading]}", style="bold underline")
            yield from found


def _signed(log_odds: float) -> str:
    return f"{log_odds:+.1f}".replace("-", "\N{MINUS SIGN}") if abs(log_odds) >= 0.05 else "0"
