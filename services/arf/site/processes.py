"""The processes of one machine's services: their commands, their variables, where they listen."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arf.inference.models import ensure, list_models
from arf.kit.errors import InvalidRecord
from arf.kit.server.settings import PORTS
from arf.site.site import EDITOR_ADDRESS

HOST = "127.0.0.1"
SERVE_PORT, HEALTH_PORT, METRICS_PORT = 8000, 50061, 9464
SERVICES = ("teacher", "analysis", "editor")

_PATIENCE_S = 600.0
"""What a model of this machine gets for one answer: it has nobody else to ask."""


@dataclass(frozen=True)
class Process:
    """A process to keep running. `environment` is what is added to this one's own; those of a higher `rank` end first.

    `listens` are addresses by what they are for; it is ready as its `probe` says, a page of metrics or a health page.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    listens: Mapping[str, str]
    probe: str
    rank: int = 0


@dataclass
class Ports:
    """Ports to give away: the environment's where it names them, else the standard ones or any that are free."""

    free: bool = False
    _held: list[socket.socket] = field(default_factory=list)
    _named: dict[str, int] = field(default_factory=dict)

    def of(self, variable: str, standard: int) -> int:
        """A port for what the variable sets."""
        if variable in os.environ or not self.free:
            try:
                self._named[variable] = int(os.environ.get(variable, standard))
            except ValueError:
                raise InvalidRecord(variable, "is not a port") from None
            return self._named[variable]
        # Held until all are given away, or the same one could be given twice.
        return int(self._hold(0).getsockname()[1])

    def check(self) -> None:
        """Raises InvalidRecord, naming the variable that sets it, for a port that is taken."""
        for variable, port in self._named.items():
            try:
                self._hold(port)
            except (OSError, OverflowError):
                raise InvalidRecord(
                    variable, f"{HOST}:{port} cannot be listened on: set another, or --free-ports for any"
                ) from None

    def release(self) -> None:
        """Lets go of the ports that were given, for the processes to take."""
        while self._held:
            self._held.pop().close()

    def _hold(self, port: int) -> socket.socket:
        held = socket.socket()
        self._held.append(held)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, port))
        return held


def plan(model: str, shared: Mapping[str, str], ports: Ports) -> tuple[list[Process], dict[str, str]]:
    """The processes of a site and the variables that its users need; `shared` are the site's own variables.

    `model` is a name or a folder, which one process then serves to teacher and editor, or an endpoint's `URL#model`.
    Raises InvalidRecord for a URL without a model, NotFound for a folder that is none.
    """
    processes = []
    if "://" in model:
        url, _, name = model.partition("#")
        if not name:
            raise InvalidRecord("--model", f"{model} does not say which model: {model}#NAME")
    else:
        port = ports.of("ARF_SERVE_PORT", SERVE_PORT)
        # Teacher and editor ask by name for what the process serves.
        name = model if model in list_models() else ensure(model).name
        url = f"http://{HOST}:{port}/v1"
        processes.append(_serve(model, port, url))
    addresses = {name: f"{HOST}:{ports.of(f'ARF_{name.upper()}_PORT', PORTS[name])}" for name in SERVICES}
    own = _own_variables(url, name, local=bool(processes), analysis=addresses["analysis"])
    for number, service in enumerate(SERVICES):
        processes.append(_service(service, number, {**shared, **own[service]}, addresses[service], ports))
    return processes, {EDITOR_ADDRESS: addresses["editor"]}


def _serve(model: str, port: int, url: str) -> Process:
    command = (sys.executable, "-m", "arf.cli", "serve", "--model", model, "--host", HOST, "--port", str(port))
    return Process("serve", command, {}, {"API": url}, f"http://{HOST}:{port}/health")


def _service(name: str, number: int, variables: Mapping[str, str], address: str, ports: Ports) -> Process:
    prefix = f"ARF_{name.upper()}"
    health = ports.of(f"{prefix}_HEALTH_PORT", HEALTH_PORT + number)
    metrics = ports.of(f"{prefix}_METRICS_PORT", METRICS_PORT + number)
    listening = {
        f"{prefix}_PORT": address.rpartition(":")[2],
        f"{prefix}_HEALTH_PORT": str(health),
        f"{prefix}_METRICS_PORT": str(metrics),
    }
    page = f"http://{HOST}:{metrics}/metrics"
    return Process(
        name,
        (sys.executable, "-m", f"arf.{name}", "--role", "all"),
        {**variables, **listening},
        {"gRPC": address, "health": f"{HOST}:{health}", "metrics": page},
        page,
        # The editor asks the analysis, and both may wait for the model.
        rank=1 if name == "analysis" else 2,
    )


def _own_variables(url: str, model: str, *, local: bool, analysis: str) -> dict[str, dict[str, str]]:
    """What each service is told, unless the environment tells it already."""
    upstream: dict[str, object] = {"name": "serve" if local else "endpoint", "kind": "openai"}
    upstream |= {"model": model, "url": url}
    teacher: dict[str, str] = {}
    editor = {"ARF_EDITOR_MODEL": f"{url}#{model}", "ARF_EDITOR_ANALYSIS": analysis}
    if local:
        upstream["timeout_s"] = _PATIENCE_S
        teacher["ARF_TEACHER_DEADLINE_S"] = str(_PATIENCE_S)
        editor["ARF_REQUEST_TIMEOUT"] = str(_PATIENCE_S)
    if "ARF_API_KEY" in os.environ:
        teacher["ARF_TEACHER_API_KEY"] = os.environ["ARF_API_KEY"]
    teacher["ARF_TEACHER_UPSTREAMS"] = json.dumps([upstream])
    found = {"teacher": teacher, "analysis": {}, "editor": editor}
    return {name: _unless_set(variables.items()) for name, variables in found.items()}


def _unless_set(variables: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in variables if name not in os.environ}


def log_of(folder: Path, process: Process) -> Path:
    """The file that its output goes to."""
    return folder / "logs" / f"{process.name}.log"
