"""Champion: the artifact that is serving, made ready to answer; all of it hangs on one reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.answer import AnswerWriter
from model.artifact import Artifact
from model.knowledge.base import LANGUAGES, Knowledge
from model.ranking import Advisor


@dataclass(frozen=True, slots=True)
class Live:
    """An artifact with everything made from it.

    Attributes:
        writers: language → writer of answers.
    """

    advisor: Advisor
    writers: Mapping[str, AnswerWriter]

    @staticmethod
    def of(knowledge: Knowledge, artifact: Artifact | None = None) -> Live:
        """Make an artifact ready; without one, the rule base as it is.

        Raises:
            ArtifactError: the artifact does not belong to the knowledge, or fails its self-test.
        """
        advisor = Advisor(knowledge, artifact)
        return Live(advisor, {language: AnswerWriter(advisor, language) for language in LANGUAGES})


class Champion:
    """Holds what is live.

    Attributes:
        live: read it once per request: it may be another one the next time.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._live = Live.of(knowledge)

    @property
    def live(self) -> Live:
        return self._live
