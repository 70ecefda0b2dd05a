"""What the pages say, how they hang together, and how much they weigh."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from model.domain.knowledge import LANGUAGES
from service.components import EXTENSION
from service.web.address import Address
from service.web.rendering import private, respond
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT, FIELD, PATHS, code_of

WEIGHT = 100_000
"""Bytes of the first answer page with stylesheet and script, not compressed."""


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def text_of(client: FlaskClient, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).get_data(as_text=True)


def sides(page: str) -> dict[str, list[str]]:
    """The rows of a table with two communities: question → what stands beside it, in words."""
    rows = {}
    for label, cells in re.findall(r'scope="row">([^<]+)</th>(.*?)</tr>', page, re.DOTALL):
        found = re.findall(r"<td[^>]*>(.*?)</td>", cells, re.DOTALL)
        rows[unescape(label)] = [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "answers", [FIELD, DIABEAT, f"p={code_of('set-up')}"], ids=["few answers", "2diabeat", "SET-up"]
)
def test_answer_page_is_light(answers: str, language: str, client: FlaskClient) -> None:
    page = text_of(client, f"/answer?{answers}&lang={language}")
    assets = re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page)
    assert len(assets) == 2
    assert len(page.encode()) + sum(len(client.get(asset).data) for asset in assets) < WEIGHT


def test_a_question_says_how_to_answer_it_apart_and_only_where_that_is_not_plain(client: FlaskClient) -> None:
    for question, legend, hint in (
        ("needs", "What do members want to do together?", "Choose at most four, the most important first."),
        ("sensitive_data", "Will members share personal data?", "Choose what is most sensitive."),
        ("work_setting", "Where do most members spend most of their working day?", "You can choose at most 2 answers."),
        ("rhythm", "How often should members be in touch?", None),
    ):
        page = unescape(text_of(client, f"/ask?{FIELD}&step={question}&single=1&lang=en"))
        assert re.findall(r"<legend>([^<]+)</legend>", page)[0] == legend
        assert re.findall(r'class="hint" id="h-\w+">([^<]+)<', page) == ([hint] if hint else [])
        described = re.findall(r'<fieldset[^>]*aria-describedby="([^"]+)"', page)
        assert described == ([f"h-{question}"] if hint else [])


def test_assets_can_be_kept_for_ever_under_their_version_only(client: FlaskClient) -> None:
    page = text_of(client, "/")
    address = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)[0]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/style.css?v=0").headers["Cache-Control"]
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(client.get(address).data) / 3
    known = {"If-None-Match": packed.headers["ETag"]}
    assert client.get(address, headers={"Accept-Encoding": "gzip", **known}).status_code == 304
    # What is not packed has other bytes, so it is something else than what is known.
    assert client.get(address, headers=known).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATHS)
def test_pages_show_words_and_nothing_of_how_they_are_made(name: str, language: str, client: FlaskClient) -> None:
    joined = "&" if "?" in PATHS[name].address else "?"
    page = unescape(text_of(client, f"{PATHS[name].address}{joined}lang={language}", Accept="text/html"))
    assert not re.search(r"Project-Id-Version|{'|>None<|Undefined|%\(\w+\)s|\x00|\x01", page)


def test_what_one_page_says_in_its_headers_is_not_said_of_another(site_app: Flask, client: FlaskClient) -> None:
    with site_app.test_request_context("/"):
        first, second = respond(b"short", Address("en")), respond(b"longer body", Address("en"))
        private(second)
    assert (first.content_length, second.content_length) == (5, 11)
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/report-back?{DIABEAT}").headers["Cache-Control"] == "no-store"
    assert client.get(f"/answer?{DIABEAT}").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_follows_the_address_before_the_browser(language: str, client: FlaskClient) -> None:
    other = next(each for each in LANGUAGES if each != language)
    assert f'<html lang="{language}"' in text_of(client, "/", **{"Accept-Language": language})
    assert f'<html lang="{language}"' in text_of(client, f"/?lang={language}", **{"Accept-Language": other})


def test_language_switch_keeps_the_answers(client: FlaskClient) -> None:
    page = text_of(client, f"/channels?{FIELD}&lang=nl")
    switch = unescape(re.findall(r'<a class="nl-link" href="([^"]+)" lang="en"', page)[0])
    switched = text_of(client, switch)
    assert '<html lang="en"' in switched
    assert re.findall(r'id="c-(\w+)"', switched) == re.findall(r'id="c-(\w+)"', page)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATHS)
def test_every_link_leads_somewhere(name: str, language: str, client: FlaskClient) -> None:
    joined = "&" if "?" in PATHS[name].address else "?"
    page = text_of(client, f"{PATHS[name].address}{joined}lang={language}", Accept="text/html")
    for link in {unescape(link) for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page)}:
        address, _, anchor = link.partition("#")
        response = client.get(address, headers={"Accept": "text/html"})
        assert response.status_code in (200, 303) or name == "missing" or PATHS[name].expected, link
        assert not anchor or f'id="{anchor}"' in response.get_data(as_text=True), link
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


def test_download_is_the_answer_of_the_api(client: FlaskClient) -> None:
    response = client.get(f"/answer.json?{FIELD}&lang=nl")
    profile = {
        "work_setting": ["mobile_field", "client_room"],
        "needs": ["quick_contact", "file_sharing"],
        "login_tolerance": "low",
        "device_access": ["private_phone", "own_work_computer"],
        "shared_interest": "strong",
    }
    assert "attachment" in response.headers["Content-Disposition"]
    assert json.loads(response.data) == client.post("/v1/recommendations?lang=nl", json={"profile": profile}).json


def test_answers_are_kept_as_a_short_code(client: FlaskClient) -> None:
    page = text_of(client, f"/answer?{FIELD}&lang=nl")
    link = re.findall(r'id="link" value="([^"]+)"', page)[0]
    code = parse_qs(urlsplit(unescape(link)).query)["p"][0]
    assert len(code) < 60
    again = text_of(client, f"/answer?p={code.lower()}&lang=nl")
    assert again.count("<td") > 8
    assert again == page


def test_trying_another_answer_says_what_changes_and_leads_back(client: FlaskClient) -> None:
    page = text_of(client, f"{PATHS['try'].address}&lang=en")
    assert "You are testing a change:" in page
    assert "The advice becomes: Microsoft Teams (it was: WhatsApp group, Microsoft Teams)." in page
    # Which channel comes first is only told where the set does not tell it.
    first = "comes first now, and no longer"
    assert first not in page
    other = text_of(client, f"/answer?{DIABEAT}&meeting_barrier=nothing&lang=en")
    assert f"Of the ways to meet In‑person meet-ups {first} Online meeting or webinar." in other
    back = unescape(re.findall(r'href="([^"]+)">Back to your own answers', page)[0])
    assert "You are testing a change:" not in text_of(client, back)
    assert DIABEAT in back


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("source", "channel"), [("set-up", "embrace"), ("present", "embrace"), ("2diabeat", "teams")])
def test_a_transfer_check_says_each_sentence_once(
    source: str, channel: str, language: str, client: FlaskClient
) -> None:
    page = text_of(client, f"/transfer?{FIELD}&case={source}&channel={channel}&lang={language}")
    sentences = [
        sentence
        for item in re.findall(r"<tr (.*?)</tr>", page, re.DOTALL)
        for sentence in re.findall(r"</b> ([^<]+)</small>", item)
    ]
    assert sentences
    assert len(sentences) == len(set(sentences))


def test_transfer_check_of_the_founding_story(client: FlaskClient) -> None:
    page = text_of(client, f"{PATHS['transfer'].address}&lang=nl")
    assert "Nee, neem het niet over" in page
    rows = sides(page)
    assert rows["Moeite met inloggen"] == [
        "Redelijk: één nieuw account mag, als ze ingelogd blijven",
        "Geen: het moet in een app die ze al elke dag openen",
    ]
    assert rows["Waar leden werken"][0] == "Achter een bureau met een computer"
    assert rows["Eén of meer organisaties"] == ["Hetzelfde: Meer dan vijf organisaties"]
    assert list(rows).index("Moeite met inloggen") < list(rows).index("Eén of meer organisaties")
    assert "Digitale vaardigheden" not in rows
    assert "Van geen van de twee bekend:" in page


def test_similar_communities_stand_beside_this_one_with_what_is_equal(client: FlaskClient) -> None:
    page = text_of(client, f"/similar?{FIELD}&lang=en")
    rows = sides(page.partition('<table class="sides"')[2].partition("</table>")[0])
    assert any(cells[0].startswith("The same: ") for cells in rows.values())
    assert any(len(cells) == 2 for cells in rows.values())
    assert page.count('<details class="plain" open>') == 1


def test_a_transfer_check_does_not_take_for_true_what_nobody_told(client: FlaskClient) -> None:
    """Nobody told how much effort logging in may take there, so that it needs no login is only maybe what counts."""
    page = text_of(client, f"/transfer?p={code_of('icuconnect')}&case=icuconnect&channel=mailing_list&lang=en")
    login = page.partition("Login effort</th>")[2].partition("<th ")[0]
    assert re.findall(r"<b>([^<]+)</b>", login) == ["Maybe there and here:"]
    founding = text_of(client, f"{PATHS['transfer'].address}&lang=en")
    assert founding.count("<b>Here:</b>") > 0
    assert founding.count("<b>Maybe here:</b>") == 0


def test_who_wants_to_copy_a_channel_finds_it_filled_in(client: FlaskClient) -> None:
    page = client.get(f"/similar?{DIABEAT}&copied_channel=teams&lang=en").get_data(as_text=True)
    assert '<option value="teams" selected>' in page


def test_questions_come_in_the_order_that_matters_and_say_when_to_stop(client: FlaskClient, site_app: Flask) -> None:
    interview = site_app.extensions[EXTENSION].champion.current.advice.interview
    parts = site_app.extensions[EXTENSION]
    profile = parts.gate.load({"work_setting": ["desk"], "device_access": ["tablet"], "login_tolerance": "high"})
    seen = "work_setting.device_access.login_tolerance"
    answers = "work_setting=desk&device_access=tablet&login_tolerance=high"
    step = client.get(f"/ask?step={seen}&go=next&{answers}").headers["Location"]
    first = parse_qs(urlsplit(step).query)["step"][0].split(".")[0]
    following = interview.next(profile, set(seen.split(".")))
    assert first == following.question.id
    assert escape(following.text["en"]) in text_of(client, f"{step}&lang=en")
    asked = "~".join(question.id for question in parts.knowledge.questionnaire if question.id != "language_needs")
    assert "You can stop here" in text_of(client, f"/ask?{answers}&seen={asked}&lang=en")


def test_answers_that_a_form_clears_are_gone(client: FlaskClient) -> None:
    code = re.findall(r"p=([\w-]+)", DIABEAT)[0]
    step = client.get(f"/ask?p={code}&step=needs&single=1&go=answer&needs=&needs=&lang=en").headers["Location"]
    assert "What members want</dt><dd>We do not know" in text_of(client, step)


def test_errors_are_pages_for_browsers_and_problems_for_programs(client: FlaskClient) -> None:
    page = client.get("/nothing-here", headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "nl"})
    assert page.status_code == 404
    assert "Deze pagina bestaat niet" in page.get_data(as_text=True)
    assert client.get("/nothing-here").content_type == "application/problem+json"
    assert client.get("/v1/nothing", headers={"Accept": "text/html"}).content_type == "application/problem+json"


def test_missing_answers_lead_to_the_form_with_the_rest_filled_in(client: FlaskClient) -> None:
    response = client.get("/answer?work_setting=desk&needs=quick_contact,file_sharing", follow_redirects=True)
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert re.search(r'value="desk"\s+checked', page)
    assert page.count('type="hidden" name="needs"') == 2
    assert "mistakes" not in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("work_setting=desk&work_setting=classroom&work_setting=client_room", "at most 2"),
        ("device_access=unknown&device_access=tablet", "choose one of the two"),
        ("login_tolerance=perhaps", "not one of the possible answers"),
        ("needs=quick_contact&needs=quick_contact", "each answer once"),
        ("needs=quick_contact,file_sharing,co_writing,find_experts,announcements", "at most 4"),
        ("", "Choose an answer"),
    ],
)
def test_mistakes_are_explained_beside_the_field(query: str, sentence: str, client: FlaskClient) -> None:
    step = "work_setting.device_access.login_tolerance.needs"
    response = client.get(f"/ask?step={step}&go=next&lang=en&{query}")
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    beside = re.findall(r'id="e-(\w+)">([^<]+)<', page)
    question = query.partition("=")[0] or "work_setting"
    assert any(name == question and sentence in unescape(text) for name, text in beside), beside


def test_going_back_loses_nothing(visitor: Visitor) -> None:
    with visitor() as page:
        page.goto("/ask?lang=en")
        for code in ("desk", "high", "tablet"):
            page.locator(f"input[value={code}]").first.check()
        follow(page.locator(".actions button[value=next]"))
        answered = answer_first(page)
        words = page.locator(answered).evaluate("one => (one.closest('label')?.querySelector('span') || one).innerText")
        follow(page.locator(".actions button[value=next]"))
        follow(page.locator("p.back a"))
        assert page.locator(answered).count() == 1
        follow(page.locator("p.back a"))
        chosen = page.locator("input:checked").evaluate_all("all => all.map(one => one.value)")
        assert sorted(chosen) == ["desk", "high", "tablet"]
        follow(page.locator(".actions button[value=next]"))
        follow(page.locator("button[value=answer]"))
        follow(page.locator(".answers-link a"))
        assert page.locator(f".answers dd:has-text({json.dumps(words)})").is_visible()


def answer_first(page: Page) -> str:
    """Answer the first question on the screen; gives the selector of the answer while it stands."""
    field = page.locator("fieldset.question").first
    if field.locator("select:visible").count():
        value = field.locator("option").nth(1).get_attribute("value")
        field.locator("select").first.select_option(value)
        return f"option[value={value}]:checked"
    choice = field.locator("input").first
    choice.check()
    if field.locator(".ordered").count():
        return f"#{field.get_attribute('id')} input[value={choice.get_attribute('value')}]:checked"
    return f"input[name={choice.get_attribute('name')}][value={choice.get_attribute('value')}]:checked"


def test_link_can_be_copied(visitor: Visitor, site: str) -> None:
    with visitor(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"/answer?{FIELD}&lang=en")
        page.locator("[data-copy]").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"{site}/answer?")
        page.goto(copied)
        assert page.locator(".verdict-word").is_visible()


def test_unknown_and_answers_exclude_each_other_with_script(visitor: Visitor) -> None:
    with visitor() as page:
        page.goto("/ask?lang=en")
        page.locator("input[value=tablet]").check()
        unknown = page.locator("#q-device_access input[value=unknown]")
        unknown.check()
        assert not page.locator("input[value=tablet]").is_checked()
        page.locator("input[value=tablet]").check()
        assert not unknown.is_checked()
        page.locator("input[value=desk]").check()
        page.locator("input[value=classroom]").check()
        assert page.locator("input[value=client_room]").is_disabled()


def test_wishes_are_ranked_by_ticking_them(visitor: Visitor) -> None:
    """The order of ticking is the order of the wishes; at most four, and "we do not know" stands alone."""
    with visitor() as page:
        page.goto(f"/ask?{FIELD}&step=needs&single=1&lang=en")
        wishes = page.locator("#q-needs .options")
        assert [mark.inner_text() for mark in wishes.locator(".ticked").all()] == ["1", "2"]
        assert "e\u2011learning" in wishes.inner_text()
        wishes.locator("input[value=quick_contact]").uncheck()
        wishes.locator("input[value=co_writing]").check()
        wishes.locator("input[value=quick_contact]").check()
        assert wishes.locator("label:has-text('Quick contact') .ticked").inner_text() == "3"
        wishes.locator("input[value=announcements]").check()
        assert wishes.locator("input[value=find_experts]").is_disabled()
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        told = page.locator(".answers dd").filter(has_text="Quick contact").inner_text()
        assert [told.index(wish) for wish in ("Share files", "Write or draw", "Quick contact", "Get news")] == sorted(
            told.index(wish) for wish in ("Share files", "Write or draw", "Quick contact", "Get news")
        )
        page.goto(f"/ask?{FIELD}&step=needs&single=1&lang=en")
        wishes.locator("input[value=unknown]").check()
        assert wishes.locator("input:checked").count() == 1
        assert wishes.locator(".ticked").count() == 0


def test_on_a_wide_screen_questions_stand_beside_each_other_and_beside_the_answers(visitor: Visitor) -> None:
    for width, beside in ((1280, True), (390, False)):
        with visitor(width=width) as page:
            page.goto(f"{PATHS['ask-more'].address}&lang=en")
            tops = page.locator("fieldset.question:visible").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().top)"
            )
            assert (len(set(tops)) < len(tops)) is beside
            so_far = page.locator(".so-far")
            assert so_far.is_visible() is beside
            assert "Mostly something together" in (so_far.text_content() or "")
