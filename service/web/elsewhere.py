"""Elsewhere: what became of channels in documented communities, over all and of one channel, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.advice.community_view import WRITTEN_IN, CommunityView
from model.advice.documented import CommunityOutcome
from model.domain.channels import Channel
from model.domain.evidence import FAILED, SOURCE_KINDS, WORKED
from service.components import parts
from service.web.labels import SOURCES
from service.web.language_switch import shell
from service.web.page_request import PageRequest, visit
from service.web.rendering import hidden_fields, page
from service.web.translations import translator

bp = Blueprint("elsewhere", __name__)
SETTING = "work_setting"
CHANNELS_SHOWN, ENTRIES_SHOWN = 8, 2
"""Channels, and communities with one result, that stand open; the others are in a fold."""


@dataclass(frozen=True, slots=True)
class ResultCounts:
    """How often channels were used, used in part, and not used, in some part of what is documented."""

    name: str
    used: int
    partly: int
    failed: int

    @property
    def total(self) -> int:
        return self.used + self.partly + self.failed


@bp.get("/elsewhere")
def elsewhere() -> Response:
    """What is documented of all channels, or of one."""
    here = visit(request)
    asked = here.parameters.get("channel", "")
    return _of_channel(here, parts().knowledge.channel(asked)) if asked else _of_all(here)


def _of_all(here: PageRequest) -> Response:
    outcomes = _outcomes()
    by_channel = [
        (
            channel,
            _counted(channel.name[here.language], [each for each in outcomes if each.outcome.channel == channel.id]),
        )
        for channel in parts().knowledge.channels
    ]
    return page(
        "elsewhere.html",
        here.address,
        communities=len(parts().knowledge.evidence),
        by_channel=[
            (channel, counts, parts().documented.of_channel(channel.id).certainty)
            for channel, counts in sorted(by_channel, key=lambda row: -row[1].total)
            if counts.total
        ],
        shown=CHANNELS_SHOWN,
        **_pictures(here, outcomes),
        **shell(here),
    )


def _of_channel(here: PageRequest, channel: Channel) -> Response:
    outcomes = [each for each in _outcomes() if each.outcome.channel == channel.id]
    documented = parts().documented.of_channel(channel.id)
    return page(
        "elsewhere_channel.html",
        here.address,
        channel=channel,
        documented=documented,
        entries=[_shown(code, [_entry(each, here.language) for each in found]) for code, found in _by_result(outcomes)],
        channels=parts().knowledge.channels,
        hidden=hidden_fields(here.carried()),
        **_pictures(here, outcomes),
        **shell(here),
    )


def _outcomes() -> list[CommunityOutcome]:
    evidence = parts().knowledge.evidence
    return [CommunityOutcome(community, outcome) for community in evidence for outcome in community.outcomes]


def _by_result(outcomes: Sequence[CommunityOutcome]) -> list[tuple[str, list[CommunityOutcome]]]:
    groups = [(name, [each for each in outcomes if each.outcome.result in results]) for name, results in _RESULTS]
    return [(name, sorted(found, key=lambda each: -each.community.year)) for name, found in groups if found]


_RESULTS = (("used", WORKED), ("partly", ("partly",)), ("failed", FAILED))


def _shown(code: str, entries: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """What stands open, and what is in a fold; a fold is not worth it for one."""
    shown = len(entries) if len(entries) == ENTRIES_SHOWN + 1 else ENTRIES_SHOWN
    return code, entries[:shown], entries[shown:]


def _pictures(here: PageRequest, outcomes: Sequence[CommunityOutcome]) -> dict[str, Any]:
    """All results together, by where members work, and by kind of source."""
    translate = translator(here.language)
    settings = parts().knowledge.questionnaire.by_id.get(SETTING)
    options = settings.options if settings else ()
    by_setting = [
        (
            option.text[here.language],
            [each for each in outcomes if option.code in each.community.profile.get(SETTING, ())],
        )
        for option in options
    ]
    by_source = [
        (translate(SOURCES[kind]), [each for each in outcomes if each.community.source.kind == kind])
        for kind in SOURCE_KINDS
    ]
    return {
        "all_results": _counted(translate("All together"), outcomes),
        "by_setting": [_counted(*each) for each in by_setting],
        "by_source": [_counted(*each) for each in by_source],
    }


def _counted(name: str, outcomes: Iterable[CommunityOutcome]) -> ResultCounts:
    results = [each.outcome.result for each in outcomes]
    used, partly = results.count("used"), results.count("partly")
    return ResultCounts(name, used, partly, len(results) - used - partly)


def _entry(found: CommunityOutcome, language: str) -> dict[str, Any]:
    """What the page tells of one use: in the language of the reader only where an editor tells its story."""
    told = CommunityView(found.community, language)
    note = next((note for _, uses in told.tried() for outcome, note in uses if outcome is found.outcome), None)
    return {
        "told": told,
        "foreign": told.language != language,
        "note": note,
        "outcome": found.outcome,
        "source": found.community.source,
        "written_in": WRITTEN_IN,
    }
