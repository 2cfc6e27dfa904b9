"""A service in a process of its own, for tests of how it ends: `python -m tests.helpers.drain_process FOLDER ROLE`.

Its method and its worker say by files in FOLDER what they are at; they end when `go` is there, the worker only after
`stop`.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from pathlib import Path
from typing import Any

from arf.kit.metrics import Metrics
from arf.kit.server import ServerSettings, Service, ServiceSpec, main
from arf.v1 import teacher_service_pb2
from tests.helpers.servers import api


class Worker:
    """Works until it is stopped, and then finishes what it is at; ends by itself when `die` is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stopping = threading.Event()

    def run(self) -> None:
        (self._folder / "working").touch()
        while not self._stopping.wait(0.02):
            if (self._folder / "die").exists():
                raise RuntimeError("the worker is told to die")
        while not (self._folder / "go").exists():
            time.sleep(0.02)
        (self._folder / "worked").touch()

    def stop(self) -> None:
        self._stopping.set()


def build(folder: Path) -> Any:
    async def summarize(request: Any, context: Any) -> Any:
        (folder / "answering").touch()
        while not (folder / "go").exists():
            await asyncio.sleep(0.02)
        return teacher_service_pb2.SummarizeResponse(upstream="finished")

    def service(settings: ServerSettings, metrics: Metrics) -> Service:
        closing = [lambda: (folder / "closed").touch()]
        return Service("teacher", [api("teacher", Summarize=summarize)], [Worker(folder)], closing=closing)

    return service


if __name__ == "__main__":
    raise SystemExit(main(ServiceSpec("teacher", 50051), build(Path(sys.argv[1])), ["--role", sys.argv[2]]))
