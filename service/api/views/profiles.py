"""Profiles: the answers behind a profile code, which is how a result is shared without keeping it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from model.errors import ProfileError
from model.outcomes.record import complete_answers
from service.components import parts
from service.http.problems import FieldError, RequestError
from service.http.query import asked
from service.http.responses import changes_content, send_advice

CODE = "code"

bp = Blueprint("profiles", __name__, url_prefix="/v1/profiles")


@bp.get("/<code>")
def profile(code: str) -> Response:
    """Read a profile code

    Gives the answers behind the `code` of a recommendation; they can be sent to the recommendations as they are.
    Hyphens, small letters and look-alikes (O for 0, I or L for 1) are understood. The answers are in the code itself:
    nothing is stored. A code of an earlier list of questions is read too: `profile` has what means the same today, and
    `changes` tells of each answer that is another one now or could not be kept.
    ---
    tags: [advice]
    operationId: readProfileCode
    parameters: [code, lang]
    responses:
      200:
        description: The answers.
        content: {application/json: {schema: DecodedProfileSchema}}
      400: InvalidInput
      404: UnreadableCode
    """
    part, language = parts(), asked(request).language
    profile_codes = part.champion.current.advice.profile_codes
    try:
        found, changes = profile_codes.opened(code, language)
    except ProfileError as error:
        raise RequestError(
            "unreadable_code",
            [FieldError(each.code, parameter=CODE, sentence=f"advice_{each.code}") for each in error.problems],
        ) from None
    content = complete_answers(found.as_dict(), part.knowledge.questionnaire)
    told = changes_content(changes, part.knowledge, language)
    return send_advice({"code": profile_codes.code(found), "profile": content, **told}, language)
