"""Content of the report on quality in one language: sentences, tables and what pictures show, ready to be laid out.

It is written from the figures in the form of their JSON, so that figures that were kept can be shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from training.report.documented.wording import decimal, either, percent, with_interval
from training.report.texts import ReportTexts

TEXTS = "documented/texts.yaml"
_MAIN = ("pairs", "top_online", "log_loss", "slope")
_MORE = (
    "pairs_firm", "pairs_open", "first_live", "auc", "brier", "log_loss_level", "log_loss_open",
)  # fmt: skip
_PARTS = ("pairs", "top_online", "log_loss")


class Cell(NamedTuple):
    """One cell of a table; `small` stands under or behind it."""

    text: str
    small: str = ""


class Table(NamedTuple):
    """A table whose first column is what the row is about; all others hold numbers.

    Attributes:
        rows: whether the row is the way of advising that serves, and its cells.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[tuple[bool, Sequence[Cell]]]


class Section(NamedTuple):
    """A part of the report with a heading of its own."""

    name: str
    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()


class Content(NamedTuple):
    """The whole report in one language.

    Attributes:
        summary: three sentences that need nothing else.
        table: the one table that goes with them.
    """

    language: str
    title: str
    made: str
    summary: Sequence[str]
    table: Table
    sections: Sequence[Section]


def quality_content(figures: Mapping[str, Any], language: str, before: Mapping[str, Any] | None = None) -> Content:
    """The report.

    Args:
        figures: `Study` as plain data.
        before: those of an earlier run, to show what moved.
    """
    return _QualityWriter(figures, ReportTexts(language, TEXTS)).content(before)


def calibrated(figures: Mapping[str, Any]) -> list[str]:
    """The ways of advising whose chances are shown beside what happened."""
    calibration = figures["views"]["honest"]["calibration"]
    return [name for name in ("rules_before", figures["approaches"][-1]) if calibration[name]]


class _QualityWriter:
    def __init__(self, figures: Mapping[str, Any], words: ReportTexts) -> None:
        self._figures, self._words = figures, words
        self._honest = figures["views"]["honest"]
        self._last = figures["approaches"][-1]

    def content(self, before: Mapping[str, Any] | None) -> Content:
        figures, words = self._figures, self._words
        return Content(
            language=words.language,
            title=words("title"),
            made=words(
                "made", communities=figures["communities"], sources=figures["sources"],
                outcomes=sum(figures["results"].values()), **figures["results"],
            ),
            summary=[self._pairs(), self._top(), self._chances()],
            table=self._main("honest"),
            sections=list(self._sections(before)),
        )  # fmt: skip

    # --- the first page ------------------------------------------------------------------------------------------

    def _pairs(self) -> str:
        own, words = self._honest["figures"][self._last]["pairs"], self._words
        return words(
            "sum_pairs", ours=words(f"of_{self._last}"), count=own["count"],
            wishes=self._value("wishes", "pairs"), **self._shares(own),
        )  # fmt: skip

    def _top(self) -> str:
        own = self._honest["figures"][self._last]["top_online"]
        return self._words(
            "sum_top", count=own["count"], wishes=self._value("wishes", "top_online"),
            before=self._value("rules_before", "top_online"), **self._shares(own),
        )  # fmt: skip

    def _chances(self) -> str:
        slope = self._honest["figures"][self._last]["slope"]
        kind = "extreme" if slope["high"] < 1 else "timid" if slope["low"] > 1 else "right"
        return self._words(
            f"sum_{kind}", slope=decimal(slope["value"], self._words), loss=self._value(self._last, "log_loss"),
            constant=self._value("constant", "log_loss"), before=self._value("rules_before", "log_loss"),
        )  # fmt: skip

    def _value(self, approach: str, measure: str) -> str:
        return either(measure)(self._honest["figures"][approach][measure]["value"], self._words)

    def _shares(self, figure: Mapping[str, Any]) -> Mapping[str, str]:
        return {name: percent(figure[name], self._words) for name in ("value", "low", "high")}

    # --- tables --------------------------------------------------------------------------------------------------

    def _main(self, view: str) -> Table:
        found, words = self._figures["views"][view], self._words
        care = found["groups"]["sector"]["care"]
        measures = (*_MAIN, "pairs")
        rows = [
            self._row(name, zip(measures, [*(own[each] for each in _MAIN), care[name]["pairs"]], strict=True))
            for name, own in found["figures"].items()
        ]
        head = [words("approach"), *map(words, (*_MAIN, "pairs_care"))]
        return Table(f"{words(f'table_{view}')}. {self._counts(found)}", head, rows)

    def _counts(self, view: Mapping[str, Any]) -> str:
        own, care = view["figures"][self._last], view["groups"]["sector"]["care"][self._last]
        return self._words(
            "table_note", pairs=own["pairs"]["count"], care=care["pairs"]["count"],
            channels=own["top_online"]["count"], outcomes=own["log_loss"]["count"],
        )  # fmt: skip

    def _row(self, name: str, figures: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[bool, Sequence[Cell]]:
        cells = [Cell(*with_interval(measure, figure, self._words)) for measure, figure in figures]
        return name == self._last, [Cell(self._words(f"way_{name}")), *cells]

    def _table(self, found: Mapping[str, Any], measures: Sequence[str], caption: str = "") -> Table:
        """Approaches × measures."""
        return Table(
            caption,
            [self._words("approach"), *map(self._words, measures)],
            [self._row(name, [(each, row[each]) for each in measures]) for name, row in found.items()],
        )

    # --- sections ------------------------------------------------------------------------------------------------

    def _sections(self, before: Mapping[str, Any] | None) -> Iterator[Section]:
        if before is not None:
            yield self._before(before)
        yield self._section("reading", self._reading(), [self._main("all_answers")])
        views = self._figures["views"]
        yield self._section(
            "more", ["more_intro"],
            [self._table(view["figures"], _MORE, self._words(f"table_{name}")) for name, view in views.items()],
        )  # fmt: skip
        yield Section(
            "against",
            self._words("h_against"),
            [self._words("against_intro", ours=self._words(f"way_{self._last}"))],
            [self._differences(name) for name in views],
        )
        yield self._section(
            "calibration", ["calibration_intro"], [self._calibration(name) for name in calibrated(self._figures)]
        )
        yield self._section("groups", ["groups_intro"], [self._group(what) for what in self._honest["groups"]])
        yield self._section("curve", ["curve_intro"], [self._curve()])
        yield self._rules()
        yield self._section("limits", self._limits())
        yield self._section("provenance", ["prov_before", "prov_wishes", "prov_popularity", self._provenance()])

    def _section(self, name: str, paragraphs: Iterable[str], tables: Sequence[Table] = ()) -> Section:
        """A section of sentences that are named, or ready."""
        said = [self._words(each) if each.isidentifier() else each for each in paragraphs]
        return Section(name, self._words(f"h_{name}"), said, tables)

    def _reading(self) -> Iterator[str]:
        figures, words = self._figures, self._words
        yield from ("read_pairs", "read_top", "read_chances")
        yield words("read_apart", folds=figures["folds"], repeats=figures["repeats"], resamples=figures["resamples"])
        yield words(
            "read_honest", questions="; ".join(label[words.language] for label in figures["hindsight"].values())
        )
        yield words("read_closed", closed=figures["closed"], abandoned=figures["results"]["abandoned"])

    def _differences(self, view: str) -> Table:
        measures = (*_MAIN[:3], "brier", "auc")
        against, words = self._figures["views"][view]["against"], self._words
        rows = [
            (False, [
                Cell(words(f"way_{rival}")),
                *(Cell(*with_interval(each, found[each], words, sign=True)) for each in measures),
            ])
            for rival, found in against.items()
        ]  # fmt: skip
        return Table(words(f"table_{view}"), [words("approach"), *map(words, measures)], rows)

    def _calibration(self, name: str) -> Table:
        words = self._words
        bands = self._honest["calibration"][name]
        rows = [
            (False, [
                Cell(f"{percent(band['low'], words)} – {percent(band['high'], words)}"), Cell(str(band["records"])),
                Cell(percent(band["expected"], words)), Cell(percent(band["observed"], words)),
            ])
            for band in bands
        ]  # fmt: skip
        return Table(words(f"way_{name}"), [words(each) for each in ("band", "count", "foretold", "seen")], rows)

    def _group(self, what: str) -> Table:
        words = self._words
        shown = ("popularity", "wishes", "rules_before", self._last)
        rows = [
            (False, [Cell(words(f"group_{part}"), f"{found[self._last]['pairs']['count']} {words('pairs_in')}"), *(
                Cell(*with_interval("pairs", found[name]["pairs"], words)) for name in shown
            ), *(Cell(*with_interval(each, found[self._last][each], words)) for each in _PARTS[1:])])
            for part, found in self._honest["groups"][what].items()
        ]  # fmt: skip
        head = [f"{words('pairs')}: {words(f'way_{name}')}" for name in shown]
        head += [f"{words(each)}: {words(f'way_{self._last}')}" for each in _PARTS[1:]]
        return Table(words(f"by_{what}"), [words("group"), *head], rows)

    def _curve(self) -> Table:
        words = self._words
        rows = [
            (name == self._last, [
                Cell(words(f"way_{name}")), Cell(str(point["communities"])),
                *(Cell(*with_interval(each, found[each], words)) for each in _PARTS),
            ])
            for point in self._figures["curve"]
            for name, found in point["figures"].items()
        ]  # fmt: skip
        return Table("", [words("approach"), words("curve_x"), *map(words, _PARTS)], rows)

    def _rules(self) -> Section:
        words = self._words
        honest = {each["rule"]: each for each in self._honest["rules"]}
        found = self._figures["views"]["all_answers"]["rules"]
        spoken = [each for each in found if each["used"] + each["partly"] + each["failed"]]
        head = ("rule", "weight", "outcomes", "share", "pairs_right", "pairs_right_honest", "reading")
        rows = [(False, self._rule(each, honest[each["rule"]])) for each in spoken]
        silent = words("rules_silent", count=len(found) - len(spoken))
        return Section(
            "rules", words("h_rules"), [words("rules_intro"), silent], [Table("", [words(each) for each in head], rows)]
        )

    def _rule(self, rule: Mapping[str, Any], honest: Mapping[str, Any]) -> Sequence[Cell]:
        words = self._words
        weight = words("excludes") if rule["weight"] is None else words.number(rule["weight"], 1, sign=True)
        return [
            Cell(rule["rule"]), Cell(weight), Cell(f"{rule['used']} / {rule['partly']} / {rule['failed']}"),
            Cell(percent(rule["share"], words)), self._right(rule),
            self._right(honest), Cell(words(f"reading_{rule['reading']}")),
        ]  # fmt: skip

    def _right(self, rule: Mapping[str, Any]) -> Cell:
        return Cell(f"{rule['right']}/{rule['pairs']}" if rule["pairs"] else "–")

    def _before(self, before: Mapping[str, Any]) -> Section:
        words = self._words
        earlier = before["views"]["honest"]["figures"]
        names = [name for name in self._figures["approaches"] if name in earlier]
        rows = [
            (
                name == self._last,
                [Cell(words(f"way_{name}")), *(self._moved(earlier[name], name, each) for each in _MAIN)],
            )
            for name in names
        ]
        said = ["before_intro"] + ["before_other_evidence"] * (before["evidence"] != self._figures["evidence"])
        return self._section("before", said, [Table("", [words("approach"), *map(words, _MAIN)], rows)])

    def _moved(self, earlier: Mapping[str, Any], name: str, measure: str) -> Cell:
        written: Callable[..., str] = either(measure)
        now = self._honest["figures"][name][measure]["value"]
        return Cell(f"{written(earlier[measure]['value'], self._words)} → {written(now, self._words)}")

    def _limits(self) -> Iterator[str]:
        figures, words = self._figures, self._words
        yield from ("limit_print", "limit_seen")
        yield words("limit_cited", cited=figures["cited"], cases=figures["cases"])
        yield words("limit_thin", answers=words.number(figures["known_answers"], 1))
        yield words("limit_stand_in", stand_ins=figures["stand_ins"], outcomes=sum(figures["results"].values()))
        for name, count in figures["unknown"].items():
            if count:
                yield words("limit_unknown", way=words(f"way_{name}"), count=count)

    def _provenance(self) -> str:
        figures = self._figures
        return self._words(
            "prov_seed", seed=figures["seed"], knowledge=figures["knowledge"][:12], evidence=figures["evidence"][:12]
        )
