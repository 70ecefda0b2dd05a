"""Report form: from what a team fills in about one use of a channel to an outcome record, and back.

The record goes through the same gate as those of other senders; what the gate refuses is said beside the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from model.errors import OutcomeError
from model.outcomes.record import Submission, complete_answers
from model.outcomes.validation import Origin
from model.profiles.profile import Profile
from service.components import parts
from service.runtime.private_links import STORED
from service.web.labels import REPORT_MISTAKES
from service.web.translations import translator

if TYPE_CHECKING:
    from model.storage.outcomes import StoredOutcome

COUNTED, USED, NOT_USED = "counted", "yes", "no"
RECORDED_BY = "private link"
_LONGEST = 100
_PLACES = {"invited": "use", "active": "use", "used": "use"}
"""Field of a record → where its mistake is said, when that has another name."""


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The form as it is filled in, right or wrong.

    Attributes:
        how: whether the channel is used: yes, no, or members were counted.
        record: id of what it corrects; empty when it is new.
    """

    channel: str = ""
    start: str = ""
    how: str = ""
    invited: str = ""
    active: str = ""
    reason: str = ""
    consent: bool = False
    record: str = ""

    @staticmethod
    def filled(form: MultiDict[str, str]) -> ReportForm:
        """What a browser sent."""
        names = ("channel", "start", "how", "invited", "active", "reason", "record")
        words = {name: form.get(name, "").strip()[:_LONGEST] for name in names}
        return ReportForm(**words, consent="consent" in form)

    @staticmethod
    def of(told: StoredOutcome) -> ReportForm:
        """What was told before, to change it."""
        counts = {"invited": str(told.invited), "active": str(told.active)} if told.counted else {}
        return ReportForm(
            channel=told.channel,
            start=told.start.isoformat(),
            how=COUNTED if told.counted else USED if told.active else NOT_USED,
            reason=told.reason or "",
            consent=told.consent,
            record=told.id,
            **counts,
        )

    def submission(
        self, community: str, profile: Profile, language: str
    ) -> tuple[Submission | None, Mapping[str, str]]:
        """The record on its way in, or none and what is wrong: field → sentence."""
        part = parts()
        raw = {
            "community": community,
            "profile": complete_answers(profile.as_dict(), part.knowledge.questionnaire),
            "consent": self.consent,
            **self._said(),
            **({"corrects": self.record} if self.record else {}),
        }
        origin = Origin(STORED, RECORDED_BY, datetime.now(UTC))
        try:
            return part.outcomes.load(raw, origin, language=language), {}
        except OutcomeError as error:
            return None, _mistakes(error, language)

    def _said(self) -> dict[str, Any]:
        """The fields that are not empty, as the gate wants them."""
        said: dict[str, Any] = {name: getattr(self, name) for name in ("channel", "start", "reason")}
        said |= {name: _number(getattr(self, name)) for name in ("invited", "active")}
        if self.how in (USED, NOT_USED):
            said["used"] = self.how == USED
        return {name: value for name, value in said.items() if value != ""}


def _number(text: str) -> int | str:
    """A number as one, and anything else as it came: the gate knows what to say of it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text


def _mistakes(error: OutcomeError, language: str) -> Mapping[str, str]:
    translate = translator(language)
    mistakes: dict[str, str] = {}
    for problem in error.problems:
        name = problem.pointer.split("/")[1]
        place = _PLACES.get(name, name)
        words = REPORT_MISTAKES.get(f"{place}_{problem.code}") or REPORT_MISTAKES.get(problem.code)
        mistakes.setdefault(place, translate(words) if words else problem.message)
    return mistakes
