"""Quality: puts the figures of a run into the documentation.

Run as `python -m tools.quality build/quality/report.json` (`make quality`). It keeps the figures as `docs/quality.json`
and writes what they say between the marks in `docs/quality.md` and in the README. tests/docs/test_quality.py holds the
texts to the figures, and the figures to the knowledge and the evidence.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from training.report.documented.content import quality_content
from training.report.documented.rendering import as_json, as_markdown, summary_lines

ROOT = Path(__file__).parent.parent
START, END = "<!-- figures: made by `make quality` -->\n", "<!-- end of figures -->\n"


def main(file: str) -> None:
    """Keep the figures in this file, and bring the pages in step."""
    figures = json.loads(Path(file).read_text("utf-8"))
    content = quality_content(figures, "en")
    (ROOT / "docs/quality.json").write_text(as_json(figures), "utf-8")
    _replace(ROOT / "docs/quality.md", as_markdown(content, level=2))
    _replace(ROOT / "README.md", summary_lines(content))


def _replace(page: Path, text: str) -> None:
    before, mark, rest = page.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not mark or not end:
        sys.exit(f"{page} has no place for figures.")
    page.write_text(f"{before}{START}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
