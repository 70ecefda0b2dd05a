"""The channel that a team wants to copy is answered once, and every page and answer gives that same sentence."""

import pytest
from markupsafe import escape

from model.domain.knowledge import LANGUAGES, Knowledge
from tests.service.web.written import as_written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "suits"), [({}, "not_like_this"), ({"copied_channel": "whatsapp_group"}, "yes")], ids=["no", "yes"]
)
def test_every_page_says_the_same_of_the_channel_to_be_copied(client, knowledge: Knowledge, language, answers, suits):
    profile = {**knowledge.case("2diabeat").profile, **answers}
    answer = client.post(f"/v1/recommendations?lang={language}", json={"profile": profile}).get_json()
    wanted = answer["wanted"]
    assert wanted["suits"] == suits
    channel = wanted["channel"]
    told = {"p": answer["code"], "lang": language}
    pages = {
        "/answer": {},
        "/channel": {"channel": channel},
        "/compare": {"first": channel, "second": "slack"},
        "/transfer": {"case": "set-up", "channel": channel},
    }
    for page, more in pages.items():
        assert str(escape(wanted["text"])) in as_written(client.get(page, query_string={**told, **more}).text), page
    check = {"source": "set-up", "channel": channel, "profile": profile}
    checked = client.post(f"/v1/transfer-checks?lang={language}", json=check).get_json()
    assert checked["wanted"] == wanted
    assert checked["text"] == wanted["text"]
    brief = client.post(f"/v1/recommendations?lang={language}&detail=brief", json={"profile": profile}).get_json()
    assert brief["wanted"] == wanted
