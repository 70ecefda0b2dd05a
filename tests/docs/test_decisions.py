"""The decisions: each is a page of one form, in the index, and every link between documents leads somewhere."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def test_each_decision_has_a_date_and_its_three_parts_on_one_page():
    assert len(DECISIONS) > 15
    for number, file in enumerate(DECISIONS, 1):
        text = file.read_text(encoding="utf-8")
        assert file.name.startswith(f"{number:04}-"), "numbers follow each other"
        assert re.search(r"^(Accepted|Replaced) on 20\d\d-\d\d-\d\d\.", text, re.MULTILINE), file.name
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], file.name
        assert len(text.splitlines()) <= 60, f"{file.name} is longer than a page"


def test_the_index_names_every_decision_by_its_title():
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for file in DECISIONS:
        title = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{file.name[:4]} {title}]({file.name})" in index


def test_links_between_documents_lead_somewhere():
    lost = []
    for file in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+\.md)", file.read_text(encoding="utf-8")):
            if not (file.parent / target).is_file():
                lost.append(f"{file.relative_to(DOCS)}: {target}")
    assert lost == []
