"""Shows a run's progress: a bar with ETA on a terminal, an occasional line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_LINE_EVERY = 15.0


class Reporter:
    """Reports what a run is doing.

    `seconds` holds how long each stage took in this process. `after_stage` is called when a stage has ended, even by an
    error.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        self.after_stage: Callable[[], None] = lambda: None

    def say(self, text: str) -> None:
        """Prints one line."""
        self.console.print(text, markup=False, highlight=False)

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Callable[..., None]]:
        """Opens a stage, yielding its progress function (steps done, note="...", total=...); `total` may come late."""
        start = time.monotonic()
        try:
            if self.console.is_terminal and not self.console.is_dumb_terminal:
                with self._bar(name, total) as advance:
                    yield advance
            else:
                yield self._lines(name, total)
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - start
            self.after_stage()
        self.say(f"{name}: done in {time.monotonic() - start:.0f} s")

    @contextmanager
    def _bar(self, name: str, total: int) -> Iterator[Callable[..., None]]:
        columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                   TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.fields[note]}"))  # fmt: skip
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(name, total=total, note="")

            def advance(steps: int, note: str = "", total: int | None = None) -> None:
                bar.update(task, advance=steps, total=total, note=note)

            yield advance

    def _lines(self, name: str, total: int) -> Callable[..., None]:
        start = last = time.monotonic()
        done = resumed = 0
        end = total

        def advance(steps: int, note: str = "", total: int | None = None) -> None:
            nonlocal done, last, resumed, end
            now = time.monotonic()
            end = total or end
            if done == 0 and now - start < 1.0:
                resumed = steps  # read back rather than done now, so it says nothing about the speed
            done += steps
            if now - last >= _LINE_EVERY and done < end:
                last = now
                worked = done - resumed
                # Skip the first steps: a model reads all prompts of a batch before it finishes one.
                left = f", {(end - done) * (now - start) / worked:.0f} s left" if worked * 20 >= end - resumed else ""
                self.say(f"{name}: {done}/{end}{left}{'  ' + note if note else ''}")

        return advance
