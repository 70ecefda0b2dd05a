"""Rendering: the content of a report as a page of its own, as Markdown and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from training.evaluation.learning_curve import CurvePoint
from training.evaluation.metrics import CalibrationBin
from training.report.figures import calibration_figure, curve_figure
from training.report.plot import ACCENT, RULES
from training.report.texts import ReportTexts
from training.report.verdict_picture import verdict_picture

_SECTIONS = (
    "warnings", "checks", "cases", "rules", "beyond", "evaluation", "calibration", "curve", "data", "limits",
    "provenance",
)  # fmt: skip
_MEASURES = ("log_loss", "brier", "calibration_error", "regret", "coverage")
_WIDTH, _HEIGHT = 240, 22
_COLOURS = {"supported": "#1d6b3f", "contradicted": "#a61b1b", "cannot_tell_yet": ACCENT}


class ForestPlot:
    """Rule weights on one scale: a row per rule, expert beside learned with its interval.

    Attributes:
        rules: those that fired in a record, the clearest verdicts first.
        silent: how many did not.
    """

    def __init__(self, rules: Sequence[Mapping[str, Any]], words: ReportTexts) -> None:
        order = ("contradicted", "supported", "cannot_tell_yet")
        fired = [rule for rule in rules if rule["records"]]
        self.rules = sorted(fired, key=lambda rule: (order.index(rule["verdict"]), -rule["records"]))
        self.silent = len(rules) - len(fired)
        # An interval may leave the picture; its ends are in the table.
        self._end = math.ceil(max((abs(rule[name]) for rule in fired for name in ("expert", "learned")), default=1.0))
        self.low, self.high = words.number(-self._end, 0), words.number(self._end, 0, sign=True)
        self._words = words

    @property
    def axis(self) -> Markup:
        """What the places in a picture mean, on the same scale."""
        return Markup(
            '<svg class="forest" viewBox="0 0 {width} {height}" aria-hidden="true"><text x="8" y="16">{low}</text>'
            '<text x="{zero}" y="16" text-anchor="middle">0</text>'
            '<text x="{right}" y="16" text-anchor="end">{high}</text></svg>'
        ).format(width=_WIDTH, height=_HEIGHT, low=self.low, zero=self._place(0), high=self.high, right=_WIDTH - 8)

    def picture(self, rule: Mapping[str, Any]) -> Markup:
        """One row as inline SVG."""
        low, high = map(self._place, rule["interval"])
        cut = [end for end, sign in zip(rule["interval"], (-1, 1), strict=True) if sign * end > self._end]
        expert, learned, middle = self._place(rule["expert"]), self._place(rule["learned"]), _HEIGHT / 2
        colour = _COLOURS[rule["verdict"]]
        said = self._words(
            "forest_alt", expert=self._two(rule["expert"]), learned=self._two(rule["learned"]),
            low=self._two(rule["interval"][0]), high=self._two(rule["interval"][1]),
        )  # fmt: skip
        # Only numbers and our own sentence go in.
        return Markup(
            '<svg class="forest" viewBox="0 0 {width} {height}" role="img" aria-label="{said}">'
            '<line x1="{zero}" x2="{zero}" y1="0" y2="{height}" stroke="#b8c1ca"/>'
            '<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="2.5"/>'
            '<path d="M{expert} {top}l6 6l-6 6l-6 -6z" fill="#fff" stroke="{grey}" stroke-width="2"/>'
            '<circle cx="{learned}" cy="{middle}" r="4.5" fill="{colour}"/>{arrows}</svg>'
        ).format(
            arrows=Markup("").join(self._arrow(end, colour) for end in cut),
            width=_WIDTH, height=_HEIGHT, said=said, zero=self._place(0), low=low, high=high, middle=middle,
            top=middle - 6, expert=expert, learned=learned, colour=colour, grey=RULES,
        )  # fmt: skip

    def _arrow(self, end: float, colour: str) -> Markup:
        """Where an interval goes on outside the picture."""
        tip, back = (_WIDTH - 1, -7) if end > 0 else (1, 7)
        return Markup('<path d="M{tip} {middle}l{back} -5v10z" fill="{colour}"/>').format(
            tip=tip, middle=_HEIGHT / 2, back=back, colour=colour
        )

    def _place(self, weight: float) -> float:
        inside = max(-1.0, min(1.0, weight / self._end))
        return round(_WIDTH / 2 + inside * (_WIDTH / 2 - 8), 1)

    def _two(self, weight: float) -> str:
        return self._words.number(weight, 2, sign=True)


def as_html(content: Mapping[str, Any]) -> str:
    """One page that needs nothing from elsewhere."""
    words = ReportTexts(content["language"])
    apart = content["evaluation"]["held_out"]
    bins = [CalibrationBin(**each) for each in apart["calibration"]] if apart else []
    points = [CurvePoint(**each) for each in content["curve"]]
    return _render(
        "page.html.j2",
        content,
        sections=_SECTIONS,
        calibration=calibration_figure(bins, words) if bins else "",
        curve=curve_figure(points, words) if points else "",
    )


def as_markdown(content: Mapping[str, Any]) -> str:
    """The same without figures."""
    return _render("page.md.j2", content)


def as_json(content: Mapping[str, Any]) -> str:
    """The same for programs."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def layouts(trim_blocks: bool) -> Environment:
    """The templates of reports.

    Args:
        trim_blocks: whether the line end after a block is left out.
    """
    return Environment(
        loader=PackageLoader("training", "report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=trim_blocks,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(template: str, content: Mapping[str, Any], **more: Any) -> str:
    words = ReportTexts(content["language"])
    plot, order = ForestPlot(content["rules"], words), verdict_picture(content["order"], words)
    return (
        layouts(template.endswith("md.j2"))
        .get_template(template)
        .render(r=content, w=words, plot=plot, order=order, measures=_MEASURES, **more)
    )
