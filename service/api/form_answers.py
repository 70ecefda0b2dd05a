"""Form answers: from a submission to advice or to a record that is kept, and to the short answer for the form tool."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from model.domain.questions import UNKNOWN
from model.errors import FieldProblem, OutcomeError, ProfileError
from model.outcomes.fields import LENGTHS
from model.outcomes.record import complete_answers
from model.outcomes.validation import Origin
from model.profiles.profile import Profile
from model.profiles.reading import Understood
from model.profiles.validation import ReadProfile
from service.components import Components
from service.forms.form import Form
from service.forms.submission import FormSubmission
from service.http.query import LANGUAGE, AnswerQuery
from service.http.responses import understood_content

if TYPE_CHECKING:
    from model.storage.keys import Key

NOT_TAKEN = "notTaken"
ADVISED, NOTHING = "advised", "nothing"


def profile_of(part: Components, submission: FormSubmission, language: str) -> ReadProfile:
    """The answers of a submission.

    What was not answered is unknown, also where other requests must say so: a form leaves out what nobody filled in.

    Raises:
        ProfileError: every wrong answer, at its place in what was sent.
    """
    if submission.code is not None:
        place = submission.places["code"]
        profile, changes = part.champion.current.advice.profile_codes.opened(submission.code, language, place)
        told = tuple(Understood(place, each.question, each.becomes or UNKNOWN) for each in changes)
        return ReadProfile(profile, frozenset(profile.answers), told)
    answers, reading = dict(submission.answers), part.gate.reading
    open_questions = [
        question.id
        for question in part.knowledge.questionnaire
        if question.required and question.unknown_allowed
        and reading.answer(question, answers.get(question.id)) is None
    ]  # fmt: skip
    try:
        read = part.gate.read({**answers, **dict.fromkeys(open_questions, UNKNOWN)}, language)
    except ProfileError as error:
        raise ProfileError([_in_place(part, submission, each, language) for each in error.problems]) from None
    known, read_as = read.profile.as_dict(), {each.question: each.answer for each in read.understood}
    for name in (*submission.translated, *open_questions):
        read_as.setdefault(name, known.get(name, UNKNOWN))
    understood = tuple(Understood(submission.places.get(name, ""), name, answer) for name, answer in read_as.items())
    return replace(read, understood=understood)


def _in_place(part: Components, submission: FormSubmission, problem: FieldProblem, language: str) -> FieldProblem:
    """The problem with the place in what was sent, and the label of the question."""
    name = problem.pointer.split("/")[1]
    question = part.knowledge.questionnaire.by_id.get(name)
    label = f"{question.label[language]}: " if question else ""
    return replace(problem, pointer=submission.places.get(name, ""), message=f"{label}{problem.message}")


def advice(
    part: Components, read: ReadProfile, submission: FormSubmission, ask: AnswerQuery, language: str, host: str
) -> dict[str, Any]:
    """The advice in short: no field of it is ever null, so that a flow that was tried once keeps working."""
    champion = part.champion.current
    recommendation = champion.advisor.recommend(ask.choice.applied(read.profile, part.knowledge))
    overview = champion.advice.overview(recommendation)
    readiness = recommendation.readiness
    code = champion.advice.profile_codes.code(read.profile)
    channels = overview.bundle.channels if overview.bundle else ()
    return {
        "result": ADVISED,
        "team": overview.summary.team[language],
        "verdict": readiness.verdict,
        "verdictText": part.knowledge.messages[language][readiness.wording],
        "channels": [channel.name[language] for channel in channels],
        "warnings": [each.rule.text[language] for each in champion.advice.contradictions.of(read.profile)],
        "code": code,
        "link": page_link(host, code, language, ask),
        **told(read, submission),
    }


def page_link(host: str, code: str, language: str, ask: AnswerQuery) -> str:
    """Where a person reads the advice."""
    return f"{host}/answer?{urlencode({'p': code, LANGUAGE: language, **ask.choice.parameters})}"


def told(read: ReadProfile, submission: FormSubmission) -> dict[str, Any]:
    """What was read as something else than was sent, and what was not read at all.

    Each answer is a list, so that the schema that a flow makes of one reply fits all others.
    """
    not_taken = {NOT_TAKEN: list(submission.not_taken)} if submission.not_taken else {}
    lists = [
        replace(each, answer=each.answer if isinstance(each.answer, list) else [each.answer])
        for each in read.understood
    ]
    return {**understood_content(lists), **not_taken}


def keep(
    part: Components, form: Form, submission: FormSubmission, profile: Profile, key: Key | None, language: str
) -> tuple[int, dict[str, Any]]:
    """(status, answer) after keeping an outcome record.

    The tool's own id of a submission makes it one record: the same again is known, and an edit is a correction.

    Raises:
        OutcomeError: every wrong field, at its place in what was sent.
        RequestError: without an id, it says something else about a record that is there.
        StoreBusyError: nothing was kept; try again.
    """
    name = f"form {form.mapping.name}"
    origin = Origin(name[: LENGTHS["source"]], key.name if key else name, datetime.now(UTC))
    raw = {field: value for field, value in submission.record.items() if value not in (None, "", [])}
    own_id = {} if submission.id is None else {"id": _record_id(form.mapping.name, submission.id)}
    answers = complete_answers(profile.as_dict(), part.knowledge.questionnaire)
    try:
        record = part.outcomes.load({**raw, **own_id, "profile": answers}, origin, language=language)
    except OutcomeError as error:
        raise OutcomeError([_of_record(part, submission, each, language) for each in error.problems]) from None
    from service.api import outcome_store

    kept = outcome_store.keep(part, record, replace=submission.id is not None)
    status = 201 if kept.fate in ("added", "corrected") else 200
    return status, {"result": kept.fate, "id": kept.id, "revision": kept.revision}


def _of_record(part: Components, submission: FormSubmission, problem: FieldProblem, language: str) -> FieldProblem:
    """The problem with its place in what was sent, and the words that people have for yes and no."""
    yes_or_no = part.knowledge.messages[language]["intake_yes_or_no"]
    message = yes_or_no if problem.code == "not_true_or_false" else problem.message
    return replace(problem, pointer=submission.places.get(problem.pointer[1:], problem.pointer), message=message)


def _record_id(form: str, submission: str) -> str:
    """The id of a record from this form; of a long one its digest."""
    plain = f"{form}:{submission}"
    if len(plain) <= LENGTHS["id"] and plain.isprintable():
        return plain
    return f"{form}:{sha256(submission.encode(errors='surrogatepass')).hexdigest()[:32]}"
