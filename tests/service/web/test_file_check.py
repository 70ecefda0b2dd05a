"""The page on which a file is checked: whoever has the right key sees how it would be read, and nothing is kept."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from model.storage import outcomes
from service.components import EXTENSION
from tests.service.web.staffed import Staffed, staffed

BATCH_LIMIT = 1_048_576

HEADER = "community,channel,start,invited,active,work_setting,device_access,login_tolerance"
RIGHT = "team 1,WhatsApp-groep,3-2-2025,40,31,desk,work_phone,weet niet"
WRONG = "team 2,Teems,2025-02-03,40,31,desk,work_phone,low"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with staffed(tmp_path_factory.mktemp("staffed")) as made:
        yield made


@pytest.fixture
def client(site: Staffed) -> FlaskClient:
    return site.app.test_client()


def checked(client: FlaskClient, key: str, content: bytes | str, name: str = "r.csv", language: str = "en") -> Any:
    content = content.encode() if isinstance(content, str) else content
    data = {"key": key, **({"file": (BytesIO(content), name)} if name else {})}
    answer = client.post(f"/data-staff/check?lang={language}", data=data, headers={"Accept": "text/html"})
    answer.request.environ["wsgi.input"].close()
    page = unescape(answer.get_data(as_text=True))
    assert key == "" or key not in page
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_shown_with_examples_and_what_is_unusual(
    site: Staffed, client: FlaskClient, language: str
) -> None:
    status, page = checked(client, site.key, f"{HEADER}\n{RIGHT}\n", language=language)
    assert status == 200
    for column in HEADER.split(","):
        assert f'<th scope="row">{column}</th>' in page
    assert "WhatsApp-groep → whatsapp_group" in page
    assert "weet niet → unknown" in page
    words = {"en": ("1 row is right.", "day before month: “3-2-2025” is 2025-02-03"),
             "nl": ("1 rij is goed.", "dag voor maand: “3-2-2025” is 2025-02-03")}  # fmt: skip
    for each in words[language]:
        assert each in page


def test_refused_rows_are_told_and_can_be_taken_along(site: Staffed, client: FlaskClient) -> None:
    _, page = checked(client, site.key, f"{HEADER}\n{RIGHT}\n{WRONG}\n", "my records.csv")
    assert "1 row would be refused." in page
    assert "Line 3: channel “Teems”" in page
    assert "Do you mean “teams” or “telegram”?" in page
    assert 'download="my records.rejects.csv"' in page
    [rejects] = re.findall(r'href="data:[^"]*;base64,([^"]*)"', page)
    lines = base64.b64decode(rejects).decode("utf-8-sig").splitlines()
    assert lines[0] == f"{HEADER},_line,_problems,_text"
    assert lines[1].startswith(f"{WRONG},3,")
    assert len(lines) == 2


def test_nothing_is_kept(site: Staffed, client: FlaskClient) -> None:
    store = site.app.extensions[EXTENSION].store.get()
    with store.reading() as connection:
        before = outcomes.count(connection)
    checked(client, site.key, f"{HEADER}\n{RIGHT}\n")
    with store.reading() as connection:
        assert outcomes.count(connection) == before


def test_a_workbook_is_read_too(site: Staffed, client: FlaskClient) -> None:
    book, out = openpyxl.Workbook(), BytesIO()
    for line in (HEADER, RIGHT):
        book.active.append(line.split(","))
    book.save(out)
    status, page = checked(client, site.key, out.getvalue(), "r.xlsx")
    assert (status, "1 row is right." in page) == (200, True)


def test_without_the_right_key_no_file_is_looked_at(site: Staffed, client: FlaskClient) -> None:
    for key, status in (("", 401), ("pf_nobody_x", 401), (site.other_key, 403)):
        answer, page = checked(client, key, f"{HEADER}\n{RIGHT}\n")
        assert answer == status
        assert "whatsapp_group" not in page


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("", b"", 400, "Choose a file first."),
        ("r.csv", b"colour\nred\n", 422, "Unknown columns: “colour”"),
        ("r.exe", b"x", 422, "the name of the file must end in one of"),
        ("../../etc/passwd.csv", f"{HEADER}\n".encode(), 200, "There are no records in this file."),
        ("r.xlsx", b"PK no", 422, "is no XLSX file"),
        ("r.csv", (HEADER + "\n" + f"{RIGHT}\n" * 5001).encode(), 422, "more than 5000 rows"),
        ("r.csv.gz", gzip.compress(b"x" * 60_000_000), 422, "much larger inside"),
        ("r.csv", b"x" * (BATCH_LIMIT + 1), 413, "larger than 1 MB"),
        ("<b>.csv", b"<i>,x\n", 422, "“<i>”"),
    ],
)
def test_what_cannot_be_checked_is_said(
    site: Staffed, client: FlaskClient, name: str, content: bytes, status: int, words: str
) -> None:
    answer, page = checked(client, site.key, content, name)
    assert (answer, words in page) == (status, True), page[-2500:]


def test_what_is_not_installed_is_said(site: Staffed, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.file_check.installed_check", lambda: None)
    status, page = checked(client, site.key, f"{HEADER}\n{RIGHT}\n")
    assert (status, "cannot be read here" in page) == (501, True)


def test_names_from_a_file_are_text_and_no_markup(site: Staffed, client: FlaskClient) -> None:
    content = f"{HEADER}\n<script>alert(1)</script>,{RIGHT.partition(',')[2]}\n"
    answer = client.post(
        "/data-staff/check", data={"key": site.key, "file": (BytesIO(content.encode()), "<img src=x>.csv")}
    )
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page
