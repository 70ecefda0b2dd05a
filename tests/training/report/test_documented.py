"""The report on quality: for a program manager on its first page, for a statistician below, in both languages."""

import json
import re
from pathlib import Path

import pytest

from training.report.documented.content import quality_content
from training.report.documented.rendering import as_html, as_json, as_markdown, markdown_table

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def figures():
    return json.loads((ROOT / "docs/quality.json").read_text("utf-8"))


@pytest.fixture(params=["en", "nl"])
def content(request, figures):
    return quality_content(figures, request.param)


def test_the_first_page_is_three_sentences_and_one_table(content, figures):
    assert len(content.summary) == 3
    assert all(line.endswith(".") for line in content.summary)
    assert [len(cells) for _, cells in content.table.rows] == [6] * len(figures["approaches"])
    assert [ours for ours, _ in content.table.rows] == [False] * (len(figures["approaches"]) - 1) + [True]


def test_the_sentences_hold_the_figures(figures):
    pairs, top, chances = quality_content(figures, "nl").summary
    own = figures["views"]["honest"]["figures"][figures["approaches"][-1]]
    assert f"in {100 * own['pairs']['value']:.0f} % van {own['pairs']['count']} paren" in pairs
    assert f"{100 * own['top_online']['value']:.0f} %" in top
    assert f"{own['slope']['value']:.2f}".replace(".", ",") in chances


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.1, 0.9, "too extreme"), (1.1, 1.9, "too cautious"), (0.9, 1.1, "about as far apart")]
)
def test_chances_are_called_what_their_slope_says(low, high, said, figures):
    changed = json.loads(json.dumps(figures))
    changed["views"]["honest"]["figures"][changed["approaches"][-1]]["slope"].update(low=low, high=high)
    assert said in quality_content(changed, "en").summary[2]


def test_what_moved_since_an_earlier_run_is_shown(figures):
    earlier = json.loads(json.dumps(figures))
    earlier["views"]["honest"]["figures"]["wishes"]["pairs"]["value"] = 0.25
    earlier["evidence"] = "other"
    section = quality_content(figures, "en", earlier).sections[0]
    now = figures["views"]["honest"]["figures"]["wishes"]["pairs"]["value"]
    (moved,) = (cells[1].text for _, cells in section.tables[0].rows if cells[0].text == "Wishes alone")
    assert moved == f"25 % → {100 * now:.0f} %"
    assert "other evidence" in section.paragraphs[1]


def test_every_rule_that_holds_somewhere_is_in_the_table(content, figures):
    (section,) = (each for each in content.sections if each.name == "rules")
    shown = {cells[0].text for _, cells in section.tables[0].rows}
    counted = figures["views"]["all_answers"]["rules"]
    assert shown == {each["rule"] for each in counted if each["used"] + each["partly"] + each["failed"]}
    assert str(len(counted) - len(shown)) in section.paragraphs[1]


def test_the_page_needs_nothing_from_elsewhere_and_names_its_pictures(content, figures):
    page = as_html(content, figures)
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert len(re.findall(r'<img src="data:image/svg[^"]+" alt="[^"]{20,}"', page)) == 4
    assert f'<html lang="{content.language}">' in page
    assert all(f'id="{section.name}"' in page for section in content.sections)


def test_tables_in_markdown_have_as_many_cells_in_every_row(content):
    text = as_markdown(content)
    assert text.startswith("# ")
    for section in content.sections:
        for table in section.tables:
            rows = markdown_table(table).splitlines()
            assert {row.count("|") for row in rows} == {len(table.head) + 1}
            assert rows[0] in text


@pytest.mark.slow
def test_the_same_figures_give_the_same_bytes(content, figures):
    assert as_html(content, figures) == as_html(quality_content(figures, content.language), figures)
    assert json.loads(as_json(figures)) == figures
