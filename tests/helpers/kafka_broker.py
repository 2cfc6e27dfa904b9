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


PASSWORD = "open sesame"
"""Of the user `arf`, at the listener that asks for one."""

_LISTENERS = """
listeners=PLAINTEXT://@HOST@:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER_PORT@,SASL_PLAINTEXT://@HOST@:{port}
advertised.listeners=PLAINTEXT://@HOST@:@PORT@,SASL_PLAINTEXT://@HOST@:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  user_arf="{password}";
"""


class KafkaBroker:
    """One broker; what it committed survives `kill` and `restart`. `sasl_servers` asks for a password."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_ports()
        self.servers = f"127.0.0.1:{self._port}"
        self.sasl_servers = f"127.0.0.1:{self._port + 2}"
        self._extra = folder.parent / f"{folder.name}.properties"
        self._extra.write_text(
            _LISTENERS.format(port=self._port + 2, password=PASSWORD).replace("@CONTROLLER_PORT@", str(self._port + 1))
        )

    def start(self) -> None:
        """Starts it, and returns when it listens. Fails after START_S, longer than `bin/broker` itself would wait."""
        deadline = time.monotonic() + START_S
        self._do("start", str(self._port), str(self._extra), check=False)
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
    """A free port of the loopback whose next two are free too: for the controller, and for who shows a password."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port
