"""Alert rules, the Grafana dashboard and docs/metrics.md: each speaks only of metrics that roles really tell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.metrics import METRICS, Kind, table

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FOREIGN = {"up": {"job", "instance"}, "process_resident_memory_bytes": set()}
"""What Prometheus itself, and its client library, tell of every role."""

FUNCTIONS = {
    *("absent", "and", "by", "delta", "histogram_quantile", "increase", "min_over_time", "or", "rate", "sum", "time"),
}
SUFFIXES = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count")}
DURATION = re.compile(r"^(\d+[smhdw])+$")


def samples() -> dict[str, set[str]]:
    """Every series name that a role shows, with its labels; `le` is a bucket's own."""
    shown = dict(FOREIGN)
    for metric in METRICS:
        for suffix in SUFFIXES.get(metric.kind, ("",)):
            shown[metric.name + suffix] = {*metric.labels, *(("le",) if suffix == "_bucket" else ())}
    return shown


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8"))
    assert set(groups) == {"groups"}
    return [rule for group in groups["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    return json.loads((DEPLOY / "grafana" / "dashboards" / "sada.json").read_text("utf-8"))


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])


def find_unknown(expression: str) -> set[str]:
    """Return the words of a PromQL expression that are neither functions nor what our roles show."""
    shown = samples()
    ours = {name: labels | {"job", "instance"} for name, labels in shown.items()}
    unknown = set()
    for name, matchers in re.findall(r"\b([a-z_]\w*)\b(?:\{(.*?)\})?", without_strings(expression)):
        allowed = {label for labels in ours.values() for label in labels}
        if name not in FUNCTIONS and name not in ours and name not in allowed:
            unknown.add(name)
        unknown |= set(re.findall(r"(\w+)\s*=", matchers)) - ours.get(name, set())
    return unknown


def without_strings(expression: str) -> str:
    """Leave out quoted text, durations and Grafana's own variables."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    return re.sub(r"\[[^\]]*\]", "", bare)


@pytest.mark.parametrize("expression", list(expressions()))
def test_an_expression_names_only_what_roles_tell(expression: str) -> None:
    """Metric names, their labels and the functions are real; brackets close."""
    assert find_unknown(expression) == set()
    bare = re.sub(r'"[^"]*"', "", expression)
    for opening, closing in ("()", "{}", "[]"):
        assert bare.count(opening) == bare.count(closing)


def test_an_unknown_metric_or_label_is_noticed() -> None:
    """The check itself finds a misspelt metric, a label that the metric has not, and a function that is none."""
    assert find_unknown("sum(rate(sada_article_sent_total[5m]))") == {"sada_article_sent_total"}
    assert find_unknown('sada_live{stage="read"}') == {"stage"}
    assert find_unknown("median(sada_live)") == {"median"}


def test_counters_are_asked_for_their_growth() -> None:
    """A counter begins at 0 with each process: only `rate` and `increase` see through that."""
    counters = {metric.name for metric in METRICS if metric.kind is Kind.COUNTER}
    for expression in expressions():
        for name in counters & set(re.findall(r"\w+", expression)):
            assert len(re.findall(rf"(?:rate|increase)\({name}\b", expression)) == expression.count(name), expression


def test_every_rule_is_complete() -> None:
    """Each alert has a name of its own, a severity, two sentences, and a time that Prometheus can read."""
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) >= 10
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"Sada[A-Z]\w+", rule["alert"])
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert DURATION.match(rule.get("for", "1m"))
        words = re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"]))
        by = set(re.findall(r"by \((.*?)\)", rule["expr"]))
        assert not by or set(words) <= {label.strip() for group in by for label in group.split(",")}


def test_every_alert_has_its_trial() -> None:
    """alerts_test.yml, for promtool, says of each alert when it fires."""
    trial = yaml.safe_load((DEPLOY / "prometheus" / "alerts_test.yml").read_text("utf-8"))
    asked = [one for case in trial["tests"] for one in case["alert_rule_test"]]
    assert {one["alertname"] for one in asked} == {rule["alert"] for rule in rules()}
    assert any(not one["exp_alerts"] for one in asked), "silence is tried too"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool: nobody here can try rules")
def test_alerts_fire_when_they_should() -> None:
    """Prometheus' own tool finds the rules well formed, and they fire on series as the trial says."""
    for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            ["promtool", *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_metric_is_looked_at() -> None:
    """Each row of the catalogue is on the dashboard or in a rule: nothing is counted for nobody."""
    asked = " ".join(expressions())
    assert [metric.name for metric in METRICS if metric.name not in asked] == []


def test_the_dashboard_is_whole() -> None:
    """Panels have ids of their own, do not overlap, and take their data from the chosen Prometheus."""
    board = dashboard()
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    variables = {variable["name"] for variable in board["templating"]["list"]}
    for panel in panels:
        assert {"id", "type", "title", "gridPos", "datasource", "targets", "fieldConfig", "options"} <= set(panel)
        assert panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        for target in panel["targets"]:
            assert set(re.findall(r"\$(\w+)", target["expr"])) <= variables | {"__rate_interval"}


def test_the_document_holds_the_catalogue() -> None:
    """The table of docs/metrics.md is the catalogue's; `SADA_UPDATE_DOCS=1` writes it anew. Each alert is explained."""
    page = ROOT / "docs" / "metrics.md"
    text = page.read_text("utf-8")
    found = re.search(r"(?<=<!-- catalogue -->\n).*?(?=<!-- end of catalogue -->)", text, re.DOTALL)
    assert found is not None
    if os.environ.get("SADA_UPDATE_DOCS"):
        page.write_text(text[: found.start()] + table() + text[found.end() :], encoding="utf-8")
    else:
        assert found[0] == table()
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in text] == []


def test_prometheus_and_grafana_find_what_they_need() -> None:
    """Compose mounts the rules where Prometheus reads them, and asks the port that the roles show their numbers on."""
    scrape = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    services = compose["services"]
    (job,) = scrape["scrape_configs"]
    (search,) = job["dns_sd_configs"]
    assert job["job_name"] == "sada"
    for role in search["names"]:
        environment = services[role]["environment"]
        assert environment["SADA_HEALTH_PORT"] == str(search["port"])
        assert environment["SADA_HEALTH_HOST"] == "0.0.0.0"
    for service in ("prometheus", "grafana"):
        assert services[service]["profiles"] == ["metrics"]
        for mount in services[service]["volumes"]:
            source, target = mount.split(":")[:2]
            assert not source.startswith("./") or (ROOT / source).exists(), mount
            if target.endswith(".yml") and "rule" not in target:
                assert (ROOT / source).is_file()
    assert any(mount.split(":")[1] == scrape["rule_files"][0] for mount in services["prometheus"]["volumes"])
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/sada.yml").read_text("utf-8"))
    path = provider["providers"][0]["options"]["path"]
    assert any(mount.split(":")[1] == path for mount in services["grafana"]["volumes"])
