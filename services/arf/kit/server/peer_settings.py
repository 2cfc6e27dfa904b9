"""How another service is reached, from variables that begin alike, such as `ARF_EDITOR_ANALYSIS_…`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from arf.kit.environment import Variables, naming, values
from arf.kit.server.channel import Peer


class PeerSettings(BaseSettings):
    """Settings of a connection; each is the variable of a prefix + its name in capitals."""

    model_config = SettingsConfigDict(frozen=True)

    address: str = Field(pattern=r"^\S+:\d+$")
    """HOST:PORT of the service's API."""

    ca: Path | None = None
    """PEM certificates to check the service with; without it the connection is plaintext."""

    cert: Path | None = None
    """PEM chain to show to it, with `key`."""

    key: Path | None = None

    token: Path | None = None
    """File with the token to show, or a folder with one file a tenant, named after the tenant."""

    timeout: float = Field(default=30.0, gt=0)
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
        """Only what `of` gives: there are no variables without a prefix, and TOKEN or KEY may mean something else."""
        return (init_settings,)

    @classmethod
    def of(cls, prefix: str, address: str, variables: Variables | None = None) -> Self:
        """The settings whose variables begin with `prefix`; `address` is where the service is unless one says it.

        `variables` are read instead of the environment. Raises InvalidRecord naming the variable of each that is wrong.
        """
        with naming(cls, lambda field: prefix):
            return cls(**{"address": address, **values(cls, variables, prefix)})

    def peer(self) -> Peer:
        """The way to the service, without a token: that depends on who asks."""
        return Peer(self.address, ca=self.ca, cert=self.cert, key=self.key, deadline_s=self.timeout)
