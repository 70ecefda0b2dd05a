"""Plain bundles: every allowed set and its utility, worked out in the plainest way."""

from itertools import combinations

from model.advice.bundle.chooser import Bundles
from model.domain.knowledge import Knowledge
from model.scoring.compiled_conditions import CompiledCondition
from model.scoring.held_back import HeldBack

MARGIN = 0.2
ACCOUNTS = 1
ONLINE = 3
GOOD = 2

CLOSE = 2e-6
CRITERIA = (
    "each_new_channel", "each_new_login", "each_second_chat", "more_than_two_online", "messenger_with_file_store",
    "live_with_online",
)  # fmt: skip


def daily_of(recommendation, knowledge: Knowledge) -> dict[str, bool]:
    """Which channels the members already use every day, told from the answers themselves."""
    families = {
        family
        for question in knowledge.questionnaire
        for option in question.options
        if option.code in recommendation.profile.codes(question.id)
        for family in option.families
    }
    answers = recommendation.profile.answers
    # A channel that is there now counts too, while members use it.
    now = answers.get("present_channel") if answers.get("present_state") in ("alive", "noisy") else None
    return {each.id: each.family in families or each.id == now for each in knowledge.channels}


def to_start_with(recommendation, knowledge: Knowledge):
    """The channels that no warning holds back; golden cases say which these are for which answers."""
    waiting = HeldBack(knowledge).places(recommendation.profile.masks)

    def waits(channel) -> bool:
        return any(knowledge.channels[place].id == channel.id for place in waiting)

    left = [each for each in recommendation.channels if not waits(each.assessment.channel)]
    some_fit = any(each.assessment.log_odds >= -0.405 for each in recommendation.channels)
    if some_fit and not any(each.assessment.log_odds >= -0.405 for each in left):
        return recommendation.channels
    return left or recommendation.channels


def chance_of(recommendation, place: int) -> float:
    """What a set is chosen by: the chance of use with all that makes us careful."""
    return int(20 * float(recommendation.scores.cautious_probabilities[place]) + 0.1 + 1e-9) / 20


def has_a_twin_before(each, ranked) -> bool:
    """Whether channels of its family and kind that rank before it serve well whatever it serves well."""
    mine = each.assessment.channel
    before = [one.assessment.channel for one in ranked[: ranked.index(each)]]
    twins = [one for one in before if (one.family, one.kind) == (mine.family, mine.kind)]
    good = {need for need, score in mine.functions.items() if score >= GOOD}
    served = {need for one in twins for need, score in one.functions.items() if score >= GOOD}
    return bool(twins) and good <= served


def _with_a_purpose(channels, recommendation, rates: dict[str, float]):
    """Without those that serve no wish well, where nothing says that meetings and a channel go well together."""
    needs = recommendation.profile.codes("needs") or recommendation.profile.codes("wishes")
    useful = [each for each in channels if not needs or any(each.functions[need] >= GOOD for need in needs)]
    costly = max(rates[name] for name in CRITERIA[:4]) <= 0 <= min(rates[name] for name in CRITERIA[4:])
    return channels if rates["live_with_online"] > 0 or not useful or not costly else useful


def allowed_sets(recommendation, knowledge: Knowledge, rates: dict[str, float]):
    daily = daily_of(recommendation, knowledge)
    first = to_start_with(recommendation, knowledge)
    likely = [each for each in first if chance_of(recommendation, each.assessment.place) >= 0.4]
    likely = [each for each in likely if not has_a_twin_before(each, likely)]
    channels = _with_a_purpose([each.assessment.channel for each in likely or first[:1]], recommendation, rates)
    online = [each for each in channels if each.moment == "online"]
    live = [each for each in channels if each.moment == "live"]
    for number in range(ONLINE + 1):
        for chosen in combinations(online, number):
            if sum(each.new_login == 2 and not daily[each.id] for each in chosen) <= ACCOUNTS:
                for meeting in [(), *((each,) for each in live)]:
                    if chosen or meeting:
                        yield (*chosen, *meeting)


def utility_of(chosen, recommendation, knowledge: Knowledge, rates: dict[str, float]) -> float:
    """The formula of `model.advice.bundle.chooser`, worked out in the plainest way."""
    probability = {
        each.assessment.channel.id: chance_of(recommendation, each.assessment.place) for each in recommendation.channels
    }
    needs = recommendation.profile.codes(knowledge.needs.id)
    daily = daily_of(recommendation, knowledge)
    served = sum(max(min(each.functions[need], GOOD) * probability[each.id] for each in chosen) for need in needs)
    if not needs:
        served = GOOD * max(probability[each.id] for each in chosen)
    # A meeting is no platform to learn or to log in to.
    online = [each for each in chosen if each.moment == "online"]
    new = sum(not daily[each.id] for each in online)
    kinds = {each.kind for each in chosen}
    amounts = {
        "each_new_channel": min(new, len(chosen) - 1),
        "each_new_login": sum(each.new_login == 2 and not daily[each.id] for each in online),
        "each_second_chat": max(sum(each.kind in ("messenger", "chat_platform") for each in chosen) - 1, 0),
        "more_than_two_online": len(online) > 2,
        "messenger_with_file_store": "messenger" in kinds
        and any(each.functions.get("file_sharing") == 3 and each.kind != "messenger" for each in chosen),
        "live_with_online": bool(online) and len(online) < len(chosen),
    }
    return float(served + sum(rates[name] * amount for name, amount in amounts.items()))


def well_served(chosen, recommendation, knowledge: Knowledge) -> set[str]:
    needs = recommendation.profile.codes(knowledge.needs.id)
    return {need for need in needs if any(each.functions[need] >= GOOD for each in chosen)}


def serving_plainly(chosen, recommendation, knowledge: Knowledge):
    """Per need the channel to use for it."""
    rank = {each.assessment.channel.id: place for place, each in enumerate(recommendation.channels)}
    chance = {
        each.assessment.channel.id: chance_of(recommendation, each.assessment.place) for each in recommendation.channels
    }

    def worth(channel, score: int) -> tuple[bool, float, int]:
        return (score < GOOD, -min(score, GOOD) * chance[channel.id], rank[channel.id])

    needs = recommendation.profile.codes(knowledge.needs.id)
    if not needs:
        return [min(chosen, key=lambda each: worth(each, GOOD))]
    return [min(chosen, key=lambda each: worth(each, each.functions[need])) for need in needs]


def check_that_none_can_be_spared(chosen, best: float, recommendation, knowledge: Knowledge, rates) -> None:
    """Fewer channels would leave a need without a good channel, or cost as much as the margin."""
    daily = daily_of(recommendation, knowledge)
    used = {each.id for each in serving_plainly(chosen, recommendation, knowledge)}
    online = any(each.moment == "online" and (each.id in used or daily[each.id]) for each in chosen)
    meets = (
        recommendation.profile.answers.get("shared_interest") == "partial" and len({each.moment for each in chosen}) > 1
    )
    for number in range(1, len(chosen)):
        for fewer in combinations(chosen, number):
            moments = {each.moment for each in fewer}
            if (online and "online" not in moments) or (meets and "live" not in moments):
                continue
            served = [well_served(each, recommendation, knowledge) for each in (fewer, chosen)]
            assert served[0] < served[1] or utility_of(fewer, recommendation, knowledge, rates) < best - MARGIN + CLOSE


def rates_of(bundles: Bundles, recommendation) -> dict[str, float]:
    rates = dict.fromkeys(CRITERIA, 0.0)
    for each in bundles._candidates.rules:
        if CompiledCondition(each.when, bundles._knowledge.questionnaire).holds(recommendation.profile.masks):
            rates[each.bundle or ""] += each.weight
    return rates
