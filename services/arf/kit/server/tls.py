"""TLS from files that may be replaced while the server runs: new connections use the current ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from arf.kit.errors import InvalidRecord
from arf.kit.server.watched_files import WatchedFiles


def server_credentials(cert: Path, key: Path, client_ca: Path | None = None) -> grpc.ServerCredentials:
    """A server's credentials: a PEM chain and its key; with `client_ca`, clients must present a certificate it signed.

    Raises InvalidRecord if a file is missing or bad, or key and certificate do not match. If files turn bad later, the
    server goes on with the last good ones.
    """
    files = WatchedFiles([cert, key, *([client_ca] if client_ca else [])], _configuration)
    last = files.current()

    def changed() -> Any:  # the stubs lack None, for no change
        nonlocal last
        current = files.current()
        if current is last:
            return None
        last = current
        return current

    return grpc.dynamic_ssl_server_credentials(last, changed, require_client_authentication=client_ca is not None)


def check_pair(cert: bytes, key: bytes) -> None:
    """Raises InvalidRecord if key and certificate do not match: perhaps only one has been replaced so far."""
    try:
        public = x509.load_pem_x509_certificates(cert)[0].public_key()
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        raise InvalidRecord("tls", "not a PEM certificate and its unencrypted PEM key") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != private.public_key().public_bytes(*form):
        raise InvalidRecord("tls", "the key is not the certificate's")


def _configuration(contents: Sequence[bytes]) -> grpc.ServerCertificateConfiguration:
    cert, key, *roots = contents
    check_pair(cert, key)
    for root in roots:
        try:
            x509.load_pem_x509_certificates(root)
        except ValueError:
            raise InvalidRecord("tls", "no PEM certificate to check clients with") from None
    return grpc.ssl_server_certificate_configuration([(key, cert)], root_certificates=roots[0] if roots else None)
