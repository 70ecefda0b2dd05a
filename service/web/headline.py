"""Headline: the decision on top of an answer, with what to do first, who does it, and what comes then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from model.advice.advice import Overview
from model.advice.bundle.chooser import Bundle
from model.advice.bundle.remarks import Uncovered
from model.advice.summary import set_key, set_name, set_use
from model.domain.channels import Channel
from model.domain.questions import Question, Text
from model.domain.rules import Effect
from model.domain.wording import channel_names, listed, said
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import EVERY_CHANNEL_WAITS, FIRST_WISH_WAITS, Finding, Readiness, Verdict
from service.components import parts
from service.web.address import Address
from service.web.chances import is_likely
from service.web.fragments import fragments
from service.web.next_steps import Step, wrong_now
from service.web.verdict import known_answers, question_to_answer

_TONES = {Verdict.GO: "ok", Verdict.FIX_FIRST: "warning", Verdict.DO_NOT_LAUNCH_YET: "error"}
_OPEN_NAMED = 3
"""Open questions that are named where more of them can still change the verdict."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A decision in words.

    Attributes:
        verdict: in a few words.
        what: what to do now.
        then: what comes after that; empty where nothing does.
        acts: whether `what` is the first step, so that it is not said again.
        use: the channels to start with when the first step is done, where no other words say so.
        also: the channels beside the one that `what` names.
    """

    verdict: Text
    what: Text
    then: Text | None = None
    acts: bool = False
    use: Text | None = None
    also: Text | None = None


def headline(
    recommendation: Recommendation,
    overview: Overview,
    step: Step,
    open_questions: Sequence[str],
    asks: Question | None,
    address: Address,
) -> Markup:
    """The decision as the heading of the page.

    Args:
        step: what comes first.
        open_questions: without an answer, the one that can change most first.
        asks: the question to answer first, while little is known.
    """
    readiness, bundle = recommendation.readiness, overview.bundle
    starts = readiness.verdict is Verdict.GO and not readiness.so_far
    unsure = _unsure(recommendation, bundle) if starts else ()
    unknown = _unknown(readiness, open_questions) if starts else ()
    uncovered = unserved(recommendation, bundle)
    known = known_answers(recommendation.profile) if asks else 0
    serious = [finding for finding in overview.findings if finding.effect is not Effect.WARN]

    def content() -> dict[str, Any]:
        knowledge = parts().knowledge
        stop = readiness.verdict is Verdict.DO_NOT_LAUNCH_YET
        nothing_known = bool(readiness.answer_first)
        decision = _decision(readiness, serious, bundle, overview, unsure)
        labels = [_quoted(knowledge.questionnaire[name].label) for name in unknown[:_OPEN_NAMED]]
        return {
            "tone": _tone(readiness),
            "decision": decision,
            "meeting_first": bundle is not None and bundle.channels[0].moment == "live",
            "who": step.who if decision.acts else None,
            "step": None if decision.acts or nothing_known or asks else step,
            "ask": question_to_answer(asks, known) if asks else None,
            "unknown": listed(knowledge, labels) if labels else None,
            "more_unknown": len(unknown) > _OPEN_NAMED,
            "alone": len(serious) == 1,
            "unsure": channel_names(knowledge, unsure) if unsure and not unknown else None,
            "uncovered": uncovered,
            "why": serious[0] if stop and not nothing_known else None,
            "folded": serious[1:] if stop else serious,
        }

    key = (
        readiness.wording,
        tuple([(each.name, each.of_waiting) for each in serious]),
        bundle and set_key(bundle),
        tuple([each.text[address.language] for each in uncovered]),
        step.name,
        unknown,
        unsure,
        asks and asks.id,
        known,
    )
    return Markup(fragments().piece("parts/headline.html", key, address, content))


def _quoted(label: Text) -> Text:
    return {language: f"“{text}”" for language, text in label.items()}


def unserved(recommendation: Recommendation, bundle: Bundle | None) -> Sequence[Uncovered]:
    """The wishes that no channel is good for, where the headline says so: where the team can start without them."""
    readiness = recommendation.readiness
    if bundle is None or readiness.so_far or readiness.verdict is not Verdict.GO:
        return ()
    return [each for each in bundle.uncovered if not each.instead]


def _tone(readiness: Readiness) -> str:
    """The colour: the most alarming one where something is wrong now, whatever the verdict."""
    if readiness.so_far or readiness.answer_first:
        return "info"
    return "error" if wrong_now(readiness) else _TONES[readiness.verdict]


def _decision(
    readiness: Readiness,
    serious: Sequence[Finding],
    bundle: Bundle | None,
    overview: Overview,
    unsure: Sequence[str],
) -> Headline:
    knowledge = parts().knowledge
    verdict, rest = _divided(said(knowledge, readiness.wording))
    fix = serious[0] if serious else None
    if readiness.answer_first:
        # The questions themselves stand below it.
        return Headline(verdict, rest)
    if readiness.so_far and readiness.wish_known and bundle:
        # That more answers can change it is said with how many there are.
        return Headline(verdict, _divided(_without(overview.summary.team, verdict))[0])
    if bundle is None or readiness.so_far or (fix and fix.name in (FIRST_WISH_WAITS, EVERY_CHANNEL_WAITS)):
        return Headline(verdict, *_divided(_without(overview.summary.team, verdict)))
    if readiness.verdict is Verdict.GO:
        return Headline(said(knowledge, "verdict_go"), _lead(bundle, unsure), also=_beside(bundle))
    assert fix is not None and fix.action is not None  # noqa: PT018
    use = _names(bundle, bundle.channels)
    if readiness.verdict is Verdict.DO_NOT_LAUNCH_YET:
        return Headline(verdict, fix.action, acts=True)
    nothing = dict.fromkeys(knowledge.messages, "")
    if readiness.every_waits:
        return Headline(verdict, fix.action, said(knowledge, "advice_summary_every_channel_waits", use=use), acts=True)
    if readiness.none_fits:
        nearest = said(knowledge, "advice_summary_nearest", use=use, action=nothing)
        return Headline(_stripped(nearest), fix.action, acts=True)
    if fix.of_waiting and bundle.first_wish_waits_for:
        channel = knowledge.channel(bundle.first_wish_waits_for).in_sentence
        then = said(knowledge, "advice_summary_fix_wish_waits", action=nothing, use=use, channel=channel)
        return Headline(verdict, fix.action, _stripped(then), acts=True)
    if fix.proviso:
        then = said(knowledge, "advice_summary_fix_proviso", action=nothing, proviso=fix.proviso, use=use)
        return Headline(verdict, fix.action, _stripped(then), acts=True)
    return Headline(verdict, fix.action, acts=True, use=use)


def _lead(bundle: Bundle, unsure: Sequence[str]) -> Text:
    """Where to start, and for what; small, where it is not likely that members will use it."""
    knowledge = parts().knowledge
    key = "advice_summary_go_small" if bundle.channels[0].id in unsure else "advice_summary_go"
    return said(knowledge, key, use=set_use(knowledge, bundle.channels[0], bundle))


def _beside(bundle: Bundle) -> Text | None:
    return _names(bundle, bundle.channels[1:]) if len(bundle.channels) > 1 else None


def _names(bundle: Bundle, channels: Sequence[Channel]) -> Text:
    return listed(parts().knowledge, [set_name(parts().knowledge, each, bundle) for each in channels])


def _divided(text: Text) -> tuple[Text, Text]:
    """The first sentence, and the others."""
    found = {language: words.partition(". ") for language, words in text.items()}
    return (
        {language: words + dot.rstrip() for language, (words, dot, _) in found.items()},
        {language: rest for language, (_, _, rest) in found.items()},
    )


def _without(text: Text, start: Text) -> Text:
    return {language: words.removeprefix(start[language]).lstrip() for language, words in text.items()}


def _stripped(text: Text) -> Text:
    return {language: words.strip() for language, words in text.items()}


def _unsure(recommendation: Recommendation, bundle: Bundle | None) -> tuple[str, ...]:
    """The new channels to start with of which pages do not say that members will likely use them."""
    advised = {channel.id for channel in bundle.channels} - bundle.as_now.keys() if bundle else set()
    assessments = [each.assessment for each in recommendation.channels]
    return tuple([each.channel.id for each in assessments if each.channel.id in advised and not is_likely(each)])


def _unknown(readiness: Readiness, open_questions: Sequence[str]) -> tuple[str, ...]:
    """The open questions that can still change the verdict, where there are many of them."""
    if readiness.wording != "verdict_go_as_far_as_known":
        return ()
    first = [name for name in open_questions if name in readiness.may_change]
    return tuple(dict.fromkeys([*first, *readiness.may_change]))
