"""Forms: submissions of form tools come in as they are sent, and get advice or become an outcome record."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import ProfileError
from service.api.form_answers import NOTHING, advice, keep, page_link, profile_of, told
from service.components import Components, parts, public_address
from service.forms.form import Form
from service.forms.mapping import OUTCOME
from service.forms.signatures import is_signed
from service.forms.submission import FormSubmission, SubmissionError
from service.http.authorization import authorized
from service.http.bodies import read_bytes
from service.http.form_bodies import parse_form
from service.http.problems import FieldError, RequestError
from service.http.query import LANGUAGE, AnswerQuery, asked
from service.http.responses import send_advice, send_private

if TYPE_CHECKING:
    from model.storage.keys import Key

FORM = "form"

bp = Blueprint("forms", __name__, url_prefix="/v1/forms")


@bp.post("/<form>")
def submit(form: str) -> AnyResponse:
    """Take a submission from a form tool

    Reads what a form tool sends by the mapping of that form. Beside JSON it may be form-encoded or multipart, which
    only form tools send: a client sends JSON. The mapping says whether
    the submission gets advice or is kept as an outcome record, in which case the id that the tool gives it makes a
    second delivery change nothing and an edit a correction. A test or a notice of the tool is answered with
    `nothing`. An outcome needs the scope `outcomes:write`, or the signature that the mapping asks for. A form whose
    mapping says so sends the browser on to the page with the advice. See the page on intake forms.
    ---
    tags: [forms]
    operationId: submitForm
    security: [{}, {key: []}, {keyAsPassword: []}]
    parameters: [form, lang, only, without]
    requestBody:
      required: false
      content: {application/json: {schema: FormSubmissionSchema}}
    responses:
      200:
        description: Advice; or the record was there already; or it was no submission and nothing was done.
        content: {application/json: {schema: FormAnswerSchema}}
      201:
        description: The outcome record is kept, or corrected.
        content: {application/json: {schema: FormAnswerSchema}}
      303:
        description: A browser is sent on to the page with the advice, or to the questions where something is wrong.
      400: InvalidInput
      401: Unauthorized
      403: Forbidden
      404: NotFound
      409: RecordExists
      413: TooLarge
      415: UnsupportedMediaType
      503: StoreBusy
    """
    part = parts()
    ask = asked(request).known(part.knowledge.channel_by_id)
    chosen = part.forms.get(form)
    if chosen is None:
        names = tuple(sorted(part.forms))
        raise RequestError("unknown_name", [FieldError("unknown_name", parameter=FORM, allowed=names)])
    language = _language(chosen)
    body = read_bytes(request)
    submission = _submission(chosen, parse_form(request, body))
    if submission is None:
        words = part.knowledge.messages[language]["form_nothing_done"]
        return send_advice({"result": NOTHING, "text": words}, language)
    key = _sender(part, chosen, body)
    if chosen.mapping.purpose == OUTCOME:
        return _kept(part, chosen, submission, key, language)
    return _advised(part, chosen, submission, ask, language)


def _language(form: Form) -> str:
    """The language that the request asks for, and else that of the form, also for a refusal."""
    if form.mapping.language and LANGUAGE not in request.args and "Accept-Language" not in request.headers:
        request.environ["HTTP_ACCEPT_LANGUAGE"] = form.mapping.language
    return asked(request).language


def _submission(form: Form, payload: Any) -> FormSubmission | None:
    try:
        submission = form.reader.read(payload)
    except SubmissionError as error:
        raise RequestError("invalid_input", [FieldError(error.code, error.pointer)]) from None
    # A browser goes on to the questions; anybody else would never hear that no answer of the form is read.
    if submission is not None and submission.says_nothing_known and form.mapping.reply != "page":
        raise RequestError("invalid_input", [FieldError("nothing_recognised", "")])
    return submission


def _sender(part: Components, form: Form, body: bytes) -> Key | None:
    """The key of the sender, where one is needed.

    Raises:
        RequestError: it is not signed as the mapping says, or there is no key that may hand in records.
    """
    signature = form.mapping.signature
    if signature is None:
        return authorized(request, part.store, "outcomes:write") if form.mapping.purpose == OUTCOME else None
    if not is_signed(signature, request.headers.get, body, time.time()):
        raise RequestError("wrong_signature")
    return None


def _advised(part: Components, form: Form, submission: FormSubmission, ask: AnswerQuery, language: str) -> AnyResponse:
    host = public_address(request)
    if form.mapping.reply == "page":
        return redirect(_page(part, submission, ask, language, host), 303)
    return send_advice(advice(part, profile_of(part, submission, language), submission, ask, language, host), language)


def _page(part: Components, submission: FormSubmission, ask: AnswerQuery, language: str, host: str) -> str:
    """The address of the advice; of the questions with what was answered, where an answer is wrong or missing."""
    try:
        read = profile_of(part, submission, language)
    except ProfileError:
        given = [
            (name, str(each))
            for name, answer in submission.answers.items()
            for each in (answer if isinstance(answer, list) else [answer])
            if each not in (None, "")
        ]
        return f"{host}/answer?{urlencode([*given, (LANGUAGE, language), *ask.choice.parameters.items()])}"
    # The code that was sent, where one was: of an earlier list of questions the page then says what became of it.
    code = quote(submission.code) if submission.code else part.champion.current.advice.profile_codes.code(read.profile)
    return page_link(host, code, language, ask)


def _kept(part: Components, form: Form, submission: FormSubmission, key: Key | None, language: str) -> Response:
    read = profile_of(part, submission, language)
    status, content = keep(part, form, submission, read.profile, key, language)
    return send_private(orjson.dumps({**content, **told(read, submission)}), status)
