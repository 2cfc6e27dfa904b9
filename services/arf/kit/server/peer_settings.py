"""Settings of a connection to another service, from variables with a common prefix such as `ARF_EDITOR_ANALYSIS_…`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from arf.kit.environment import Variables, naming, values
from arf.kit.server.channel import Peer


class PeerSettings(BaseSettings):
    """Settings of a connection; each field is the variable with the prefix + its name in capitals."""

    model_config = SettingsConfigDict(frozen=True)

    address: str = Field(pattern=r"^\S+:\d+$")
    """HOST:PORT of the service's API."""

    ca: Path | None = None
    """PEM CA certificates to verify the service with; plaintext if unset."""

    cert: Path | None = None
    """PEM certificate chain of this client, with `key`."""

    key: Path | None = None

    token: Path | None = None
    """File with the token to send, or a folder with one file per tenant, named after the tenant."""

    timeout: float = Field(default=30.0, gt=0, le=86_400)
    """Deadline of one request, in seconds."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.cert is None) != (self.key is None):
            raise ValueError("CERT and KEY belong together")
        if self.cert is not None and self.ca is None:
            raise ValueError("CERT needs CA")
        return self

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Reads no variables by itself: without a prefix, TOKEN or KEY may belong to another program."""
        return (init_settings,)

    @classmethod
    def of(cls, prefix: str, address: str, variables: Variables | None = None) -> Self:
        """The settings from variables with `prefix`; `address` is the default address.

        `variables` are read instead of the environment. Raises InvalidRecord naming each wrong variable.
        """
        with naming(cls, lambda field: prefix):
            return cls(**{"address": address, **values(cls, variables, prefix)})

    def peer(self) -> Peer:
        """The peer, without a token: that depends on the tenant."""
        return Peer(self.address, ca=self.ca, cert=self.cert, key=self.key, deadline_s=self.timeout)
