"""Champion: the artifact that serves, made ready to answer; all of it hangs on one reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from model.advice.advice import Advice
from model.answer.writer import AnswerWriter
from model.domain.knowledge import LANGUAGES, Knowledge
from model.profiles.profile import ProfileReader
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from model.scoring.starter import first_artifact


@dataclass(frozen=True, slots=True)
class Champion:
    """An artifact with everything made from it.

    Attributes:
        writers: language → writer of answers.
        advice: what can be asked beside an answer.
        since: when it was promoted; None for the rule base that nothing was promoted over.
    """

    advisor: Advisor
    writers: Mapping[str, AnswerWriter]
    advice: Advice
    since: datetime | None = None

    @staticmethod
    def of(knowledge: Knowledge, artifact: Artifact | None = None, since: datetime | None = None) -> Champion:
        """Make an artifact ready; without one, the rule base as it is.

        Raises:
            ArtifactError: the artifact does not belong to the knowledge, or fails its self-test.
        """
        advisor = Advisor(knowledge, artifact)
        advice = Advice(advisor)
        writers = {language: AnswerWriter(advisor, language, advice) for language in LANGUAGES}
        return Champion(advisor, writers, advice, since)

    def warmed(self) -> Champion:
        """Itself, after it answered for every documented case, and asked on: nobody waits for what is made once."""
        knowledge = self.advisor.knowledge
        reader = ProfileReader(knowledge.questionnaire)
        for case in knowledge.cases:
            profile = reader.read(case.profile)
            if profile is not None:
                recommendation = self.advisor.recommend(profile)
                for writer in self.writers.values():
                    writer.write(recommendation)
                self.advice.interview.next(profile)
        return self


class ChampionReference:
    """The champion that answers now; while nothing was promoted, what comes with the knowledge.

    Attributes:
        current: read it once per request: it may be another one the next time.

    Raises:
        ArtifactError: the starter of the knowledge cannot be used.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._current = Champion.of(knowledge, first_artifact(knowledge))

    @property
    def current(self) -> Champion:
        return self._current

    def swap(self, champion: Champion) -> None:
        """Let this answer from now on; requests in flight finish on what they started with."""
        self._current = champion
