"""The files in docs/deploy fit the service: the alert rules ask for metrics and labels that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from model.storage.recent import LOOKED_AT
from service import create_app
from service.settings import Settings

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
[GROUP] = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
RULES = {rule["alert"]: rule for rule in GROUP["rules"]}
GIVEN_BY_PROMETHEUS = {"up": {"job"}}


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Name of a metric, as a service shows it → its labels."""
    file = tmp_path_factory.mktemp("data") / "platform-fit.db"
    app = create_app(Settings(database_url=f"sqlite:///{file}"))
    part = app.extensions["platform_fit"]
    file.write_bytes(b"no database" * 100)
    part.watch.look()
    part.metrics.cut("silent")
    app.test_client().post("/v1/recommendations", json={})
    found: dict[str, set[str]] = dict(GIVEN_BY_PROMETHEUS)
    for family in text_string_to_metric_families(app.test_client().get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("name", RULES)
def test_an_alert_asks_for_what_the_service_tells(name: str, metrics: dict[str, set[str]]):
    expression = RULES[name]["expr"]
    asked = re.findall(r"\b(up|platform_fit_\w+)(?:\{([^}]*)\})?", expression)
    assert asked
    labels = set()
    for metric, matchers in asked:
        named = set(re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"', matchers))
        assert named <= metrics[metric], metric
        labels |= metrics[metric]
    for by in re.findall(r"\bby \(([^)]*)\)", expression):
        assert set(re.split(r",\s*", by)) <= labels
    assert expression.count("(") == expression.count(")")


def test_the_proxies_keep_the_metrics_inside_however_they_are_spelled():
    """An exact match lets `/metrics/` and `/metrics%2f` through, which a service may answer as well."""
    assert re.search(
        r"^ +location \^~ /metrics \{ return 404; \}", (DEPLOY / "nginx.conf").read_text("utf-8"), re.MULTILINE
    )
    assert "@inside path /metrics /metrics/*\n\trespond @inside 404\n" in (DEPLOY / "Caddyfile").read_text("utf-8")


@pytest.mark.parametrize("name", RULES)
def test_an_alert_waits_and_says_what_is_wrong(name: str):
    rule = RULES[name]
    assert set(rule) == {"alert", "expr", "for", "annotations"}
    assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
    assert re.fullmatch(r"\d+m", rule["for"])
    assert re.fullmatch(r".{20,}[.?]", rule["annotations"]["summary"])


def test_each_reason_to_be_degraded_is_explained():
    """The alert sends who gets it to the page."""
    from service.runtime.readiness import STORE_REASONS
    from service.runtime.watcher import REASONS

    page = (DEPLOY.parent / "operating.md").read_text(encoding="utf-8")
    for reason in (*REASONS, *STORE_REASONS):
        assert f"| `{reason}` |" in page


def test_each_metric_is_on_the_page_and_no_other(metrics: dict[str, set[str]]):
    page = (DEPLOY.parent / "operating.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(platform_fit_\w+)`", page))
    shown = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in metrics.keys() - GIVEN_BY_PROMETHEUS}
    assert {re.sub("_total$", "", name) for name in told} == {re.sub("_total$", "", name) for name in shown}


def test_the_page_says_how_many_records_a_worker_looks_at():
    page = (DEPLOY.parent / "operating.md").read_text(encoding="utf-8")
    assert LOOKED_AT == 2000
    assert "Workers look at the newest 2,000 rows." in page
