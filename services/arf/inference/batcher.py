"""One thread for a model: what waits while it is busy becomes its next batch."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from arf.inference.port import Progress

K = TypeVar("K", bound=Hashable)
Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")


@dataclass
class _Group(Generic[K, Q, A]):
    """Requests that came together and are answered together."""

    key: K
    requests: Sequence[Q]
    answers: Future[list[A]]
    progress: Progress | None


class Batcher(Generic[K, Q, A]):
    """Answers requests from any number of coroutines by `work`, which it calls in one thread.

    Groups with the same key are worked on together, up to `most` requests; those that have waited longest go first. A
    group that its caller has given up before is not begun. `work` must give every request the answer that it has
    alone, so that nobody notices the others but by the time it takes.
    """

    def __init__(self, work: Callable[[K, Sequence[Q], Progress], Sequence[A]], name: str, most: int = 64) -> None:
        self._work, self._most = work, most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._waiting: deque[_Group[K, Q, A]] = deque()

    @property
    def waiting(self) -> int:
        """How many groups wait for the thread."""
        return len(self._waiting)

    async def answers(self, key: K, requests: Sequence[Q], progress: Progress | None = None) -> list[A]:
        """The answers, in order. What `work` raises is raised here; others' requests are not touched by it."""
        loop = asyncio.get_running_loop()

        def tell(finished: int) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, finished)

        group: _Group[K, Q, A] = _Group(key, requests, Future(), tell)
        with self._lock:
            self._waiting.append(group)
            self._thread.submit(self._work_on_next)
        return await asyncio.wrap_future(group.answers)

    async def close(self) -> None:
        """Waits for what is being worked on; what waits is cancelled."""
        with self._lock:
            given_up = list(self._waiting)
            self._waiting.clear()
        for group in given_up:
            group.answers.cancel()
        await asyncio.to_thread(self._thread.shutdown)

    def _work_on_next(self) -> None:
        """Works on the batch whose turn it is. It is called once for each group, and finds less to do than that."""
        batch = self._next_batch()
        if batch:
            self._work_on(batch)

    def _next_batch(self) -> list[_Group[K, Q, A]]:
        with self._lock:
            waiting = [group for group in self._waiting if not group.answers.cancelled()]
            batch: list[_Group[K, Q, A]] = []
            size = 0
            for group in waiting:
                if not batch or (group.key == batch[0].key and size + len(group.requests) <= self._most):
                    batch.append(group)
                    size += len(group.requests)
            self._waiting = deque(group for group in waiting if group not in batch)
            return batch

    def _work_on(self, batch: Sequence[_Group[K, Q, A]]) -> None:
        requests = [request for group in batch for request in group.requests]
        # Of several groups nobody can tell whose request is finished.
        told = batch[0].progress if len(batch) == 1 else None
        try:
            answers = iter(self._work(batch[0].key, requests, told or (lambda _: None)))
            for group in batch:
                _settle(group.answers.set_result, [next(answers) for _ in group.requests])
        except BaseException as error:  # noqa: BLE001  # it is for whoever asked
            if len(batch) > 1:
                for group in batch:
                    self._work_on([group])
            else:
                _settle(batch[0].answers.set_exception, error)


def _settle(end: Callable[[T], None], outcome: T) -> None:
    """Gives a group its end, unless its caller has gone meanwhile: then nobody waits for it any more."""
    with suppress(InvalidStateError):
        end(outcome)
