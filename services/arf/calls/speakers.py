"""Maps speakers' labels, as contact centres export them, to roles, and roles to labels."""

from __future__ import annotations

import re
from collections.abc import Mapping

from arf.v1.transcript_pb2 import Role

ROLES: Mapping[str, Role] = {
    "customer": Role.ROLE_CUSTOMER,
    "agent": Role.ROLE_AGENT,
    "bot": Role.ROLE_BOT,
    "third_party": Role.ROLE_THIRD_PARTY,
}
"""Roles by the labels that ARF writes."""

SPEAKERS: Mapping[Role, str] = {role: name for name, role in ROLES.items()}
"""The label of a speaker of whom only the role is known."""

_CUSTOMER = "customer client caller user consumer member subscriber guest passenger shopper buyer visitor"
_AGENT = (
    "agent representative rep operator advisor adviser associate csr clerk specialist employee staff supervisor "
    "support service helpdesk"
)
_AGENT_PHRASES = (
    "customer service",
    "customer support",
    "customer care",
    "customer service representative",
    "customer service agent",
    "customer support agent",
    "service representative",
    "service agent",
    "support agent",
    "sales representative",
    "sales agent",
    "call center agent",
    "call centre agent",
    "contact center agent",
    "help desk",
    "technical support",
    "tech support",
)
_BOT = ("bot", "assistant", "chatbot", "chat bot", "virtual assistant", "virtual agent", "ivr", "automated system")
_LABELS: Mapping[str, Role] = {
    **dict.fromkeys((*_CUSTOMER.split(), "end user"), Role.ROLE_CUSTOMER),
    **dict.fromkeys((*_AGENT.split(), *_AGENT_PHRASES), Role.ROLE_AGENT),
    **dict.fromkeys(_BOT, Role.ROLE_BOT),
    "third party": Role.ROLE_THIRD_PARTY,
}
_NUMBER = re.compile(r"[ #.]*\d{1,4}$| [a-z]$")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]+)[)\]]")


def role_of(label: str) -> Role:
    """The role in a label; ROLE_UNSPECIFIED for names and for words that are not a role.

    `Caller`, `Customer 1`, `agent_2`, `Maria (Agent)` and `Customer Service Representative` name one. Linear in the
    label's length.
    """
    plain = _plain(label)
    for candidate in (plain, _NUMBER.sub("", plain), *(_plain(inner) for inner in _BRACKETED.findall(label))):
        if candidate in _LABELS:
            return _LABELS[candidate]
    return Role.ROLE_UNSPECIFIED


def _plain(label: str) -> str:
    return " ".join(label.replace("_", " ").replace("-", " ").lower().split())
