"""Settings of a server: `ARF_…` for all services, `ARF_TEACHER_…` and so on for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.environment import Variables, naming, values
from arf.kit.identifiers import ID
from arf.kit.loopback import is_loopback
from arf.kit.tracing import Exporter

ProcessRole = Literal["api", "worker", "all"]


class ServerSettings(BaseSettings):
    """Settings of a server; each field is the variable `ARF_` + its name in capitals. Port 0 means any free port."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    role: ProcessRole = "all"
    """What this process does: answer calls, process the bus, or both."""

    host: str = "127.0.0.1"
    """Address to listen on; any but a loopback address requires `jwks_file`."""
    port: int = Field(default=0, ge=0, le=65535)
    """Port of the API; the service's standard port if unset."""
    reuse_port: bool = False
    """Lets several processes share the port; if off, a taken port is an error."""
    health_port: int = Field(default=50060, ge=0, le=65535)
    metrics_port: int = Field(default=9464, ge=0, le=65535)
    reflection: bool = True
    """Serves gRPC reflection, without a token."""

    tls_cert: Path | None = None
    """PEM certificate chain; this file and those below are read again when they change."""
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    """PEM CA certificates of clients: each client must then present a certificate."""
    jwks_file: Path | None = None
    """JWKS file with the public keys that verify tokens; if unset, no token is required."""
    token_issuer: str | None = None
    token_audience: str | None = None
    tenant: str = Field(default="default", pattern=f"^{ID}$")
    """The tenant of all requests if no token is required."""

    max_message_bytes: int = Field(default=4 << 20, ge=1024)
    max_message_items: int = Field(default=25_000, ge=1)
    """Most items in all lists of one message together, which bounds the cost of validation."""
    max_transcript_chars: int = Field(default=1_000_000, ge=1)
    """Most characters in all turns of one call together."""
    deadline_s: float = Field(default=60.0, gt=0, le=86_400)
    """Deadline of a unary call that sets none."""
    max_deadline_s: float = Field(default=600.0, gt=0, le=86_400)
    max_stream_s: float = Field(default=4 * 3600.0, gt=0, le=86_400)
    """Deadline of a stream that sets none, and the longest that one may set."""
    idle_s: float = Field(default=30.0, gt=0, le=86_400)
    """Seconds after which is given up: a connection without a call, a message that does not arrive, one that is not
    taken.
    """
    max_connections: int = Field(default=4096, ge=1)
    """Most connections to the API, if the process may open twice as many files; else half of what it may open."""
    max_in_flight: int = Field(default=128, ge=1)
    """Concurrent unary calls; others wait for their tenant's turn."""
    max_streams: int = Field(default=1000, ge=1)
    max_streams_per_tenant: int = Field(default=500, ge=1)
    max_queued_per_tenant: int = Field(default=256, ge=0)
    tenant_weights: dict[str, int] = Field(default_factory=dict)
    """JSON object; a tenant with weight 2 gets two turns where others get one."""

    drain_delay_s: float = Field(default=0.0, ge=0, le=86_400)
    """Seconds from not ready to closed, for load balancers to notice."""
    grace_s: float = Field(default=30.0, ge=0, le=86_400)
    """Seconds that calls and workers have to finish after SIGTERM."""
    readiness_interval_s: float = Field(default=2.0, gt=0, le=86_400)
    readiness_timeout_s: float = Field(default=5.0, gt=0, le=86_400)

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    traces: Exporter = "none"
    trace_ratio: float = Field(default=1.0, ge=0, le=1)
    """Share of the traces begun here that is exported."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("TLS_CERT and TLS_KEY belong together")
        if self.tls_client_ca is not None and self.tls_cert is None:
            raise ValueError("TLS_CLIENT_CA needs TLS_CERT")
        if self.jwks_file is None and not is_loopback(self.host):
            raise ValueError(
                f"JWKS_FILE is needed to listen on {self.host}: without tokens only a loopback address is allowed"
            )
        return self

    @classmethod
    def of(cls, service: str, port: int = 0, variables: Variables | None = None, **given: Any) -> Self:
        """The settings of a service with the standard port `port`; `variables` are read instead of the environment.

        Raises InvalidRecord naming each wrong variable.
        """
        prefix = f"ARF_{service.upper()}_"
        with naming(cls):
            plain = values(cls, variables)
        with naming(cls, lambda field: prefix):
            own = values(cls, variables, prefix)
        with naming(cls, lambda field: prefix if field in own else "ARF_"):
            return cls(**{"port": port, **plain, **own, **given})
