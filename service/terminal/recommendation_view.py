"""Recommendation: a recommendation in one language as tables and text for a terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from model.advice.advice import Advice
from model.domain.channels import MOMENTS, Moment
from model.domain.knowledge import Knowledge
from model.domain.rules import NeedFunction, Rule, is_opinion
from model.errors import FieldProblem
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Readiness, Verdict
from model.scoring.reasons import Reason
from model.scoring.scorer import Assessment
from service.terminal.overview_view import OPINION, OverviewPresenter, two_columns
from service.terminal.tables import table

SHOWN_PER_MOMENT = 5
_REASONS_SHOWN = 2
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_VERDICT_STYLE: Final = {
    Verdict.GO: "bold green",
    Verdict.FIX_FIRST: "bold yellow",
    Verdict.DO_NOT_LAUNCH_YET: "bold red",
}


class Presenter:
    """Presents recommendations in one language."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._knowledge = knowledge
        self._language = language
        self._messages = knowledge.messages[language]

    def recommendation(self, recommendation: Recommendation, advice: Advice, show_all: bool) -> RenderableType:
        """The whole answer; without `show_all` only the best channels of each moment."""
        overview = OverviewPresenter(advice, recommendation, self._language)
        return Group(
            *overview.contradictions(),
            overview.summary(),
            self._verdict(recommendation.readiness, advice.overview(recommendation).findings),
            *overview.wanted(),
            *overview.roads(),
            Text(""),
            *self._answer_first(recommendation.readiness),
            overview.bundle(),
            *(self._ranking(recommendation, show_all) if show_all or not recommendation.readiness.answer_first else ()),
            *self._paragraphs(
                "terminal_assumptions",
                (
                    (question.label[self._language], assumption.text[self._language])
                    for question, assumption in recommendation.assumptions
                ),
            ),
            *self._paragraphs("terminal_excluded", (self._left_out(each) for each in recommendation.excluded)),
            *self._paragraphs("terminal_advice", (("", self._sentences(rule)) for rule in recommendation.advice)),
            overview.confidence(),
            overview.code(),
        )

    # --- the parts of an answer ----------------------------------------------------------------------------

    def _verdict(self, readiness: Readiness, findings: Iterable[Finding]) -> RenderableType:
        grid = two_columns()
        for finding in findings:
            grid.add_row("→" if finding.action else "!", self._finding(finding))
        if readiness.may_change:
            words = self._messages["terminal_may_change"].format(questions=self._labels(readiness.may_change))
            grid.add_row("?", Text(words, style="dim"))
        headline = Text(
            self._messages[readiness.wording],
            style="bold" if readiness.answer_first else _VERDICT_STYLE[readiness.verdict],
        )
        return Group(headline, grid)

    def _finding(self, finding: Finding) -> Text:
        text = finding.text[self._language]
        if finding.grade and is_opinion(finding.grade):
            text += OPINION
        if finding.action is None:
            return Text(text)
        who = f" ({finding.who[self._language]})" if finding.who else ""
        return Text.assemble((finding.action[self._language], "bold"), f"{who}\n{text}")

    def _answer_first(self, readiness: Readiness) -> Iterator[RenderableType]:
        """The questions to answer first, where too little is known for any advice."""
        questions = [self._knowledge.questionnaire[name] for name in readiness.answer_first]
        if questions:
            yield Text(self._messages["terminal_answer_first"], style="bold underline")
            yield from (Text(f"- {each.text[self._language]}") for each in questions)

    def _ranking(self, recommendation: Recommendation, show_all: bool) -> Iterator[RenderableType]:
        yield self._best(recommendation)
        yield from (self._moment(moment, recommendation, show_all) for moment in MOMENTS)
        yield Text(self._messages["terminal_legend"], style="dim")

    def _best(self, recommendation: Recommendation) -> RenderableType:
        grid = two_columns()
        grid.columns[0].max_width = 32
        for moment in MOMENTS:
            label = self._messages[f"terminal_best_{moment}"]
            grid.add_row(Text(label, style="bold"), self._names(recommendation.best[moment]))
        if recommendation.best_per_need:
            grid.add_row(Text(self._messages["terminal_best_per_need"], style="bold"), "")
        for need, channels in recommendation.best_per_need.items():
            # What stands after the colon explains the need; the short form is enough here.
            text = self._knowledge.needs.option(need).text[self._language]
            grid.add_row(f"- {text.partition(':')[0]}", self._names(channels))
        return Padding(grid, (1, 0))

    def _labels(self, questions: Iterable[str]) -> str:
        return ", ".join(self._knowledge.questionnaire[each].label[self._language] for each in questions)

    def _names(self, channels: Iterable[str]) -> str:
        names = [self._knowledge.channel(each).name[self._language] for each in channels]
        return ", ".join(names) or self._messages["terminal_none"]

    def _moment(self, moment: Moment, recommendation: Recommendation, show_all: bool) -> RenderableType:
        ranked = [each for each in recommendation.channels if each.assessment.channel.moment == moment]
        shown = ranked if show_all else ranked[:SHOWN_PER_MOMENT]
        title = self._messages[f"terminal_{moment}"]
        if recommendation.hypothetical:
            title += f" ({self._messages['terminal_hypothetical']})"
        columns = ("channel", "probability", "reasons")
        grid = table(self._messages, title, "", *(f"terminal_{column}" for column in columns))
        grid.columns[1].max_width = 22
        at_rank = Counter(each.rank_in_moment for each in ranked)
        for each in shown:
            low, high = each.assessment.probability_range
            grid.add_row(
                f"{each.rank_in_moment}{'=' if at_rank[each.rank_in_moment] > 1 else ''}",
                Text(each.assessment.channel.name[self._language], style="bold"),
                f"{each.assessment.probability:.0%}\n{100 * low:.0f}–{high:.0%}",
                self._reasons(each.assessment),
            )
        if len(shown) < len(ranked):
            more = self._messages["terminal_more"].format(count=len(ranked) - len(shown))
            grid.add_row("", "", "", Text(more, style="dim"))
        return grid

    def _reasons(self, assessment: Assessment) -> RenderableType:
        """The strongest reasons for and against, and what may still exclude the channel, one sentence each."""
        telling = [reason for reason in assessment.reasons if not reason.is_of_all]
        strongest = sorted(telling, key=lambda reason: -abs(reason.contribution))
        speaks_for = [reason for reason in strongest if reason.contribution > 0][:_REASONS_SHOWN]
        against = [reason for reason in strongest if reason.contribution < 0][:_REASONS_SHOWN]
        grid = two_columns(gap=1)
        for sign, style, reasons in (("+", "green", speaks_for), ("−", "red", against)):
            for reason in reasons:
                grid.add_row(Text(sign, style=style), self._reason(reason))
        for rule in assessment.may_be_excluded_by:
            sentence = _first_sentence(rule.text[self._language]) + _star(rule)
            grid.add_row(Text("?", style="yellow"), self._messages["terminal_may_be_excluded"].format(text=sentence))
        if not grid.row_count and assessment.undecided:
            widest = max(assessment.undecided, key=lambda part: part.high - part.low)
            words = self._messages["terminal_depends_on"].format(questions=self._labels(widest.questions))
            grid.add_row(Text("?", style="yellow"), words)
        return grid

    def _reason(self, reason: Reason) -> str:
        grounds = self._knowledge.rule_by_id.get(reason.name) or self._knowledge.functions.get(reason.name)
        return _first_sentence(reason.text[self._language]) + _star(grounds)

    def _sentences(self, rule: Rule) -> str:
        return rule.text[self._language] + _star(rule)

    def _left_out(self, assessment: Assessment) -> tuple[str, str]:
        reasons = " ".join(self._sentences(rule) for rule in assessment.excluded_by)
        return assessment.channel.name[self._language], reasons

    def _paragraphs(self, heading: str, parts: Iterable[tuple[str, str]]) -> Iterator[RenderableType]:
        """A heading with paragraphs of (what it is about, text) below it; nothing when there are none."""
        paragraphs = [
            Padding(Text.assemble((f"{about}: " if about else "", "bold"), text), (0, 0, 0, 2)) for about, text in parts
        ]
        if paragraphs:
            yield Text(f"\n{self._messages[heading]}", style="bold underline")
            yield from paragraphs


def problem_lines(problems: Sequence[FieldProblem], messages: Mapping[str, str]) -> str:
    """What is wrong with a profile, one line per answer."""
    lines = [messages["terminal_answers_wrong"]]
    for problem in problems:
        field = problem.pointer.lstrip("/").replace("/", ".")
        allowed = messages["terminal_allowed"].format(allowed=", ".join(problem.allowed))
        lines.append(f"  {field}: {problem.message} {allowed}" if field else f"  {problem.message} {allowed}")
    return "\n".join(lines)


def _star(grounds: Rule | NeedFunction | None) -> str:
    return OPINION if grounds is not None and is_opinion(grounds.grade) else ""


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]
