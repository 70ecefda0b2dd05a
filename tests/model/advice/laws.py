"""Laws: what must hold of every answer, whatever the profile, told in the plainest way.

Each law looks at one answer and yields what breaks it, as a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from model.advice.advice import Advice
from model.domain.channels import Channel
from model.domain.rules import Effect
from model.scoring.advisor import Recommendation

GOOD = 2
"""The function score from which a channel serves a wish well."""
PROBABLY_NOT = 0.395
"""Below this a chance is shown as "probably not" or worse."""

HARDLY = 0.1
"""Below this nobody hopes that members use a channel."""

Law = Callable[[Recommendation, Advice], Iterator[str]]


def recognisable_people(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """1. Recognisable clients: a start only with an approval and channels made for it; what only sends is left out."""
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    if profile.answers.get("sensitive_data") != "identifiable_clients" or bundle is None:
        return
    online = [channel for channel in bundle.channels if channel.moment == "online"]
    if recommendation.readiness.verdict == "go":
        if profile.answers.get("data_approval") != "approved":
            yield "a start without an approval"
        if others := [channel.id for channel in online if channel.patient_data != "designed_for"]:
            yield f"a start with {others}, not made for such data"
    if sending := [channel.id for channel in online if channel.kind == "broadcast"]:
        yield f"{sending} in the set"


def wishes(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """2. The set serves the first wish where a channel that may be used now does; each channel is for something."""
    needs, bundle = recommendation.profile.codes("needs"), advice.overview(recommendation).bundle
    if not needs or bundle is None:
        return
    waiting = {name for later in bundle.later for name in later.channels}
    ranked = [each.assessment.channel for each in recommendation.channels]
    able = [channel.id for channel in ranked if channel.functions[needs[0]] >= GOOD and channel.id not in waiting]
    started = any(channel.functions[needs[0]] >= GOOD for channel in bundle.channels)
    if not started and able and not _waits(recommendation, advice):
        yield f"the first wish stays open, though {able} could serve it"
    used = {name for need, name, _ in bundle.serves if need not in {each.need for each in bundle.uncovered}}
    companions = [channel.id for channel in bundle.channels if channel.id not in used]
    paired = len({channel.moment for channel in bundle.channels}) > 1
    findings = {each.name for each in recommendation.readiness.findings}
    if not used and not findings & {
        "no-channel-fits", "no-channel-fits-yet", "first-wish-waits", "every-channel-waits"
    }:  # fmt: skip
        yield "no wish is served, and nobody says so"
    elif used and len(companions) > (1 if paired else 0):
        yield f"{companions} are for no wish, and not for contact between meetings either"


def advice_and_warnings(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """3. "You can start" stands above a first wish that is served, by channels that may well be used; no action is said
    twice.
    """
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    if bundle is None:
        return
    needs = profile.codes("needs")
    chances = {each.assessment.channel.id: each.assessment.probability for each in recommendation.channels}
    if recommendation.readiness.verdict == "go":
        if needs and not any(channel.functions[needs[0]] >= GOOD for channel in bundle.channels):
            yield "a start with the first wish open"
        if unlikely := [channel.id for channel in bundle.channels if chances[channel.id] < PROBABLY_NOT]:
            yield f"a start with {unlikely}, probably not used"
    partial = profile.answers.get("shared_interest") == "partial"
    live = [each for each in recommendation.channels if each.assessment.moment == "live"]
    likely = [each for each in live if each.assessment.of.cautious_probabilities[each.assessment.place] >= PROBABLY_NOT]
    if partial and likely and bundle.channels[0].moment != "live":
        yield "a start without a meeting, while the interest is only partly shared"
    if recommendation.readiness.verdict == "go" and {channel.id for channel in bundle.channels} & {
        name for later in bundle.later for name in later.channels
    }:
        yield "a start with what has to wait"
    told = advice.overview(recommendation).findings
    if recommendation.readiness.verdict != "go" and all(each.effect is Effect.WARN for each in told):
        yield "a start is put off, and nothing says why"
    in_a_room = all(channel.id in ("in_person", "intervision_group") for channel in bundle.channels)
    waits = bool(needs) and any(each.need == needs[0] and each.instead for each in bundle.uncovered)
    if in_a_room and not waits and any(each.name == "ready-recognisable-people" for each in told):
        yield "a talk in a room is to be approved"
    actions = [each.action["en"] for each in recommendation.readiness.findings if each.action]
    if len(actions) != len(set(actions)):
        yield "an action is said twice"


def wanted(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """4. What is to be copied is answered, in agreement with the set."""
    name, bundle = recommendation.profile.answers.get("copied_channel"), advice.overview(recommendation).bundle
    if name is None:
        return
    found = advice.wanted(recommendation)
    if found is None or found.channel.id != name:
        yield "not answered"
        return
    nothing_fits = any(each.name.startswith("no-channel") for each in recommendation.readiness.findings)
    may_start = recommendation.readiness.verdict != "do_not_launch_yet" and not nothing_fits
    if bundle and found.channel in bundle.channels and may_start and found.suits != "yes":
        yield f"{found.suits}, though it is in the set"
    if found.suits == "yes" and not may_start:
        yield "yes, though there is nothing to start with"
    if others := set(found.better) - {channel.id for channel in (bundle.channels if bundle else ())}:
        yield f"{others} are called better, and are not in the set"
    if name in found.better:
        yield "better than itself"


def what_they_have(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """5. Who wants no login beside the apps of every day, or what is in use now, is not sent to another one first,
    unless nothing fits.
    """
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    tools = profile.codes("daily_tools")
    if bundle is None or profile.answers.get("login_tolerance") != "none" or not tools:
        return
    questions = advice.advisor.knowledge.questionnaire["daily_tools"]
    families = {family for tool in tools for family in questions.option(tool).families}
    if profile.answers.get("present_state") in ("alive", "noisy") and "present_channel" in profile.answers:
        families.add(advice.advisor.knowledge.channel(str(profile.answers["present_channel"])).family)
    first = bundle.channels[0]
    nothing_fits = any(each.name.startswith("no-channel") for each in recommendation.readiness.findings)
    if first.moment == "online" and first.family not in families and _is_app(first) and not nothing_fits:
        yield f"{first.id} first, which they do not have"


def contradictions(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """6. Answers that cannot all be true are pointed out."""
    profile = recommendation.profile
    found = {each.rule.id for each in advice.contradictions.of(profile)}
    rules = set(profile.codes("it_policy"))
    limits = {"no_app_installs", "messengers_banned", "no_private_phone", "no_external_guests"}
    if "no_limits" in rules and rules & limits and "answers-no-limits-and-limits" not in found:
        yield "no limits, and limits"
    if {"m365_everyone", "m365_some"} <= rules and "answers-everyone-and-some" not in found:
        yield "everyone, and some"


def roads(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """7. A road ends in an answer to work towards, which is news, and says nothing that the verdict says."""
    overview = advice.overview(recommendation)
    asked = {each.action_of: each.action for each in overview.findings if each.action}
    now = overview.bundle
    for road in advice.roads(recommendation):
        questions = {change.question.id for change in road.changes}
        names = {channel.id for channel in road.chosen.channels}
        same_set = now is not None and names == {channel.id for channel in now.channels}
        then = advice.advisor.recommend(road.profile)
        if then.readiness.none_fits or not _is_likely(then, names):
            yield f"{questions} ends in {names}, which do not fit"
        if (needs := then.profile.codes("needs")) and not _serves(road.chosen.channels, needs[0]):
            yield f"{questions} leaves the first wish open"
        if _not_for_clients(then, road.chosen.channels):
            yield f"{questions} ends in {names}, of which some were not made for recognisable clients"
        if same_set and then.readiness.verdict == recommendation.readiness.verdict:
            yield f"{questions} brings nothing new"
        if same_set and questions <= asked.keys():
            yield f"{questions} repeats the verdict"
        if any(change.action in asked.values() for change in road.changes):
            yield f"{questions} says an action again"


def changes(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """8. What a team may change makes no contradiction, touches none, and is not for what it left out itself."""
    profile = recommendation.profile
    before = {each.rule.id for each in advice.contradictions.of(profile)}
    touched = {question for each in advice.contradictions.of(profile) for question, _ in each.answers}
    levers = advice.what_if.levers(recommendation)
    if levers and levers.channel.id in profile.without:
        yield f"levers for {levers.channel.id}, which is left out"
    for option in [each for group in advice.changes.options(profile) for each in group]:
        then = advice.changes.applied([option], profile)
        if made := {each.rule.id for each in advice.contradictions.of(then)} - before:
            yield f"{option.question.id} {option.codes} makes {made}"
        if option.question.id in touched:
            yield f"{option.question.id} changes, which contradicts another answer"
        if option.question.id == "device_access" and "private_phone" in set(option.codes) - {
            *profile.codes(option.question.id)
        }:
            yield "members have to buy a phone"
    for plan in levers.plans if levers else ():
        answers = {change.question.id: change.after[0] for change in plan.changes}
        clients = answers.get("sensitive_data", profile.answers.get("sensitive_data")) == "identifiable_clients"
        if clients and levers and levers.channel.moment == "online" and levers.channel.patient_data != "designed_for":
            yield f"{answers} brings {levers.channel.id}, not made for recognisable clients"


def too_little_known(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """9. Where nothing is known of what members want, use or can do, no channel is advised, and it is said what to
    answer.
    """
    profile, readiness, overview = recommendation.profile, recommendation.readiness, advice.overview(recommendation)
    asked = ("work_setting", "needs", "daily_tools", "login_tolerance", "device_access")
    unknown = not any(profile.codes(name) for name in asked)
    if unknown and profile.answers.get("present_state") not in ("alive", "noisy") and not readiness.answer_first:
        yield "nothing is known, and nobody says so"
    if readiness.answer_first:
        names = [channel.name["en"] for channel in advice.advisor.knowledge.channels]
        if overview.bundle or overview.confidence or advice.roads(recommendation):
            yield "a channel is advised, though nothing is known"
        if named := [name for name in names if name in overview.summary.team["en"]]:
            yield f"{named} in the summary, though nothing is known"
    elif (overview.bundle is None) != (not recommendation.channels):
        yield "no set, though channels are left"


def warnings(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """10. A warning not to start with channels stands where one of them is named, and where a sentence sends to it."""
    profile, overview = recommendation.profile, advice.overview(recommendation)
    knowledge, bundle, launch = advice.advisor.knowledge, overview.bundle, advice.advisor.launch
    told = {each.name for each in overview.findings}
    waiting = {knowledge.channels[place].id: rule for place, rule in launch.held_back.places(profile.masks).items()}
    asked_about = ("copied_channel", "present_channel", "approved_channel")
    wanted = {str(profile.answers[name]) for name in asked_about if name in profile.answers}
    wanted -= {each.channel.id for each in recommendation.excluded}
    kept_out = {name for later in (bundle.later if bundle else ()) for name in later.channels}
    kept_out |= {each.instead for each in (bundle.uncovered if bundle else ()) if each.instead}
    named = wanted | kept_out | {channel.id for channel in (bundle.channels if bundle else ())}
    if missing := {rule.id for name, rule in waiting.items() if name in named} - told:
        yield f"{missing} is not told"
    if (
        bundle
        and {"first-wish-waits", "every-channel-waits"} & told
        and not {each.id for each in waiting.values()} & told
    ):
        yield "something has to wait, and no warning says why"
    login = {each.id for each in knowledge.channels if each.new_login == 2}
    waits = any(name.endswith("-waits") for name in told)
    if "ready-new-account" in told and not named & login and not waits:
        yield "a new account is warned against, and nothing that is named asks for one"


def instead(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """11. What can be done instead leads to less that stands in the way, with a set that fits and no new hold."""
    found = advice.instead(recommendation)
    if found is None:
        return
    then = advice.advisor.recommend(found.profile)
    serious = [
        {each.name for each in one.readiness.findings if each.effect in (Effect.STOP, Effect.HOLD)}
        for one in (recommendation, then)
    ]
    if not serious[1] < serious[0]:
        yield f"{serious[1]} stand in the way instead"
    if then.readiness.none_fits:
        yield "nothing fits instead"
    if _not_for_clients(then, found.chosen.channels):
        yield "some were not made for recognisable clients"


def phones(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """12. An app that lives on a phone is not advised to who has none for it, nor against the rule of an employer."""
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    devices, rules = set(profile.codes("device_access")), set(profile.codes("it_policy"))
    if bundle is None or not devices:
        return
    apps = [each for each in bundle.channels if each.kind == "messenger" and each.app_install == "required"]
    fits = not recommendation.readiness.none_fits and not recommendation.hypothetical
    in_use = profile.answers.get("present_state") in ("alive", "noisy")
    tools = advice.advisor.knowledge.questionnaire["daily_tools"]
    families = {family for tool in profile.codes("daily_tools") for family in tools.option(tool).families}
    strange = [each.id for each in apps if each.family not in families and _is_fitting(recommendation, each)]
    if fits and strange and not devices & {"private_phone", "work_phone"} and not in_use:
        yield f"{strange} without a phone for it"
    if "no_private_phone" in rules and ("work_phone" not in devices or "no_app_installs" in rules) and apps:
        yield f"{[each.id for each in apps]} against the rule about private phones"


def one_chat(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """13. What went quiet or ends is not opened again, and a chat that lives gets no other one beside it."""
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    state, now = profile.answers.get("present_state"), profile.answers.get("present_channel")
    serious = _waits(recommendation, advice)
    if bundle is None or serious or not now:
        return
    names = {each.id for each in bundle.channels}
    if state in ("quiet", "ending") and now in names:
        yield f"{now} again, which is {state}"
    chats = {each.id for each in bundle.channels if each.kind in ("messenger", "chat_platform")}
    lives = state == "alive" and advice.advisor.knowledge.channel(str(now)).kind in ("messenger", "chat_platform")
    banned = {"messengers_banned", "no_private_phone"} & set(profile.codes("it_policy"))
    clients = profile.answers.get("sensitive_data") == "identifiable_clients"
    others = chats - {str(now), "sms_phone_tree", *(["whatsapp_community"] if now == "whatsapp_group" else [])}
    if lives and others and not (banned or clients):
        yield f"{others} beside {now}, which lives"


def care_only(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """14. Nobody is told to simply start with an app for care professionals unless members are that."""
    profile, bundle = recommendation.profile, advice.overview(recommendation).bundle
    if bundle is None or "siilo" not in {each.id for each in bundle.channels}:
        return
    answers, tools = profile.answers, set(profile.codes("daily_tools"))
    if answers.get("works_in_care") == "not_all":
        yield "an app for care, and not all work in care"
    in_care = answers.get("works_in_care") == "all" or tools & {"siilo", "care_messenger"}
    has_it = "siilo" in (answers.get("approved_channel"), answers.get("present_channel"))
    works_with_clients = answers.get("sensitive_data") == "identifiable_clients" and (
        {"client_room", "ward_shift", "mobile_field"} & set(profile.codes("work_setting"))
    )
    if not (in_care or has_it or works_with_clients or _waits(recommendation, advice)):
        yield "an app for care, and nobody said that they work in care"


def devices(recommendation: Recommendation, advice: Advice) -> Iterator[str]:
    """15. One device more makes no channel less likely of which there was any hope."""
    profile = recommendation.profile
    question = advice.advisor.knowledge.questionnaire["device_access"]
    now = profile.codes(question.id)
    # A phone without apps is said of who has nothing else: with a computer beside it, it says something else.
    if not now or now == ("no_smartphone",):
        return
    chances = {each.assessment.channel.id: each.assessment.probability for each in recommendation.channels}
    for more in question.codes:
        if more in now or more == "no_smartphone" or len(now) == question.limit:
            continue
        then = advice.advisor.recommend(advice.changes.answered({question.id: (*now, more)}, profile))
        left = {each.assessment.channel.id: each.assessment.probability for each in then.channels}
        hopes = {name: chance for name, chance in chances.items() if chance >= HARDLY}
        if worse := [name for name, chance in hopes.items() if left.get(name, 0.0) < chance - 1e-9]:
            yield f"{worse} less likely with {more} too"


LAWS: tuple[Law, ...] = (
    recognisable_people, wishes, advice_and_warnings, wanted, what_they_have, contradictions, roads, changes,
    too_little_known, warnings, instead, phones, one_chat, care_only, devices,
)  # fmt: skip


def violations(recommendation: Recommendation, advice: Advice, laws: Sequence[Law] = LAWS) -> list[str]:
    """What breaks a law in this answer."""
    return [f"{law.__name__}: {each}" for law in laws for each in law(recommendation, advice)]


def _is_likely(recommendation: Recommendation, names: Collection[str]) -> bool:
    """Whether none of these channels is probably not used."""
    chances = {each.assessment.channel.id: each.assessment.probability for each in recommendation.channels}
    return all(chances[name] >= PROBABLY_NOT for name in names)


def _is_fitting(recommendation: Recommendation, channel: Channel) -> bool:
    """Whether members will use it fairly likely, so that it is not only the nearest of what fits badly."""
    return _is_likely(recommendation, [channel.id])


def _serves(channels: Sequence[Channel], need: str) -> bool:
    return any(channel.functions[need] >= GOOD for channel in channels)


def _not_for_clients(recommendation: Recommendation, channels: Sequence[Channel]) -> bool:
    """Whether clients can be recognised, on an online channel that was not made for that nor approved."""
    answers = recommendation.profile.answers
    others = [each for each in channels if each.moment == "online" and each.id != answers.get("approved_channel")]
    return answers.get("sensitive_data") == "identifiable_clients" and any(
        each.patient_data != "designed_for" for each in others
    )


def _is_app(channel: Channel) -> bool:
    return channel.new_login > 0 or channel.app_install == "required"


def _waits(recommendation: Recommendation, advice: Advice) -> bool:
    """Whether a stop or hold says that the start waits."""
    return any(each.effect in (Effect.STOP, Effect.HOLD) for each in recommendation.readiness.findings)
