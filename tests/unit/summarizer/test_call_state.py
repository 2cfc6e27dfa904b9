"""Laws of live calls, for any order of arrival, duplicates, partial segments and slow answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.summarizer.call_state import Answer, CallState, Question
from arf.summarizer.schedule import Pacing, timers_ms
from arf.summarizer.segments import in_order, transcript
from arf.v1.live_pb2 import (
    EndCall,
    EndReason,
    LiveCall,
    LiveEvent,
    LivePhase,
    Segment,
    StartCall,
    SummaryUpdate,
    UpdateKind,
)
from arf.v1.routing_table_pb2 import Route, RoutingTable
from arf.v1.transcript_pb2 import Role

PACING = Pacing()
PARTIAL, FINAL, CORRECTION = (
    UpdateKind.UPDATE_KIND_PARTIAL,
    UpdateKind.UPDATE_KIND_FINAL,
    UpdateKind.UPDATE_KIND_CORRECTION,
)
BEGIN_MS = 1_000_000
Arrival = tuple[int, LiveEvent]


def start(channel: str = "phone") -> LiveEvent:
    return LiveEvent(start=StartCall(call_id="c-1", channel=channel, language="en"))


def end() -> LiveEvent:
    return LiveEvent(end=EndCall(reason=EndReason.END_REASON_COMPLETED))


def segment(number: int, text: str, revision: int = 0, *, final: bool = True, speaker: str = "customer") -> LiveEvent:
    one = Segment(segment_id=f"s-{number}", revision=revision, speaker=speaker, text=text, is_final=final)
    one.start_ms, one.end_ms = number * 1_000, number * 1_000 + 900
    return LiveEvent(segment=one)


@dataclass
class Simulated:
    """A call whose events arrive at given times, and whose model takes `model_ms` for each answer."""

    model_ms: int = 500
    refuses: bool = False
    table: RoutingTable | None = None

    def __post_init__(self) -> None:
        self.kept: LiveCall | None = None
        self.updates: list[SummaryUpdate] = []
        self.questions: list[Question] = []
        self.writing: tuple[int, Question] | None = None
        self.now = BEGIN_MS
        self.timer: int | None = None

    def run(self, arrivals: Iterable[Arrival]) -> Simulated:
        for at_ms, event in sorted(arrivals, key=lambda arrival: arrival[0]):
            self.until(at_ms)
            self._turn(at_ms, event)
        return self

    def until(self, until_ms: int) -> Simulated:
        """Lets all happen that is due by then: answers and timers."""
        while True:
            done = [] if self.writing is None else [self.writing[0]]
            waits = [at for at in (*done, self.timer) if at is not None and at <= until_ms]
            if not waits:
                self.now = until_ms
                return self
            self._turn(min(waits), None)

    @property
    def state(self) -> CallState:
        return CallState("acme", "c-1", PACING, self.kept)

    def kinds(self) -> list[UpdateKind]:
        return [update.kind for update in self.updates]

    def _turn(self, now_ms: int, event: LiveEvent | None) -> None:
        """One turn, as the worker takes it: the state goes through bytes between two."""
        state, self.now = self.state, now_ms
        if event is not None:
            state.apply(event, now_ms)
        if self.writing is not None and self.writing[0] <= now_ms:
            written, self.writing = self.writing[1], None
            self._out(state, Answer(written, None if self.refuses else SummaryUpdate(text=said(written))))
        state.tick(now_ms)
        question = state.question(now_ms, self.table or RoutingTable(), asked=None) if self.writing is None else None
        if question is not None:
            if (settled := state.settled(question)) is not None:
                self._out(state, settled)
            else:
                self.questions.append(question)
                self.writing = now_ms + self.model_ms, question
        state.tick(now_ms)
        timers = timers_ms(state.kept, now_ms, PACING, asked=self.writing is not None)
        self.timer = min((at for at in timers if at > now_ms), default=None)
        self.kept = LiveCall.FromString(state.kept.SerializeToString())

    def _out(self, state: CallState, answer: Answer) -> None:
        if (update := state.answered(answer, self.now)) is not None:
            self.updates.append(update)


def said(question: Question) -> str:
    """The "summary" that the simulated model writes: everything, so that nothing can be missing unnoticed."""
    return " | ".join(f"{turn.speaker}: {turn.text}" for turn in question.call.turns)


def expected(events: Sequence[LiveEvent]) -> tuple[str, str]:
    """Text and covered_through of the summary of the ordered stream: of each segment the newest final revision."""
    newest: dict[str, Segment] = {}
    for event in events:
        one = event.segment
        if one.is_final and (one.segment_id not in newest or one.revision > newest[one.segment_id].revision):
            newest[one.segment_id] = one
    order = in_order(newest.values())
    call = transcript("acme", "c-1", StartCall(), order)
    text = " | ".join(f"{turn.speaker}: {turn.text}" for turn in call.turns)
    return text, order[-1].segment_id if order else ""


@st.composite
def streams(draw: st.DrawFn) -> list[Arrival]:
    """A call's events at their times of arrival: up to 20 s late in any order, and some of them twice."""
    count = draw(st.integers(0, 8))
    arrivals: list[Arrival] = [(BEGIN_MS + draw(st.integers(0, 2_000)), start())]
    for number in range(count):
        finals = draw(st.integers(0, 3)) or 1
        partials = draw(st.integers(0, 2))
        for revision in range(partials + finals):
            text = draw(st.sampled_from(["I want a refund", "It is late", "Thank you", "", " "]))
            event = segment(number, text, revision, final=revision >= partials)
            for _ in range(draw(st.integers(1, 2))):
                arrivals.append((BEGIN_MS + number * 1_000 + draw(st.integers(0, 20_000)), event))
    ends = BEGIN_MS + count * 1_000 + draw(st.integers(0, 10_000))
    return [*arrivals, *[(ends + draw(st.integers(0, 5_000)), end()) for _ in range(draw(st.integers(1, 2)))]]


@given(streams(), st.integers(0, 9_000))
def test_the_last_final_or_correction_is_the_summary_of_the_ordered_stream_for_any_arrival(
    arrivals: list[Arrival], model_ms: int
) -> None:
    run = Simulated(model_ms).run(arrivals).until(BEGIN_MS + 600_000)

    kinds = run.kinds()
    assert kinds.count(FINAL) == 1
    assert set(kinds[: kinds.index(FINAL)]) <= {PARTIAL}
    assert set(kinds[kinds.index(FINAL) + 1 :]) <= {CORRECTION}
    last = run.updates[-1]
    assert (last.text, last.covered_through) == expected([event for _, event in arrivals])
    assert [update.revision for update in run.updates] == list(range(1, len(run.updates) + 1))
    covered = [update.covered_through for update in run.updates]
    assert covered == sorted(covered)
    assert run.state.phase is LivePhase.LIVE_PHASE_CLOSED
    assert run.state.kept.late_segments == 0


@given(streams(), streams())
def test_a_call_that_comes_again_after_its_end_changes_nothing(first: list[Arrival], second: list[Arrival]) -> None:
    run = Simulated().run(first).until(BEGIN_MS + 600_000)
    updates = len(run.updates)
    run.run([(at_ms + 600_000, event) for at_ms, event in second]).until(BEGIN_MS + 1_200_000)
    assert len(run.updates) == updates
    assert b"refund" not in run.state.kept.SerializeToString()


def test_partial_segments_are_not_summarised_and_do_not_overwrite_a_final_one() -> None:
    run = Simulated().run([(BEGIN_MS, segment(0, "A parcel", 1)), (BEGIN_MS, segment(0, "A pa", 5, final=False))])
    run.until(BEGIN_MS + 10_000)
    assert [update.text for update in run.updates] == ["customer: A parcel"]


def test_empty_text_withdraws_what_was_said_and_covered_through_does_not_go_back() -> None:
    run = Simulated().run([(BEGIN_MS, segment(0, "A parcel")), (BEGIN_MS, segment(1, "oh"))]).until(BEGIN_MS + 8_000)
    run.run([(BEGIN_MS + 8_000, segment(1, "", 1))]).until(BEGIN_MS + 20_000)
    assert [(u.text, u.covered_through) for u in run.updates] == [
        ("customer: A parcel | customer: oh", "s-1"),
        ("customer: A parcel", "s-1"),
    ]


def test_a_call_without_an_end_ends_when_nothing_was_heard_for_five_minutes() -> None:
    run = Simulated().run([(BEGIN_MS, start()), (BEGIN_MS + 1_000, segment(0, "Hello"))]).until(BEGIN_MS + 300_999)
    assert (run.kinds(), run.state.kept.end_reason) == ([PARTIAL], EndReason.END_REASON_UNSPECIFIED)
    run.until(BEGIN_MS + 301_000)
    assert (run.kinds(), run.state.kept.end_reason) == ([PARTIAL, FINAL], EndReason.END_REASON_TIMEOUT)


def test_partial_segments_show_that_the_call_goes_on() -> None:
    partials = [(BEGIN_MS + at_ms, segment(0, "Hm", final=False)) for at_ms in range(0, 400_000, 1_000)]
    assert Simulated().run(partials).state.phase is LivePhase.LIVE_PHASE_OPEN


def test_a_segment_within_the_lateness_corrects_the_final_summary_and_a_later_one_is_counted() -> None:
    run = Simulated().run(
        [
            (BEGIN_MS, segment(1, "Second")),
            (BEGIN_MS + 1_000, end()),
            (BEGIN_MS + 31_000, segment(0, "First")),
            (BEGIN_MS + 31_001, segment(2, "Third")),
        ]
    )
    run.until(BEGIN_MS + 60_000)
    assert [(u.kind, u.text) for u in run.updates if u.kind != PARTIAL] == [
        (FINAL, "customer: Second"),
        (CORRECTION, "customer: First | customer: Second"),
    ]
    assert run.state.kept.late_segments == 1


def test_a_segment_far_behind_the_others_is_counted_and_summarised_while_the_call_goes_on() -> None:
    run = Simulated().run([(BEGIN_MS, segment(40, "Now")), (BEGIN_MS + 9, segment(0, "Long ago"))])
    run.until(BEGIN_MS + 9_000)
    assert run.updates[-1].text == "customer: Long ago | customer: Now"
    assert run.state.kept.late_segments == 1


def test_nothing_said_is_an_empty_final_summary_without_a_question_to_the_model() -> None:
    run = Simulated().run([(BEGIN_MS, start()), (BEGIN_MS + 5, end())]).until(BEGIN_MS + 10)
    assert [(u.kind, u.text, u.covered_through) for u in run.updates] == [(FINAL, "", "")]
    assert run.questions == []


def test_the_newest_summary_becomes_the_final_one_at_once_when_nothing_was_said_since() -> None:
    run = Simulated().run([(BEGIN_MS, segment(0, "Hello"))]).until(BEGIN_MS + 20_000)
    run.run([(BEGIN_MS + 20_000, end())])
    assert run.kinds() == [PARTIAL, FINAL]
    assert run.updates[0].text == run.updates[1].text
    assert len(run.questions) == 1


def test_a_slow_model_writes_fewer_summaries() -> None:
    spoken = [(BEGIN_MS + number * 1_000, segment(number, f"Word {number}")) for number in range(60)]
    quick, slow = (Simulated(model_ms).run(spoken).until(BEGIN_MS + 120_000) for model_ms in (10, 20_000))
    assert len(quick.updates) > 15
    assert len(slow.updates) <= 5
    assert quick.updates[-1].text == slow.updates[-1].text


def test_a_call_that_the_model_refuses_ends_with_the_newest_summary() -> None:
    run = Simulated().run([(BEGIN_MS, segment(0, "Hello"))]).until(BEGIN_MS + 10_000)
    run.refuses = True
    run.run([(BEGIN_MS + 10_000, segment(1, "Long")), (BEGIN_MS + 20_000, end())]).until(BEGIN_MS + 90_000)
    assert [(u.kind, u.text, u.covered_through) for u in run.updates] == [
        (PARTIAL, "customer: Hello", "s-0"),
        (FINAL, "customer: Hello", "s-0"),
    ]


@pytest.mark.parametrize("rollback", [False, True])
def test_a_running_call_keeps_its_adapter_unless_the_promotion_is_taken_back(rollback: bool) -> None:
    run = Simulated(table=RoutingTable(generation=1, routes=[Route(adapter="adapters/old", share_bp=10_000)]))
    run.run([(BEGIN_MS, segment(0, "Hello"))]).until(BEGIN_MS + 10_000)
    run.table = RoutingTable(generation=2, routes=[Route(adapter="adapters/new", share_bp=10_000)], rollback=rollback)
    run.run([(BEGIN_MS + 10_000, segment(1, "Bye"))]).until(BEGIN_MS + 20_000)
    wanted = "adapters/new" if rollback else "adapters/old"
    assert [question.route.adapter for question in run.questions] == ["adapters/old", wanted]


def test_speakers_have_the_roles_that_the_start_of_the_call_gives_them() -> None:
    told = start()
    told.start.participants.add(speaker="Dana", role=Role.ROLE_AGENT)
    run = Simulated().run(
        [
            (BEGIN_MS, segment(0, "Hi", speaker="Dana")),
            (BEGIN_MS, segment(1, "Hi", speaker="Caller 1")),
            (BEGIN_MS, told),
        ]
    )
    run.until(BEGIN_MS + 9_000)
    assert [turn.role for turn in run.questions[-1].call.turns] == [Role.ROLE_AGENT, Role.ROLE_CUSTOMER]
    assert run.questions[-1].call.channel == "phone"
