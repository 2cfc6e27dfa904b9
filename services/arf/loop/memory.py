"""Peak memory of a run: this process and all its children."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil


class PeakMemory:
    """Samples the process group's resident memory while open; `mib` is the highest sum seen, in MiB.

    Memory that processes share counts once for each, so the figure errs upwards.
    """

    def __init__(self, every: float = 0.5) -> None:
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mib = 0.0

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        ending = False
        while not ending:
            # Sample once more on closing: work shorter than an interval has a peak too.
            ending = self._stop.wait(self._every)
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue  # it ended between listing and sampling
            self.mib = max(self.mib, total / 2**20)
