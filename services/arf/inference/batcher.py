"""Batches requests to a model with one thread: what arrives while it is busy forms the next batch."""

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
    """Requests that were submitted, and are answered, together."""

    key: K
    requests: Sequence[Q]
    answers: Future[list[A]]
    progress: Progress | None


class Batcher(Generic[K, Q, A]):
    """Answers requests from any number of coroutines with `work`, which runs in one thread.

    Groups with the same key run together, up to `most` requests, the longest-waiting first. A group whose caller is
    gone before it starts is skipped. `work` must answer each request independently of the others in its batch.
    """

    def __init__(self, work: Callable[[K, Sequence[Q], Progress], Sequence[A]], name: str, most: int = 64) -> None:
        self._work, self._most = work, most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._waiting: deque[_Group[K, Q, A]] = deque()

    @property
    def waiting(self) -> int:
        """The number of groups waiting for the thread."""
        return len(self._waiting)

    async def answers(self, key: K, requests: Sequence[Q], progress: Progress | None = None) -> list[A]:
        """The answers, in order. Raises what `work` raises."""
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
        """Waits for the running batch and cancels what is waiting."""
        with self._lock:
            given_up = list(self._waiting)
            self._waiting.clear()
        for group in given_up:
            group.answers.cancel()
        await asyncio.to_thread(self._thread.shutdown)

    def _work_on_next(self) -> None:
        """Runs the next batch, if any. It is called once per group, so some calls find nothing left to do."""
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
        # With several groups it is unknown whose request has finished.
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
    """Sets a group's result, unless its caller is gone."""
    with suppress(InvalidStateError):
        end(outcome)
