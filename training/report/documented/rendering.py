"""Rendering: the report on quality as a page of its own, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from training.evaluation.metrics import CalibrationBin
from training.report.documented.content import TEXTS, Content, Table, calibrated
from training.report.documented.figures import curve_figure, pairs_figure
from training.report.figures import calibration_figure
from training.report.rendering import layouts
from training.report.texts import ReportTexts


def as_html(content: Content, figures: Mapping[str, Any]) -> str:
    """One page that needs nothing from elsewhere."""
    return _render(
        "documented/page.html.j2", content, pictures=_pictures(figures, ReportTexts(content.language, TEXTS))
    )


def as_markdown(content: Content, level: int = 1) -> str:
    """The same without pictures.

    Args:
        level: of its heading, where it becomes a part of another page.
    """
    return _render("documented/page.md.j2", content, heading="#" * level, lines=summary_lines(content))


def summary_lines(content: Content) -> str:
    """The summary as a list in Markdown."""
    return "".join(f"* {line}\n" for line in content.summary)


def as_json(figures: Mapping[str, Any]) -> str:
    """The figures for programs."""
    return json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def markdown_table(table: Table) -> str:
    """One table as Markdown; the row of what serves is bold."""
    lines = ["| " + " | ".join(table.head) + " |", "|---" + "|---:" * (len(table.head) - 1) + "|"]
    for ours, cells in table.rows:
        written = [f"{cell.text} ({cell.small})" if cell.small else cell.text for cell in cells]
        lines.append("| " + " | ".join(f"**{each}**" if ours else each for each in written) + " |")
    return "\n".join(lines)


class ReportPicture(NamedTuple):
    """A picture: where it is, what it shows for who cannot see it, and a title where there are several."""

    address: str
    shows: str
    title: str = ""


def _pictures(figures: Mapping[str, Any], words: ReportTexts) -> Mapping[str, list[ReportPicture]]:
    """Section → its pictures."""
    last, honest = figures["approaches"][-1], figures["views"]["honest"]
    return {
        "summary": [ReportPicture(pairs_figure(honest["figures"], last, words), words("pairs_alt"))],
        "calibration": [
            ReportPicture(
                calibration_figure([CalibrationBin(**band) for band in honest["calibration"][name]], words),
                words("calibration_alt", way=words(f"way_{name}")),
                words(f"way_{name}"),
            )
            for name in calibrated(figures)
        ],
        "curve": [ReportPicture(curve_figure(figures["curve"], last, words), words("curve_alt"))],
    }


def _render(template: str, content: Content, **more: Any) -> str:
    words = ReportTexts(content.language, TEXTS)
    return (
        layouts(trim_blocks=True)
        .get_template(template)
        .render(r=content, w=words, markdown_table=markdown_table, **more)
    )
