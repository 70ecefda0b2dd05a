"""Summary: the answer in one sentence of at most 140 characters, for the team and for data staff.

A sentence that would be too long is said with less: first without what each channel is for, then in shorter words, and
in the end it is cut off.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from model.advice.bundle.chooser import Bundle
from model.advice.confidence import Confidence
from model.domain.channels import Channel
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import Effect
from model.domain.wording import clause, listed, need_name, per_language, said
from model.memo import Memo
from model.scoring.advisor import Recommendation
from model.scoring.artifact import Artifact
from model.scoring.launch_verdict import EVERY_CHANNEL_WAITS, FIRST_WISH_WAITS, Finding, Readiness, Verdict

LONGEST = 140
_TO_FIX = (Effect.STOP, Effect.HOLD)


@dataclass(frozen=True, slots=True)
class Summary:
    """One sentence in two voices."""

    team: Text
    staff: Text


class SummaryWriter:
    """Says answers in one sentence, for one artifact; a sentence for the team is kept, because it often comes back."""

    def __init__(self, knowledge: Knowledge, artifact: Artifact) -> None:
        self._knowledge = knowledge
        self._artifact = artifact
        self._team_texts = Memo[Text]()

    def of(self, recommendation: Recommendation, bundle: Bundle | None, confidence: Confidence | None) -> Summary:
        """The answer in one sentence.

        Args:
            recommendation: the answer.
            bundle: its bundle; None when no channel is left.
            confidence: how sure the first place is, among channels of the kind that the bundle opens with; None when
                no channel is left.
        """
        return Summary(self._team(recommendation.readiness, bundle), self._staff(recommendation, confidence))

    def _team(self, readiness: Readiness, bundle: Bundle | None) -> Text:
        # The most serious is the first; of warnings that is one which says what to do before the start.
        fix = next((each for each in readiness.findings if each.effect in _TO_FIX or each.action), None)
        key: tuple[Hashable, ...] = (
            readiness.wording, readiness.none_fits, readiness.every_waits, readiness.answer_first, fix and fix.name
        )  # fmt: skip
        if bundle is not None:
            key += (
                tuple(well_served(bundle)),
                tuple([channel.id for channel in bundle.channels]),
                tuple(bundle.equals.items()),
            )
        return self._team_texts.of(key, lambda: self._team_text(readiness, fix, bundle))

    def _team_text(self, readiness: Readiness, fix: Finding | None, bundle: Bundle | None) -> Text:
        wordings = _enough_of(self._team_wordings(readiness, fix, bundle))
        return per_language(self._knowledge, lambda language: fitting([wording[language] for wording in wordings]))

    def _team_wordings(self, readiness: Readiness, fix: Finding | None, bundle: Bundle | None) -> Iterable[Text]:
        """What to do, from the fullest wording to the shortest."""
        knowledge = self._knowledge
        if fix and fix.answer_first:
            asked = [clause(knowledge, knowledge.questionnaire[name].label) for name in fix.answer_first]
            yield said(knowledge, "advice_summary_answer_first", questions=listed(knowledge, asked))
            yield said(knowledge, "advice_summary_answer_first_below")
            return
        if bundle is None and not readiness.answer_first:
            yield said(knowledge, "advice_summary_nothing")
            return
        if bundle is None or readiness.verdict is Verdict.DO_NOT_LAUNCH_YET:
            if fix and fix.action:
                yield said(knowledge, "advice_summary_stop_action", action=fix.action)
            yield said(knowledge, "advice_summary_stop")
            return
        live = [self._name(channel, bundle) for channel in bundle.channels if channel.moment == "live"]
        online = [self._name(channel, bundle) for channel in bundle.channels if channel.moment == "online"]
        use = listed(knowledge, online or live)
        use_for = self._used_for(bundle) if online else use
        meeting_first = bundle.channels[0].moment == "live"
        # All of the set, in the order in which it begins: with what each channel is for, and without.
        whole = [
            listed(knowledge, [*live, *each] if meeting_first else [*each, *live])
            for each in ([use_for], online)
            if online
        ] or [use]
        if readiness.so_far and not readiness.wish_known:
            for everything in whole:
                yield said(knowledge, "advice_summary_without_wish", use=everything)
        elif readiness.so_far:
            if meeting_first and online:
                for everything in whole:
                    yield said(knowledge, "advice_summary_so_far", use=everything)
            yield said(knowledge, "advice_summary_so_far", use=use_for)
            yield said(knowledge, "advice_summary_so_far", use=use)
        elif fix and fix.name == FIRST_WISH_WAITS:
            for everything in whole:
                yield said(knowledge, "advice_summary_first_wish_waits", use=everything)
        elif readiness.every_waits:
            for everything in whole:
                if fix and fix.action and fix.name != EVERY_CHANNEL_WAITS:
                    yield said(knowledge, "advice_summary_fix_and_wait", action=fix.action, use=everything)
            for everything in whole:
                yield said(knowledge, "advice_summary_every_channel_waits", use=everything)
        elif readiness.none_fits:
            # Never "start with": what a set holds then is only the nearest.
            if fix and fix.action:
                yield said(knowledge, "advice_summary_nearest", action=fix.action, use=use)
                yield said(knowledge, "advice_summary_none_fits", action=fix.action)
            yield said(knowledge, "advice_summary_none_fits", action=said(knowledge, "advice_summary_below"))
        elif readiness.verdict is Verdict.FIX_FIRST:
            if fix and fix.action:
                for everything in [*(whole if online and live else ()), use_for, use]:
                    yield self._fix_first(fix.action, fix.proviso, everything)
                # What comes first is never lost for want of room: the channels stand below it.
                yield fix.action
            yield said(knowledge, "advice_summary_fix", use=use_for)
            yield said(knowledge, "advice_summary_fix", use=use)
        else:
            if fix and fix.action:
                for everything in [*whole, use]:
                    yield self._fix_first(fix.action, fix.proviso, everything)
                yield fix.action
            if online and live:
                key = "advice_summary_meeting_first" if meeting_first else "advice_summary_go_live"
                yield said(knowledge, key, use=use_for, live=listed(knowledge, live))
                yield said(knowledge, key, use=use, live=listed(knowledge, live))
            yield said(knowledge, "advice_summary_go", use=use_for)
            yield said(knowledge, "advice_summary_go", use=use)

    def _fix_first(self, action: Text, proviso: Text | None, use: Text) -> Text:
        if proviso is None:
            return said(self._knowledge, "advice_summary_fix_action", action=action, use=use)
        return said(self._knowledge, "advice_summary_fix_proviso", action=action, proviso=proviso, use=use)

    def _used_for(self, bundle: Bundle) -> Text:
        """The online channels, each with the needs that it is the best for."""
        named = []
        served = well_served(bundle)
        for channel in bundle.channels:
            name = self._name(channel, bundle)
            needs = [need_name(self._knowledge, need) for need, serving in served if serving == channel.id]
            if channel.moment == "online":
                named.append(
                    said(
                        self._knowledge,
                        "advice_summary_for",
                        channel=name,
                        needs=listed(self._knowledge, needs),
                    )
                    if needs
                    else name
                )
        return listed(self._knowledge, named)

    def _name(self, channel: Channel, bundle: Bundle) -> Text:
        """The channel, or those that are equal to it: "Embrace or Plek"."""
        others = [self._knowledge.channel(each).in_sentence for each in bundle.equals.get(channel.id, ())]
        return listed(self._knowledge, [channel.in_sentence, *others], "advice_or")

    def _staff(self, recommendation: Recommendation, confidence: Confidence | None) -> Text:
        """What the numbers say."""
        values: dict[str, str | int] = {
            "verdict": str(recommendation.readiness.verdict),
            "unknown": recommendation.profile.masks.count(0),
            "artifact": self._artifact.id,
            "records": self._artifact.basis.records,
        }
        keys = ["advice_staff_unknown" if recommendation.readiness.answer_first else "advice_staff_nothing"]
        if confidence is not None:
            first = next(
                each.assessment for each in recommendation.channels if each.assessment.moment == confidence.moment
            )
            low, high = first.interval
            values |= {
                "first": confidence.first.id,
                "probability": f"{first.probability:.2f}",
                "low": f"{low:.2f}",
                "high": f"{high:.2f}",
                "second": confidence.second.id if confidence.second else "",
                "beats": f"{confidence.probability:.2f}",
            }
            keys = ["advice_staff", "advice_staff_short"] if confidence.second else ["advice_staff_short"]
        return {language: _staff_sentence(keys, words, values) for language, words in self._knowledge.messages.items()}


def well_served(bundle: Bundle) -> list[tuple[str, str]]:
    """Each need with the channel to use for it, without needs that no channel of the bundle is good for."""
    uncovered = {each.need for each in bundle.uncovered}
    return [(need, channel) for need, channel, _ in bundle.serves if need not in uncovered]


def _staff_sentence(keys: Iterable[str], words: Mapping[str, str], values: Mapping[str, str | int]) -> str:
    return fitting(words[key].format_map(values) for key in keys)


def _enough_of(wordings: Iterable[Text]) -> list[Text]:
    """Wordings up to the one with which every language has one that is short enough."""
    made: list[Text] = []
    for wording in wordings:
        made.append(wording)
        if all(any(len(each[language]) <= LONGEST for each in made) for language in wording):
            break
    return made


def fitting(wordings: Iterable[str]) -> str:
    """The first wording that is short enough; the last one is cut off when none is."""
    last = ""
    for last in wordings:
        if len(last) <= LONGEST:
            return last
    return last[: LONGEST - 1].rstrip() + "…"
