"""Who asks, and what they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

CallMetadata = Sequence[tuple[str, str | bytes]]


class Role(StrEnum):
    """What a token lets its bearer do. Roles do not include each other."""

    SUBMIT = "submit"
    READ = "read"
    REVIEW = "review"
    PROMOTE = "promote"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the tenant is the token's, whatever a request says. `expires_at` is in seconds since the epoch."""

    subject: str
    tenant: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    expires_at: float | None = None


class Authenticator(Protocol):
    """Tells who asks."""

    def authenticate(self, metadata: CallMetadata) -> Principal:
        """The principal of a call with this metadata. Raises Unauthenticated."""
        ...


class SinglePrincipal:
    """Authentication that is off: everyone is one principal with every role. For loopback addresses only."""

    def __init__(self, tenant: str) -> None:
        self._principal = Principal("anonymous", tenant, frozenset(Role))

    def authenticate(self, metadata: CallMetadata) -> Principal:
        """The one principal."""
        return self._principal
