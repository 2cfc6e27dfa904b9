from __future__ import annotations

from typing import Any

from arf.loop.training import SideBySide


def test_steps_are_added_up_when_trainings_run_side_by_side() -> None:
    seen: list[tuple[int, str, int]] = []
    progress = SideBySide(lambda steps, note, total: seen.append((steps, note, total)))

    progress("b", {"step": 3, "steps": 10, "loss": 2.0, "tokens_per_second": 100.0})
    progress("a", {"step": 1, "steps": 20, "loss": 1.5, "tokens_per_second": 50.0})
    progress("b", {"step": 4, "steps": 10, "loss": 1.0, "tokens_per_second": 110.0})

    assert [(steps, total) for steps, _, total in seen] == [(3, 10), (1, 30), (1, 30)]
    assert seen[-1][1] == "loss a 1.500, b 1.000; 160 tokens/s"


def test_last_word_is_no_step_when_a_training_says_that_it_is_done() -> None:
    seen: list[Any] = []
    SideBySide(lambda *given, **named: seen.append(given))("a", {"done": True, "steps": 3})
    assert seen == []
