"""Plans the processes of one machine's services: commands, variables and addresses."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arf.inference.models import ensure, list_models
from arf.kit.errors import InvalidRecord
from arf.kit.server.spec import ServiceSpec, Surroundings, services

HOST = "127.0.0.1"
SERVE_PORT, HEALTH_PORT, METRICS_PORT = 8000, 50061, 9464

API_KEY, OPENAI_API_KEY = "ARF_API_KEY", "OPENAI_API_KEY"


@dataclass(frozen=True)
class Process:
    """A process to keep running. `environment` is added to this process's own; those of a higher `rank` stop first.

    `listens` are addresses by purpose; it is ready when its `probe`, a health or metrics page, says so.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    listens: Mapping[str, str]
    probe: str
    rank: int = 0


@dataclass
class PortAllocator:
    """Allocates ports: those that the variables `given` name, or else the standard ones or any free ones."""

    given: Mapping[str, str]
    free: bool = False
    _held: list[socket.socket] = field(default_factory=list)
    _named: dict[str, int] = field(default_factory=dict)

    def of(self, variable: str, standard: int) -> int:
        """The port for a variable."""
        if variable in self.given or not self.free:
            try:
                self._named[variable] = int(self.given.get(variable, standard))
            except ValueError:
                raise InvalidRecord(variable, "is not a port") from None
            return self._named[variable]
        # Held until all are allocated, or the same one could be allocated twice.
        return int(self._hold(0).getsockname()[1])

    def check(self) -> None:
        """Raises InvalidRecord, naming its variable, for a port that is in use."""
        for variable, port in self._named.items():
            try:
                self._hold(port)
            except (OSError, OverflowError):
                raise InvalidRecord(
                    variable, f"{HOST}:{port} is in use: set another one, or pass --free-ports"
                ) from None

    def release(self) -> None:
        """Releases the allocated ports for the processes to open."""
        while self._held:
            self._held.pop().close()

    def _hold(self, port: int) -> socket.socket:
        held = socket.socket()
        self._held.append(held)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, port))
        return held


def plan(
    model: str, shared: Mapping[str, str], ports: PortAllocator, given: Mapping[str, str]
) -> tuple[list[Process], dict[str, str]]:
    """The processes of a site, and the variables with each service's address.

    `model` is a name or a folder, which one process then serves to all services, or an endpoint's `URL#model`;
    `shared` are the site's own variables, `given` those of the environment, which override a service's defaults.
    Raises InvalidRecord for a URL without a model, NotFound for a missing folder.
    """
    processes = []
    if "://" in model:
        url, _, name = model.partition("#")
        if not name:
            raise InvalidRecord("--model", f"{model} does not say which model: {model}#NAME")
    else:
        port = ports.of("ARF_SERVE_PORT", SERVE_PORT)
        # The services ask the process for the model by name.
        name = model if model in list_models() else ensure(model).name
        url = f"http://{HOST}:{port}/v1"
        processes.append(_serve(model, port, url))
    found = {spec.name: spec for spec in services()}
    addresses = {spec.name: f"{HOST}:{ports.of(_port(spec), spec.port)}" for spec in found.values()}
    # OpenAI's key is no key of the model's server here.
    key = given.get(API_KEY) or ("" if processes else given.get(OPENAI_API_KEY, ""))
    surroundings = Surroundings(name, url, key, bool(processes), addresses)
    for number, spec in enumerate(found.values()):
        own = {name: value for name, value in spec.environment(surroundings).items() if name not in given}
        processes.append(_service(spec, number, {**shared, **own}, addresses[spec.name], ports, _rank(spec, found)))
    return processes, {address_variable(name): address for name, address in addresses.items()}


def address_variable(service: str) -> str:
    """The variable that holds the address of a service's API."""
    return f"ARF_{service.upper()}_ADDRESS"


def _serve(model: str, port: int, url: str) -> Process:
    command = (sys.executable, "-m", "arf.cli", "serve", "--model", model, "--host", HOST, "--port", str(port))
    return Process("serve", command, {}, {"API": url}, f"http://{HOST}:{port}/health")


def _service(
    spec: ServiceSpec, number: int, variables: Mapping[str, str], address: str, ports: PortAllocator, rank: int
) -> Process:
    prefix = f"ARF_{spec.name.upper()}"
    health = ports.of(f"{prefix}_HEALTH_PORT", HEALTH_PORT + number)
    metrics = ports.of(f"{prefix}_METRICS_PORT", METRICS_PORT + number)
    listening = {
        _port(spec): address.rpartition(":")[2],
        f"{prefix}_HEALTH_PORT": str(health),
        f"{prefix}_METRICS_PORT": str(metrics),
    }
    page = f"http://{HOST}:{metrics}/metrics"
    return Process(
        spec.name,
        (sys.executable, "-m", f"arf.{spec.name}", "--role", "all"),
        {**variables, **listening},
        {"gRPC": address, "health": f"{HOST}:{health}", "metrics": page},
        page,
        rank,
    )


def _port(spec: ServiceSpec) -> str:
    return f"ARF_{spec.name.upper()}_PORT"


def _rank(spec: ServiceSpec, found: Mapping[str, ServiceSpec]) -> int:
    """Higher than the rank of all services that it calls; the model's process, which all may use, has rank 0."""
    return 1 + max((_rank(found[name], found) for name in spec.needs), default=0)


def log_of(folder: Path, process: Process) -> Path:
    """The log file of a process."""
    return folder / "logs" / f"{process.name}.log"
