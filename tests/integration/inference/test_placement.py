"""Two Ray nodes on this machine, told apart by a custom resource: the editor is on one, the student on the other."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from arf.inference.models import DEFAULT_MODEL
from arf.inference.ray_app.launch import environment
from arf.inference.ray_app.settings import EngineSettings
from tests.helpers.ray_engine import KEY, PYTHON, ROOT, bearer, free_port, stop, wait_for_models

pytestmark = [pytest.mark.inference, pytest.mark.timeout(1500)]

POOLS = ("editor", "student")
_NODE = ["--block", "--num-cpus", "2", "--object-store-memory", "200000000"]


@pytest.fixture(scope="module")
def cluster(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Serve, over two nodes with a pool each."""
    folder = tmp_path_factory.mktemp("cluster")
    settings = EngineSettings.model_validate({"key": KEY, "home": folder / "home"})
    # Several nodes cannot be on loopback: the token alone keeps others out.
    given = {**environment(settings), "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1"}
    head, serve = free_port(), free_port()
    config = folder / "serve.json"
    config.write_text(
        json.dumps({"http_options": {"host": "127.0.0.1", "port": serve}, "applications": _applications()})
    )
    address = f"{_own_address()}:{head}"
    ray = [str(PYTHON.with_name("ray")), "start", *_NODE]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))

        def start(*command: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=log, start_new_session=True)
            stack.callback(stop, process)
            return process

        first = ["--head", "--port", str(head), "--include-dashboard", "false"]
        for role, pool in ((first, POOLS[0]), (["--address", address], POOLS[1])):
            metrics = ["--metrics-export-port", str(free_port())]
            start(*ray, *role, *metrics, "--resources", json.dumps({pool: 1}))
            time.sleep(10)
        driver = start(str(PYTHON), "-m", "arf.inference.ray_app", str(config), address)
        for pool in POOLS:
            wait_for_models(f"http://127.0.0.1:{serve}/{pool}/v1", driver, 600)
        yield f"http://127.0.0.1:{serve}"


def test_each_model_is_on_the_node_of_its_pool(cluster: str) -> None:
    for pool in POOLS:
        body = {"model": pool, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4}
        answer = httpx.post(f"{cluster}/{pool}/v1/chat/completions", json=body, headers=bearer(KEY), timeout=120)
        assert answer.status_code == 200
    homes = {
        pool: {node for node, names in _replicas_by_node().items() if any(f":{pool}" in name for name in names)}
        for pool in POOLS
    }
    assert [len(nodes) for nodes in homes.values()] == [1, 1]
    assert homes["editor"] != homes["student"]


def _applications() -> list[dict[str, object]]:
    return [
        {
            "name": pool,
            "route_prefix": f"/{pool}",
            "args": {
                "name": pool, "source": DEFAULT_MODEL, "device": "cpu", "pool": pool, "cores": str(core),
                "engine": {"max_model_len": 512, "max_num_batched_tokens": 512, "max_num_seqs": 8},
            },
        }
        for core, pool in enumerate(POOLS)
    ]  # fmt: skip


def _replicas_by_node() -> dict[int, list[str]]:
    """The titles of the replicas that each node's raylet has started, by the raylet's process."""
    found: dict[int, list[str]] = {}
    for process in psutil.process_iter(["ppid", "cmdline"]):
        title = " ".join(process.info["cmdline"] or [])
        if title.startswith("ray::ServeReplica"):
            found.setdefault(process.info["ppid"], []).append(title)
    return found


def _own_address() -> str:
    found = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    return found[0] if found else "127.0.0.1"
