"""Verdict picture: the order of the new numbers beside each rival, as one figure for the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from training.evaluation.differences import Difference
from training.evaluation.gate import FEWEST_COMMUNITIES, seems_better
from training.report.texts import ReportTexts

COLOURS = {"better": "#1d6b3f", "likely": "#1d6b3f", "same": "#7a5200", "few": "#7a5200", "worse": "#a61b1b"}
_WIDTH, _ROW, _TOP = 320, 46, 22
_EDGE = 10


@dataclass(frozen=True)
class OrderFinding:
    """How the order compares with one rival.

    Attributes:
        said: "better" or "worse" (90 % interval), "likely" (it seems better, as the gate has it), "same" or "few".
    """

    rival: str
    said: str
    difference: Difference


def said_of_order(found: Difference) -> str:
    """What can be said; few communities say nothing, as the gate has it."""
    if found.communities < FEWEST_COMMUNITIES:
        return "few"
    if found.low > 0:
        return "worse"
    return "better" if found.high < 0 else "likely" if seems_better(found) else "same"


def verdict_picture(findings: Sequence[Mapping[str, object]], words: ReportTexts) -> Markup:
    """A row for each rival: its name, what can be said, and dot and line on one scale; left is better.

    Args:
        findings: dictionaries with `label`, `said`, `text`, `mean`, `low` and `high`.
    """
    if not findings:
        return Markup("")
    height = _TOP + _ROW * len(findings)
    end = max(abs(_number(each[name])) for each in findings for name in ("low", "high")) or 1.0
    rows = Markup("").join(_row(each, place, end) for place, each in enumerate(findings))
    said = "; ".join(str(each["text"]) for each in findings)
    return Markup(
        '<svg class="order" viewBox="0 0 {width} {height}" role="img" aria-label="{said}">'
        '<text x="{edge}" y="13" class="end">← {better}</text>'
        '<text x="{right}" y="13" class="end" text-anchor="end">{worse} →</text>'
        "{rows}</svg>"
    ).format(
        width=_WIDTH, height=height, said=said, edge=_EDGE, right=_WIDTH - _EDGE,
        better=words("picture_better"), worse=words("picture_worse"), rows=rows,
    )  # fmt: skip


def _row(found: Mapping[str, object], place: int, end: float) -> Markup:
    mean, low, high = (_place(_number(found[name]), end) for name in ("mean", "low", "high"))
    text = _TOP + place * _ROW + 14
    return Markup(
        '<text x="{edge}" y="{text}">{label}</text>'
        '<line x1="{middle}" x2="{middle}" y1="{above}" y2="{below}" stroke="#7b8794"/>'
        '<line x1="{low}" x2="{high}" y1="{line}" y2="{line}" stroke="{colour}" stroke-width="3"/>'
        '<circle cx="{mean}" cy="{line}" r="6" fill="{colour}"/>'
    ).format(
        edge=_EDGE, text=text, label=found["text"], middle=_WIDTH / 2, above=text + 6, below=text + 26,
        line=text + 16, low=low, high=high, mean=mean, colour=COLOURS[str(found["said"])],
    )  # fmt: skip


def _place(value: float, end: float) -> float:
    return round(_WIDTH / 2 + value / end * (_WIDTH / 2 - _EDGE), 1)


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value
