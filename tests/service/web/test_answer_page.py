"""The answer page: short on a phone, one point said once, and the whole of it in folds that need no script."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import assume, given, settings

from model.domain.conditions import Chosen
from model.domain.knowledge import LANGUAGES
from model.domain.rules import Effect
from model.profiles.code import ProfileCodes
from service.components import EXTENSION
from service.web.fragments import FragmentLibrary
from service.web.reasons import ReasonGroup
from tests.examples import examples
from tests.model.advice.advised import ADVICE, ADVISOR, PROFILES, of_case, read
from tests.packaged import KNOWLEDGE
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT, EVERYTHING_SAID, HARDLY, NOTHING, PATHS, code_of
from tests.service.web.written import as_written

SCREEN = 844
"""Pixels of a phone from top to bottom."""
ANSWERS = {
    "2diabeat": f"/answer?{DIABEAT}",
    "SET-up": f"/answer?p={code_of('set-up')}",
    "everything": f"/answer?{EVERYTHING_SAID}",
    "stop": PATHS["answer-stop"].address,
    "partly": PATHS["answer-partly"].address,
    "hardly anything": PATHS["answer-hardly"].address,
}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_on_a_phone(language: str, visitor: Visitor) -> None:
    """What to do begins on the first screen; the picture and the steps follow soon, also below two long roads."""
    with visitor(java_script_enabled=False) as page:
        for name, address in ANSWERS.items():
            page.goto(f"{address}&lang={language}")
            tops = {
                each: page.locator(f"#{each}").evaluate("one => one.getBoundingClientRect().top") / SCREEN
                for each in ("roads", "bundle", "picture", "steps")
                if page.locator(f"#{each}").count()
            }
            first = min(tops.values())
            assert first < 1, name
            beside = page.locator("section:has(> #roads)")
            roads = beside.evaluate("one => one.getBoundingClientRect().height") / SCREEN if beside.count() else 0
            assert tops["picture"] - roads < 2.5, name
            assert tops["steps"] - roads < 4, name
            assert page.evaluate("document.documentElement.scrollHeight") < (6 + roads) * SCREEN, name
            assert roads < 2, name


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_folds_open(javascript: bool, visitor: Visitor) -> None:
    folds = {".more-points": ".more-points p", ".more-rows": ".more-rows .row"}
    with visitor(java_script_enabled=javascript) as page:
        page.goto(f"/channels?{DIABEAT}&lang=en")
        for fold, content in folds.items():
            assert not page.locator(content).first.is_visible()
            page.locator(f"{fold} > summary").first.click()
            assert page.locator(content).first.is_visible()


@settings(max_examples=examples(60))
@given(PROFILES)
def test_a_wish_and_a_rule_about_that_wish_are_one_reason(raw) -> None:
    """Nothing gets lost by it: the groups of a channel add up to what its reasons add up to."""
    grouper = FragmentLibrary(KNOWLEDGE).reasons
    about = {
        rule.id: rule.when.codes
        for rule in KNOWLEDGE.rules
        if isinstance(rule.when, Chosen) and rule.when.question == "needs"
    }
    for ranked in ADVISOR.recommend(read(raw)).channels:
        assessment = ranked.assessment
        lists = grouper.lists(assessment)
        told = [reason for group in (*lists.pro, *lists.con) for reason in group.reasons]
        assert sorted(map(id, told)) == sorted(map(id, assessment.reasons))
        for side in lists:
            assert [abs(each.contribution) for each in side] == sorted(
                (abs(each.contribution) for each in side), reverse=True
            )
            alone = {group.reasons[0].name for group in side if len(group.reasons) == 1}
            assert not any(wish in alone for name in alone for wish in about.get(name, ()))
            assert all(abs(_sum(group) - group.contribution) < 1e-9 for group in side)


def _sum(group: ReasonGroup) -> float:
    return sum(each.contribution for each in group.reasons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_intervision_is_objected_to_once(language: str, client: FlaskClient) -> None:
    page = unescape(client.get(f"/channel?{EVERYTHING_SAID}&channel=siilo&lang={language}").get_data(as_text=True))
    rule = KNOWLEDGE.rule_by_id["intervision-not-in-chat"]
    assert page.count(rule.text[language]) == 1
    assert KNOWLEDGE.functions["peer_intervision"].none[language] not in page
    assert KNOWLEDGE.functions["peer_intervision"].weak[language] not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_advice_does_not_contradict_the_warning_above_it(language: str, client: FlaskClient) -> None:
    page = unescape(client.get(f"{PATHS['answer-partly'].address}&lang={language}").get_data(as_text=True))
    cards = re.findall(r'<li class="card"><h3[^>]*>([^<]+)<', page)
    assert KNOWLEDGE.rule_by_id["ready-shared-interest-partial"].text[language] in page
    assert KNOWLEDGE.channel("embrace").name[language] not in cards
    notes = re.findall(r'<ul class="notes">(.*?)</ul>', page, re.DOTALL)[0]
    assert {"en": "do not start with that yet", "nl": "begin er nog niet mee"}[language] in notes


@pytest.mark.parametrize(("path", "row"), [("/answer", "<tr role"), ("/channels", '<li class="row"')])
@pytest.mark.parametrize(("language", "words"), [("en", "Not yet"), ("nl", "Nog niet")])
def test_what_has_to_wait_says_so_wherever_its_chance_is_shown(
    path: str, row: str, language: str, words: str, client: FlaskClient
) -> None:
    """Members want no new account: Embrace waits, and the apps that they have do not."""
    answers = (
        "work_setting=desk&needs=archived_discussion&login_tolerance=low&device_access=own_work_computer"
        "&copied_channel=embrace&daily_tools=teams"
    )
    page = as_written(unescape(client.get(f"{path}?{answers}&lang={language}").get_data(as_text=True)))
    rows = page.split(row)[1:]
    [embrace] = [each for each in rows if ">Embrace<" in each]
    assert words in embrace
    assert KNOWLEDGE.rule_by_id["ready-new-account"].text[language] in embrace
    if path == "/answer":
        told = [KNOWLEDGE.rule_by_id["ready-new-account"].text[language] in each for each in rows]
        assert told.count(True) == 1
        assert {"en": "Please note", "nl": "Let hierop"}[language] not in page
    free = [each for each in rows if words not in each]
    assert len(free) > 1
    # Where pieces of a page are put together wrongly, its own elements stand there as text.
    assert "&lt;" not in client.get(f"{path}?{answers}&lang={language}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("answers", "in_use"),
    [("sensitive_data=identifiable_clients&present_state=alive&present_channel=whatsapp_group", False), ("", True)],
)
def test_who_has_to_stop_something_is_not_told_to_go_on_with_it(
    answers: str, in_use: bool, client: FlaskClient
) -> None:
    stop = (
        "work_setting=ward_shift&needs=quick_contact&login_tolerance=none&device_access=private_phone"
        "&shared_interest=separate"
    )
    page = unescape(client.get(f"/answer?{stop}&{answers}&lang=en").get_data(as_text=True))
    steps = page.partition('class="next-steps"')[2].partition("</ol>")[0]
    assert "Open nothing new." in steps
    assert ("the ways that members already use" in steps) is in_use


def _words(page: str) -> str:
    """The text of a part of a page."""
    return " ".join(re.sub("<[^>]+>", "", page).split())


def _decision(page: str) -> str:
    """What the heading of an answer says, and what is to be done then."""
    verdict, action = re.findall(r'</svg>([^<]+)</span> <span class="in-short">([^<]+)</span></h1>', page)[0]
    return " ".join([verdict, action, *re.findall(r'<p class="then">([^<]+)</p>', page)])


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=examples(40))
@given(raw=PROFILES)
def test_the_box_says_what_the_summary_says_and_who_does_what_first(site_app: Flask, language: str, raw) -> None:
    """Every channel of the set and what comes first, once; and at most one doubt."""
    champion = site_app.extensions[EXTENSION].champion.current
    recommendation = champion.advisor.recommend(read(raw))
    readiness = recommendation.readiness
    assume(not readiness.answer_first)
    bundle = champion.advice.overview(recommendation).bundle
    code = ProfileCodes(KNOWLEDGE).code(recommendation.profile)
    page = as_written(unescape(site_app.test_client().get(f"/answer?p={code}&lang={language}").text))
    box = page.partition('<div class="headline')[2].partition('<p class="answers-link')[0]
    decision = _decision(page)
    for channel in bundle.channels if bundle and not recommendation.hypothetical else ():
        assert channel.in_sentence[language] in decision, decision
    findings = champion.advice.overview(recommendation).findings
    serious = [each for each in findings if each.effect in (Effect.STOP, Effect.HOLD)]
    shown = box.partition("<details")[0]
    assert shown.count(WHO[language]) == 1
    if serious:
        assert serious[0].action is not None
        assert shown.count(serious[0].action[language]) == 1
        assert f"{WHO[language]} {serious[0].who[language] if serious[0].who else TEAM[language]}." in shown
    assert sum(shown.count(doubt) for doubt in DOUBTS[language]) <= 1
    steps = page.partition('class="next-steps"')[2].partition("</ol>")[0]
    for each in serious[1:]:
        assert each.action is not None
        assert each.action[language] in steps
    assert not serious or serious[0].action[language] not in steps


WHO = {"en": "Who:", "nl": "Wie:"}
TEAM = {"en": "the programme team", "nl": "het programmateam"}
DOUBTS = {
    "en": ("Still unknown", "maybe they will not use it", "As far as you know"),
    "nl": ("Nog onbekend", "misschien gebruiken zij het niet", "Voor zover u weet"),
}
"""Words with which a start is said to be less than sure."""


def test_where_no_channel_fits_that_is_the_verdict_and_what_to_do_the_decision(client: FlaskClient) -> None:
    answers = (
        "work_setting=mobile_field&login_tolerance=none&device_access=private_phone&needs=archived_discussion"
        "&daily_tools=whatsapp"
    )
    page = unescape(client.get(f"/answer?{answers}&lang=en").get_data(as_text=True))
    assert ">No channel fits well yet (nearest: a WhatsApp group).</span>" in page
    assert f'class="in-short">{KNOWLEDGE.messages["en"]["no_channel_fits_action"]}<' in page
    assert 'class="then"' not in page
    assert re.findall(r'id="bundle">([^<]+)</h2>', page) == ["What comes nearest"]


MOMENTS = {
    "en": ["Also before you start", "At the start", "Eight weeks after the start"],
    "nl": ["Ook voor de start", "Bij de start", "Acht weken na de start"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_three_next_steps_each_with_who_acts_and_when(language: str, client: FlaskClient) -> None:
    """Whatever stands in the way of a start is among them, but what the heading names."""
    told = EVERYTHING_SAID.replace("login_tolerance=low", "login_tolerance=high").replace("quick_contact,", "")
    page = unescape(client.get(f"/answer?{told}&lang={language}").get_data(as_text=True))
    steps = page.partition('class="next-steps"')[2].partition("</ol>")[0]
    assert re.findall(r"<li><b>([^<]+)</b>", steps) == MOMENTS[language]
    assert len(re.findall(r"<li>(?!<b>)", steps)) == steps.count('class="who"') == 6
    for name in ("needs-assumed", "no-facilitator", "no-core-group"):
        action = KNOWLEDGE.rule_by_id[f"ready-{name}"].action
        assert action is not None
        assert action[language] in steps


def test_who_cannot_start_is_not_told_how_to_start(client: FlaskClient) -> None:
    page = unescape(client.get(f"{PATHS['answer-stop'].address}&lang=en").get_data(as_text=True))
    steps = page.partition('class="next-steps"')[2].partition("</ol>")[0]
    assert re.findall(r"<li><b>([^<]+)</b>", steps) == ["Do this too", "Until then", "After that"]
    assert "Invite members" not in steps


@pytest.mark.parametrize(
    ("page", "heads"),
    [
        ("answer", {"en": "Our advice", "nl": "Ons advies"}),
        ("answer-stop", {"en": "What would fit later", "nl": "Wat later zou passen"}),
        ("answer-hardly", {"en": "Best guess so far", "nl": "Beste keus tot nu toe"}),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_channels_are_only_called_advice_with_tips_and_a_calendar_when_a_team_may_start(
    language: str, page: str, heads: dict[str, str], client: FlaskClient
) -> None:
    shown = client.get(f"{PATHS[page].address}&lang={language}").get_data(as_text=True)
    assert re.findall(r'id="bundle">([^<]+)</h2>', shown) == [heads[language]]
    tips = {"en": " tips for a good start", "nl": " tips voor een goed begin"}[language]
    assert (tips in shown) is ("/report-back?" in shown) is (page == "answer")


def test_who_does_not_know_what_members_want_is_not_told_to_begin(client: FlaskClient) -> None:
    page = unescape(client.get(f"{PATHS['answer-hardly'].address}&lang=en").get_data(as_text=True))
    steps = page.partition('class="next-steps"')[2].partition("</ol>")[0]
    assert re.findall(r"<li><b>([^<]+)</b>", steps) == ["Until then", "After that"]
    assert "First answer this question: What do members want to do together?</span></h1>" in page
    assert "<p>Not sure? Ask ten members what they want most. " in page


UNSURE = (
    "work_setting=ward_shift&needs=quick_contact,peer_intervision&sensitive_data=anonymised_cases&login_tolerance=low"
    "&device_access=private_phone&daily_tools=whatsapp&crosses_organisations=one&community_size=s_50"
    "&digital_skills=mixed&rhythm=weekly&facilitation_capacity=h2_8&shared_interest=strong"
    "&needs_evidence=asked_members&core_group=active&it_policy=messengers_banned,m365_everyone&budget=low&copied_from=no"
)
"""They can start, and nobody can say that members will likely use what is advised."""


def test_a_start_says_so_where_it_is_not_likely_that_members_join_in(client: FlaskClient) -> None:
    for language, words in (
        ("en", "Try out Microsoft Teams with a few members: maybe they will not use it."),
        ("nl", "Probeer Microsoft Teams uit met een paar leden: misschien gebruiken zij het niet."),
    ):
        assert words in client.get(f"/answer?{UNSURE}&lang={language}").get_data(as_text=True)
        likely = client.get(f"{PATHS['answer-partly'].address}&lang={language}").get_data(as_text=True)
        assert words.partition(":")[2] not in likely


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_whom_nothing_is_known_the_questions_come_first_and_no_channel_is_advised(
    language: str, client: FlaskClient
) -> None:
    main = client.get(f"/answer?{NOTHING}&lang={language}").get_data(as_text=True).partition("<main")[2]
    advice = main.partition('id="share"')[0]
    asked = re.findall(r"step=(\w+)&amp;single=1", advice)
    assert asked == ["needs", "work_setting", "daily_tools", "login_tolerance", "device_access"]
    assert [channel.id for channel in KNOWLEDGE.channels if channel.name[language] in unescape(advice)] == []
    assert _decision(unescape(advice)) == KNOWLEDGE.messages[language]["verdict_nothing_known"]


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "Ask IT which app members may use for short messages. Who: the programme team."),
        ("nl", "Vraag ICT welke app leden mogen gebruiken voor korte berichten. Wie: het programmateam."),
    ],
)
def test_where_texts_stand_in_for_an_app_that_is_not_allowed_asking_for_another_comes_first(
    language: str, first: str, client: FlaskClient
) -> None:
    answers = (
        "work_setting=mobile_field&device_access=work_phone&login_tolerance=low&needs=quick_contact"
        "&daily_tools=calls_sms&crosses_organisations=few&it_policy=messengers_banned"
    )
    page = unescape(client.get(f"/answer?{answers}&lang={language}").get_data(as_text=True))
    step = page.partition('class="next-steps"')[2].partition("</ul>")[0]
    assert first in _words(step)


@pytest.mark.parametrize(
    ("language", "then"),
    [
        ("en", "For now, use in-person meet-ups. The first wish waits for Microsoft Teams."),
        ("nl", "Voorlopig: bijeenkomsten op locatie. De eerste wens wacht op Microsoft Teams."),
    ],
)
def test_what_needs_no_approval_does_not_wait_for_that_of_another_channel(
    language: str, then: str, client: FlaskClient
) -> None:
    answers = (
        "work_setting=mobile_field&device_access=work_phone,tablet&login_tolerance=medium&needs=co_writing,file_sharing"
        "&daily_tools=email,teams&sensitive_data=identifiable_clients&crosses_organisations=one&community_size=s_50"
        "&it_policy=m365_everyone"
    )
    page = as_written(unescape(client.get(f"/answer?{answers}&lang={language}").get_data(as_text=True)))
    action = KNOWLEDGE.rule_by_id["ready-recognisable-people"].action
    assert action is not None
    assert _decision(page).endswith(f"{action[language]} {then}")


@pytest.mark.parametrize(
    ("language", "first"),
    [("en", "Ask if all members work in care"), ("nl", "Vraag of alle leden in de zorg werken")],
)
def test_what_the_box_asks_for_is_no_step_again(language: str, first: str, client: FlaskClient) -> None:
    """An app for care is advised: who works in care is asked with the approval."""
    answers = (
        "work_setting=mobile_field&device_access=work_phone&login_tolerance=low&needs=case_advice,quick_contact"
        "&sensitive_data=identifiable_clients&crosses_organisations=few"
    )
    page = unescape(client.get(f"/answer?{answers}&lang={language}").get_data(as_text=True))
    box, _, rest = page.partition('<p class="answers-link')
    assert first in box.partition('<div class="headline')[2]
    steps = rest.partition('class="next-steps"')[2].partition("</ol>")[0]
    assert {"en": "work in care", "nl": "in de zorg werken"}[language] not in steps


@pytest.mark.parametrize(
    ("sensitive", "answer", "asked"),
    [("none", "unknown", True), ("none", "no_limits", False), ("identifiable_clients", "unknown", False)],
    ids=["an app", "known", "meetings, for which it does not matter"],
)
def test_what_can_change_the_advice_most_is_a_step_while_it_is_open(
    sensitive: str, answer: str, asked: bool, client: FlaskClient
) -> None:
    answers = EVERYTHING_SAID.replace("it_policy=m365_some", f"it_policy={answer}")
    answers = answers.replace("sensitive_data=identifiable_clients", f"sensitive_data={sensitive}")
    page = unescape(client.get(f"/answer?{answers}&lang=en").get_data(as_text=True))
    steps = page.partition('class="headline')[2].partition("</ol>")[0]
    find_out = "Ask IT which rules there are for members. Who: the programme team."
    assert (find_out in _words(steps)) is asked


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_while_little_is_known_the_first_thing_to_do_is_to_answer_what_tells_most(
    language: str, javascript: bool, visitor: Visitor
) -> None:
    profile = read(
        {"work_setting": ["desk"], "needs": ["planning"], "device_access": ["unknown"], "login_tolerance": "unknown"}
    )
    required = [question.id for question in KNOWLEDGE.questionnaire if question.required]
    following = ADVICE.interview.next(profile, required).question
    assert following is not None
    states = (
        (HARDLY, "verdict_go_without_wish", KNOWLEDGE.needs),
        (f"{HARDLY}&needs=planning", "verdict_go_so_far", following),
    )
    with visitor(java_script_enabled=javascript) as page:
        for answers, verdict, question in states:
            page.goto(f"/answer?{answers}&lang={language}")
            messages = KNOWLEDGE.messages[language]
            assert messages[verdict].startswith(page.locator(".verdict-word").inner_text())
            assert messages["verdict_go"] not in page.locator("main").inner_text()
            asked = question.text[language].partition("?")[0]
            box = page.locator(".headline")
            assert box.inner_text().count(f"{asked}?") == 1
            assert question.find_out is not None
            assert question.find_out[language] in box.inner_text()
            assert question.find_out[language] not in page.locator(".steps").inner_text()
            follow(box.locator("a.nl-button"))
            assert page.locator("fieldset.question").first.get_attribute("id") == f"q-{question.id}"
        page.goto(f"/answer?{EVERYTHING_SAID}&lang={language}")
        assert page.locator(".headline a.nl-button").count() == 0


@pytest.mark.parametrize(
    ("address", "status", "kept"),
    [
        (f"/compare?{DIABEAT}&first=embrace&second=nothing", 404, "/answer"),
        (f"/channel?{DIABEAT}&channel=nothing", 404, "/answer"),
        (f"/transfer?{DIABEAT}&channel=embrace&case=nothing", 404, "/answer"),
        (f"/embed/compare?{DIABEAT}&first=embrace&second=nothing", 404, "/embed/answer"),
        (f"/nothing-here?{DIABEAT}", 404, "/answer"),
        ("/nothing-here?work_setting=desk", 404, "/ask"),
        (f"/my-report?{DIABEAT}&link=changed", 404, "/answer"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_leads_on_with_the_answers(
    language: str, address: str, status: int, kept: str, client: FlaskClient
) -> None:
    response = client.get(f"{address}&lang={language}", headers={"Accept": "text/html"})
    page = response.get_data(as_text=True)
    assert response.status_code == status
    ways = [unescape(way) for way in re.findall(r'<a class="nl-button[^"]*" href="([^"]+)"', page)]
    assert ways[0].startswith(f"{kept}?")
    assert (DIABEAT if DIABEAT in address else "work_setting=desk") in ways[0]
    assert client.get(ways[0]).status_code == 200
    switch = unescape(re.findall(r'<a class="nl-link" href="([^"]+)" lang=', page)[0])
    assert switch.startswith(f"{kept}?")


def test_a_strange_path_makes_no_link_to_another_site(client: FlaskClient) -> None:
    page = client.get(f"//example.org/x?{DIABEAT}", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "example.org" not in page
    assert DIABEAT in page


NAME = "Wondzorg Twente & Co"


def test_a_name_goes_along_and_is_never_sent(visitor: Visitor) -> None:
    """It stands on the page, in the link, in the mail and on the next page; no request holds it."""
    with visitor() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
        page.goto(f"/answer?{DIABEAT}&lang=en")
        plain = page.locator("#link").input_value()
        page.fill("#community", NAME)
        assert page.locator("[data-community]").inner_text() == NAME
        assert page.locator("#link").input_value() == f"{plain}#name={quote(NAME, safe='')}"
        mail = parse_qs(urlsplit(page.locator("[data-mail]").get_attribute("href") or "").query)
        assert mail["subject"][0].startswith(f"{NAME}: ")
        assert mail["body"][0].endswith(f"\r\n\r\n{plain}#name={quote(NAME, safe='')}")
        follow(page.locator("#picture ~ p a").last)
        follow(page.locator("p.back a"))
        assert page.locator("[data-community]").inner_text() == NAME
        assert page.locator("#community").input_value() == NAME
        assert not any("Twente" in each.partition("#")[0] for each in asked)


def test_without_script_a_name_is_only_on_paper(visitor: Visitor) -> None:
    with visitor(java_script_enabled=False) as page:
        page.goto(f"/answer?{DIABEAT}&lang=en")
        page.emulate_media(media="print")
        assert not page.locator(".name-field").is_visible()
        page.emulate_media(media="screen")
        page.fill("#community", NAME)
        page.emulate_media(media="print")
        assert page.locator("#community").is_visible()
        assert page.locator("form #community").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_the_decision_and_leads_to_the_same_advice(
    language: str, client: FlaskClient, site_app: Flask
) -> None:
    page = unescape(client.get(f"/answer?{DIABEAT}&lang={language}").get_data(as_text=True))
    mail = parse_qs(urlsplit(re.findall(r'href="(mailto:[^"]+)"', page)[0]).query)
    decision, link = mail["body"][0].split("\r\n\r\n")
    champion = site_app.extensions[EXTENSION].champion.current
    overview = champion.advice.overview(champion.advisor.recommend(of_case("2diabeat")))
    assert decision == overview.summary.team[language]
    assert unescape(client.get(link).get_data(as_text=True)) == page
