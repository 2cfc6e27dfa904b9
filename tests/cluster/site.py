"""What the release stands on, beside the cluster: a broker, a PostgreSQL and a stand-in for the LLM, on this host."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.helpers import postgres
from tests.helpers.tokens import Issuer

ROOT = Path(__file__).parents[2]

TENANT = "demo"
"""Of the generator's calls."""

_UPSTREAM = """
import asyncio, sys
from tests.faults.upstream import serve
asyncio.run(serve(int(sys.argv[1]), 0.05, [], sys.argv[2]))
"""


@dataclass(frozen=True)
class Backing:
    """Ports on the host, and the folder of the secrets."""

    host: str
    kafka: int
    postgres: int
    upstream: int
    secrets: Path
    issuer: Issuer

    def values(self, image: str) -> dict[str, object]:
        """The chart's values for it."""
        upstream = {"name": "stand-in", "kind": "openai", "model": "m", "url": f"http://{self.host}:{self.upstream}/v1"}
        repository, _, tag = image.rpartition(":")
        return {
            "image": {"repository": repository, "tag": tag},
            "kafka": {"brokers": f"{self.host}:{self.kafka}", "egress": {"ports": [self.kafka]}},
            "tests": {"tenant": TENANT},
            "database": {"egress": {"ports": [self.postgres]}},
            "services": {"teacher": {"upstreams": [upstream], "egress": {"ports": [self.upstream]}}},
        }


@contextmanager
def backing(host: str) -> Iterator[Backing]:
    """Starts all three on the address `host`, which pods must reach, and ends them with the block."""
    folder = Path(tempfile.mkdtemp(prefix="arf-cluster-"))
    kafka, database, upstream = _free_ports(host)
    broker = [str(Path(os.environ["ARF_KAFKA_HOME"]) / "bin/broker")]
    model: subprocess.Popen[str] | None = None
    try:
        with (folder / "broker.log").open("w") as log:
            given = {**os.environ, "BROKER_HOST": host}
            subprocess.run(
                [*broker, "start", folder / "kafka", str(kafka)], check=True, env=given, stdout=log, stderr=log
            )
        with postgres.running(listen=(host, database)):
            model = subprocess.Popen(
                [sys.executable, "-c", _UPSTREAM, str(upstream), host], cwd=ROOT, stdout=subprocess.PIPE, text=True
            )
            assert model.stdout is not None
            assert model.stdout.readline(), "the stand-in for the LLM did not start"
            yield Backing(host, kafka, database, upstream, folder, _secrets(folder))
    finally:
        if model is not None:
            model.kill()
            model.communicate()
        subprocess.run([*broker, "kill", folder / "kafka"], check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


def _secrets(folder: Path) -> Issuer:
    issuer = Issuer(folder / "jwks.json")
    day = 24 * 3600.0
    (folder / "editor-token").write_text(issuer.token("submit", "read", tenant=TENANT, expires_in=day))
    (folder / "master.key").write_bytes(base64.b64encode(os.urandom(32)))
    return issuer


def _free_ports(host: str) -> tuple[int, int, int]:
    # The broker takes the next port too.
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((host, 0))
            port = int(first.getsockname()[1])
            try:
                second.bind((host, port + 1))
            except (OSError, OverflowError):
                continue
            break
    found = [port]
    for _ in range(2):
        with socket.socket() as other:
            other.bind((host, 0))
            found.append(int(other.getsockname()[1]))
    return found[0], found[1], found[2]


def node_address(kubectl: list[str]) -> str:
    """The address of the cluster's one node, by which its pods reach this host."""
    asked = subprocess.run([*kubectl, "get", "nodes", "-o", "json"], check=True, capture_output=True, text=True)
    addresses = [a for node in json.loads(asked.stdout)["items"] for a in node["status"]["addresses"]]
    return str(next(a["address"] for a in addresses if a["type"] == "InternalIP"))
