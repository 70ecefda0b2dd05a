"""Ask: the questions, a few per step, with every answer kept in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from model.domain.questions import Question
from service.components import parts
from service.web.forms import chosen
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.link_parameters import IGNORED
from service.web.page_request import GO, NOW, SEEN, SINGLE, PageRequest, visit
from service.web.rendering import hidden_fields, page
from service.web.steps import FormProgress, Order, count, in_screen_order, next_step, read_progress
from service.web.translations import translator

bp = Blueprint("ask", __name__)
ANSWER = "answer"
CHECK = "/check"
"""The page with all answers, before the advice and after a change."""


@bp.get("/ask")
def ask() -> Response:
    """Show a step, or take the answers of one and go on."""
    here = visit(request)
    questionnaire = parts().knowledge.questionnaire
    progress = read_progress(here.parameters.get(SEEN, ""), here.parameters.get(NOW, ""), questionnaire)
    going = here.parameters.get(GO)
    if going and progress.now:
        return _take(here, progress, going)
    if not progress.now:
        progress = FormProgress(progress.seen, next_step(progress, questionnaire, _order(here, progress)))
    if not progress.now:
        return redirect(here.address.to(CHECK), 303)
    return show(here, progress)


def _take(here: PageRequest, progress: FormProgress, going: str) -> Response:
    """Check the answers of this step; go on when they are right."""
    filled = here.filled
    wrong = [name for name in filled.mistakes if name in progress.now or name in here.raw]
    if wrong:
        return show_mistakes(here, progress)
    if filled.profile is None:
        # Questions that must be answered have not been shown yet.
        return redirect(here.address.to("/ask"), 303)
    if here.parameters.get(SINGLE):
        return redirect(here.address.to(CHECK, **here.comparison), 303)
    done = progress.done()
    following = next_step(done, parts().knowledge.questionnaire, _order(here, done))
    if going == ANSWER or not following:
        return redirect(here.address.to("/answer" if going == ANSWER else CHECK), 303)
    return redirect(here.address.to("/ask", **{SEEN: done.seen_text, NOW: FormProgress((), following).now_text}), 303)


def _order(here: PageRequest, progress: FormProgress) -> Order:
    """The order of questions for this community: what tells most first. What is answered already is not asked again."""
    profile = here.filled.profile
    if profile is None:
        return in_screen_order
    interview = parts().champion.current.advice.interview

    def order(waiting: Sequence[Question]) -> Iterator[Question]:
        asked = set(progress.asked)
        while (question := interview.next(profile, asked).question) is not None:
            yield question
            asked.add(question.id)

    return order


def _why_now(here: PageRequest, progress: FormProgress) -> tuple[str, bool]:
    """Why these questions are asked now, or that it is safe to stop; and which of the two it is."""
    profile = here.filled.profile
    if profile is None or not progress.seen:
        return "", False
    found = parts().champion.current.advice.interview.next(profile, progress.asked)
    if found.stop or (found.question and found.question.id in progress.now):
        return found.text[here.language], found.stop
    return "", False


def not_yet(here: PageRequest) -> Response:
    """What to show while there can be no answer yet: the form, with what is wrong if anything is."""
    if any(name in here.raw for name in here.filled.mistakes):
        return show_mistakes(here)
    carried = {IGNORED: ",".join(here.ignored)} if here.ignored else {}
    return redirect(here.address.to("/ask", **carried), 303)


def show_mistakes(here: PageRequest, progress: FormProgress | None = None) -> Response:
    """Show the step again, or exactly the questions that have a mistake, with what is wrong beside each."""
    filled = here.filled
    if progress is None or not set(filled.mistakes) <= set(progress.now):
        progress = FormProgress((), tuple(filled.mistakes))
    return show(here, progress, filled.mistakes, 400)


def show(
    here: PageRequest, progress: FormProgress, mistakes: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """One step as a form."""
    questionnaire = parts().knowledge.questionnaire
    translate = translator(here.language)
    questions = [questionnaire[name] for name in progress.now]
    before = count(questionnaire[name] for name in progress.asked)
    here_or_before = progress.asked | set(progress.now)
    total = count(each for each in questionnaire if each.id in here_or_before or each.id not in here.raw)
    last = min(total, before + count(questions))
    back = progress.back()
    single = bool(here.parameters.get(SINGLE))
    hidden = [
        *here.carried(progress.now),
        (NOW, progress.now_text),
        *([(SEEN, progress.seen_text)] if progress.seen else []),
        *([(SINGLE, "1")] if single else []),
    ]
    first_time = not progress.seen and not single
    why_now, enough = ("", False) if single else _why_now(here, progress)
    return page(
        "ask.html",
        here.address,
        status,
        title=translate("Your answer") if single else translate("About your community"),
        intro=translate("These three questions say most about which channel fits.")
        if first_time and len(questions) > 1
        else "",
        questions=questions,
        chosen={question.id: chosen(here.raw, question) for question in questions},
        mistakes=mistakes or {},
        first=before + 1,
        last=last,
        total=total,
        back=None if back is None else here.address.to("/ask", **_place(back)),
        single=single,
        so_far=[] if single else _so_far(here, progress.now),
        cancel=here.address.to(CHECK),
        more=last < total,
        may_stop=bool(progress.seen),
        why_now=why_now,
        enough=enough,
        action=here.address.path("/ask"),
        hidden=hidden_fields(hidden),
        **shell(here),
    )


def _so_far(here: PageRequest, asked: Sequence[str]) -> list[tuple[Question, str]]:
    """What was answered on other screens, in words."""
    profile = here.filled.profile
    if profile is None:
        return []
    return [
        (question, fragments().answer_text(question, profile, here.language))
        for question in parts().knowledge.questionnaire
        if question.id in profile.answers and question.id not in asked
    ]


def _place(progress: FormProgress) -> dict[str, str]:
    return {**({SEEN: progress.seen_text} if progress.seen else {}), NOW: progress.now_text}
