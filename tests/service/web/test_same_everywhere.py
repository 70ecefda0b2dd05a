"""The same question gives the same bytes in every process, whatever order Python's sets happen to have in it."""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib, json, sys
from service.app import create_app
client = create_app().test_client()
shown = {}
for number, profile in enumerate(json.load(sys.stdin)):
    asked = "/v1/recommendations?include=trace,levers,cases,nextQuestion"
    answer = client.post(asked, json={"profile": profile})
    assert answer.status_code == 200, answer.text
    shown[f"{number} JSON"] = hashlib.sha256(answer.data).hexdigest()
    for page in ("/answer", "/what-if", "/similar", "/ask"):
        shown_page = client.get(page, query_string={"p": answer.get_json()["code"], "lang": "nl"})
        assert shown_page.status_code == 200, page
        shown[f"{number} {page}"] = hashlib.sha256(shown_page.data).hexdigest()
print(json.dumps(shown))
"""


def _shown(profiles, seed: str, folder) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PLATFORM_FIT_DATA": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(profiles), env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    shown: dict[str, str] = json.loads(run.stdout)
    return shown


@pytest.mark.no_cover
@pytest.mark.slow
def test_pages_and_answers_do_not_depend_on_the_order_of_sets(knowledge, tmp_path):
    # With few answers much is open, and what is open is often worth the same.
    required = {question.id for question in knowledge.questionnaire if question.required}
    profiles = [
        {name: answer for place, (name, answer) in enumerate(case.profile.items()) if name in required or place % step}
        for case in knowledge.cases[:6]
        for step in (1, 2, 3)
    ]
    first, second = (_shown(profiles, seed, tmp_path) for seed in ("1", "2"))
    assert {name for name in first if first[name] != second[name]} == set()
