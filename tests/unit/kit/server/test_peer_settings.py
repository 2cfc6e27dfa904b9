"""How another service is reached, by variables that begin alike."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="not installed: pip install 'arf[server]'")

from arf.kit.errors import InvalidRecord
from arf.kit.server.channel import Peer
from arf.kit.server.peer_settings import PeerSettings

PREFIX = "ARF_EDITOR_ANALYSIS_"


def test_a_peer_is_what_its_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"ADDRESS": "analysis:443", "CA": "ca.pem", "CERT": "me.pem", "KEY": "me.key", "TOKEN": "t", "TIMEOUT": "7"}
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    settings = PeerSettings.of(PREFIX, "localhost:1")
    ca, cert, key = Path("ca.pem"), Path("me.pem"), Path("me.key")
    assert settings.peer() == Peer("analysis:443", ca=ca, cert=cert, key=key, deadline_s=7.0)
    assert settings.token == Path("t")


def test_a_peer_is_at_its_standard_address_in_plaintext_when_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # Variables of other programs, without the prefix, say nothing of it.
    for name in ("ADDRESS", "CA", "TOKEN", "TIMEOUT"):
        monkeypatch.setenv(name, "9")
    settings = PeerSettings.of(PREFIX, "localhost:1")
    assert (settings.peer(), settings.token) == (Peer("localhost:1", deadline_s=30.0), None)


def test_variables_that_are_given_are_read_instead_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}ADDRESS", "environment:1")
    assert PeerSettings.of(PREFIX, "localhost:1", {f"{PREFIX}ADDRESS": "given:1"}).address == "given:1"


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("ADDRESS", "nowhere", f"{PREFIX}ADDRESS"),
        ("TIMEOUT", "0", f"{PREFIX}TIMEOUT"),
        ("CERT", "me.pem", "CERT and KEY belong together"),
    ],
)
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(InvalidRecord, match=named):
        PeerSettings.of(PREFIX, "localhost:1")
