"""`make cluster-test`: the chart on a real Kubernetes carries calls through, is upgraded meanwhile, and is taken away.

    python -m tests.cluster [--calls 50] [--image localhost/arf-services:dev] [--keep]

Needs KUBECONFIG of a cluster on this machine, kubectl and helm in PATH, the image on its nodes, a Kafka distribution at
ARF_KAFKA_HOME with Java, and PostgreSQL's programs. The last line counts. Exit status 1 if anything does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from arf.calls.records import dumps
from arf.corpus.generator import generate
from tests.cluster.site import Backing, backing, node_address
from tests.helpers import kafka_broker, postgres

ROOT = Path(__file__).parents[2]
NAMESPACE, RELEASE = "arf-test", "arf"
COMPONENTS = ("teacher", "analysis", "editor")
PORTS = dict(zip(COMPONENTS, (50051, 50052, 50053), strict=True))


class Failed(Exception):
    """Something does not hold."""


def kubectl(*arguments: str, given: str | None = None, check: bool = True, timeout: float = 300) -> str:
    """What kubectl prints, in the test's namespace."""
    command = ["kubectl", "-n", NAMESPACE, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=timeout)
    if check and done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def helm(*arguments: str, check: bool = True) -> str:
    """What helm prints."""
    command = ["helm", "-n", NAMESPACE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if check and done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}\n{_troubles()}")
    return done.stdout


def _troubles() -> str:
    pods = kubectl("get", "pods", check=False)
    logs = kubectl("logs", "-l", f"app.kubernetes.io/instance={RELEASE}", "--tail=5", "--prefix", check=False)
    return f"{pods}\n{logs[-3000:]}"


def install(back: Backing, image: str, values: Path, *more: str, upgrade: bool = False) -> None:
    """Installs or upgrades the dev profile."""
    values.write_text(json.dumps(back.values(image)))
    verb = ["upgrade"] if upgrade else ["install"]
    profile = ["-f", "helm/arf/values-dev.yaml", "-f", str(values)]
    helm(*verb, RELEASE, "helm/arf", *profile, "--wait", "--timeout", "8m", *more)


def secrets(back: Backing) -> None:
    """The Secrets that the chart expects, made as README.md says."""
    folder = back.secrets
    url = f"postgresql://arf@{back.host}:{back.postgres}/postgres"
    kubectl("create", "secret", "generic", "arf-master-key", f"--from-file={folder}/master.key")
    kubectl("create", "secret", "generic", "arf-database", f"--from-literal=url={url}")
    files = [f"--from-file={folder}/{name}" for name in ("jwks.json", "editor-token")]
    kubectl("create", "secret", "generic", "arf-auth", *files)


def pod(
    name: str, image: str, arguments: Sequence[str], *, program: str = "", backbone: bool = True, labels: str = ""
) -> str:
    """The manifest of a pod of the test, with the release's own variables and volumes where it needs the backbone."""
    template = json.loads(kubectl("get", "deployment", f"{RELEASE}-teacher-worker", "-o", "json"))["spec"]["template"]
    spec = template["spec"]
    container = spec["containers"][0]
    for key in ("ports", "startupProbe", "livenessProbe", "readinessProbe"):
        container.pop(key, None)
    container.update(name="test", image=image, args=list(arguments))
    if program:
        container["command"] = [program]
    container["volumeMounts"].append({"name": "calls", "mountPath": "/etc/arf/calls"})
    spec["volumes"].append({"name": "calls", "configMap": {"name": "calls", "optional": True}})
    spec["restartPolicy"] = "Never"
    spec.pop("topologySpreadConstraints", None)
    own = {"app.kubernetes.io/name": "arf", "app.kubernetes.io/instance": RELEASE} if backbone else {}
    own |= dict(pair.split("=") for pair in labels.split(",") if pair)
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": own}, "spec": spec})


def run_pod(name: str, image: str, arguments: Sequence[str], seconds: float = 300, **given: object) -> tuple[bool, str]:
    """Runs a pod to its end; whether it succeeded, and what it printed."""
    kubectl("delete", "pod", name, "--ignore-not-found", "--wait")
    kubectl("apply", "-f", "-", given=pod(name, image, arguments, **given))  # type: ignore[arg-type]
    deadline = time.monotonic() + seconds
    phase = ""
    while phase not in ("Succeeded", "Failed"):
        if time.monotonic() > deadline:
            raise Failed(f"pod {name} is still {phase}\n{kubectl('logs', name, check=False)[-2000:]}")
        time.sleep(1)
        phase = kubectl("get", "pod", name, "-o", "jsonpath={.status.phase}")
    return phase == "Succeeded", kubectl("logs", name)


def submit(image: str, seed: int, count: int, seconds: int) -> str:
    """Submits so many calls and waits for each one's record at every stage; the line that counts them."""
    calls = list(generate(count, seed))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.jsonl"
        file.write_text("".join(dumps(call) + "\n" for call in calls))
        kubectl("delete", "configmap", "calls", "--ignore-not-found")
        kubectl("create", "configmap", "calls", f"--from-file={file}")
    arguments = ["arf.cli", "submit", "/etc/arf/calls/calls.jsonl", "--wait", str(seconds)]
    good, printed = run_pod(f"submit-{seed}", image, arguments, seconds + 120)
    line = next((line for line in printed.splitlines() if "one record at each stage" in line), printed[-500:])
    if not good:
        raise Failed(f"submit: {printed[-2000:]}")
    return line


def reached(name: str, image: str, labels: str) -> list[str]:
    """The services that a pod with these labels can open a connection to."""
    # Policies take hold of a new pod some seconds after it has started.
    code = f"""
import socket, time
left, until = dict({PORTS}), time.monotonic() + 20
while left and time.monotonic() < until:
    for name, port in list(left.items()):
        try:
            socket.create_connection(("{RELEASE}-" + name, port), 2).close()
            print(name)
            del left[name]
        except OSError:
            pass
    time.sleep(0.5)
"""
    good, printed = run_pod(name, image, ["-c", code], program="python", backbone=False, labels=labels)
    if not good:
        raise Failed(f"pod {name}: {printed}")
    return printed.split()


def carry_during(action: Callable[[], None], image: str, seed: int, calls: int) -> str:
    """Submits calls while the action runs; the line that counts them."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001  # raised below
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    line = submit(image, seed, calls, 600)
    thread.join()
    if failures:
        raise failures[0]
    return line


def upgrade_and_disturb(back: Backing, image: str, values: Path) -> None:
    """Upgrades to a changed configuration, and deletes a pod of each service meanwhile."""
    thread = threading.Thread(target=_delete_workers)
    thread.start()
    install(back, image, values, "--set", "common.logLevel=DEBUG", upgrade=True)
    thread.join()


def _delete_workers() -> None:
    """Deletes one worker's pod of each service, three seconds apart."""
    for component in COMPONENTS:
        label = f"app.kubernetes.io/component={component},arf/role=worker"
        if names := kubectl("get", "pods", "-l", label, "-o", "name").split():
            kubectl("delete", names[0], "--wait=false", check=False)
        time.sleep(3)


def run(back: Backing, image: str, calls: int, keep: bool) -> None:
    """The whole test. Raises Failed."""
    values = back.secrets / "values.json"
    subprocess.run(["kubectl", "create", "namespace", NAMESPACE], check=True, stdout=subprocess.DEVNULL)
    label = "pod-security.kubernetes.io/enforce=restricted"
    subprocess.run(["kubectl", "label", "namespace", NAMESPACE, label], check=True, stdout=subprocess.DEVNULL)
    try:
        secrets(back)
        started = time.monotonic()
        install(back, image, values)
        _say(f"installed in {time.monotonic() - started:.0f} s, every pod at the level restricted")
        first = submit(image, 1, calls, 300)
        _say(first)
        stranger, client = reached("stranger", image, ""), reached("client", image, "arf/client=true")
        if stranger or sorted(client) != sorted(COMPONENTS):
            raise Failed(f"a pod without the label reached {stranger}, one with it {client}")
        _say("no service is reached without the label arf/client, each with it")
        helm("test", RELEASE, "--timeout", "5m")
        _say("helm test: its call has one record at each stage")
        second = carry_during(lambda: upgrade_and_disturb(back, image, values), image, 2, calls)
        _say(f"during an upgrade, with a worker of each service deleted: {second}")
        helm("rollback", RELEASE, "1", "--wait", "--timeout", "8m")
        _say(f"rolled back; {submit(image, 3, 5, 300)}")
        helm("uninstall", RELEASE, "--wait", "--timeout", "5m")
        kinds = "all,configmap,networkpolicy,serviceaccount,job"
        left = kubectl("get", kinds, "-l", f"app.kubernetes.io/instance={RELEASE}", "-o", "name")
        if remains := [name for name in left.split() if not name.startswith("pod/submit-")]:
            raise Failed(f"uninstall left {', '.join(remains)}")
        _say(f"cluster: {2 * calls + 6} calls submitted, lost 0, doubled 0; upgraded, rolled back, uninstalled")
    finally:
        if not keep:
            command = ["kubectl", "delete", "namespace", NAMESPACE, "--wait"]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _missing() -> str | None:
    for program in ("kubectl", "helm"):
        if shutil.which(program) is None:
            return f"{program} is not in PATH"
    if not os.environ.get("KUBECONFIG"):
        return "KUBECONFIG names no cluster"
    return kafka_broker.missing() or postgres.missing()


def main(argv: Sequence[str]) -> int:
    """0 if everything holds, 1 if not, 2 if it cannot be tried here."""
    parser = argparse.ArgumentParser(prog="make cluster-test")
    parser.add_argument("--calls", type=int, default=50, help="how many calls are submitted at a time")
    parser.add_argument("--image", default="localhost/arf-services:dev")
    parser.add_argument("--keep", action="store_true", help="leave the namespace")
    given = parser.parse_args(argv)
    if reason := _missing():
        sys.stderr.write(f"cluster-test: {reason}\n")
        return 2
    with backing(node_address(["kubectl"])) as back:
        try:
            run(back, given.image, given.calls, given.keep)
        except Failed as error:
            sys.stderr.write(f"cluster-test: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
