from __future__ import annotations

import io

import pytest
from rich.console import Console

from arf.loop import progress
from arf.loop.progress import Reporter


class Clock:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def _reporter(*, terminal: bool = False, term: str = "xterm") -> tuple[Reporter, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100, color_system=None, _environ={"TERM": term})
    return Reporter(console), out


def test_a_line_tells_how_far_it_is_and_what_is_left_now_and_then(clock: Clock) -> None:
    reporter, out = _reporter()
    with reporter.stage("teacher", 100) as advance:
        clock.now += 10
        advance(20)
        assert out.getvalue() == ""
        clock.now += 10
        advance(20, note="loss 0.5")
        clock.now += 5
        advance(10)
        assert out.getvalue() == "teacher: 40/100, 30 s left  loss 0.5\n"
        clock.now += 10
        advance(50)
    assert out.getvalue().splitlines()[1:] == ["teacher: done in 35 s"]


def test_what_was_read_back_says_nothing_of_the_speed(clock: Clock) -> None:
    reporter, out = _reporter()
    with reporter.stage("teacher", 100) as advance:
        advance(50)
        clock.now += 20
        advance(10)
    # 10 of the 50 that were left took 20 s.
    assert out.getvalue().splitlines()[0] == "teacher: 60/100, 80 s left"


def test_no_time_is_told_while_too_little_is_done_to_know_it(clock: Clock) -> None:
    reporter, out = _reporter()
    with reporter.stage("teacher", 100) as advance:
        clock.now += 20
        advance(4)
        clock.now += 20
        advance(1)
    assert out.getvalue().splitlines()[:2] == ["teacher: 4/100", "teacher: 5/100, 760 s left"]


def test_length_may_come_with_the_first_news(clock: Clock) -> None:
    reporter, out = _reporter()
    with reporter.stage("training", 0) as advance:
        clock.now += 16
        advance(1, note="loss 2.0", total=4)
        clock.now += 16
        advance(1)
    assert out.getvalue().splitlines()[:2] == ["training: 1/4, 48 s left  loss 2.0", "training: 2/4, 32 s left"]


def test_seconds_of_a_stage_add_up_when_it_is_opened_again(clock: Clock) -> None:
    reporter, _ = _reporter()
    for spent in (3.0, 4.0):
        with reporter.stage("arf", 1):
            clock.now += spent
    with reporter.stage("evaluation", 1):
        clock.now += 1.0
    assert reporter.seconds == {"arf": 7.0, "evaluation": 1.0}


@pytest.mark.parametrize("terminal", [False, True])
def test_time_counts_but_nothing_is_called_done_when_a_stage_fails(terminal: bool) -> None:
    reporter, out = _reporter(terminal=terminal)
    with pytest.raises(RuntimeError, match="broke"), reporter.stage("editor", 1):
        raise RuntimeError("broke")
    assert set(reporter.seconds) == {"editor"}
    assert "done in" not in out.getvalue()


def test_terminal_shows_a_bar_with_count_and_note() -> None:
    reporter, out = _reporter(terminal=True)
    with reporter.stage("training", 0) as advance:
        advance(3, note="loss 0.25", total=8)
        advance(1, note="loss 0.20")
    shown = out.getvalue()
    assert "training" in shown
    assert "4/8" in shown
    assert "loss 0.20" in shown
    assert shown.splitlines()[-1].strip().endswith("training: done in 0 s")


def test_time_left_counts_down_between_steps(clock: Clock) -> None:
    pace = progress._Pace(100)
    assert pace.left_s() is None
    clock.now += 10
    pace.add(20, None)
    assert pace.left_s() == 40
    clock.now += 15
    assert pace.left_s() == 25
    clock.now += 60
    assert pace.left_s() == 0


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(clock: Clock) -> None:
    reporter, out = _reporter(terminal=True, term="dumb")
    with reporter.stage("teacher", 100) as advance:
        clock.now += 20
        advance(10)
    assert out.getvalue().startswith("teacher: 10/100")


@pytest.mark.parametrize("text", ["model [bold]x[/bold]", "runs/[1]/report", "[/]"])
def test_news_is_printed_as_it_is_when_it_looks_like_markup(text: str) -> None:
    reporter, out = _reporter()
    reporter.say(text)
    assert out.getvalue() == f"{text}\n"
