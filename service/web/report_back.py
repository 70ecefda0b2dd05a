"""Report back: a team makes a private link now, and tells with it later which channel it chose and how that went.

Nothing is kept when the link is made: it holds the answers itself. What is told is an outcome record like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from model.domain.channels import Channel
from model.domain.knowledge import LANGUAGES
from model.errors import ProfileError
from model.outcomes.record import NOT_USED_REASONS
from model.profiles.profile import Profile
from service.components import parts, public_address
from service.runtime.private_links import PrivateLink
from service.web.address import CODE
from service.web.ask import not_yet
from service.web.calendar_event import MEDIA_TYPE as CALENDAR_TYPE
from service.web.calendar_event import calendar_event
from service.web.errors import error_page
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import GO, PageRequest, visit
from service.web.rendering import page, private
from service.web.report_form import ReportForm
from service.web.sharing import mail_link, written_day
from service.web.translations import mark as _
from service.web.translations import translator

if TYPE_CHECKING:
    from model.storage.outcomes import StoredOutcome

bp = Blueprint("report_back", __name__)

LINK, CHANGE, REMOVE, TOLD, GONE = "link", "change", "remove", "told", "gone"
"""Parameters of the private page: the link, a record to change or remove, and what happened just now."""
PATH, CALENDAR = "/my-report", "/my-report.ics"
WAIT = timedelta(weeks=8)
"""After so long it shows whether members use a channel."""


@bp.get("/report-back")
def explain() -> Response:
    """What telling later is for, and the button that makes the link."""
    here = visit(request)
    if here.filled.profile is None:
        return not_yet(here)
    return private(page("report_back.html", here.address, action=here.address.to("/report-back"), **shell(here)))


@bp.post("/report-back")
def make() -> Response:
    """Make a private link, and go there."""
    here = visit(request)
    if here.filled.profile is None:
        return not_yet(here)
    link = parts().links.make(fragments().code(here.filled.profile))
    return private(_go(here, link))


@bp.get(PATH)
def read() -> Response:
    """What was told with this link, and the form to tell or change something."""
    own = _own()
    if own is None:
        return _no_link()
    asked = request.args
    told = own.told()
    known = {each.id: each for each in told}
    if asked.get(REMOVE) in known:
        return own.page("my_report_remove.html", use=own.use(known[asked[REMOVE]]))
    changing = known.get(asked.get(CHANGE, ""))
    return own.form(ReportForm.of(changing) if changing else ReportForm(), told)


@bp.get(CALENDAR)
def calendar() -> Response:
    """The day on which to tell how it went, for the calendar of the team."""
    own = _own()
    if own is None:
        return _no_link()
    title, text = own.reminder
    event = calendar_event(own.link.community, date.today() + WAIT, title, text, own.public)
    response = Response(event, content_type=CALENDAR_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="platform-fit.ics"'
    return private(response)


@bp.post(PATH)
def write() -> Response:
    """Keep what was told, or remove it."""
    own = _own()
    if own is None:
        return _no_link()
    from service.web import report_store as report_store

    if REMOVE in request.form:
        report_store.take_back(parts(), own.link.community, request.form[REMOVE][:100])
        return private(_go(own.here, own.token, **{GONE: "1"}))
    report = ReportForm.filled(request.form)
    if request.form.get(GO) in LANGUAGES:
        return own.form(report, own.told())
    if own.profile is None:
        return own.form(report, own.told(), status=400)
    submission, mistakes = report.submission(own.link.community, own.profile, own.here.language)
    if submission is None:
        return own.form(report, own.told(), mistakes, 400)
    try:
        kept = report_store.tell(parts(), submission)
    except report_store.SameRecordError:
        return own.form(
            report, own.told(), {"start": own.translate("You told about this channel and day already.")}, 400
        )
    except report_store.LinkFullError:
        return own.form(report, own.told(), status=409)
    return private(_go(own.here, own.token, **{TOLD: kept}))


@dataclass(frozen=True, slots=True)
class _LinkRequest:
    """A visit with a private link.

    Attributes:
        token: the link as it came.
        profile: the answers in it; None when they belong to questions that are gone.
    """

    here: PageRequest
    token: str
    link: PrivateLink
    profile: Profile | None

    def translate(self, text: str) -> str:
        return translator(self.here.language)(text)

    def told(self) -> list[StoredOutcome]:
        from service.web import report_store as report_store

        return list(report_store.told(parts(), self.link.community))

    def to(self, **more: str) -> str:
        return self.here.address.to(PATH, **{LINK: self.token}, **more)

    @property
    def public(self) -> str:
        """The whole address of the page."""
        return public_address(request) + self.to()

    @property
    def reminder(self) -> tuple[str, str]:
        """What to write in a calendar or a mail: a title and a sentence."""
        return (
            self.translate("Tell how it went with our community"),
            self.translate("Eight weeks after the start: do members use the channel? Open this link and tell it."),
        )

    def form(
        self,
        report: ReportForm,
        told: list[StoredOutcome],
        mistakes: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        """The page itself: what was told, and the form."""
        from service.web.report_store import MOST

        just_told = request.args.get(TOLD, "")
        return self.page(
            "my_report.html",
            status,
            uses=[self.use(each) for each in told],
            just_told=any(each.id == just_told for each in told),
            just_gone=GONE in request.args,
            report=report,
            wanted=bool(told or mistakes or report != ReportForm()),
            mistakes=mistakes or {},
            full=len(told) >= MOST and not report.record,
            advised=self._advised(),
            channels=parts().knowledge.channels,
            reasons=[(code, self._reason(code)) for code in NOT_USED_REASONS],
            today=date.today().isoformat(),
        )

    def page(self, template: str, status: int = 200, **content: Any) -> Response:
        profile = self.profile
        advice = self.here.address.with_answers(f"{CODE}={fragments().code(profile)}").to("/answer") if profile else ""
        subject, text = self.reminder
        shared = {
            "own": self,
            "address_of_page": self.public,
            "advice": advice,
            "mail": mail_link(subject, text, self.public),
            "calendar": self.here.address.to(CALENDAR, **{LINK: self.token}),
            **shell(self.here),
        }
        return private(page(template, self.here.address, status, **content, **shared))

    def use(self, told: StoredOutcome) -> dict[str, Any]:
        """One record as it is shown."""
        channel = parts().knowledge.channel_by_id.get(told.channel)
        return {
            "record": told,
            "channel": channel.name[self.here.language] if channel else told.channel,
            "start": written_day(told.start, self.here.language),
            "reason": self._reason(told.reason) if told.reason else "",
        }

    def _reason(self, code: str) -> str:
        return parts().knowledge.messages[self.here.language][f"not_used_{code}"]

    def _advised(self) -> tuple[Channel, ...]:
        """The channels of the advice, which most teams will have chosen from."""
        if self.profile is None:
            return ()
        champion = parts().champion.current
        bundle = champion.advice.overview(champion.advisor.recommend(self.profile)).bundle
        return tuple(bundle.channels) if bundle else ()


def _own() -> _LinkRequest | None:
    """The private link of this request; None when it is not one of ours."""
    here, token = visit(request), request.args.get(LINK, "")
    link = parts().links.read(token)
    if link is None:
        return None
    try:
        opened = fragments().opened(link.code, here.language)
    except ProfileError:
        return _LinkRequest(here, token, link, None)
    return _LinkRequest(replace(here, changes=opened.changes), token, link, opened.profile)


def _go(here: PageRequest, token: str, **more: str) -> Response:
    return redirect(here.address.without_answers().to(PATH, **{LINK: token}, **more), 303)


def _no_link() -> Response:
    words = (
        _("We cannot open this link"),
        _("It is not complete, or something in it was changed. Copy all of it, from where you saved it."),
    )
    return private(error_page(request, 404, words=words))
