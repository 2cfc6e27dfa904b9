from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.helpers.tiny_model import make_tiny_model
from tests.unit.cli.invoke import arf


def test_endpoint_is_refused_as_a_model() -> None:
    done = arf("serve", "--model", "http://localhost:1/v1")
    assert (done.status, "--model" in done.err) == (1, True)


def test_key_is_needed_to_listen_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARF_API_KEY", "ARF_SERVE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    # That key is for asking OpenAI, and never asked for.
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    done = arf("serve", "--host", "0.0.0.0")
    assert (done.status, "ARF_API_KEY" in done.err) == (1, True)


def test_port_that_is_taken_is_named_before_a_model_is_loaded() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = arf("serve", "--model", "./no-such-model", "--port", str(port))
    assert (done.status, f"127.0.0.1:{port} cannot be listened on" in done.err) == (1, True)


def test_engine_on_vllm_wants_a_key_and_its_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARF_ENGINE_KEY", raising=False)
    assert "ARF_ENGINE_KEY" in arf("serve", "--engine", "vllm").err
    monkeypatch.setenv("ARF_ENGINE_KEY", "secret")
    monkeypatch.setenv("ARF_ENGINE_HOME", str(tmp_path / "home"))
    model = make_tiny_model(tmp_path / "tiny")
    done = arf("serve", "--engine", "vllm", "--model", str(model), "--port", "0")
    assert (done.status, "make setup-inference" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (["runs/student"], "is not an id"),
        (["student"], "NAME=DIR"),
        (["a=x", "a=y"], "the name of another model"),
        (["smollm2-135m-instruct=x"], "the name of another model"),
    ],
)
def test_adapter_without_a_name_of_its_own_is_refused(given: list[str], word: str) -> None:
    done = arf("serve", *(part for text in given for part in ("--adapter", text)))
    assert (done.status, "--adapter" in done.err, word in done.err) == (1, True, True)


def test_adapter_that_is_none_is_named_before_anything_is_served(tmp_path: Path) -> None:
    model = str(make_tiny_model(tmp_path / "tiny"))
    done = arf("serve", "--model", model, "--port", "0", "--adapter", f"ann={tmp_path / 'nowhere'}")
    assert (done.status, "nowhere: needs adapter_config.json" in done.err) == (1, True)
