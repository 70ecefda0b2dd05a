"""Ranking rows: the channels of a recommendation as bars with reasons, the best open and the others folded."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from model.channels import Moment
from model.ranking import RankedChannel, Recommendation
from model.reasons import Reason
from model.scoring import Assessment
from service.web.address import Address
from service.web.library import Library
from service.web.rendering import fragment, percent
from service.web.translations import translator

OPEN: dict[Moment, int] = {"online": 3, "live": 1}
"""How many channels of a kind show all their reasons at once."""
SHORT = 1
"""How many reasons for and against a folded channel shows; its own page has all of them."""


class RankingRows:
    """Writes rows in one language, for the site or for a frame."""

    def __init__(self, library: Library, address: Address) -> None:
        self._library = library
        self._address = address
        self._kind = f"{address.language} {address.embedded}"
        translate = translator(address.language)
        self._labels = {"for": translate("What speaks for it"), "against": translate("What speaks against it")}

    def of(self, recommendation: Recommendation, moment: Moment) -> Markup:
        """All channels of one kind."""
        rows = [
            self._row(ranked, place < OPEN[moment])
            for place, ranked in enumerate(each for each in recommendation.channels if each.assessment.moment == moment)
        ]
        top, rest = rows[: OPEN[moment]], rows[OPEN[moment] :]
        values = ["".join(top), "".join(rest)] if rest else ["".join(top)]
        return Markup(
            self._library.piece("parts/row_list.html", len(rest), self._address, lambda: {"more": len(rest)}, values)
        )

    def _row(self, ranked: RankedChannel, opened: bool) -> str:
        assessment = ranked.assessment
        key = f"row {self._kind} {opened} {ranked.rank_in_moment}"
        row: str | None = assessment.rendered.get(key)
        if row is None:
            row = assessment.rendered[key] = self._made(assessment, ranked.rank_in_moment, opened)
        return row

    def _made(self, assessment: Assessment, rank: int, opened: bool) -> str:
        low, high = assessment.interval
        chance = assessment.probability
        values = (
            str(rank),
            percent(chance),
            percent(low),
            percent(high),
            f"{chance * 100:.1f}",
            f"{low * 100:.1f}",
            f"{(high - low) * 100:.1f}",
            self._reasons(assessment, opened),
        )
        channel = assessment.channel

        def content() -> dict[str, object]:
            return {"channel": channel, "opened": opened}

        return self._library.piece("parts/row.html", (channel.id, opened), self._address, content, values)

    def _reasons(self, assessment: Assessment, opened: bool) -> str:
        """What speaks for a channel, what against it, and what may still take it out; in short when it is folded."""
        limit = None if opened else SHORT
        pro = [each for each in assessment.reasons if each.contribution > 0][:limit]
        con = [each for each in assessment.reasons if each.contribution < 0][:limit]
        lists = [self._list("for", pro, opened), self._list("against", con, opened)]
        if not pro and not con:
            lists.append(self._library.piece("parts/nothing_settled.html", "", self._address, dict))
        if assessment.may_be_excluded_by:
            rule = assessment.may_be_excluded_by[0]
            lists.append(
                self._library.piece("parts/may_be_left_out.html", rule.id, self._address, lambda: {"rule": rule})
            )
        return "".join(lists)

    def _list(self, side: str, reasons: Sequence[Reason], opened: bool) -> str:
        items = "".join([self._item(each, opened) for each in reasons])
        return f'<ul class="reasons {side}" aria-label="{self._labels[side]}">{items}</ul>' if items else ""

    def _item(self, reason: Reason, opened: bool) -> str:
        key = f"item {self._kind} {opened}"
        item = reason.rendered.get(key)
        if item is None:
            shown, prefix = self._library.shown(reason), self._address.path("")
            text = fragment("parts/reason.html", self._address.language, each=shown, opened=opened, prefix=prefix)
            item = reason.rendered[key] = text.encode()
        return item.decode()
