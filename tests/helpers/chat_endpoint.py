"""The OpenAI-compatible endpoint on a free port of the loopback, as `arf serve` runs it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from arf.inference.chat_server import application
from arf.inference.port import Model


@contextmanager
def serving(model: Model, *, api_key: str = "", adapters: Mapping[str, Path] | None = None) -> Iterator[str]:
    """The address of the model's endpoint, without /v1, until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = application(model, api_key=api_key, adapters=adapters)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
