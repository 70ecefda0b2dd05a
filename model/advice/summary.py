"""Summary: the answer in one sentence of at most 140 characters, for the team and for data staff.

A sentence that would be too long is said with less. What goes is detail, in this order: what each channel is for, which
channels are as good as one of the set, and how to do what comes first. What stays is the decision and every channel of
the set. Only names that are too long themselves are cut off.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
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
_LEVELS = ((True, True), (False, True), (False, False))
"""How much is said of a set: what its channels are for, and which others are as good."""


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

    def of(
        self,
        recommendation: Recommendation,
        bundle: Bundle | None,
        confidence: Confidence | None,
        findings: Sequence[Finding],
    ) -> Summary:
        """The answer in one sentence.

        Args:
            recommendation: the answer.
            bundle: its bundle; None when no channel is left.
            confidence: how sure the first place is, among channels of the kind that the bundle opens with; None when
                no channel is left.
            findings: those that concern the answer.
        """
        # The most serious is the first; of warnings that is one which says what to do before the start.
        fix = next((each for each in findings if each.effect in _TO_FIX or each.action), None)
        return Summary(self._team(recommendation.readiness, fix, bundle), self._staff(recommendation, confidence))

    def _team(self, readiness: Readiness, fix: Finding | None, bundle: Bundle | None) -> Text:
        key: tuple[Hashable, ...] = (
            readiness.wording, readiness.none_fits, readiness.every_waits, readiness.answer_first, fix and fix.name
        )  # fmt: skip
        key += fix and fix.of_waiting, bundle and set_key(bundle)
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
        yield from self._set_wordings(readiness, fix, bundle)

    def _set_wordings(self, readiness: Readiness, fix: Finding | None, bundle: Bundle) -> Iterable[Text]:
        """What to do about a set of channels, all of them in every wording."""
        knowledge = self._knowledge
        uses = self._uses(bundle)
        barest = uses[-1]
        action, brief = (fix.action, fix.brief_action or fix.action) if fix else (None, None)
        if readiness.so_far:
            key = "so_far" if readiness.wish_known else "without_wish"
            yield from self._each(f"advice_summary_{key}", uses)
            yield said(knowledge, f"advice_summary_{key}_short", use=barest)
        elif fix and fix.name == FIRST_WISH_WAITS:
            yield from self._each("advice_summary_first_wish_waits", uses)
            yield said(knowledge, "advice_summary_first_wish_waits_short", use=barest)
        elif readiness.every_waits:
            if action and brief and fix and fix.name != EVERY_CHANNEL_WAITS:
                yield from self._with_action("advice_summary_fix_and_wait", action, brief, uses)
            yield from self._each("advice_summary_every_channel_waits", uses)
        elif readiness.none_fits:
            # Never "start with": what a set holds then is only the nearest.
            nearest, below = uses[1:], said(knowledge, "advice_summary_below")
            if action and brief:
                yield from self._with_action("advice_summary_nearest", action, brief, nearest)
                yield said(knowledge, "advice_summary_nearest_short", action=brief, use=barest)
            yield said(knowledge, "advice_summary_nearest_short", action=below, use=barest)
            yield said(knowledge, "advice_summary_nearest_only", use=barest)
        else:
            if fix and action and brief:
                # Is what comes first a question, then the channels are for one answer to it.
                if fix.of_waiting and bundle.first_wish_waits_for:
                    channel = knowledge.channel(bundle.first_wish_waits_for).in_sentence
                    yield from self._with_action("advice_summary_fix_wish_waits", action, brief, uses, channel=channel)
                    yield said(knowledge, "advice_summary_fix_wish_waits_short", action=brief, use=barest)
                elif fix.proviso:
                    key = "advice_summary_fix_proviso"
                    yield from self._with_action(key, action, brief, uses, proviso=fix.proviso)
                else:
                    yield from self._with_action("advice_summary_fix_action", action, brief, uses)
                    yield said(knowledge, "advice_summary_fix_short", action=brief, use=barest)
            if readiness.verdict is Verdict.FIX_FIRST:
                yield from self._each("advice_summary_fix", uses)
                yield said(
                    knowledge, "advice_summary_fix_short", action=said(knowledge, "advice_summary_below"), use=barest
                )
            else:
                yield from self._go(bundle)
                yield from self._each("advice_summary_go", uses)

    def _go(self, bundle: Bundle) -> Iterable[Text]:
        """A start with meetings and with something online beside them, which two sentences keep apart."""
        live, online = _by_moment(bundle)
        if not live or not online:
            return
        key = "advice_summary_meeting_first" if bundle.channels[0] in live else "advice_summary_go_live"
        for purposes, equals in _LEVELS:
            names = [listed(self._knowledge, self._named(each, bundle, equals=equals)) for each in (online, live)]
            use = listed(self._knowledge, self._used_for(online, bundle)) if purposes else names[0]
            yield said(self._knowledge, key, use=use, live=names[1])

    def _uses(self, bundle: Bundle) -> Sequence[Text]:
        """All channels of a set in the order in which it begins, from what says most of them to their names alone."""
        live, online = _by_moment(bundle)

        def whole(purposes: bool, equals: bool) -> Text:
            used = self._used_for(online, bundle) if purposes else self._named(online, bundle, equals=equals)
            meetings = self._named(live, bundle, equals=equals)
            return listed(self._knowledge, [*meetings, *used] if bundle.channels[0] in live else [*used, *meetings])

        return [whole(purposes, equals) for purposes, equals in _LEVELS]

    def _each(self, key: str, uses: Sequence[Text], **values: Text) -> Iterable[Text]:
        return [said(self._knowledge, key, use=use, **values) for use in uses]

    def _with_action(self, key: str, action: Text, brief: Text, uses: Sequence[Text], **values: Text) -> Iterable[Text]:
        """What comes first is said in a few words only where channels that are as good were left out already."""
        yield from self._each(key, uses, action=action, **values)
        yield said(self._knowledge, key, use=uses[-1], action=brief, **values)

    def _used_for(self, online: Sequence[Channel], bundle: Bundle) -> list[Text]:
        """Online channels, each with the needs that it is the best for."""
        return [set_use(self._knowledge, channel, bundle) for channel in online]

    def _named(self, channels: Sequence[Channel], bundle: Bundle, *, equals: bool = True) -> list[Text]:
        return [set_name(self._knowledge, each, bundle) if equals else each.in_sentence for each in channels]

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


def set_key(bundle: Bundle) -> Hashable:
    """All that words about a set depend on."""
    return (
        tuple([channel.id for channel in bundle.channels]),
        tuple(bundle.uses),
        tuple(bundle.equals.items()),
        tuple([(name, words["en"]) for name, words in bundle.as_now.items()]),
        bundle.first_wish_waits_for,
    )


def set_name(knowledge: Knowledge, channel: Channel, bundle: Bundle) -> Text:
    """A channel of a set, or those that are equal to it: "Embrace or Plek"; "Slack (as now)" where members have it."""
    name, words = channel.in_sentence, bundle.as_now.get(channel.id)
    if words:
        name = said(knowledge, "advice_as_now", channel=name, words=words)
    others = [knowledge.channel(each).in_sentence for each in bundle.equals.get(channel.id, ())]
    return listed(knowledge, [name, *others], "advice_or")


def set_use(knowledge: Knowledge, channel: Channel, bundle: Bundle) -> Text:
    """A channel of a set with the needs that it is the best for, if there are any."""
    name = set_name(knowledge, channel, bundle)
    needs = [need_name(knowledge, need) for need, serving in bundle.uses if serving == channel.id]
    return said(knowledge, "advice_summary_for", channel=name, needs=listed(knowledge, needs)) if needs else name


def _by_moment(bundle: Bundle) -> tuple[list[Channel], list[Channel]]:
    """The live channels of a set, and the online ones."""
    live = [channel for channel in bundle.channels if channel.moment == "live"]
    return live, [channel for channel in bundle.channels if channel.moment == "online"]


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
