"""What will go wrong and when, drawn from a seed before anything starts.

Faults follow the work and the clock: each is due when so many records are there, and some seconds after the one before
it. So a seed makes the same faults in the same order on any machine, and a slow one is not killed faster than it works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from arf.flow import EDITOR, ancestors
from tests.faults.upstream import TROUBLES

STAGES = (*ancestors(EDITOR), EDITOR.stage)
"""The line of stages from a call to its revision; what branches off it is not tried here."""

_CALLS_A_KILL = 50
_PORTIONS = 10
_AHEAD = 0.6
"""The part of a portion that is still to be done when the next one is submitted: there is always work to lose."""


@dataclass(frozen=True)
class Submit:
    """A portion of the calls is submitted."""

    portion: int

    def __str__(self) -> str:
        return f"submit portion {self.portion}"


@dataclass(frozen=True)
class Kill:
    """A worker is killed with -9."""

    worker: str

    def __str__(self) -> str:
        return f"kill -9 {self.worker}"


@dataclass(frozen=True)
class RestartBroker:
    """The broker ends, in order or by kill -9, and is started again.

    While it is away a worker is killed, and a client that has heard nothing submits a portion once more.
    """

    hard: bool
    worker: str
    again: int

    def __str__(self) -> str:
        how = "kill -9" if self.hard else "stop"
        return f"{how} the broker, kill -9 {self.worker}, submit portion {self.again} again, start the broker"


@dataclass(frozen=True)
class DropUpstream:
    """The upstream is killed and away for so many seconds, and a worker is killed meanwhile."""

    seconds: float
    worker: str
    after_s: float

    def __str__(self) -> str:
        return f"drop the upstream for {self.seconds:.0f} s, kill -9 {self.worker} after {self.after_s:.1f} s"


@dataclass(frozen=True)
class Event:
    """What is done once `records` are there, and no sooner than `pause_s` after the event before it."""

    records: int
    pause_s: float
    what: Submit | Kill | RestartBroker | DropUpstream


@dataclass(frozen=True)
class Plan:
    """Everything that the seed decides. `poison` has the upstream's trouble with a call, by the call's number."""

    seed: int
    calls: int
    poison: dict[int, str]
    workers: tuple[str, ...]
    portions: tuple[range, ...]
    events: tuple[Event, ...]
    answer_s: float

    @property
    def kills(self) -> Counter[str]:
        """How often a worker of each stage is killed."""
        return Counter(e.what.worker.rpartition("-")[0] for e in self.events if not isinstance(e.what, Submit))

    def lines(self) -> Iterator[str]:
        """The plan as it is printed."""
        yield f"seed {self.seed}: {self.calls} calls in {len(self.portions)} portions, by {', '.join(self.workers)}"
        yield f"  the upstream takes {self.answer_s:.1f} s for an answer"
        for number, trouble in sorted(self.poison.items()):
            yield f"  call {number} is poison: {trouble}, {TROUBLES[trouble].meaning}"
        for event in self.events:
            yield f"  from {event.records} records on, {event.pause_s:.1f} s after the last: {event.what}"


def draw(
    calls: int,
    seed: int,
    poison: int = 3,
    *,
    workers: int = 2,
    kills: int | None = None,
    portions: int = _PORTIONS,
    pause_s: tuple[float, float] = (2.0, 5.0),
    restarts: tuple[bool, ...] = (False, True),
    away_s: float = 10.0,
    answer_s: float = 1.5,
) -> Plan:
    """The plan of a seed: `workers` a stage, `kills` beside those while broker or upstream are away.

    `restarts` are those of the broker, True for kill -9. The upstream takes `answer_s` for an answer, and drops once.
    Raises ValueError if there are too few calls for the portions and the poison.
    """
    if calls < 2 * portions or poison > calls // 4:
        raise ValueError(f"{calls} calls are too few for {portions} portions and {poison} poisonous calls")
    rng = Random(f"faults:{seed}:{calls}:{poison}")
    names = tuple(f"{stage}-{number + 1}" for stage in STAGES for number in range(workers))
    victims = _victims(names, rng)
    total = len(STAGES) * calls
    bounds = [calls * n // portions for n in range(portions + 1)]

    def event(share: float, what: Submit | Kill | RestartBroker | DropUpstream) -> Event:
        return Event(round(total * share), 0.0 if isinstance(what, Submit) else rng.uniform(*pause_s), what)

    events = [event(max(0.0, n - _AHEAD) / portions, Submit(n)) for n in range(portions)]
    for _ in range(max(1, calls // _CALLS_A_KILL) if kills is None else kills):
        events.append(event(rng.uniform(0.02, 0.95), Kill(next(victims))))
    for n, hard in enumerate(restarts):
        share = (n + 0.5) / len(restarts) + rng.uniform(-0.15, 0.15)
        # The first portion holds no poison: submitted again it must leave no trace.
        events.append(event(share, RestartBroker(hard, next(victims), again=0)))
    # Just after a portion came, so that there is something to ask the upstream for.
    share = max(0.0, rng.randrange(portions // 2, portions) - _AHEAD) / portions
    events.append(event(share, DropUpstream(away_s, next(victims), rng.uniform(0.2, 0.8) * away_s)))
    events.sort(key=lambda e: (e.records, not isinstance(e.what, Submit)))
    # Poison is known by what comes after it, so none is among the last.
    sick = rng.sample(range(bounds[1], calls * 7 // 10), poison)
    troubles = [trouble for _ in range(poison) for trouble in rng.sample(sorted(TROUBLES), len(TROUBLES))][:poison]
    return Plan(
        seed,
        calls,
        dict(zip(sorted(sick), troubles, strict=True)),
        names,
        tuple(range(a, b) for a, b in pairwise(bounds)),
        tuple(events),
        answer_s,
    )


def _victims(names: tuple[str, ...], rng: Random) -> Iterator[str]:
    """Workers in random order, each as often as the others."""
    while True:
        yield from rng.sample(names, len(names))
