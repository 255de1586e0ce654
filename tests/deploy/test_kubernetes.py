"""The Kubernetes manifests: what Kubernetes' own schemas allow, closed, probed, and spoken of as the settings are."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from schemas import Settings
from schemas.settings import load_settings
from schemas.topics import TOPICS
from streams.table import group_id

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
OLDEST, NEWEST = "1.29", "1.35"
"""Versions of Kubernetes whose schemas the manifests are held to."""

ROLES = {"watch": "StatefulSet", "work": "StatefulSet", "sink": "Deployment", "desk": "Deployment"}
FOREIGN = {"ScaledObject", "PodMonitor", "PrometheusRule"}
"""Kinds of KEDA and of the Prometheus Operator, whose schemas do not come with Kubernetes."""

Manifest = dict[str, Any]


def read(path: Path) -> list[Manifest]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


def manifests(folder: Path) -> Iterator[Manifest]:
    """Every object of a folder that kustomize takes in as it stands."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    for name in kustomization["resources"]:
        yield from read(folder / name)


def all_manifests() -> list[Manifest]:
    folders = [FOLDER / "base", *sorted((FOLDER / "components").iterdir())]
    return [one for folder in folders for one in manifests(folder)]


def workload(role: str) -> Manifest:
    (found,) = [one for one in read(FOLDER / "base" / f"{role}.yaml") if one["kind"] == ROLES[role]]
    return found


def settings_of(kustomization: Path) -> dict[str, str]:
    """The variables that a kustomization gives every role."""
    made = yaml.safe_load(kustomization.read_text("utf-8"))["configMapGenerator"]
    return dict(literal.split("=", 1) for one in made for literal in one["literals"])


def variables(role: str) -> dict[str, str]:
    (container,) = workload(role)["spec"]["template"]["spec"]["containers"]
    return settings_of(FOLDER / "base" / "kustomization.yaml") | {
        one["name"]: one["value"] for one in container.get("env", ())
    }


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_object_fits_kubernetes_schemas(version: str) -> None:
    """Each key is one that this version knows, strictly; a misspelt one is noticed."""
    ours = [one for one in all_manifests() if one["kind"] not in FOREIGN]
    assert len(ours) >= 12
    for one in ours:
        kubernetes_validate.validate(one, version, strict=True)
    wrong = workload("sink")
    wrong["spec"]["template"]["spec"]["containers"][0]["imagee"] = "sada"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl: kustomize's own work is not looked at")
@pytest.mark.parametrize("name", ["base", "overlays/example"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_kustomize_builds_it(name: str) -> None:
    """What kustomize makes of base and overlay fits too, and each patch has reached its object."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER / name)], capture_output=True, text=True, check=True, timeout=60
    )
    built = list(yaml.safe_load_all(done.stdout))
    for one in built:
        if one["kind"] not in FOREIGN:
            kubernetes_validate.validate(one, NEWEST, strict=True)
        if name != "base":
            assert one["metadata"]["namespace"] == "sada"
    policies = [one for one in built if one["kind"] == "NetworkPolicy"]
    assert all(one["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "sada" for one in policies)
    kafka = {
        trigger["metadata"]["bootstrapServers"]
        for one in built
        if one["kind"] == "ScaledObject"
        for trigger in one["spec"]["triggers"]
    }
    (shared,) = [one["data"] for one in built if one["kind"] == "ConfigMap"]
    assert kafka <= {shared["SADA_KAFKA"]}
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in built if one["kind"] == "ScaledObject"}
    for one in built:
        if one["kind"] in {"Deployment", "StatefulSet"}:
            assert ("replicas" in one["spec"]) != (one["metadata"]["name"] in scaled)


def test_what_is_named_is_there() -> None:
    """Kustomizations, scalers, budgets and services name files and workloads that exist."""
    for file in FOLDER.rglob("kustomization.yaml"):
        kustomization = yaml.safe_load(file.read_text("utf-8"))
        for name in [*kustomization.get("resources", ()), *kustomization.get("components", ())]:
            assert (file.parent / name).exists(), f"{file}: {name}"
    for one in all_manifests():
        target = one.get("spec", {}).get("scaleTargetRef")
        if target:
            assert ROLES[target["name"].removeprefix("sada-")] == target["kind"]
        selector = one.get("spec", {}).get("selector") or {}
        labels = selector.get("matchLabels", selector if one["kind"] == "Service" else {})
        if "app.kubernetes.io/component" in labels:
            assert labels["app.kubernetes.io/component"] in ROLES


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_is_a_setting(role: str) -> None:
    """A SADA_ variable that no setting reads would be a silent mistake; each value is one that fits."""
    values = {name.removeprefix("SADA_").lower(): value for name, value in variables(role).items()}
    values.pop("secrets_dir")
    assert set(values) <= set(Settings.model_fields)
    assert Settings(_env_file=None, **values).partitions == 8
    more = settings_of(FOLDER / "overlays" / "example" / "kustomization.yaml")
    assert {name.removeprefix("SADA_").lower() for name in more} <= set(Settings.model_fields)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_no_rights_and_its_place_to_write(role: str) -> None:
    """No root, no capabilities, nothing writable but its volumes, no token of the cluster; room to end in order."""
    pod = workload(role)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["args"] == [role]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["terminationGracePeriodSeconds"] > 10
    user = re.search(r"useradd .*--uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert user is not None
    assert pod["securityContext"]["runAsUser"] == int(user[1])
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    assert {"/tmp", variables(role)["SADA_STATE_DIR"]} <= set(mounts)
    assert mounts[variables(role)["SADA_SECRETS_DIR"]]["readOnly"] is True
    claims = {claim["metadata"]["name"] for claim in workload(role)["spec"].get("volumeClaimTemplates", ())}
    assert {mount["name"] for mount in mounts.values()} == claims | {volume["name"] for volume in pod["volumes"]}
    assert set(container["resources"]) == {"requests", "limits"}
    assert set(container["resources"]["limits"]) == {"memory"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_asked_how_it_is(role: str) -> None:
    """Started, alive and ready are asked at a port that the container opens, on paths that the health page knows."""
    (container,) = workload(role)["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    probes = [container[f"{name}Probe"] for name in ("startup", "liveness", "readiness")]
    assert ports["health"] == variables(role)["SADA_HEALTH_PORT"]
    assert ports.get("desk") == variables(role).get("SADA_DESK_PORT")
    assert [probe["httpGet"]["path"] for probe in probes] == ["/live", "/live", "/ready"]
    assert all(probe["httpGet"]["port"] == "health" for probe in probes)
    limit = float(Settings(_env_file=None).live_seconds)
    assert probes[1]["periodSeconds"] * probes[1]["failureThreshold"] >= limit


def test_state_has_disks_and_the_watcher_is_alone() -> None:
    """Watcher and workers keep their state through a restart; two watchers of one inbox never run."""
    for role in ("watch", "work"):
        (claim,) = workload(role)["spec"]["volumeClaimTemplates"]
        assert claim["metadata"]["name"] == "state"
    assert workload("watch")["spec"]["replicas"] == 1
    assert not any(
        one["spec"]["scaleTargetRef"]["name"] == "sada-watch"
        for one in all_manifests()
        if "scaleTargetRef" in one.get("spec", {})
    )


def test_scaling_follows_our_groups_and_ends_at_the_partitions() -> None:
    """The scalers look at groups and topics that are ours, and start no more than there are partitions."""
    groups = {group_id(Settings(_env_file=None)), f"{Settings(_env_file=None).group}-sink"}
    partitions = int(variables("work")["SADA_PARTITIONS"])
    (keda,) = [list(manifests(FOLDER / "components" / "keda"))]
    for one in keda:
        assert one["spec"]["maxReplicaCount"] == partitions
        for trigger in one["spec"]["triggers"]:
            assert trigger["metadata"]["topic"] in {topic.name for topic in TOPICS}
            assert trigger["metadata"]["consumerGroup"] in groups
            assert trigger["metadata"]["bootstrapServers"] == variables("work")["SADA_KAFKA"]
            assert int(trigger["metadata"]["lagThreshold"]) > 0
    (cpu,) = manifests(FOLDER / "components" / "cpu")
    assert cpu["spec"]["maxReplicas"] == partitions


def test_the_operators_rules_are_ours() -> None:
    """The PrometheusRule holds just the groups of alerts.yml, and the monitor calls the job as they do."""
    monitor, rule = manifests(FOLDER / "components" / "prometheus")
    assert rule["spec"] == yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8"))
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"] == [{"targetLabel": "job", "replacement": "sada"}]
    assert monitor["spec"]["selector"]["matchExpressions"][0]["values"] == list(ROLES)


def test_secrets_mounted_as_kubernetes_does_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret's files are links to links to a folder that is replaced as a whole."""
    data = tmp_path / "..2026_03_01"
    data.mkdir()
    (data / "SADA_KAFKA_PASSWORD").write_text("mounted canary\n")
    (tmp_path / "..data").symlink_to(data.name)
    (tmp_path / "SADA_KAFKA_PASSWORD").symlink_to("..data/SADA_KAFKA_PASSWORD")
    (data / "SADA_KAFKA_PASSWORD").chmod(0o440)
    monkeypatch.setenv("SADA_SECRETS_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    password = load_settings().kafka_password
    assert password is not None
    assert password.get_secret_value() == "mounted canary"
