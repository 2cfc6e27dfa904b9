"""Speakers who are called by their role: `customer` for ROLE_CUSTOMER and so on. Others have names of their own."""

from __future__ import annotations

from collections.abc import Mapping

from arf.v1.transcript_pb2 import Role

ROLES: Mapping[str, Role] = {
    "customer": Role.ROLE_CUSTOMER,
    "agent": Role.ROLE_AGENT,
    "bot": Role.ROLE_BOT,
    "third_party": Role.ROLE_THIRD_PARTY,
}
"""The role that a speaker's name, in lower case, says."""

SPEAKERS: Mapping[Role, str] = {role: name for name, role in ROLES.items()}
"""What a speaker is called of whom only the role is known."""
