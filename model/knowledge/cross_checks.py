"""Cross-checks: whether the parts of one entry go together, beyond each having the right shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.domain.conditions import Condition, UnknownCount, leaves
from model.domain.questions import UNKNOWN, Questionnaire
from model.domain.rules import READINESS_EFFECTS, WEIGHTED, Effect
from model.errors import Phrase, ProfileError
from model.knowledge.condition_parser import RESERVED
from model.knowledge.entries import Entries, LoadedEntry
from model.knowledge.error_messages import wrong_answer
from model.knowledge.schemas import BundleCriteria, WeighedCriteria
from model.knowledge.yaml_lines import Path
from model.profiles.validation import ProfileGate

Codes = Mapping[str, Sequence[str]]
"""Question id → the codes of its options."""

_WITH_ACTION = (Effect.STOP, Effect.HOLD)
_WITH_BUNDLE = (Effect.BUNDLE, Effect.ADVICE)


def check_question(entries: Entries, entry: LoadedEntry, codes: Codes) -> None:
    """A question, its options and what it follows."""
    data, own = entry.data, codes[entry.data["id"]]
    if data["id"] in RESERVED:
        entries.report(entry, ("id",), Phrase("'{0}' already means something in a condition", data["id"]))
    if "options" not in data and "options_from" not in data:
        entries.report(entry, (), Phrase("a question needs options or options_from"))
    elif len(own) < 2:
        entries.report(entry, ("options",), Phrase("give at least two"))
    for place, channel in enumerate(data.get("leave_out", ())):
        check_channel(entries, entry, ("leave_out", place), channel)
    for place, code in enumerate(own):
        if code in own[:place]:
            entries.report(entry, ("options", place, "code"), Phrase("the code '{0}' stands here twice", code))
        if code == UNKNOWN:
            entries.report(
                entry, ("options", place, "code"), Phrase("'{0}' is always an answer; leave it out", UNKNOWN)
            )
    if data["kind"] == "single" and ("max" in data or data.get("ordered")):
        entries.report(entry, ("kind",), Phrase("max and ordered are for multiple choice"), ("multi",))
    for question, answers in data.get("follows", {}).items():
        _check_follows(entries, entry, question, answers, codes)
    for place, option in enumerate(data.get("options", ())):
        for index, channel in enumerate(option.get("opens", ())):
            check_channel(entries, entry, ("options", place, "opens", index), channel)
    _check_lever(entries, entry, own, codes)


def _check_lever(entries: Entries, entry: LoadedEntry, own: Sequence[str], codes: Codes) -> None:
    """What a lever brings must be answers to its question."""
    lever = entry.data.get("lever", {})
    for code, comes in lever.get("brings", {}).items():
        if not {code, *comes} <= set(own):
            entries.report(entry, ("lever", "brings", code), Phrase("one of these is no answer to this question"), own)
    for key in ("adds", "helps"):
        if not set(lever.get(key, ())) <= set(own):
            entries.report(entry, ("lever", key), Phrase("one of these is no answer to this question"), own)
    brought = {*lever.get("adds", ()), *(come for comes in lever.get("brings", {}).values() for come in comes)}
    for place, step in enumerate(lever.get("steps", ())):
        if step["after"] not in brought:
            message = Phrase("the lever brings no such answer")
            entries.report(entry, ("lever", "steps", place, "after"), message, sorted(brought))
        if "before" in step and step["after"] not in lever.get("brings", {}).get(step["before"], ()):
            entries.report(
                entry, ("lever", "steps", place, "before"), Phrase("this answer does not go for that one"), own
            )
        for question, code in step.get("along", {}).items():
            if code not in codes.get(question, ()):
                path: Path = ("lever", "steps", place, "along")
                entries.report(
                    entry, path, Phrase("'{0}' is no answer to {1}", code, question), codes.get(question, ())
                )
    if "adds" in lever and entry.data["kind"] == "single":
        entries.report(entry, ("lever", "adds"), Phrase("adds is for multiple choice; use brings"))


def _check_follows(entries: Entries, entry: LoadedEntry, question: str, answers: Sequence[str], codes: Codes) -> None:
    path: Path = ("follows", question)
    single = [each.data["id"] for each in entries["questions"] if each.data["kind"] == "single"]
    possible = [name for name in single if name != entry.data["id"]]
    if question not in codes:
        entries.report(entry, path, Phrase("there is no question '{0}'", question), codes)
    elif question not in possible:
        entries.report(entry, path, Phrase("a question can only follow another one with a single choice"), possible)
    elif not set(answers) <= set(codes[question]):
        entries.report(entry, path, Phrase("one of these is no answer to {0}", question), codes[question])
    elif _follows_itself(entries, entry.data["id"]):
        entries.report(entry, path, Phrase("questions cannot follow each other in a circle"))
    if entry.data.get("required"):
        entries.report(entry, ("required",), Phrase("a question that follows another one cannot be required"))


def _follows_itself(entries: Entries, question: str) -> bool:
    """Whether what a question follows leads back to a question that was passed already."""
    follows = {each.data["id"]: next(iter(each.data.get("follows", ())), None) for each in entries["questions"]}
    passed: list[str | None] = []
    at: str | None = question
    while at is not None and at not in passed:
        passed.append(at)
        at = follows.get(at)
    return at is not None


def check_effect(entries: Entries, entry: LoadedEntry, codes: Codes) -> None:
    """Which keys of a rule go with its effect."""
    data = entry.data
    effect = Effect(data["effect"])

    def report(key: str, message: Phrase, allowed: Sequence[str] = ()) -> None:
        entries.report(entry, (key,), message, allowed)

    if effect in WEIGHTED and "weight" not in data:
        report("weight", Phrase("an effect '{0}' needs a weight", effect))
    if effect not in WEIGHTED and "weight" in data:
        report("weight", Phrase("an effect '{0}' has no weight", effect))
    if "fixed" in data and effect is not Effect.LOG_ODDS:
        report("fixed", Phrase("only an effect 'log_odds' has a weight that can be fixed"))
    if effect in (*_WITH_ACTION, Effect.CONTRADICTION) and "channel" in data:
        report("channel", Phrase("an effect '{0}' is about the community, not about a channel", effect))
    if "concerns" in data and (effect not in (Effect.WARN, Effect.HOLD) or "channel" in data):
        report(
            "concerns", Phrase("only an effect 'warn' or 'hold' without a channel can say which channels it concerns")
        )
    if effect is Effect.BUNDLE and "bundle" not in data:
        report("bundle", Phrase("say which property of the bundle the rule is about"))
    meeting_first = data.get("bundle") == "meeting_first"
    about_bundles = (Effect.WARN,) if meeting_first else _WITH_BUNDLE
    if "bundle" in data and effect not in about_bundles:
        report("bundle", Phrase("an effect '{0}' is not about a bundle", effect))
    if effect is Effect.BUNDLE and data.get("bundle") in set(BundleCriteria) - {*WeighedCriteria, "meeting_first"}:
        report("bundle", Phrase("an effect '{0}' cannot weigh this", effect), WeighedCriteria)
    if "bundle" in data and "channel" in data and not meeting_first:
        report("channel", Phrase("a rule about a bundle cannot be about one channel too"))
    if effect in _WITH_ACTION and "action" not in data:
        report("action", Phrase("an effect '{0}' needs the action that comes first", effect))
    for key in ("action", "action_of", "brief_action", "who"):
        if key in data and not (effect in _WITH_ACTION or _is_about_the_community(data, effect)):
            report(key, Phrase("an effect '{0}' asks for no action", effect))
    if "action_of" in data and data["action_of"] not in codes:
        report("action_of", Phrase("there is no question '{0}'", data["action_of"]), tuple(codes))
    if "answer_first" in data and effect is not Effect.STOP:
        report("answer_first", Phrase("only an effect '{0}' can say which questions to answer first", Effect.STOP))
    for place, question in enumerate(data.get("answer_first", ())):
        if question not in codes:
            path: Path = ("answer_first", place)
            entries.report(entry, path, Phrase("there is no question '{0}'", question), tuple(codes))
    for key in ("proviso", "way_back"):
        if key in data and effect is not Effect.HOLD:
            report(key, Phrase("only an effect '{0}' can have this", Effect.HOLD))
    if "instead" in data:
        _check_instead(entries, entry, effect, codes)
    if data["review_by"] <= data["since"]:
        report("review_by", Phrase("must be later than since"))


def _is_about_the_community(data: Mapping[str, Any], effect: Effect) -> bool:
    """Whether it is a warning that keeps nobody from starting with a channel: one that can come first."""
    return effect is Effect.WARN and not {"channel", "bundle"} & data.keys()


def _check_instead(entries: Entries, entry: LoadedEntry, effect: Effect, codes: Codes) -> None:
    """Another aim is an answer that exists, and stands beside what a hold asks."""
    question, answer = entry.data["instead"]["question"], entry.data["instead"]["answer"]
    if effect is not Effect.HOLD:
        entries.report(entry, ("instead",), Phrase("only an effect '{0}' can have another aim", Effect.HOLD))
    if question not in codes:
        path: Path = ("instead", "question")
        entries.report(entry, path, Phrase("there is no question '{0}'", question), tuple(codes))
    elif not set(answer) <= set(codes[question]):
        message = Phrase("one of these is no answer to {0}", question)
        entries.report(entry, ("instead", "answer"), message, codes[question])


def check_source(entries: Entries, entry: LoadedEntry) -> None:
    """What is said of a year needs one, and years go up."""
    data = entry.data
    for key in ("until", "about"):
        if key in data and "year" not in data:
            entries.report(entry, (key,), Phrase("there is no year that this belongs to"))
    if data.get("until", data.get("year", 0) + 1) <= data.get("year", 0):
        entries.report(entry, ("until",), Phrase("must be later than year"))


def refuse_counting(entries: Entries, entry: LoadedEntry, when: Condition) -> None:
    """How many answers are unknown may only be asked by rules about launching: scores come from single questions."""
    if any(isinstance(leaf, UnknownCount) for leaf in leaves(when)):
        message = Phrase("unknown_answers is only for rules with an effect {0}", ", ".join(READINESS_EFFECTS))
        entries.report(entry, ("when",), message)


def check_profile(entries: Entries, entry: LoadedEntry, gate: ProfileGate, questionnaire: Questionnaire) -> None:
    """The answers of a community go through the same gate as those of a client."""
    try:
        gate.load(entry.data["profile"])
    except ProfileError as error:
        for problem in error.problems:
            question, _, place = problem.pointer.removeprefix("/").partition("/")
            path = ("profile", question, int(place)) if place else ("profile", question)
            message = wrong_answer(problem, questionnaire.by_id.get(question))
            entries.report(entry, path, message, problem.allowed)


def check_channel(entries: Entries, entry: LoadedEntry, path: Path, channel: str) -> None:
    if channel not in entries.ids("channels"):
        entries.report(entry, path, Phrase("there is no channel '{0}'", channel), entries.ids("channels"))


def check_scores(entries: Entries, entry: LoadedEntry, attributes: Sequence[str]) -> None:
    """A channel has a function score for each need, and evidence for attributes that exist."""
    needs = entries.ids("functions")
    for need in needs:
        if need not in entry.data["functions"]:
            entries.report(entry, ("functions",), Phrase("'{0}' has no function score", need))
    for need in entry.data["functions"]:
        if need not in needs:
            entries.report(entry, ("functions", need), Phrase("'{0}' is no need", need), needs)
    for attribute in entry.data["evidence"]:
        if attribute not in attributes:
            entries.report(entry, ("evidence", attribute), Phrase("this is no attribute"), attributes)
