"""A real Kafka broker of the distribution at ARF_KAFKA_HOME, in a folder of its own: started, killed, started again."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

START_S = 240.0
"""A machine that is busy with other things takes minutes for a JVM."""


def missing() -> str | None:
    """What is absent for running a broker here; None if nothing is."""
    home = os.environ.get("ARF_KAFKA_HOME")
    if not home:
        return "ARF_KAFKA_HOME names no Kafka distribution"
    if not (Path(home) / "bin/broker").exists():
        return f"{home} has no bin/broker"
    if shutil.which("java") is None:
        return "Kafka needs Java 17 and there is no java"
    if importlib.util.find_spec("kafka") is None:
        return "kafka-python is not installed (the extra kafka)"
    return None


class KafkaBroker:
    """One broker; what it committed survives `kill` and `restart`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_ports()
        self.servers = f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it, and returns when it listens. Fails after START_S, longer than `bin/broker` itself would wait."""
        deadline = time.monotonic() + START_S
        self._do("start", str(self._port), check=False)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert time.monotonic() < deadline, f"no broker on port {self._port}: see {self._folder}/broker.log"
            time.sleep(0.2)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._do("kill")

    def stop(self) -> None:
        """Ends it in order, or else as a crash would: a busy machine may not manage in time."""
        self._do("stop", check=False)
        self._do("kill", check=False)

    def _do(self, action: str, *more: str, check: bool = True) -> None:
        broker = Path(os.environ["ARF_KAFKA_HOME"]) / "bin/broker"
        # The broker outlives the command and would hold a pipe open.
        with (self._folder.parent / f"{self._folder.name}.log").open("a") as log:
            subprocess.run([broker, action, self._folder, *more], check=check, stdout=log, stderr=log, timeout=START_S)


def _free_ports() -> int:
    """A free port of the loopback whose successor is free too: the controller takes that."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
