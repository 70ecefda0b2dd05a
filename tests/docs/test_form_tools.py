"""docs/intake-forms.md and docs/embedding.md are followed to the letter: every block is taken out and run."""

from __future__ import annotations

import base64
import json
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from model.storage.engine import Store
from model.storage.keys import Keys
from service.app import create_app
from service.forms.mapping_file import read_mapping
from service.settings import Settings
from tests.packaged import KNOWLEDGE
from tests.service.forms import payloads
from tests.service.web.browser import serving

DOCS = Path(__file__).parents[2] / "docs"
INTAKE, EMBEDDING = ((DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("intake-forms", "embedding"))
SERVICE = "https://platform-fit.example.org"
SECRETS = {
    "PLATFORM_FIT_TYPEFORM_SECRET": "a-long-enough-secret",
    "PLATFORM_FIT_FORMBRICKS_SECRET": "a-long-enough-one",
}


def section(heading: str, page: str = INTAKE) -> str:
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^\1 |^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[2]


def blocks(heading: str, kind: str, page: str = INTAKE) -> list[str]:
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", section(heading, page), re.MULTILINE | re.DOTALL)
    return ["\n".join(line.removeprefix(indent) for line in text.splitlines()) for indent, text in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms")


@pytest.fixture(scope="module")
def app(folder: Path) -> Flask:
    (folder / "intake.yaml").write_text(payloads.MICROSOFT_MAPPING, encoding="utf-8")
    return create_app(Settings(forms=folder))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("heading", ["5. Straight from a form tool", "Typeform", "Formbricks", "KoboToolbox", "REDCap"])
def test_every_mapping_on_the_page_can_be_used(heading: str, tmp_path: Path):
    mappings = blocks(heading, "yaml")
    assert mappings
    for place, text in enumerate(mappings):
        file = tmp_path / f"shown-{place}.yaml"
        file.write_text(text, encoding="utf-8")
        assert read_mapping(file, KNOWLEDGE, SECRETS).name == file.stem


def test_every_key_that_is_told_of_is_one(tmp_path: Path):
    told = re.findall(
        r"`((?:answers|entries|submission|when|json_in|signature|reply): [^`]+)`",
        section("5. Straight from a form tool"),
    )
    assert len(told) >= 7
    for place, line in enumerate(told):
        file = tmp_path / f"told-{place}.yaml"
        file.write_text(" ".join(line.split()), encoding="utf-8")
        assert read_mapping(file, KNOWLEDGE, {"PLATFORM_FIT_INTAKE_SECRET": "a-long-enough-secret"}).name == file.stem


def test_the_commands_on_the_page_work(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("example.json").write_text(json.dumps(payloads.KOBO), encoding="utf-8")
    commands = [line.partition("#")[0].split() for line in blocks("5. Straight from a form tool", "sh")[0].splitlines()]
    assert [command[:3] for command in commands] == [
        ["platform-fit", "forms", each] for each in ("list", "draft", "check")
    ]
    for command in commands:
        words = command[1 : command.index(">")] if ">" in command else command[1:]
        result = run(*words, COLUMNS="200")
        assert result.exit_code == 0, result.stderr
        if ">" in command:
            Path(command[-1]).write_text(result.stdout, encoding="utf-8")
    assert "mobile_field, client_room" in " ".join(result.stdout.split())


def test_the_body_for_power_automate_is_read(client: FlaskClient):
    response = client.post("/v1/forms/intake?lang=nl", json=as_sent(17, payloads.MICROSOFT["answers"]))
    assert response.status_code == 200, response.text
    [schema] = blocks("Microsoft Forms with Power Automate", "json")
    answer = response.get_json()
    for name, shape in json.loads(schema)["properties"].items():
        assert shape == {"type": "string"}
        assert isinstance(answer[name], str)


def as_sent(response: int, answers: dict[str, Any]) -> Any:
    """What the flow sends, with the values of a run in the place of the expressions of the page."""
    [body] = blocks("Microsoft Forms with Power Automate", "text")
    values = {
        "triggerOutputs()?['body/resourceData/responseId']": json.dumps(response),
        "body('Get_response_details')": json.dumps(answers),
    }
    return json.loads(re.sub(r"@\{(.*?)\}(?=[,}])", lambda found: values[found[1]], body))


FORM: dict[str, str] = {
    "responder": "anonymous",
    "submitDate": "11/29/2026 8:04:15 AM",
    "r1": '["Onderweg: in de wijk of bij mensen thuis"]',
    "r2": "Weinig: alleen met een account dat ze al hebben",
    "r3": '["Hun eigen telefoon"]',
    "r4": "Ongeveer één keer per week",
}
RECORD = {"r5": "Coördinatoren Zuid", "r6": "WhatsApp-groep", "r7": "2026-03-01", "r8": "40", "r9": "31"}


def drafted(run, command: str, file: Path, sent: Any) -> str:
    """The mapping that a command of the page makes of what was sent."""
    words = command.split()
    assert words[:3] == ["platform-fit", "forms", "draft"]
    (file.parent / words[3]).write_text(json.dumps(sent), encoding="utf-8")
    mapping = run(*words[1:3], str(file.parent / words[3]), *words[4 : words.index(">")])
    assert mapping.exit_code == 0, mapping.stderr
    file.write_text(mapping.stdout, encoding="utf-8")
    return words[-1]


def test_the_steps_for_power_automate_lead_to_advice(run, tmp_path: Path):
    draft, check = blocks("Microsoft Forms with Power Automate", "sh")[0].splitlines()
    sent = as_sent(17, FORM)
    assert create_app(Settings()).test_client().post("/v1/forms/intake?lang=nl", json=sent).status_code == 404
    assert drafted(run, draft, tmp_path / "intake.yaml", sent) == "intake.yaml"
    checked = run(
        *[str(tmp_path / word) if "." in word else word for word in check.split()[1:]], "--lang", "en", COLUMNS="200"
    )
    assert checked.exit_code == 0, checked.stderr
    assert "not taken" not in checked.stdout
    answer = create_app(Settings(forms=tmp_path)).test_client().post("/v1/forms/intake?lang=nl", json=sent)
    assert answer.get_json()["result"] == "advised"
    assert {each["question"] for each in answer.get_json()["understood"]} == {
        "work_setting", "login_tolerance", "device_access", "rhythm",
    }  # fmt: skip


def test_the_steps_for_power_automate_lead_to_a_record(run, tmp_path: Path):
    """The names that the draft does not recognise stand below it with what was answered; a person puts them in."""
    [draft] = re.findall(
        r"`(platform-fit forms draft [^`]*--purpose outcome > \S+)`", section("Microsoft Forms with Power Automate")
    )
    sent = as_sent(3, {**FORM, **RECORD})
    file = tmp_path / "outcome.yaml"
    assert drafted(run, draft, file, sent) == file.name
    text = file.read_text(encoding="utf-8")
    assert '#   r5: "Coördinatoren Zuid"' in text
    file.write_text(text.replace("fields:", "fields:\n  community: r5\n  invited: r8\n  active: r9"), encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'platform-fit.db'}"
    store = Store.open(url)
    key = {"Authorization": f"Bearer {Keys(store).create('form', ['outcomes:write', 'outcomes:read'])[1]}"}
    store.close()
    app = create_app(Settings(database_url=url, forms=tmp_path))
    client = app.test_client()
    kept = client.post("/v1/forms/outcome", json=sent, headers=key)
    assert kept.status_code == 201, kept.text
    [record] = client.get("/v1/outcomes", headers=key).get_json()["outcomes"]
    app.extensions["platform_fit"].store._store.close()
    expected = {"community": "Coördinatoren Zuid", "channel": "whatsapp_group", "start": "2026-03-01"}
    assert {name: record[name] for name in expected} == expected
    assert (record["invited"], record["active"], record["profile"]["work_setting"]) == (40, 31, ["mobile_field"])


def test_other_in_kobo_is_read_with_the_mapping_of_the_page(tmp_path: Path):
    [mapping] = blocks("KoboToolbox", "yaml")
    (tmp_path / "intake.yaml").write_text(mapping, encoding="utf-8")
    client = create_app(Settings(forms=tmp_path)).test_client()
    said = {"community/work_setting": "mobile_field other", "community/work_setting_other": "in een kas"}
    answer = client.post("/v1/forms/intake?lang=nl", json={**payloads.KOBO, **said, "rhythm": "other"}).get_json()
    assert answer["result"] == "advised"
    assert "notTaken" not in answer
    told = {each["question"]: each["answer"] for each in answer["understood"]}
    assert (told["work_setting"], told["rhythm"]) == (["mobile_field"], ["unknown"])


def test_the_script_for_google_forms_sends_and_mails(app: Flask):
    """In place of what Google offers stand the few calls that the script makes, as its reference describes them."""
    [script] = blocks("Google Forms", "js")
    items = [{"title": title, "response": response} for title, response in payloads.GOOGLE["answers"].items()]
    google = """
    const {execFileSync} = require("node:child_process");
    const UrlFetchApp = {fetch: (url, options) => {
      const kind = "Content-Type: " + options.contentType;
      const words = ["-s", "-X", options.method.toUpperCase(), "-H", kind, "--data-binary", options.payload, url];
      const text = execFileSync("curl", words).toString();
      return {getContentText: () => text};
    }};
    const MailApp = {sendEmail: (to, subject, body) => console.log(JSON.stringify({to, subject, body}))};
    onSubmit({response: {
      getId: () => "2_ABaOnucLongId",
      getRespondentEmail: () => "team@example.org",
      getItemResponses: () => ITEMS.map((each) => ({
        getItem: () => ({getTitle: () => each.title}),
        getResponse: () => each.response,
      })),
    }});
    """.replace("ITEMS", json.dumps(items))
    with serving(app) as origin:
        program = script.replace(SERVICE, origin) + google
        done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60, check=True)
    mail = json.loads(done.stdout)
    assert mail["to"] == "team@example.org"
    assert "/answer?p=" in mail["body"]
    assert mail["body"].count("\n\n") == 1


def test_the_end_url_of_limesurvey_opens_the_advice(client: FlaskClient):
    [address] = blocks("LimeSurvey", "text")
    texts = iter(
        ["Achter een bureau met een computer", "Weinig: alleen met een account dat ze al hebben", "Hun eigen telefoon"]
    )
    query = [
        (name, next(texts) if "INSERTANS" in value else "nl")
        for name, [value] in parse_qs(urlsplit(address).query).items()
    ]
    page = client.get(f"{urlsplit(address).path}?{urlencode(query)}")
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "nl"
    assert "Ignored-Parameters" not in page.headers


def test_the_thank_you_page_shows_the_advice_of_a_code(app: Flask, client: FlaskClient):
    """In place of a browser stand the few things of it that the page asks for."""
    [page] = blocks("How the person sees the advice", "html")
    [script] = re.findall(r"<script>\n(.*?)</script>", page, re.DOTALL)
    code = client.post("/v1/forms/kobotoolbox", json=payloads.KOBO).get_json()["code"]
    browser = f"""
    const shown = {{set innerText(text) {{ console.log(text); }}}};
    const document = {{getElementById: (name) => name === "advice" ? shown : null}};
    const location = {{search: "?p={code}"}};
    """
    with serving(app) as origin:
        program = browser + script.replace(SERVICE, origin)
        done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60, check=True)
    profile = client.get(f"/v1/profiles/{code}").get_json()["profile"]
    brief = client.post("/v1/recommendations?detail=brief&lang=nl", json={"profile": profile}).get_json()
    lines = done.stdout.splitlines()
    assert lines[:2] == [brief["summary"]["team"], brief["verdict"]["text"]]
    assert lines[-1] == ", ".join(channel["name"] for channel in brief["channels"])


def remote_control(export: object) -> Flask:
    """What the script asks of LimeSurvey, as the reference of its RemoteControl describes the answers."""
    survey = Flask("survey")
    asked: list[tuple[str, list[Any]]] = []
    survey.extensions["asked"] = asked

    @survey.post("/index.php/admin/remotecontrol")
    def answer() -> dict[str, Any]:
        call = request.get_json()
        asked.append((call["method"], call["params"]))
        results = {"get_session_key": "a session", "export_responses": export, "release_session_key": "OK"}
        return {"id": call["id"], "result": results[call["method"]], "error": None}

    return survey


NOTHING_NEW = {"status": "No Data, survey table does not exist."}


@pytest.mark.parametrize(
    ("responses", "said"), [([payloads.LIMESURVEY], 1), ([dict.fromkeys(payloads.LIMESURVEY, "")], 0), (None, 0)]
)
def test_the_script_for_limesurvey_sends_what_is_new(app: Flask, tmp_path: Path, responses: Any, said: int):
    [script] = blocks("LimeSurvey", "python")
    (tmp_path / "password.txt").write_text("secret\n", encoding="utf-8")
    (tmp_path / "last-response.txt").write_text("16", encoding="utf-8")
    export: object = NOTHING_NEW
    if responses is not None:
        export = base64.b64encode(json.dumps({"responses": responses}).encode()).decode()
    survey = remote_control(export)
    with serving(survey) as there, serving(app) as here:
        program = script.replace("https://survey.example.org", there).replace(SERVICE, here)
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
    method, parameters = survey.extensions["asked"][1]
    assert (method, parameters[1:]) == ("export_responses", [123456, "json", "nl", "complete", "code", "long", 17])
    assert len(done.stdout.splitlines()) == said
    assert ("/answer?p=" in done.stdout) == bool(said)
    assert (tmp_path / "last-response.txt").read_text() == ("17" if said else "16")


def test_a_response_that_is_refused_does_not_hold_up_those_after_it(app: Flask, tmp_path: Path):
    [script] = blocks("LimeSurvey", "python")
    (tmp_path / "password.txt").write_text("secret\n", encoding="utf-8")
    wrong = {**payloads.LIMESURVEY, "id": "17", "logintolerance": "dat verschilt per dag"}
    responses = {"responses": [wrong, {**payloads.LIMESURVEY, "id": "18"}]}
    survey = remote_control(base64.b64encode(json.dumps(responses).encode()).decode())
    with serving(survey) as there, serving(app) as here:
        program = script.replace("https://survey.example.org", there).replace(SERVICE, here)
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
    refused, taken = done.stdout.splitlines()
    assert refused.startswith("17 ")
    assert "Moeite met inloggen: Dit is geen mogelijk antwoord." in refused
    assert "/answer?p=" in taken
    assert (tmp_path / "last-response.txt").read_text() == "18"


def test_the_payload_for_redcap_is_read(client: FlaskClient):
    [payload] = blocks("REDCap", "json")
    piped = {"record_id": "12", "work_setting": "desk", "login_tolerance": "low", "device_access": "tablet"}
    filled = re.sub(r"\[(\w+)\]", lambda found: piped[found[1]], payload)
    answer = client.post("/v1/forms/redcap", data=filled, content_type="application/json")
    assert answer.get_json()["result"] == "advised"


class Inputs(HTMLParser):
    """What a browser would send of a form."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.select = "", ""
        self.sent: list[tuple[str, str]] = []
        self.taking = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"] or ""
        elif tag == "input" and "checked" in given:
            self.sent.append((given["name"] or "", given["value"] or ""))
        elif tag == "select":
            self.select = given["name"] or ""
        elif tag == "option" and "selected" in given:
            self.taking = "value" not in given
            if not self.taking:
                self.sent.append((self.select, given["value"] or ""))

    def handle_data(self, data: str) -> None:
        if self.taking:
            self.sent.append((self.select, data))
            self.taking = False


def test_the_html_form_leads_to_the_advice(client: FlaskClient):
    [form] = blocks("A plain HTML form", "html")
    read = Inputs()
    read.feed(form)
    kind = "application/x-www-form-urlencoded"
    page = client.post(
        read.action.removeprefix(SERVICE),
        data=urlencode([*read.sent, ("send", "")]),
        content_type=kind,
        follow_redirects=True,
    )
    assert page.request.path == "/answer"
    assert page.status_code == 200
    assert "Het advies voor uw community" in page.text


def test_the_links_on_the_other_page_open_what_they_promise(client: FlaskClient):
    links = re.findall(r"^    (https://\S+)$", EMBEDDING, re.MULTILINE)
    assert len(links) == 2
    for link in links:
        page = client.get(link.removeprefix(SERVICE))
        assert page.status_code == 200
        assert "Ignored-Parameters" not in page.headers


def test_the_command_for_a_back_end_gets_advice(app: Flask):
    [command] = blocks("A plain back end", "sh", EMBEDDING)
    with serving(app) as origin:
        words = [word.replace(SERVICE, origin) for word in shlex.split(command.replace("\\\n", " "))]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["language"] == "nl"


def test_every_tool_has_its_steps_and_the_way_to_the_person():
    table = section("How the person sees the advice")
    for tool in (
        "KoboToolbox",
        "Microsoft Forms",
        "Google Forms",
        "Typeform",
        "Formbricks",
        "LimeSurvey",
        "REDCap",
        "plain HTML form",
    ):
        assert tool in table
        assert re.search(rf"^### (A )?{tool}", INTAKE, re.MULTILINE)
