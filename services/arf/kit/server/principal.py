"""The caller's identity and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

CallMetadata = Sequence[tuple[str, str | bytes]]


class Role(StrEnum):
    """What a token permits. No role includes another."""

    SUBMIT = "submit"
    READ = "read"
    REVIEW = "review"
    PROMOTE = "promote"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. Its tenant comes from the token alone. `expires_at` is in seconds since the epoch."""

    subject: str
    tenant: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    expires_at: float | None = None


class Authenticator(Protocol):
    """Identifies callers."""

    def authenticate(self, metadata: CallMetadata) -> Principal:
        """The principal in a call's metadata. Raises Unauthenticated."""
        ...


class SinglePrincipal:
    """Authentication switched off: every caller is the same principal, with all roles. For loopback addresses only."""

    def __init__(self, tenant: str) -> None:
        self._principal = Principal("anonymous", tenant, frozenset(Role))

    def authenticate(self, metadata: CallMetadata) -> Principal:
        """The same principal for every call."""
        return self._principal
