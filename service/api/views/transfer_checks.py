"""Transfer checks: a channel worked in one community; will its success carry over to another?"""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.api.transfer_requests import read_transfer
from service.components import parts
from service.http.query import asked
from service.http.responses import send_advice, understood_content

bp = Blueprint("transfer_checks", __name__, url_prefix="/v1/transfer-checks")


@bp.post("")
def check_transfer() -> Response:
    """Check whether a success carries over

    Compares the community where a channel worked, a documented case or a profile of your own, with the one that wants
    to use it, answer by answer, as far as the answers matter for this channel. Nothing is stored.
    ---
    tags: [advice]
    operationId: checkTransfer
    parameters: [lang]
    requestBody:
      required: true
      content: {application/json: {schema: TransferRequestSchema}}
    responses:
      200:
        description: The comparison and the verdict. In the example most entries of the longer lists are left out.
        content: {application/json: {schema: TransferCheckSchema}}
      400: InvalidInput
      413: TooLarge
      415: UnsupportedMediaType
    """
    part, language = parts(), asked(request).language
    champion = part.champion.current
    asked_for = read_transfer(request, part.knowledge, part.gate, language)
    check = champion.advice.transfers.check(asked_for.source, asked_for.channel, asked_for.target)
    content = champion.writers[language].advice.transfer_check(check)
    return send_advice({**content, **understood_content(asked_for.understood)}, language)
