"""Changed answers: which answers are other ones than those a visitor comes from, and what that does to the advice."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from model.advice.advice import Overview
from model.domain.channels import MOMENTS
from model.scoring.advisor import Recommendation
from service.components import parts
from service.web.address import CODE
from service.web.fragments import fragments
from service.web.page_request import PageRequest
from service.web.rendering import fragment
from service.web.translations import mark as _
from service.web.translations import translator

_FIRST = {
    "online": _("Of the online channels %(now)s comes first now, and no longer %(before)s."),
    "live": _("Of the ways to meet %(now)s comes first now, and no longer %(before)s."),
}
"""What comes first in the ranking, which is not all that is advised."""


def changed_banner(here: PageRequest, now: Recommendation, overview: Overview, template: str) -> Markup:
    """What was changed or is being tried, what that does, and the way back; nothing when nothing is different."""
    own = here.own
    if own is None:
        return Markup("")
    champion = parts().champion.current
    before = champion.advisor.recommend(own)
    shelf = fragments()
    changes = [
        (question, shelf.answer_text(question, now.profile, here.language))
        for question in parts().knowledge.questionnaire
        if now.profile.answers.get(question.id) != own.answers.get(question.id)
    ]
    return fragment(
        template,
        here.language,
        changes=changes,
        effects=list(_effects(here.language, (before, champion.advice.overview(before)), (now, overview))),
        back=here.address.with_answers(f"{CODE}={shelf.code(own)}").to(here.page),
    )


def _effects(
    language: str, before: tuple[Recommendation, Overview], after: tuple[Recommendation, Overview]
) -> Iterator[str]:
    """What changes in the verdict, in the set and in the first places, in sentences."""
    translate = translator(language)
    knowledge = parts().knowledge
    verdicts = [knowledge.messages[language][each.readiness.wording] for each, _ in (before, after)]
    if verdicts[0] != verdicts[1]:
        yield translate("The verdict becomes: %(verdict)s") % {"verdict": verdicts[1]}
    sets = [
        ", ".join(channel.name[language] for channel in overview.bundle.channels) if overview.bundle else "–"
        for _, overview in (before, after)
    ]
    if sets[0] != sets[1]:
        # What comes first in the ranking then tells nothing more.
        yield translate("The advice becomes: %(set)s (it was: %(before)s).") % {"set": sets[1], "before": sets[0]}
        return
    if verdicts[0] == verdicts[1]:
        yield translate("The advice stays the same: %(set)s.") % {"set": sets[1]}
    for moment in MOMENTS:
        first = [
            ", ".join([knowledge.channel(name).name[language] for name in each.best[moment]])
            for each, _ in (before, after)
        ]
        if first[0] != first[1]:
            yield translate(_FIRST[moment]) % {"now": first[1] or "–", "before": first[0] or "–"}
