"""The commands `levers`, `next`, `transfer` and `similar`: what a team asks beside a ranking."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from model.advice.advice import Advice
from model.advice.own_records import OwnRecords
from model.advice.similar_cases import channels_in_question
from model.answer.on_request import AdviceWriter
from model.answer.writer import AnswerWriter
from model.cli.options import CommandError
from model.domain.knowledge import Knowledge
from model.errors import Phrase, ProfileError, StoreError, UnknownNameError
from model.profiles.profile import Profile
from model.profiles.validation import ProfileGate
from model.storage import recent
from model.storage.location import database_url
from service.terminal.ask_view import AdvicePresenter
from service.terminal.output import output_options, print_json
from service.terminal.profile_input import CommandInput, ProfileCommand, profile_input, read_answers
from service.terminal.recommendation_view import problem_lines


@click.command(cls=ProfileCommand)
@profile_input
@click.option("--channel", "channel_id", metavar="CHANNEL", help="The channel to bring forward.")
@output_options
def levers(given: CommandInput, channel_id: str | None, output: str, pretty: bool) -> None:
    """Show what would bring a channel to first place, and who must act.

    Only what a team can change counts. Without --channel it is about the channel that you want to copy, or else about
    the first platform that lost. Also shows which answers the first place hangs on.
    """
    profile, advice = given.profile(), given.advice()
    if channel_id is not None:
        _channel(given.knowledge, channel_id)
    recommendation = advice.advisor.recommend(profile)
    if output == "json":
        print_json(orjson.dumps(_writer(given, advice).levers(recommendation, channel_id)), pretty)
        return
    found = advice.what_if.levers(recommendation, channel_id)
    given.show(advice, _presenter(given).levers(found, advice.what_if.hinges(profile)))


@click.command("next", cls=ProfileCommand)
@profile_input
@output_options
def next_question(given: CommandInput, output: str, pretty: bool) -> None:
    """Show which question to ask next, and why, or that you can stop.

    Leave out what was not asked yet. What was asked and is not known is "unknown", and is not asked again.
    """
    partial, advice = given.partial(), given.advice()
    if output == "json":
        content = _writer(given, advice).next_question(partial.profile, partial.asked)
        print_json(orjson.dumps(content), pretty)
        return
    found = advice.interview.next(partial.profile, partial.asked)
    given.show(advice, _presenter(given).next_question(found))


@click.command(cls=ProfileCommand)
@profile_input
@click.option(
    "--from",
    "origin",
    metavar="CASE|FILE",
    required=True,
    help="Where the channel worked: a documented case, or a file of answers.",
)
@click.option("--channel", "channel_id", metavar="CHANNEL", required=True, help="The channel that worked there.")
@output_options
def transfer(given: CommandInput, origin: str, channel_id: str, output: str, pretty: bool) -> None:
    """Check whether a channel that worked elsewhere will work here.

    Here is the community of FILE, --case, --code or the options below.
    """
    _channel(given.knowledge, channel_id)
    target, advice = given.profile(), given.advice()
    check = advice.transfers.check(_origin(given, origin), channel_id, target)
    if output == "json":
        print_json(orjson.dumps(_writer(given, advice).transfer_check(check)), pretty)
        return
    given.show(advice, _presenter(given).transfer(check))


@click.command(cls=ProfileCommand)
@profile_input
@output_options
def similar(given: CommandInput, output: str, pretty: bool) -> None:
    """Show the communities most like this one: documented ones, and own records that may be shown.

    Nearest are those that are most alike in what matters for people: where members work, how they log in, how many they
    are, one or more organisations, and what they wish for. With --case that case itself is left out. Own records come
    from the store of this installation; without one there are none.
    """
    profile, advice = given.profile(), given.advice()
    advice.own = _own_records(advice)
    recommendation = advice.advisor.recommend(profile)
    if output == "json":
        content = _writer(given, advice).cases(recommendation).content
        others = [each for each in content["cases"] if each["id"] != given.case_id]
        print_json(orjson.dumps({**content, "cases": others}), pretty)
        return
    found = advice.communities.nearest(profile)
    own = advice.own.nearest(profile, channels_in_question(recommendation)) if advice.own else []
    others = [each for each in found if each.community.id != given.case_id]
    given.show(advice, _presenter(given).similar(others, own))


def _own_records(advice: Advice) -> OwnRecords | None:
    """The records in the store, or None when it is out of reach: documented cases can be told without it."""
    try:
        return advice.own_records(recent.uses(database_url(), advice.advisor.knowledge))
    except StoreError:
        return None


def _presenter(given: CommandInput) -> AdvicePresenter:
    return AdvicePresenter(given.knowledge, given.language)


def _writer(given: CommandInput, advice: Advice) -> AdviceWriter:
    return AnswerWriter(advice.advisor, given.language, advice).advice


def _channel(knowledge: Knowledge, channel_id: str) -> None:
    """Refuse a channel that does not exist."""
    try:
        knowledge.channel(channel_id)
    except UnknownNameError as error:
        raise click.BadParameter(str(error), param_hint="--channel") from None


def _origin(given: CommandInput, origin: str) -> str | Profile:
    """The id of a case, or the answers in a file."""
    try:
        return given.knowledge.case(origin).id
    except UnknownNameError as error:
        if not Path(origin).is_file():
            words = Phrase("{0} There is no file '{1}' either.", error, origin)
            raise click.BadParameter(words, param_hint="--from") from None
    with open(origin, encoding="utf-8-sig") as file:
        raw = read_answers(file)
    try:
        return given.said(ProfileGate(given.knowledge).read(raw, given.language)).profile
    except ProfileError as error:
        raise CommandError(problem_lines(error.problems, given.knowledge.messages[given.language])) from None
