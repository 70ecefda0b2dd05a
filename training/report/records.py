"""Records in the report: what was learned from, what was left out, and what to mind about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from training.evaluation.gate import FEWEST_COMMUNITIES
from training.evaluation.trial import Trial
from training.report.data_summary import summarise
from training.report.texts import ReportTexts


@dataclass(frozen=True)
class LeftOutRecords:
    """Records that were not learned from.

    Attributes:
        stale: in the store, with answers or a channel that no longer exist.
        refused: in the file.
        without: in the store, from `sources` that were left out on purpose.
    """

    stale: int = 0
    refused: int = 0
    without: int = 0
    sources: tuple[str, ...] = ()


NONE_LEFT = LeftOutRecords()


class RecordsSection:
    """Writes what the report says of the records.

    Args:
        left: how many were not learned from.
    """

    def __init__(self, trial: Trial, words: ReportTexts, language: str, left: LeftOutRecords) -> None:
        self._trial = trial
        self._words = words
        self._language = language
        self._left = left
        self._data = summarise(trial.table, trial.scorer.learned.featuriser)

    def content(self) -> dict[str, Any]:
        """The records in numbers and in sentences."""
        data, artifact, words = self._data, self._trial.artifact, self._words
        questionnaire = self._trial.knowledge.questionnaire
        said = [
            words("data_period", first=data.first, last=data.last),
            words(
                "data_members", invited=data.invited, active=data.active, median=data.median,
                share=words.percent(data.active / data.invited),
            ),
            words("data_alike", alikeness=words.number(artifact.basis.alikeness, 2)),
        ]  # fmt: skip
        if data.unanswered:
            labels = [
                f"{questionnaire[name].label[self._language]} ({words.percent(share)})"
                for name, share in data.unanswered
            ]
            said.append(words("data_unanswered", questions=words.listed(labels)))
        if self._left.stale:
            said.append(words("data_stale", count=self._left.stale))
        if self._left.refused:
            said.append(words("data_refused", count=self._left.refused))
        if self._left.sources:
            said.append(words("data_without", count=self._left.without, sources=words.listed(self._left.sources)))
        return {
            "count": artifact.basis.records,
            "communities": artifact.basis.communities,
            "first": data.first.isoformat(),
            "last": data.last.isoformat(),
            "stale": self._left.stale,
            "refused": self._left.refused,
            "without": {"count": self._left.without, "sources": self._left.sources},
            "judged_on": self._judged_on(),
            "text": said,
            "channels": [asdict(each) | {"name": self._name(each.channel)} for each in data.channels],
        }

    def _judged_on(self) -> dict[str, int] | None:
        """Those in memory, when there are more; only the last fit saw all of them."""
        table = self._trial.table
        if len(table) == self._trial.artifact.basis.records:
            return None
        return {"records": len(table), "communities": table.seen_communities}

    def warnings(self) -> list[str]:
        """Why the records may not be like the communities that will be advised."""
        data, words = self._data, self._words
        warnings = [words("warn_selection", share=words.percent(data.followed))]
        if (some := self._judged_on()) is not None:
            warnings.append(words("warn_sample", **some, all=self._trial.artifact.basis.communities))
        if data.untried:
            names = words.listed([self._name(channel) for channel in data.untried])
            channels = len(self._trial.knowledge.channels)
            warnings.append(words("warn_untried", count=len(data.untried), channels=channels, names=names))
        warnings.append(words("warn_survivors"))
        if self._trial.artifact.basis.communities < 5 * FEWEST_COMMUNITIES:
            warnings.append(words("warn_few", communities=self._trial.artifact.basis.communities))
        return warnings

    def _name(self, channel: str) -> str:
        return self._trial.knowledge.channel(channel).name[self._language]
