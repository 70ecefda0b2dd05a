"""Content of the report in one language: the JSON form, from which the page and the Markdown are written.

Nothing in it names a community: where communities matter there is a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import product
from typing import Any

from model.scoring.artifact import INTERCEPT, SHIPPED, TRUST
from model.scoring.features import channel_feature, group_feature
from training.evaluation.case_changes import FIRST, CaseChange, RankMove, ReasonShift
from training.evaluation.differences import Difference
from training.evaluation.gate import (
    FEWEST_COMMUNITIES,
    FEWEST_FAILURES,
    RECORDS_ONLY,
    GateCheck,
    GateJudgement,
    GateVerdict,
)
from training.evaluation.golden_cases import BrokenExpectation
from training.evaluation.metrics import Evaluation
from training.evaluation.rule_audit import FEWEST_COMMUNITIES as FEWEST_FOR_RULE
from training.evaluation.rule_audit import RuleFinding, RuleVerdict
from training.evaluation.trial import CHALLENGER, ModelComparison, Trial, champion_rival
from training.report.next_steps import wanted_records
from training.report.records import NONE_LEFT, LeftOutRecords, RecordsSection
from training.report.texts import ReportTexts
from training.report.verdict_picture import said_of_order

_SHOWN = 8
_FEWEST_FOR_REGRET = 5
"""Communities that tried two channels, from which a mean regret is shown."""
_NOTABLE = 0.1
"""Log-odds from which a channel is said to do better or worse than channels do in general."""


def report_content(
    trial: Trial, language: str, left: LeftOutRecords = NONE_LEFT, estimator: str = ""
) -> dict[str, Any]:
    """Everything the report says, as plain data.

    Args:
        estimator: SHA-256 of the file with the fitted estimator, when it was kept.
    """
    return _Writer(trial, language, left, estimator).content()


class _Writer:
    def __init__(self, trial: Trial, language: str, left: LeftOutRecords, estimator: str) -> None:
        self._trial = trial
        self._words = ReportTexts(language)
        self._language = language
        self._estimator = estimator
        self._rules = {rule.id: rule for rule in trial.knowledge.rules}
        self._records = RecordsSection(trial, self._words, language, left)

    def content(self) -> dict[str, Any]:
        trial, artifact, words = self._trial, self._trial.artifact, self._words
        return {
            "language": self._language,
            "title": words("title", id=artifact.id),
            "made": words(
                "made", day=artifact.created, records=artifact.basis.records,
                communities=artifact.basis.communities, documented=artifact.basis.documented,
                champion=self._champion(),
            ),
            "verdict": self._verdict(trial.judgement),
            "order": [self._order(rival, found) for rival, found in self._shown_rivals()],
            "collect": list(wanted_records(trial, words)),
            "summary": list(self._summary()),
            "checks": [self._check(check) for check in trial.judgement.checks],
            "evaluation": {
                "held_out": self._comparison(trial.held_out, "held_out"),
                "latest": self._comparison(trial.latest, "latest"),
            },
            "cases": [self._case(change) for change in trial.cases],
            "before": self._champion(),
            "fewest_for_verdict": FEWEST_FOR_RULE,
            "rules": [self._rule(finding) for finding in trial.findings],
            "beyond": {"general": self._general(), "channels": self._channels(), "groups": self._groups()},
            "curve": [asdict(point) for point in trial.curve],
            "records": self._records.content(),
            "warnings": self._records.warnings(),
            "limits": [words(f"limit_{name}") for name in self._limits()],
            "provenance": self._provenance(),
        }  # fmt: skip

    # --- verdict and summary -----------------------------------------------------------------------------------

    def _champion(self) -> str:
        champion = self._trial.champion.id
        return self._words(f"the_{champion}") if champion in SHIPPED else champion

    def _verdict(self, judgement: GateJudgement) -> dict[str, Any]:
        code = judgement.verdict
        name = self._trial.artifact.id
        following = "promote" if code is GateVerdict.PROMOTE else "other"
        return {
            "code": str(code),
            "text": self._words(f"verdict_{code}"),
            "why": self._words(
                f"why_{code}",
                share=self._words.percent(self._trial.failures),
                needed=self._words.percent(FEWEST_FAILURES),
            ),
            "next": self._words(f"next_{following}"),
            "command": self._words(f"command_{following}", id=name),
        }

    def _shown_rivals(self) -> list[tuple[str, Difference]]:
        """What is live first, then the rules and the starter; each once."""
        found = self._trial.held_out.differences if self._trial.held_out else {}
        live = champion_rival(self._trial.champion)
        order = dict.fromkeys((live, *(rival for rival in found if rival != RECORDS_ONLY)))
        return [(rival, found[rival].order) for rival in order if rival in found]

    def _order(self, rival: str, found: Difference) -> dict[str, Any]:
        said, live = said_of_order(found), rival == champion_rival(self._trial.champion)
        label = self._words("champion" if live else rival)
        label = label[0].upper() + label[1:]
        text = self._words("picture_row", rival=label, said=self._words(f"picture_said_{said}"))
        return {"rival": rival, "said": said, "text": text} | asdict(found)

    def _summary(self) -> list[str]:
        trial, words = self._trial, self._words
        said = []
        if trial.held_out is None:
            said.append(words("sum_not_judged"))
        for rival, found in self._shown_rivals()[:1]:
            name = words("champion" if rival == champion_rival(trial.champion) else rival)
            code = said_of_order(found)
            sentence = "sum_few" if code == "few" else f"sum_order_{code}"
            said.append(words(sentence, rival=name, communities=found.communities))
        said += self._about_sources()
        if trial.table.twins:
            said.append(words("sum_twins", count=trial.table.twins))
        verdicts = [finding.verdict for finding in trial.findings]
        counts = {name: verdicts.count(verdict) for name, verdict in {
            "supported": RuleVerdict.SUPPORTED, "contradicted": RuleVerdict.CONTRADICTED, "open": RuleVerdict.OPEN,
        }.items()}  # fmt: skip
        said.append(words("sum_rules", rules=len(verdicts), **counts))
        contradicted = [each.rule for each in trial.findings if each.verdict is RuleVerdict.CONTRADICTED]
        if contradicted:
            said.append(words("sum_contradicted", rules=words.listed(contradicted)))
        changed = sum(case.first_before[:1] != case.first_after[:1] for case in trial.cases)
        said.append(words("sum_first", changed=changed, cases=len(trial.cases)))
        if broken := sum(bool(case.broken) for case in trial.cases):
            said.append(words("sum_broken", broken=broken))
        said.append(words("sum_trust", share=words.percent(trial.knowledge.trust + trial.artifact.deviation(TRUST))))
        return said

    def _about_sources(self) -> Iterator[str]:
        """A form or file by its name; who reported is not named here."""
        for each in self._trial.sources:
            name = each.name if each.kind == "source" else self._words("a_reporter")
            if each.contradicts or each.fails:
                sentence = "sum_source" if each.contradicts else "sum_source_decides"
                yield self._words(sentence, source=name, records=each.records)

    def _signed(self, numbers: Mapping[str, float]) -> dict[str, str]:
        return {name: self._words.number(value, 3, sign=True) for name, value in numbers.items()}

    def _check(self, check: GateCheck) -> dict[str, Any]:
        return {
            "name": check.name,
            "label": self._words(f"check_{check.name}"),
            "outcome": str(check.outcome),
            "outcome_text": self._words(f"outcome_{check.outcome}"),
            "text": self._check_text(check),
            "numbers": dict(check.numbers),
        }

    def _check_text(self, check: GateCheck) -> str:
        numbers, words = check.numbers, self._words
        communities = int(numbers.get("communities", FEWEST_COMMUNITIES))
        if communities < FEWEST_COMMUNITIES and check.name != "failures_told":
            name = "num_calibration_few" if check.name == "calibration" else "num_no_worse_few"
            return words(name, communities=communities, fewest=FEWEST_COMMUNITIES)
        if "chance" in numbers:
            return words("num_no_worse", communities=communities, measures=words.listed(list(self._measures(numbers))))
        if "difference" in numbers:
            signed = self._signed({name: value for name, value in numbers.items() if name != "communities"})
            return words(f"num_{check.name}", communities=communities, **signed)
        if check.name == "calibration":
            return words("num_calibration", **{name: words.number(value, 2) for name, value in numbers.items()})
        if check.name == "failures_told":
            return words(
                "num_failures_told", share=words.percent(numbers["share"]), needed=words.percent(numbers["needed"])
            )
        if check.name == "golden_cases":
            broken = [
                self._broken(case.name[self._language], each) for case in self._trial.cases for each in case.broken
            ]
            return " ".join([words("num_golden_cases", broken=int(numbers["broken"])), *broken])
        return words(f"num_{check.name}", **{name: int(value) for name, value in numbers.items()})

    def _measures(self, numbers: Mapping[str, float]) -> Iterator[str]:
        for name in ("chance", "order", "pairs", "regret"):
            if name in numbers:
                ends = {"mean": numbers[name], "low": numbers[f"{name}_low"], "high": numbers[f"{name}_high"]}
                yield self._words("measure", measure=self._words(f"measure_{name}"), **self._signed(ends))

    # --- evaluation ----------------------------------------------------------------------------------------------

    def _comparison(self, comparison: ModelComparison | None, kind: str) -> dict[str, Any] | None:
        if comparison is None:
            return None
        ours = comparison.evaluations[CHALLENGER]
        return {
            "title": self._words(kind, records=ours.records, communities=ours.communities),
            "compared": ours.compared,
            "ways": [self._way(name, found) for name, found in comparison.evaluations.items()],
            "differences": {rival: asdict(found) for rival, found in comparison.differences.items()},
            "calibration": [asdict(each) for each in ours.calibration],
        }

    def _way(self, name: str, found: Evaluation) -> dict[str, Any]:
        """Its measures; the regret of a handful of communities says nothing."""
        numbers = {each: getattr(found, each) for each in ("log_loss", "brier", "calibration_error", "coverage")}
        regret = found.regret if found.compared >= _FEWEST_FOR_REGRET else None
        return {"name": name, "label": self._words(f"way_{name}"), **numbers, "regret": regret}

    # --- cases ---------------------------------------------------------------------------------------------------

    def _case(self, change: CaseChange) -> dict[str, Any]:
        words = self._words
        before, after = ([self._name(each) for each in order] for order in (change.first_before, change.first_after))
        if before[:1] != after[:1]:
            text = words("case_first", before=words.listed(before[:1]), after=words.listed(after[:1]))
        elif change.first_before == change.first_after:
            text = words("case_same", first=min(FIRST, len(after)))
        else:
            text = words("case_first_same", after=words.listed(after[:1]))
        return {
            "case": change.case,
            "name": change.name[self._language],
            "text": text,
            "first_before": before,
            "first_after": after,
            "state": "broken" if change.broken else "holds" if before[:1] == after[:1] else "moved",
            "broken": [self._broken(change.name[self._language], each) for each in change.broken],
            "moves": [self._move(move) for move in change.moves],
        }

    def _broken(self, case: str, broken: BrokenExpectation) -> str:
        names = [self._name(channel) for channel in broken.channels]
        better, worse = (*names, "", "")[:2]
        return self._words(f"broken_{broken.kind}", case=case, better=better, worse=worse)

    def _move(self, move: RankMove) -> dict[str, Any]:
        return {
            "channel": move.channel,
            "name": self._name(move.channel),
            "story": self._words(f"story_{move.story}") if move.story else "",
            "before": move.before,
            "after": move.after,
            "chance_before": move.chance_before,
            "chance_after": move.chance_after,
            "causes": [self._cause(cause) for cause in move.causes] or [self._words("cause_none")],
        }

    def _cause(self, cause: ReasonShift) -> str:
        text = self._words(f"cause_{cause.kind}") if cause.text is None else cause.text[self._language].rstrip(".")
        number = self._words.number
        return f"{text} ({number(cause.before, 2, sign=True)} → {number(cause.after, 2, sign=True)})"

    def _name(self, channel: str) -> str:
        return self._trial.knowledge.channel(channel).name[self._language]

    # --- rules and what is beyond them -----------------------------------------------------------------------------

    def _rule(self, finding: RuleFinding) -> dict[str, Any]:
        rule = self._rules[finding.rule]
        return {
            "rule": finding.rule,
            "text": rule.text[self._language],
            "records": finding.records,
            "communities": finding.communities,
            "expert": finding.expert,
            "learned": finding.learned,
            "interval": list(finding.interval),
            "verdict": str(finding.verdict),
            "verdict_text": self._words(f"rule_{finding.verdict}"),
            "communities_against": len(finding.against),
        }

    def _general(self) -> str:
        added = self._trial.artifact.deviation(INTERCEPT)
        return self._words("beyond_more" if added > 0 else "beyond_less", added=self._words.number(added, 2, sign=True))

    def _channels(self) -> list[dict[str, Any]]:
        artifact = self._trial.artifact
        added = {
            channel.id: artifact.deviation(channel_feature(channel))
            for channel in self._trial.knowledge.channels
            if channel_feature(channel) in artifact.deviations
        }
        order = sorted((name for name in added if abs(added[name]) >= _NOTABLE), key=lambda name: -abs(added[name]))
        return [{"channel": name, "name": self._name(name), "added": added[name]} for name in order[:_SHOWN]]

    def _groups(self) -> list[dict[str, Any]]:
        """What outcomes say of kinds of communities with kinds of channels, the most first."""
        artifact, knowledge = self._trial.artifact, self._trial.knowledge
        kinds = sorted({channel.kind for channel in knowledge.channels})
        found: list[dict[str, Any]] = []
        for term, kind in product(knowledge.groups, kinds):
            feature = group_feature(term, kind)
            added = artifact.deviation(feature)
            text = self._words(
                "beyond_group", group=term.text[self._language].rstrip("."),
                kind=knowledge.messages[self._language][f"kind_{kind}"], added=self._words.number(added, 2, sign=True),
            )  # fmt: skip
            found.append({"feature": feature, "added": added, "text": text})
        found = [each for each in found if abs(each["added"]) >= _NOTABLE]
        return sorted(found, key=lambda each: -abs(each["added"]))[:_SHOWN]

    # --- limits and provenance ---------------------------------------------------------------------------------------

    def _limits(self) -> Sequence[str]:
        period = ("period",) if self._trial.champion.basis.records else ()
        return ("cause", "week", "interval", "cases", *period)

    def _provenance(self) -> list[dict[str, str]]:
        artifact, champion = self._trial.artifact, self._trial.champion
        rows = {
            "artifact": artifact.id,
            "checksum": artifact.checksum,
            "fingerprint": artifact.basis.fingerprint,
            "documents": artifact.basis.documents,
            "knowledge": artifact.knowledge,
            "champion": champion.id,
            "seed": str(self._trial.seed),
            "versions": ", ".join(f"{name} {number}" for name, number in artifact.versions.items()),
        }
        if self._estimator:
            rows["estimator"] = self._estimator
        return [
            {"name": name, "label": self._words(f"p_{name}"), "value": value} for name, value in rows.items() if value
        ]
