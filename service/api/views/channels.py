"""Channels: every way to reach people that the service knows, with its attributes, facts and sources."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from model.answer.documented import use_content
from model.domain.channels import Channel, NotAssessedChannel
from model.domain.knowledge import Knowledge
from service.components import parts
from service.http.cached_json import camel, send
from service.http.query import asked

bp = Blueprint("channels", __name__, url_prefix="/v1/channels")


@bp.get("")
def channels() -> Response:
    """List the channels

    Every channel that can be recommended, and the products that are not assessed, with the reason.
    ---
    tags: [catalogue]
    operationId: listChannels
    parameters: [lang, ifNoneMatch]
    responses:
      200:
        description: The channels. In the example most of them are left out.
        content: {application/json: {schema: ChannelsSchema}}
      304: NotModified
      400: InvalidInput
    """
    language = asked(request).language
    return send(parts().catalogue.page("channels", language, _channels), request, language)


@bp.get("/<channel>")
def channel(channel: str) -> Response:
    """Get one channel

    One channel with its attributes, facts and sources.
    ---
    tags: [catalogue]
    operationId: getChannel
    parameters: [channel, lang, ifNoneMatch]
    responses:
      200:
        description: The channel.
        content: {application/json: {schema: ChannelSchema}}
      304: NotModified
      400: InvalidInput
      404: NotFound
    """
    language = asked(request).language
    found = parts().knowledge.channel(channel)
    page = parts().catalogue.page(f"channels/{found.id}", language, lambda _, language: _channel(found, language))
    return send(page, request, language)


def _channels(knowledge: Knowledge, language: str) -> Any:
    return {
        "channels": [_channel(channel, language) for channel in knowledge.channels],
        "notAssessed": [_not_assessed(product, language) for product in knowledge.not_assessed],
    }


def _channel(channel: Channel, language: str) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name[language],
        "description": channel.description[language],
        "synonyms": channel.synonyms,
        "moment": channel.moment,
        "family": channel.family,
        "kind": channel.kind,
        "devices": channel.devices,
        "computerNeeded": channel.computer_needed,
        "phoneFirst": channel.phone_first,
        "account": channel.account[language],
        "newLogin": channel.new_login,
        "singleSignOn": channel.single_sign_on,
        "appInstall": channel.app_install,
        "frictionOwn": channel.friction_own,
        "frictionOut": channel.friction_out,
        "habitLowersFriction": channel.habit_lowers_friction,
        "functions": channel.functions,
        "maxMembers": channel.max_members,
        "archive": channel.archive,
        "dataPlace": channel.data_place[language],
        "encryption": channel.encryption,
        "patientData": channel.patient_data,
        "guestAccess": channel.guest_access,
        "moderation": channel.moderation,
        "cost": channel.cost,
        "lockIn": channel.lock_in,
        "status": channel.status,
        "statusNote": channel.status_note and channel.status_note[language],
        "facts": [{"text": fact.text[language], "sources": fact.sources} for fact in channel.facts],
        "note": channel.note and channel.note[language],
        "documented": use_content(parts().documented.of_channel(channel.id), parts().knowledge.messages[language]),
        "evidence": {camel(attribute): sources for attribute, sources in channel.evidence.items()},
    }


def _not_assessed(product: NotAssessedChannel, language: str) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": product.name[language],
        "synonyms": product.synonyms,
        "reason": product.reason[language],
        "useInstead": product.use_instead,
        "sources": product.sources,
    }
