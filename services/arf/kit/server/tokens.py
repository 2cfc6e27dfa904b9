"""Verifies JSON Web Tokens with the public keys of a JWKS file, which may change at any time."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jwt

from arf.kit.errors import InvalidRecord, Unauthenticated
from arf.kit.identifiers import is_id
from arf.kit.server.principal import CallMetadata, Principal, Role
from arf.kit.server.watched_files import WatchedFiles

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Public-key signatures only: with a shared secret, whoever verifies tokens could also forge them."""

REMEMBERED = 4096
"""How many verified tokens to remember, until the keys change."""


class TokenAuthenticator:
    """Accepts bearer tokens with `exp`, `sub`, `tenant` and `roles`; unknown roles are ignored.

    `issuer` and `audience` are required if set. The constructor raises InvalidRecord if the file holds no public key.
    """

    def __init__(
        self, jwks_file: Path, issuer: str | None = None, audience: str | None = None, leeway_s: float = 5.0
    ) -> None:
        self._keys = WatchedFiles([jwks_file], _parse_keys)
        self._issuer = issuer
        self._audience = audience
        self._leeway_s = leeway_s
        self._known_by: dict[str, jwt.PyJWK] = {}
        self._known: dict[str, Principal] = {}

    def authenticate(self, metadata: CallMetadata) -> Principal:
        """The principal in the call's token. Raises Unauthenticated, saying what is wrong with the token."""
        token = _bearer(metadata)
        keys = self._keys.current()
        if keys is not self._known_by:
            self._known_by = keys
            self._known.clear()
        principal = self._known.get(token) or self._remember(token, keys)
        if principal.expires_at is not None and time.time() >= principal.expires_at:
            raise Unauthenticated("the token has expired")
        return principal

    def _remember(self, token: str, keys: dict[str, jwt.PyJWK]) -> Principal:
        try:
            found = _principal(self._claims(token, keys), self._leeway_s)
        except OverflowError:
            raise Unauthenticated("the token holds a time that is out of range") from None
        if len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[token] = found
        return found

    def _claims(self, token: str, keys: dict[str, jwt.PyJWK]) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                _key(token, keys),
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway_s,
                options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the token has expired") from None
        except jwt.ImmatureSignatureError:
            raise Unauthenticated("the token is not valid yet") from None
        except jwt.InvalidAudienceError:
            raise Unauthenticated(f"the token is not for the audience {self._audience}") from None
        except jwt.InvalidIssuerError:
            raise Unauthenticated(f"the token is not from the issuer {self._issuer}") from None
        except jwt.MissingRequiredClaimError as error:
            raise Unauthenticated(f"the token has no claim {error.claim!r}") from None
        except jwt.InvalidSignatureError:
            raise Unauthenticated("the token's signature is invalid") from None
        except jwt.InvalidAlgorithmError:
            raise Unauthenticated("the token's algorithm does not match its key") from None
        except jwt.PyJWTError:
            raise Unauthenticated("the token is not a JSON Web Token (RFC 7519)") from None


def _bearer(metadata: CallMetadata) -> str:
    given = [value for name, value in metadata if name == "authorization"]
    if not given:
        raise Unauthenticated("no token: send it as metadata `authorization: Bearer TOKEN`")
    value = given[0]
    if len(given) > 1 or not isinstance(value, str) or value[:7].lower() != "bearer ":
        raise Unauthenticated("the metadata `authorization` is not one `Bearer TOKEN`")
    return value[7:].strip()


def _key(token: str, keys: dict[str, jwt.PyJWK]) -> jwt.PyJWK:
    """The key that the token's header names, or the only one if it names none."""
    name = jwt.get_unverified_header(token).get("kid")
    if name is None and len(keys) == 1:
        return next(iter(keys.values()))
    if name not in keys:
        raise Unauthenticated("the token is signed by an unknown key")
    return keys[name]


def _principal(claims: dict[str, Any], leeway_s: float) -> Principal:
    tenant, roles = claims.get("tenant"), claims.get("roles")
    if not isinstance(tenant, str) or not is_id(tenant):
        raise Unauthenticated("the token's claim 'tenant' is not an id")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unauthenticated("the token's claim 'roles' is not a list of names")
    known = frozenset(role for role in Role if role in roles)
    return Principal(claims["sub"], tenant, known, float(claims["exp"]) + leeway_s)


def _parse_keys(contents: Sequence[bytes]) -> dict[str, jwt.PyJWK]:
    try:
        found = jwt.PyJWKSet.from_dict(json.loads(contents[0])).keys
    except (ValueError, TypeError, AttributeError, jwt.PyJWTError):
        raise InvalidRecord("keys", "not a JSON Web Key Set with a key that can be used") from None
    keys = {key.key_id or "": key for key in found if key.algorithm_name in ALGORITHMS}
    if not keys:
        raise InvalidRecord("keys", "no public key: " + ", ".join(ALGORITHMS) + " are accepted")
    return keys
