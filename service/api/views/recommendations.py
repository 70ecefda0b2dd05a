"""Recommendations: a profile goes in, ranked and explained channels come out; for one community or for many."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import orjson
from flask import Blueprint, Request, Response, request

from model.answer.on_request import OptionalParts
from model.domain.knowledge import LANGUAGES
from model.errors import ProfileError
from model.profiles.validation import ReadProfile
from model.scoring.advisor import Recommendation
from service.components import parts
from service.http.bodies import BATCH_LIMIT, MOST_PROFILES, MOST_WITH_INCLUDES, PROFILES, read_profile, read_profiles
from service.http.problems import MOST_OF_ONE, FieldError, RequestError, problem
from service.http.query import CASES, INCLUDE, LEVERS, NEXT_QUESTION, TRACE, AnswerQuery, asked
from service.http.responses import understood_content
from service.http.telemetry import request_id
from service.runtime.champion import Champion

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

bp = Blueprint("recommendations", __name__, url_prefix="/v1/recommendations")

_LOG = logging.getLogger("platform_fit.error")
WITH_MANY = (LEVERS, CASES, NEXT_QUESTION)
"""What can be asked for with many profiles: the trace of each is a quarter of a megabyte."""
_ONE_BATCH = threading.Lock()
_HEADERS = {
    language: [
        ("Content-Type", "application/json"),
        ("Content-Language", language),
        ("Vary", "Accept-Language"),
        ("Cache-Control", "no-store"),
    ]
    for language in LANGUAGES
}


class Ready(Response):
    """An answer that is already what goes over the line: whole, and never for HEAD or with a range."""

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        return cast(Iterable[bytes], self.response), self.status, self.headers.to_wsgi_list()


@bp.post("")
def recommend() -> Response:
    """Advise one community

    Ranks the channels for the answers of one community, with reasons, says which to use together, and whether to
    launch. Questions that are left out count as unknown. Nothing is stored.
    ---
    tags: [recommendations]
    operationId: recommend
    parameters: [lang, detail, include, only, without]
    requestBody:
      required: true
      content: {application/json: {schema: RecommendationRequestSchema}}
    responses:
      200:
        description: >-
          The recommendation, as much of it as `detail` asks for. The example is for
          `include=levers,cases,nextQuestion`, and most entries of the longer lists are left out.
        content: {application/json: {schema: AnswerSchema}}
      400: InvalidInput
      413: TooLarge
      415: UnsupportedMediaType
      429: TooManyRequests
    """
    part = parts()
    ask = asked(request).known(part.knowledge.channel_by_id)
    gate = part.gate

    def load(raw: Any, pointer: str) -> ReadProfile:
        return gate.read(raw, ask.language, pointer)

    return Ready(_answer(part.champion.current, read_profile(request, load), ask), headers=_HEADERS[ask.language])


@bp.post("/batch")
def recommend_many() -> Response:
    """Advise many communities

    The same for at most 1,000 communities, or 50 when more is asked for with `include`, in a body of at most 1 MiB; the
    trace is only for one. A worker makes one batch at a time: 503 says when to send it again. The results stand in the
    order of the profiles; each is an answer or a problem, so that one wrong profile does not stop the others.
    ---
    tags: [recommendations]
    operationId: recommendMany
    parameters: [lang, detail, include, only, without]
    requestBody:
      required: true
      content: {application/json: {schema: BatchRequestSchema}}
    responses:
      200:
        description: >-
          One result for each profile. In the example most entries of the longer lists are left out.
        content: {application/json: {schema: BatchAnswerSchema}}
      400: InvalidInput
      413: TooLarge
      415: UnsupportedMediaType
      429: TooManyRequests
      503: TooBusy
    """
    request.max_content_length = BATCH_LIMIT
    ask = asked(request).known(parts().knowledge.channel_by_id)
    if TRACE in ask.include:
        raise RequestError(
            "invalid_input",
            [FieldError("not_allowed", parameter=INCLUDE, allowed=WITH_MANY, sentence="error_trace_of_many")],
        )
    profiles = read_profiles(request, MOST_WITH_INCLUDES if ask.include else MOST_PROFILES)
    if not _ONE_BATCH.acquire(blocking=False):
        raise RequestError("too_busy")
    pieces = _joined(_results(profiles, _Batch(request, ask)))
    # Begun here, so that it comes to its end, and the next batch may begin, also when nobody takes the rest.
    first = next(pieces)
    return Response(chain([first], pieces), headers=_HEADERS[ask.language])


def _answer(champion: Champion, given: ReadProfile, ask: AnswerQuery) -> bytes:
    writer = champion.writers[ask.language]
    profile = ask.choice.applied(given.profile, champion.advisor.knowledge)
    recommendation = champion.advisor.recommend(profile)
    if not ask.include and not given.understood:
        return writer.write(recommendation, ask.detail)
    extra = _extra(champion, recommendation, given, ask)
    return writer.write(recommendation, ask.detail, TRACE in ask.include, extra)


def _extra(champion: Champion, recommendation: Recommendation, given: ReadProfile, ask: AnswerQuery) -> OptionalParts:
    """What was understood differently, and the parts that were asked for, the trace apart."""
    advice = champion.writers[ask.language].advice
    content: dict[str, Any] = understood_content(given.understood)
    cited: frozenset[str] = frozenset()
    if LEVERS in ask.include:
        content |= advice.levers(recommendation, ask.levers_of)
    if CASES in ask.include:
        cases = advice.cases(recommendation)
        content |= cases.content
        cited = cases.cited
    if NEXT_QUESTION in ask.include:
        content[NEXT_QUESTION] = advice.next_question(recommendation.profile, given.asked)
    return OptionalParts(content, cited)


class _Batch:
    """What every result of one batch needs, taken out of the request before the answer is streamed."""

    def __init__(self, request: Request, ask: AnswerQuery) -> None:
        part = parts()
        self.ask = ask
        self.gate = part.gate
        self.champion = part.champion.current
        self.messages = part.knowledge.messages[ask.language]
        self.path = request.path
        self.request_id = request_id(request.environ)

    def result(self, place: int, raw: Any) -> bytes:
        pointer = f"/{PROFILES}/{place}"
        try:
            given = self.gate.read(raw, self.ask.language, pointer)
            return b'{"answer":%s}' % _answer(self.champion, given, self.ask)
        except ProfileError as error:
            return self._problem("invalid_input", pointer, error)
        except Exception as error:  # the answers before this one are on their way, so the others must follow
            _LOG.error("unforeseen", exc_info=error, extra={"fields": {"requestId": self.request_id}})
            return self._problem("internal_error", pointer, None)

    def _problem(self, kind: str, pointer: str, error: ProfileError | None) -> bytes:
        content = problem(
            kind,
            self.messages,
            instance=f"{self.path}#{pointer}",
            request_id=self.request_id,
            errors=error.problems if error else (),
            most=MOST_OF_ONE,
        )
        return orjson.dumps({"problem": content})


def _results(profiles: list[Any], batch: _Batch) -> Iterator[bytes]:
    for place, raw in enumerate(profiles):
        yield batch.result(place, raw)


def _joined(results: Iterator[bytes]) -> Iterator[bytes]:
    """The results as one JSON object, sent piece by piece: a thousand answers are too large to keep together."""
    try:
        separator = b'{"results":['
        for result in results:
            yield separator + result
            separator = b","
        yield b"]}"
    finally:
        _ONE_BATCH.release()
