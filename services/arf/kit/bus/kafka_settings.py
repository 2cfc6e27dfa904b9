"""TLS and SASL of the connections to Kafka, from `ARF_KAFKA_…` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.errors import InvalidRecord


class KafkaSettings(BaseSettings):
    """Security of the connections to Kafka; each field is the variable `ARF_KAFKA_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_KAFKA_", frozen=True)

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """SSL adds TLS, SASL adds a user name and a password."""

    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"

    sasl_username: str | None = None

    sasl_password: SecretStr | None = None

    sasl_password_file: Path | None = None
    """A file with the password, instead of the password itself."""

    ssl_ca: Path | None = None
    """PEM CA certificates to verify brokers with; the system's if unset."""

    ssl_cert: Path | None = None
    """PEM certificate of this client, where brokers require one; needs `ssl_key`."""

    ssl_key: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuses settings that would have no effect: whoever set them believes that they protect."""
        sasl, tls = "SASL" in self.security_protocol, "SSL" in self.security_protocol
        passwords = [given for given in (self.sasl_password, self.sasl_password_file) if given is not None]
        if sasl and (self.sasl_username is None or len(passwords) != 1):
            raise ValueError(f"{self.security_protocol} takes a user name, and a password or the file that holds it")
        if not sasl and (passwords or self.sasl_username is not None):
            raise ValueError(f"user name and password have no effect with {self.security_protocol}")
        if not tls and (self.ssl_ca or self.ssl_cert or self.ssl_key):
            raise ValueError(f"certificates have no effect with {self.security_protocol}")
        if (self.ssl_cert is None) != (self.ssl_key is None):
            raise ValueError("a certificate and its key go together")
        return self

    def client_options(self) -> dict[str, Any]:
        """The security arguments of kafka-python's clients. Raises InvalidRecord for a missing password file."""
        options: dict[str, Any] = {"security_protocol": self.security_protocol}
        if "SASL" in self.security_protocol:
            options["sasl_mechanism"] = self.sasl_mechanism
            options["sasl_plain_username"] = self.sasl_username
            options["sasl_plain_password"] = self._password()
        files = {"ssl_cafile": self.ssl_ca, "ssl_certfile": self.ssl_cert, "ssl_keyfile": self.ssl_key}
        return options | {name: str(file) for name, file in files.items() if file is not None}

    def _password(self) -> str:
        if self.sasl_password_file is None:
            return self.sasl_password.get_secret_value() if self.sasl_password is not None else ""
        try:
            return self.sasl_password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise InvalidRecord("ARF_KAFKA_SASL_PASSWORD_FILE", error.strerror or "cannot be read") from None
