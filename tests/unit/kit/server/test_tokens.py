"""Which tokens are accepted, and what is said of others."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from arf.kit.errors import InvalidRecord, Unauthenticated
from arf.kit.server.principal import Principal, Role
from arf.kit.server.tokens import TokenAuthenticator
from tests.helpers.tokens import Issuer, bearer


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path / "jwks.json")


@pytest.fixture
def check(issuer: Issuer) -> TokenAuthenticator:
    return TokenAuthenticator(issuer.jwks_file)


def refusal(check: TokenAuthenticator, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        check.authenticate(bearer(token))
    return refused.value.message


def test_a_good_token_names_subject_tenant_and_roles(check: TokenAuthenticator, issuer: Issuer) -> None:
    principal = check.authenticate(bearer(issuer.token("submit", "review", "juggler", exp=9_999_999_999)))

    assert principal == Principal("ann", "acme", frozenset({Role.SUBMIT, Role.REVIEW}), 9_999_999_999 + 5)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"expires_in": -60}, "expired"),
        ({"nbf": 9_999_999_999}, "not valid yet"),
        ({"exp": None}, "no claim 'exp'"),
        ({"exp": 10**400}, "out of range"),
        ({"exp": float("inf")}, "not a JSON Web Token"),
        ({"sub": None}, "no claim 'sub'"),
        ({"tenant": None}, "'tenant' is not an id"),
        ({"tenant": "a/b"}, "'tenant' is not an id"),
        ({"tenant": ["acme"]}, "'tenant' is not an id"),
        ({"roles": None}, "'roles' is not a list of names"),
        ({"roles": "admin"}, "'roles' is not a list of names"),
    ],
)
def test_a_token_is_refused_and_its_fault_named(
    check: TokenAuthenticator, issuer: Issuer, claims: dict[str, Any], reason: str
) -> None:
    assert reason in refusal(check, issuer.token("submit", **claims))


def test_a_token_that_expires_is_refused_although_it_was_accepted_before(
    check: TokenAuthenticator, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.token("submit", expires_in=600)
    check.authenticate(bearer(token))
    monkeypatch.setattr("arf.kit.server.tokens.time.time", lambda: 9_999_999_999.0)

    assert "expired" in refusal(check, token)


def test_a_stranger_who_knows_the_keys_name_is_refused(check: TokenAuthenticator, tmp_path: Path) -> None:
    assert "signature is invalid" in refusal(check, Issuer(tmp_path / "other.json").token("admin"))


def test_an_unknown_key_is_refused(check: TokenAuthenticator, tmp_path: Path) -> None:
    assert "unknown key" in refusal(check, Issuer(tmp_path / "other.json", kid="key-2").token("admin"))


def test_an_unsigned_token_is_refused(check: TokenAuthenticator) -> None:
    claims = {"sub": "ann", "tenant": "acme", "roles": ["admin"], "exp": 9_999_999_999}

    assert refusal(check, jwt.encode(claims, "", algorithm="none", headers={"kid": "key-1"}))


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(check: TokenAuthenticator, issuer: Issuer) -> None:
    _, claims, _ = issuer.token("admin").split(".")
    forged_header = (
        base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "key-1"}).encode()).rstrip(b"=").decode()
    )
    secret = json.dumps(issuer.jwk()).encode()
    forged = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{forged_header}.{claims}".encode(), secret
    )
    signature = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()

    assert refusal(check, f"{forged_header}.{claims}.{signature}") == ("the token's algorithm does not match its key")


@pytest.mark.parametrize("metadata", [(), (("authorization", "Basic YTpi"),), bearer("a") + bearer("b"), bearer("a.b")])
def test_metadata_without_exactly_one_token_is_refused(check: TokenAuthenticator, metadata: Any) -> None:
    with pytest.raises(Unauthenticated):
        check.authenticate(metadata)


def test_issuer_and_audience_are_demanded_when_they_are_set(issuer: Issuer) -> None:
    check = TokenAuthenticator(issuer.jwks_file, issuer="https://id.example", audience="arf")
    good: dict[str, Any] = {"iss": "https://id.example", "aud": "arf"}

    assert check.authenticate(bearer(issuer.token("submit", **good))).subject == "ann"
    assert "issuer" in refusal(check, issuer.token("submit", **{**good, "iss": "https://evil.example"}))
    assert "audience" in refusal(check, issuer.token("submit", **{**good, "aud": "other"}))


def test_keys_that_change_are_used_at_once_and_old_tokens_refused(
    check: TokenAuthenticator, issuer: Issuer, tmp_path: Path
) -> None:
    old = issuer.token("submit")
    check.authenticate(bearer(old))
    new = Issuer(tmp_path / "new.json", kid="key-2")
    new.jwks_file.replace(issuer.jwks_file)

    assert check.authenticate(bearer(new.token("submit")))
    assert "unknown key" in refusal(check, old)


def test_keys_that_become_unreadable_leave_the_last_ones_in_use(check: TokenAuthenticator, issuer: Issuer) -> None:
    issuer.jwks_file.write_text("{", encoding="utf-8")

    assert check.authenticate(bearer(issuer.token("submit")))


@pytest.mark.parametrize("keys", ["", "[]", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'])
def test_a_file_without_public_keys_is_refused_at_the_start(tmp_path: Path, keys: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(keys, encoding="utf-8")

    with pytest.raises(InvalidRecord, match=r"jwks\.json"):
        TokenAuthenticator(file)
