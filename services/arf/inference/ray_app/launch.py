"""Starts the engine in its own environment, from one that has neither Ray nor vLLM."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from arf.inference.ray_app.settings import EngineSettings
from arf.kit.environment import variables
from arf.kit.errors import NotFound

PYTHON = Path(".venv-inference/bin/python")


def one_machine(name: str, source: str, host: str, port: int, adapters: int) -> dict[str, object]:
    """The Serve config of one model on this machine's CPUs, at the root of host and port."""
    args = {"name": name, "source": source, "device": "cpu", "adapters": adapters}
    args["engine"] = {"max_num_seqs": 32, "max_num_batched_tokens": 2048}
    app = {"name": name, "route_prefix": "/", "import_path": "arf.inference.ray_app.application:build", "args": args}
    return {"http_options": {"host": host, "port": port}, "applications": [app]}


def environment(settings: EngineSettings) -> dict[str, str]:
    """The environment of a Ray on this machine: its ports on loopback alone, and open to those with its token."""
    token = settings.home / "ray.token"
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not token.exists():
        with os.fdopen(os.open(token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    own = {
        "ARF_ENGINE_KEY": settings.key.get_secret_value(),
        "ARF_ENGINE_HOME": str(settings.home.resolve()),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token.resolve()),
        # What keeps a cluster off other machines keeps Ray's ports on loopback.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray's own niceness of 15 lets any other program starve the engine.
        "RAY_worker_niceness": "0",
    }
    return variables() | own


def launch(config: dict[str, object], settings: EngineSettings, say: Callable[[str], None]) -> NoReturn:
    """Replaces this process by the engine. Raises NotFound if its environment has not been made."""
    if not PYTHON.exists():
        raise NotFound(f"{PYTHON}: vLLM and Ray have an environment of their own: `make setup-inference` makes it")
    given = environment(settings)
    file = settings.home / "serve.json"
    file.write_text(json.dumps(config, indent=2), encoding="utf-8")
    say("starting vLLM on Ray Serve: it answers after about a minute")
    os.execve(PYTHON, [str(PYTHON), "-m", "arf.inference.ray_app", str(file.resolve())], given)
