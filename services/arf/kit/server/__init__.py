"""The server that every service starts: `python -m arf.teacher` is

    from arf.kit.server import main
    from arf.teacher.app import build
    from arf.teacher.service import SERVICE

    raise SystemExit(main(SERVICE, build))

where `build(settings, metrics)` returns a `Service`: its APIs with their roles, its workers, its readiness checks.
Servicers raise ArfErrors and ask `request_context()` for tenant, subject and deadline; docs/server.md says the rest.
"""

from arf.kit.server.main import main, serve
from arf.kit.server.principal import Principal, Role
from arf.kit.server.request_context import RequestContext, request_context
from arf.kit.server.server import Ports, Server
from arf.kit.server.service import PUBLIC, Api, Service, ServiceWorker
from arf.kit.server.settings import ServerSettings
from arf.kit.server.spec import ServiceSpec, Surroundings
from arf.kit.server.status import to_status

__all__ = [
    "PUBLIC",
    "Api",
    "Ports",
    "Principal",
    "RequestContext",
    "Role",
    "Server",
    "ServerSettings",
    "Service",
    "ServiceSpec",
    "ServiceWorker",
    "Surroundings",
    "main",
    "request_context",
    "serve",
    "to_status",
]
