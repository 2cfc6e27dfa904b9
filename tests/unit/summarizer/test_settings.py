from __future__ import annotations

from dataclasses import asdict

from arf.summarizer.settings import SummarizerSettings


def test_each_time_is_the_one_of_its_name_in_milliseconds() -> None:
    given = SummarizerSettings(settle=1, every=2, lateness=3, idle=4, remembered=5)
    pacing = asdict(given.pacing)
    assert {name.removesuffix("_ms"): value for name, value in pacing.items()} == {
        "settle": 1000,
        "every": 2000,
        "lateness": 3000,
        "idle": 4000,
        "remembered": 5000,
    }
