"""The chart as it renders: every combination is valid, closed to what it need not reach, and knows its settings."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from arf.kit.server.spec import services

helm = pytest.importorskip("helm_python", reason="helm-python-sdk is not installed: make setup")

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "helm/arf"
GIVEN: dict[str, Any] = {
    "kafka": {"brokers": "kafka:9092"},
    "services": {"teacher": {"upstreams": [{"name": "gateway", "kind": "openai", "url": "https://host/v1"}]}},
}
SWITCHES: dict[str, dict[str, Any]] = {
    "tls": {"tls": {"enabled": True, "issuerRef": {"name": "ca"}}},
    "sasl": {
        "kafka": {
            "securityProtocol": "SASL_SSL",
            "sasl": {"username": "arf", "passwordSecret": {"name": "kafka-password"}},
            "tls": {"caSecret": {"name": "kafka-ca"}, "clientSecret": "kafka-client"},
        }
    },
    "strimzi": {"kafka": {"strimzi": {"topics": True, "user": True, "cluster": "kafka"}, "sasl": {"username": "arf"}}},
    "monitoring": {"monitoring": {name: {"enabled": True} for name in ("podMonitor", "rules", "dashboards")}},
    "scaled": {
        "services": {
            name: {"api": {"autoscaling": {"enabled": True}}, "worker": {"scaling": {"enabled": True}}}
            for name in ("teacher", "analysis", "editor")
        }
    },
    "open network": {"networkPolicy": {"enabled": False}},
    "no hooks": {"hooks": {"migrate": False}},
    "own account": {"serviceAccount": {"name": "mine"}},
}


def merged(*parts: dict[str, Any]) -> dict[str, Any]:
    """The values together, later ones over earlier ones."""
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            old = whole.get(key)
            whole[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return whole


def rendered(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects that the chart makes of these values."""
    chart = helm.Chart.load(FOLDER)
    found = chart.render(merged(GIVEN, *parts), name="arf", namespace="calls")
    texts = found.values() if isinstance(found, dict) else [item["data"] for item in found]
    documents = itertools.chain.from_iterable(yaml.safe_load_all(text) for text in texts if "kind:" in text)
    return [document for document in documents if document]


def profile(name: str) -> dict[str, Any]:
    """The values of a profile."""
    return dict(yaml.safe_load((FOLDER / f"values-{name}.yaml").read_text()))


def pods(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each pod that would run: the name of its owner, its labels, its spec."""
    for each in objects:
        if each["kind"] == "Pod":
            yield each["metadata"]["name"], each["metadata"]["labels"], each["spec"]
        elif "template" in each.get("spec", {}) and each["kind"] in ("Deployment", "Job"):
            template = each["spec"]["template"]
            yield each["metadata"]["name"], template["metadata"]["labels"], template["spec"]


ALL = [{}, *SWITCHES.values(), merged(*SWITCHES.values()), profile("dev"), profile("prod")]
IDS = ["defaults", *SWITCHES, "everything", "dev", "prod"]


@pytest.mark.parametrize("values", ALL, ids=IDS)
def test_every_pod_passes_the_restricted_level_and_has_probes_and_limits(values: dict[str, Any]) -> None:
    for name, _, spec in pods(rendered(values)):
        assert spec["securityContext"]["runAsNonRoot"], name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert mounted == {volume["name"] for volume in spec["volumes"]}


@pytest.mark.parametrize("values", ALL, ids=IDS)
def test_no_secret_stands_in_what_is_rendered(values: dict[str, Any]) -> None:
    for each in rendered(values):
        if each["kind"] == "Secret":
            assert set(each["stringData"]) == {"sasl", "tls", "username"}
        for _, _, spec in pods([each]):
            for variable in spec["containers"][0]["env"]:
                if variable["name"] == "ARF_DATABASE_URL":
                    assert "value" not in variable


def test_every_service_that_is_in_the_chart_listens_where_its_specification_says() -> None:
    ports = {spec.name: spec.port for spec in services()}
    for each in rendered():
        if each["kind"] == "Service":
            component = each["metadata"]["labels"]["app.kubernetes.io/component"]
            assert [port["port"] for port in each["spec"]["ports"]] == [ports[component]]


@pytest.mark.parametrize("values", ALL, ids=IDS)
def test_api_and_worker_of_a_service_are_apart_and_share_their_settings(values: dict[str, Any]) -> None:
    by_role: dict[tuple[str, str], dict[str, Any]] = {}
    for _, labels, spec in pods(rendered(values)):
        if "arf/role" in labels:
            by_role[labels["app.kubernetes.io/component"], labels["arf/role"]] = spec["containers"][0]
    assert {role for _, role in by_role} == {"api", "worker"}
    for (component, role), container in by_role.items():
        assert container["args"] == [f"arf.{component}", "--role", role]
        assert container["env"] == by_role[component, "api"]["env"]


def test_nothing_reaches_a_service_but_clients_by_label_and_the_editor_the_analysis() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in rendered() if each["kind"] == "NetworkPolicy"}
    assert policies["arf-deny"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(policies["arf-deny"])
    callers = {
        name: [peer["podSelector"]["matchLabels"] for rule in spec["ingress"] for peer in rule["from"]]
        for name, spec in policies.items()
        if name.endswith("-api")
    }
    client = {"arf/client": "true"}
    assert callers["arf-teacher-api"] == callers["arf-editor-api"] == [client]
    assert [labels.get("app.kubernetes.io/component") for labels in callers["arf-analysis-api"]] == [None, "editor"]


def test_topics_come_from_the_hook_or_from_strimzi_never_from_both() -> None:
    for values in ({}, SWITCHES["strimzi"]):
        objects = rendered(values)
        (hook,) = [spec for name, _, spec in pods(objects) if name == "arf-migrate"]
        by_strimzi = any(each["kind"] == "KafkaTopic" for each in objects)
        assert ("--no-topics" in hook["containers"][0]["args"]) == by_strimzi


def test_strimzi_makes_the_topics_of_the_flow() -> None:
    from arf.flow import specs

    topics = {e["metadata"]["name"]: e["spec"] for e in rendered(SWITCHES["strimzi"]) if e["kind"] == "KafkaTopic"}
    assert set(topics) == {spec.name for spec in specs()}
    for spec in specs():
        assert (topics[spec.name]["config"]["cleanup.policy"] == "compact") == spec.compacted


@pytest.mark.parametrize("lacking", ["kafka.brokers", "services.teacher.upstreams"])
def test_what_must_be_given_is_named(lacking: str) -> None:
    first, *rest = lacking.split(".")
    given = json.loads(json.dumps(GIVEN))
    part = given[first]
    for key in rest[:-1]:
        part = part[key]
    del part[rest[-1]]
    with pytest.raises(helm.HelmError, match=lacking):
        helm.Chart.load(FOLDER).render(given, name="arf", namespace="calls")


def test_lint_has_nothing_to_say_but_that_there_is_no_icon() -> None:
    said = helm.lint(FOLDER, values=GIVEN)
    assert [message["error"] for message in said["messages"]] == ["icon is recommended"]


def test_readme_is_what_the_schema_says_and_every_value_is_described() -> None:
    import importlib.util

    found = importlib.util.spec_from_file_location("readme", ROOT / "helm/readme.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    assert (FOLDER / "README.md").read_text() == module.readme(), "make helm-readme"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"kafka": {"broker": "x"}}, "kafka"),
        ({"kafka": {"securityProtocol": "TLS"}}, "securityProtocol"),
        ({"services": {"teacher": {"api": {"replicas": "two"}}}}, "replicas"),
        ({"common": {"env": {"PATH": "/"}}}, "PATH"),
    ],
)
def test_a_wrong_value_is_refused_by_name(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(helm.HelmError, match=named):
        helm.Chart.load(FOLDER).render(merged(GIVEN, wrong), name="arf", namespace="calls")
