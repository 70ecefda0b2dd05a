"""Ranking rows: the channels as bars with what weighs most for and against, the best shown and the others folded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from model.domain.channels import Channel, Moment
from model.domain.rules import Rule
from model.scoring.advisor import RankedChannel, Recommendation
from model.scoring.held_back import HeldBack
from model.scoring.scorer import Assessment
from service.web.address import Address
from service.web.chances import LEAST_SHOWN, chance_values
from service.web.fragments import FragmentLibrary
from service.web.reasons import ReasonGroup, ReasonLists
from service.web.rendering import fragment, plain
from service.web.translations import translator

SHOWN: dict[Moment, int] = {"online": 3, "live": 1}
"""How many channels of a kind stand outside the fold."""
FIRST, SHORT = 3, 2
"""How many reasons a channel tells first, outside the fold and in it; its own page has all of them."""


class RankingRows:
    """Writes rows in one language, for the site or for a frame."""

    def __init__(self, fragments: FragmentLibrary, address: Address, held_back: HeldBack) -> None:
        self._library = fragments
        self._held_back = held_back
        self._address = address
        self._kind = address.language, address.embedded
        translate = translator(address.language)
        self._not_yet = plain(translate("Not yet"))
        self._labels = {"for": translate("What speaks for it"), "against": translate("What speaks against it")}

    def of(self, recommendation: Recommendation, moment: Moment) -> Markup:
        """The channels of one kind, and by name those that hardly any community like this would use.

        The first online channel stands open, to show what is behind the others.
        """
        of_kind = [each for each in recommendation.channels if each.assessment.moment == moment]
        listed = [each for each in of_kind if each.assessment.probability >= LEAST_SHOWN]
        shown = SHOWN[moment]
        waiting = self._held_back.places(recommendation.profile.masks)
        rows = [
            self._row(ranked, waiting.get(ranked.assessment.place), place < shown, place == 0 and moment == "online")
            for place, ranked in enumerate(listed)
        ]
        top, rest = rows[:shown], rows[shown:]
        values = ["".join(top), "".join(rest)] if rest else ["".join(top)]
        written = self._library.piece(
            "parts/row_list.html", len(rest), self._address, lambda: {"more": len(rest)}, values
        )
        hardly = [each.assessment.channel for each in of_kind if each.assessment.probability < LEAST_SHOWN]
        return Markup("".join([written, self._hardly_used(hardly)]))

    def _hardly_used(self, channels: Sequence[Channel]) -> str:
        if not channels:
            return ""
        key = tuple([channel.id for channel in channels])
        return self._library.piece("parts/hardly_used.html", key, self._address, lambda: {"channels": channels})

    def _row(self, ranked: RankedChannel, waits: Rule | None, shown: bool, opened: bool) -> str:
        assessment, rank = ranked.assessment, ranked.rank_in_moment
        make = partial(self._made, assessment, waits, rank, shown, opened)
        return self._library.rows.of_object(assessment, make, *self._kind, rank, shown, opened)

    def _made(self, assessment: Assessment, waits: Rule | None, rank: int, shown: bool, opened: bool) -> str:
        low, high = assessment.interval
        word, *numbers = chance_values(assessment, self._address.language)
        values = (
            str(rank),
            self._not_yet if waits else word,
            f"{assessment.probability * 100:.1f}",
            f"{low * 100:.1f}",
            f"{(high - low) * 100:.1f}",
            "".join([self._waits(waits), self._told(assessment, shown)]),
            *numbers,
        )
        channel = assessment.channel

        def content() -> dict[str, object]:
            return {"channel": channel, "opened": opened}

        return self._library.piece("parts/row.html", (channel.id, opened), self._address, content, values)

    def _waits(self, rule: Rule | None) -> str:
        """Why a team should not start with the channel yet."""
        return self._library.piece("parts/waits.html", rule.id, self._address, lambda: {"rule": rule}) if rule else ""

    def _told(self, assessment: Assessment, shown: bool) -> str:
        """What weighs most, and where the channel is shown, folded, the rest and what may still take it out."""
        lists = self._library.reasons.lists(assessment)
        first = _weightiest(lists, FIRST if shown else SHORT)
        told = self._lists(first, shown)
        if not lists.pro and not lists.con:
            told = self._library.piece("parts/nothing_settled.html", "", self._address, dict)
        if not shown:
            return told
        rest = ReasonLists(lists.pro[len(first.pro) :], lists.con[len(first.con) :])
        return "".join([told, self._rest(rest, assessment.may_be_excluded_by)])

    def _rest(self, rest: ReasonLists, may_exclude: Sequence[Rule]) -> str:
        more, rule = len(rest.pro) + len(rest.con), may_exclude[0] if may_exclude else None
        if not more and not rule:
            return ""
        return self._library.piece(
            "parts/more_points.html",
            (more, rule and rule.id),
            self._address,
            lambda: {"more": more, "rule": rule},
            [self._lists(rest, True)],
        )

    def _lists(self, lists: ReasonLists, sources: bool) -> str:
        return self._list("for", lists.pro, sources) + self._list("against", lists.con, sources)

    def _list(self, side: str, groups: Sequence[ReasonGroup], sources: bool) -> str:
        items = "".join([self._item(each, sources) for each in groups])
        return f'<ul class="reasons {side}" aria-label="{self._labels[side]}">{items}</ul>' if items else ""

    def _item(self, group: ReasonGroup, sources: bool) -> str:
        make = partial(self._made_item, group, sources)
        return self._library.items.of_object(group.reasons[0], make, *self._kind, sources, group.key).decode()

    def _made_item(self, group: ReasonGroup, sources: bool) -> bytes:
        shown, prefix = self._library.reasons.shown(group), self._address.path("")
        text = fragment("parts/reason.html", self._address.language, each=shown, with_sources=sources, prefix=prefix)
        return text.encode()  # as bytes it needs a half or a quarter of the memory: some sign is beyond Latin 1


def _weightiest(lists: ReasonLists, number: int) -> ReasonLists:
    """The weightiest reasons, with at least one of each side that has any."""
    first = [*lists.pro[:1], *lists.con[:1]]
    others = sorted([*lists.pro[1:], *lists.con[1:]], key=lambda group: -abs(group.contribution))
    first += others[: number - len(first)]
    pro = sum(group.contribution > 0 for group in first)
    return ReasonLists(lists.pro[:pro], lists.con[: len(first) - pro])
