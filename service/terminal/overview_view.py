"""Overview: what stands around a ranking in a terminal: the sentence, the bundle, how sure it is, and the code."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from model.advice.advice import Advice
from model.domain.rules import is_opinion
from model.domain.wording import channel_names, listed, need_name
from model.scoring.advisor import Recommendation

OPINION = "*"
"""Marks what rests on the judgement of the makers alone; the legend says so."""


class OverviewPresenter:
    """Presents the parts around one recommendation, in one language."""

    def __init__(self, advice: Advice, recommendation: Recommendation, language: str) -> None:
        self._advice = advice
        self._recommendation = recommendation
        self._overview = advice.overview(recommendation)
        self._knowledge = advice.advisor.knowledge
        self._language = language
        self._messages = self._knowledge.messages[language]

    def summary(self) -> RenderableType:
        """The answer in one sentence, for the team."""
        return Text(f"{self._overview.summary.team[self._language]}\n", style="bold")

    def wanted(self) -> Iterator[RenderableType]:
        """What is said of the channel that the team wants to copy, and what would make it fit."""
        wanted = self._advice.wanted(self._recommendation)
        if wanted is None:
            return
        steps = [each.action[self._language] for each in wanted.plans[0].changes] if wanted.plans else []
        words = self._messages["terminal_wanted"].format(steps=" ".join(steps)) if steps else ""
        yield Text.assemble("\n", (wanted.text[self._language], "bold"), f" {words}")

    def contradictions(self) -> Iterator[RenderableType]:
        """Answers that cannot all be true."""
        for each in self._advice.contradictions.of(self._recommendation.profile):
            yield Text(f"! {each.rule.text[self._language]}\n", style="bold yellow")

    def bundle(self) -> RenderableType:
        """The channels that go together, what each is for, and what stays open."""
        bundle = self._overview.bundle
        if bundle is None:
            return Text("")
        grid = two_columns()
        grid.columns[0].max_width = 32
        uses = bundle.uses
        for channel in bundle.channels:
            needs = [need_name(self._knowledge, need) for need, serving in uses if serving == channel.id]
            words = listed(self._knowledge, needs)[self._language] or self._messages[f"terminal_for_{channel.moment}"]
            grid.add_row(f"- {channel.name[self._language]}", words)
        title = self._messages[self._title(len(bundle.channels))]
        return Group(Text(title, style="bold underline"), grid, *self._remarks())

    def _title(self, channels: int) -> str:
        """The name of the heading above a set of so many channels."""
        if self._recommendation.readiness.every_waits:
            return "terminal_bundle_waits"
        if self._recommendation.readiness.none_fits:
            return "terminal_bundle_nearest"
        return "terminal_bundle" if channels > 1 else "terminal_bundle_one"

    def roads(self) -> Iterator[RenderableType]:
        """What the team can bring about, with whom, at what cost."""
        roads = self._advice.ways(self._recommendation)
        if not roads:
            return
        language, grid = self._language, two_columns()
        for road in roads:
            for change in road.changes:
                cost = change.cost[language] if change.cost else ""
                grid.add_row("→", Text.assemble((change.action[language], "bold"), f" ({change.who[language]}) {cost}"))
            grid.add_row("", Text(road.outcome[language], style="bold"))
        yield Text(f"\n{self._messages['terminal_roads']}", style="bold underline")
        yield grid

    def _remarks(self) -> Iterator[RenderableType]:
        bundle = self._overview.bundle
        assert bundle is not None
        for uncovered in bundle.uncovered:
            yield Text(f"! {uncovered.text[self._language]}")
        for overlap in bundle.overlaps:
            yield Text(overlap.text[self._language])
        for later in bundle.later:
            yield Text(f"! {later.text[self._language]}")
        for rule in bundle.advice:
            yield Text(rule.text[self._language] + (OPINION if is_opinion(rule.grade) else ""))
        for alternative in bundle.alternatives:
            other = channel_names(self._knowledge, alternative.channels)[self._language]
            yield Text(self._messages["terminal_bundle_alternative"].format(channels=other), style="dim")

    def confidence(self) -> RenderableType:
        """How sure the first places are, and what that rests on; nothing where too little is known for any advice."""
        if self._recommendation.readiness.answer_first:
            return Text("")
        found = [self._overview.confidence, self._advice.confidence_rater.of(self._recommendation, "live")]
        known = list({each.moment: each for each in found if each is not None}.values())
        if not known:
            return Text("")
        lines = [each.lead[self._language] for each in known] + [known[0].basis[self._language]]
        heading = Text(f"\n{self._messages['terminal_confidence']}", style="bold underline")
        return Group(heading, *(Padding(Text(line), (0, 0, 0, 2)) for line in lines))

    def code(self) -> RenderableType:
        """The same in figures, and the code with which anyone gets this answer again."""
        code = self._advice.profile_codes.code(self._recommendation.profile)
        words = self._messages["terminal_code"].format(code=code)
        return Text(f"\n{self._overview.summary.staff[self._language]}\n{words}", style="dim")


def two_columns(gap: int = 2) -> Table:
    """Two columns without lines, so that a long second one hangs beside the first."""
    grid = Table.grid(padding=(0, gap, 0, 0))
    grid.add_column()
    grid.add_column()
    return grid
