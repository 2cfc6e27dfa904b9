"""A token issuer of a test's own: its JWKS file, and tokens of every kind."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec


class Issuer:
    """Signs tokens with one key, whose public half is in `jwks_file`."""

    def __init__(self, jwks_file: Path, kid: str = "key-1") -> None:
        self.jwks_file = jwks_file
        self.kid = kid
        self._key = ec.generate_private_key(ec.SECP256R1())
        jwks_file.write_text(json.dumps({"keys": [self.jwk()]}), encoding="utf-8")

    def jwk(self) -> dict[str, Any]:
        """The public key."""
        made = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key()))
        return {**made, "kid": self.kid, "alg": "ES256", "use": "sig"}

    def token(self, *roles: str, tenant: Any = "acme", expires_in: float = 600, **claims: Any) -> str:
        """A token; claims given as None are left out."""
        told = {"sub": "ann", "tenant": tenant, "roles": list(roles), "exp": time.time() + expires_in, **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, self._key, algorithm="ES256", headers={"kid": self.kid})


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """Metadata that carries a token."""
    return (("authorization", f"Bearer {token}"),)
