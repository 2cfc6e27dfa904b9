"""Shows a run's progress: a bar with ETA on a terminal, an occasional line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

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
        pace = _Pace(total)
        columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                   _TimeLeft(pace), TextColumn("{task.fields[note]}"))  # fmt: skip
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(name, total=total, note="")

            def advance(steps: int, note: str = "", total: int | None = None) -> None:
                pace.add(steps, total)
                bar.update(task, advance=steps, total=total, note=note)

            yield advance

    def _lines(self, name: str, total: int) -> Callable[..., None]:
        pace, last = _Pace(total), time.monotonic()

        def advance(steps: int, note: str = "", total: int | None = None) -> None:
            nonlocal last
            pace.add(steps, total)
            now = time.monotonic()
            if now - last >= _LINE_EVERY and pace.done < pace.total:
                last = now
                left = pace.left_s()
                said = "" if left is None else f", {left:.0f} s left"
                self.say(f"{name}: {pace.done}/{pace.total}{said}{'  ' + note if note else ''}")

        return advance


class _Pace:
    """How far a stage is, and how long the rest will take at its speed so far."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self._begun = time.monotonic()
        self._resumed = 0
        self._ends: float | None = None

    def add(self, steps: int, total: int | None) -> None:
        """Counts steps; the first ones, if they come at once, were read back and say nothing of the speed."""
        now = time.monotonic()
        if self.done == 0 and now - self._begun < 1.0:
            self._resumed = steps
        self.done, self.total = self.done + steps, total or self.total
        worked, rest = self.done - self._resumed, self.total - self.done
        # Skip the first steps: a model reads all prompts of a batch before it finishes one.
        if worked and worked * 20 >= self.total - self._resumed:
            self._ends = now + rest * (now - self._begun) / worked

    def left_s(self) -> float | None:
        """Seconds left, which grow fewer between steps too; None while too little is done to know."""
        return None if self._ends is None else max(0.0, self._ends - time.monotonic())


class _TimeLeft(ProgressColumn):
    def __init__(self, pace: _Pace) -> None:
        super().__init__()
        self._pace = pace

    def render(self, task: object) -> Text:
        left = self._pace.left_s()
        return Text("" if left is None else f"{timedelta(seconds=round(left))} left")
