"""Next steps: what to collect so that the gate can tell more, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from training.evaluation.next_records import next_records
from training.evaluation.trial import Trial
from training.report.texts import ReportTexts


def wanted_records(trial: Trial, words: ReportTexts) -> Sequence[str]:
    """What would help most, the first first; nothing when the challenger may be promoted."""
    return [
        words(f"collect_{each.kind}{'_one' if each.count == 1 else ''}", count=each.count)
        for each in next_records(trial)
    ]
