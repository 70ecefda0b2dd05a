"""Next steps: what to do before the start, at the start and after it, and who does each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from model.advice.bundle.chooser import Bundle
from model.domain.questions import Text
from model.domain.wording import channel_names
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments


def next_steps(
    recommendation: Recommendation, bundle: Bundle | None, open_questions: Sequence[str], address: Address
) -> Markup:
    """Three steps, each with what to do, who does it and when.

    Args:
        open_questions: without an answer, the one that can change most first.
    """
    first = [each for each in recommendation.readiness.findings if each.action]
    told = {each.action_of for each in first}
    channels = tuple([channel.id for channel in bundle.channels]) if bundle else ()
    news_only = bundle is not None and not any(channel.two_way for channel in bundle.channels)
    soon = may_start(recommendation)
    # Where something must be done before anything else, what is still open can wait.
    asked = [name for name in open_questions if name not in told][:1] if soon or not first else []

    def content() -> dict[str, Any]:
        knowledge = parts().knowledge
        return {
            "first": [(each, owner(each)) for each in first],
            "questions": [knowledge.questionnaire[name] for name in asked],
            "soon": soon,
            "news_only": news_only,
            "channels": channel_names(knowledge, channels),
        }

    key = tuple([each.name for each in first]), tuple(asked), soon, channels
    return Markup(fragments().piece("parts/next_steps.html", key, address, content))


def may_start(recommendation: Recommendation) -> bool:
    """Whether there is a channel to start with, now or after what comes first."""
    readiness = recommendation.readiness
    return not (recommendation.hypothetical or readiness.none_fits or readiness.too_early)


def owner(finding: Finding) -> Text | None:
    """Who can do what a finding asks for."""
    lever = parts().knowledge.questionnaire[finding.action_of].lever if finding.action_of else None
    return lever.who if lever else None
