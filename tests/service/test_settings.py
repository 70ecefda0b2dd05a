"""Settings come from the environment, and another set of knowledge is served as it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.errors import KnowledgeError, SettingsError
from model.knowledge.loader import PACKAGED
from service import create_app
from service.server.serve_command import serve
from service.settings import VARIABLES, Limit, Settings, unknown_variables


def test_nothing_set_gives_the_defaults():
    read = Settings.from_environment({})
    # A service that is started is limited; an application that is made by hand is not.
    assert replace(read, limits={}) == Settings()
    assert (read.limits["telling"], read.limits["batch"]) == (Limit(60, 1000), Limit(30, 120))
    assert Settings.from_environment(dict.fromkeys(VARIABLES, "")) == read


def test_limits_and_proxies_are_read():
    given = {"PLATFORM_FIT_LIMITS": "batch=1/2 telling=off", "PLATFORM_FIT_TRUSTED_PROXIES": "10.0.0.5, fd00::/8"}
    settings = Settings.from_environment(given)
    assert settings.limits["batch"] == Limit(1, 2)
    assert sorted(settings.limits) == ["batch", "includes", "posting"]
    assert settings.proxies == ("10.0.0.5/32", "fd00::/8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLATFORM_FIT_LIMITS", "batch=1"),
        ("PLATFORM_FIT_LIMITS", "reading=1/2"),
        ("PLATFORM_FIT_LIMITS", "batch=-1/2"),
        ("PLATFORM_FIT_TRUSTED_PROXIES", "proxy"),
        ("PLATFORM_FIT_TRUSTED_HOSTS", "https://advies.example.org"),
        ("PLATFORM_FIT_TRUSTED_HOSTS", "advies.example.org:8443"),
        ("PLATFORM_FIT_TRUSTED_PROXIES", "10.0.0.5/8"),
        ("PLATFORM_FIT_THREADS", "none"),
        ("PLATFORM_FIT_THREADS", "0"),
        ("PLATFORM_FIT_LOG_LEVEL", "chatty"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_variables_are_read():
    settings = Settings.from_environment(
        {
            "PLATFORM_FIT_KNOWLEDGE": "/srv/knowledge",
            "PLATFORM_FIT_CORS_ORIGINS": "https://a.example, https://b.example",
        }
    )
    assert settings.knowledge == Path("/srv/knowledge")
    assert settings.cors_origins == {"https://a.example", "https://b.example"}


def test_other_knowledge_has_its_own_contract(tmp_path: Path, contract):
    folder = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "messages", "__pycache__"))
    questions = folder / "questions.yaml"
    text = questions.read_text(encoding="utf-8")
    asked = "en: Where do most members spend most of their working day?\n"
    assert asked in text
    questions.write_text(text.replace(asked, "en: Where do they work?\n"), encoding="utf-8")
    client = create_app(Settings(knowledge=folder)).test_client()
    document = client.get("/openapi.json").get_json()
    for name in ("Profile", "PartialProfile"):
        answers = document["components"]["schemas"][name]["properties"]
        assert answers["work_setting"]["description"] == "Where do they work?"
    assert "example" not in str(document["paths"]["/v1/recommendations"]["post"]["requestBody"])
    assert document["paths"].keys() == contract["paths"].keys()


def test_the_packaged_knowledge_has_the_committed_contract(client, contract):
    assert client.get("/openapi.json").get_json() == contract


def test_broken_knowledge_is_refused_at_the_start(tmp_path: Path):
    (tmp_path / "rules.yaml").write_text("rules: 7\n")
    with pytest.raises(KnowledgeError, match=r"rules\.yaml:1"):
        create_app(Settings(knowledge=tmp_path))


def test_secrets_are_read_the_present_one_first_and_never_shown():
    old = "before-and-long-enough older-still-long"
    settings = Settings.from_environment({"PLATFORM_FIT_SECRET": "now-and-long-enough", "PLATFORM_FIT_SECRET_OLD": old})
    assert settings.secrets == ("now-and-long-enough", "before-and-long-enough", "older-still-long")
    assert "long" not in repr(settings)


WRONG = [
    ("PLATFORM_FIT_SECRET", "geheim123", "at least 16 characters"),
    ("PLATFORM_FIT_SECRET_OLD", "geheim123", "at least 16 characters"),
    ("PLATFORM_FIT_CORS_ORIGINS", "geheim123.example", "https://www.example.org, or * for all"),
    ("PLATFORM_FIT_CORS_ORIGINS", "https://geheim123.example/", "https://www.example.org, or * for all"),
    ("PLATFORM_FIT_EMBED_ORIGINS", "https://a.example https://geheim123.example/form", "https://www.example.org"),
    ("PLATFORM_FIT_EMBED_ORIGINS", "*", "https://www.example.org"),
    ("PLATFORM_FIT_DATABASE_URL", "mysql://user:geheim123@host/name", "postgresql://user@host/name"),
    ("PLATFORM_FIT_DATABASE_URL", "postgresql://user@host:geheim123/name", "postgresql://user@host/name"),
    ("PLATFORM_FIT_DATABASE_URL", "sqlite://", "sqlite:////folder/platform-fit.db"),
    ("PLATFORM_FIT_DATABASE_URL", "geheim123", "postgresql://user@host/name"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), WRONG)
def test_a_wrong_setting_is_named_with_what_is_allowed_and_not_repeated(name, value, allowed, monkeypatch):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({name: value})
    assert name in str(refused.value)
    assert allowed in str(refused.value)
    assert "geheim123" not in str(refused.value)
    monkeypatch.setenv(name, value)
    said = CliRunner().invoke(serve, ["--port", "0"])
    assert said.exit_code == 2
    assert str(refused.value) in said.stderr


def test_origins_are_compared_as_browsers_write_them():
    given = {"PLATFORM_FIT_CORS_ORIGINS": "https://WWW.Example.org:8443,capacitor://localhost http://[::1]:3000"}
    origins = {"https://www.example.org:8443", "capacitor://localhost", "http://[::1]:3000"}
    assert Settings.from_environment(given).cors_origins == origins


def test_a_variable_that_is_none_is_named_with_what_may_be_meant():
    given = {"PLATFORM_FIT_WORKER": "3", "PLATFORM_FIT_PORT_8000_TCP": "x", "PLATFORM_FIT_DATA": "/d", "HOME": "/"}
    assert unknown_variables(given) == ["PLATFORM_FIT_WORKER is no setting; is PLATFORM_FIT_WORKERS meant?"]
