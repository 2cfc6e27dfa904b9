"""The loop of a stage on both buses: what fails, what waits, what comes twice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from arf.kit.bus import dlq, retries
from arf.kit.bus.done import OutputLog
from arf.kit.bus.headers import EVENT_ID, SCHEMA, TRACEPARENT
from arf.kit.bus.ids import stage_id
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.loop import Worker
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Message, Record, TopicSpec
from arf.kit.bus.stage import Handled, Stage
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError, InvalidRecord, NotFound, Unavailable
from tests.integration.bus.conftest import Place, eventually
from tests.integration.bus.flow import PACE, Flow

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def flow(place: Place, group: str) -> Flow:
    return Flow(place, group)


def _copy(record: Record) -> Output:
    return Output(record.value, "test.Copy")


def test_an_output_has_its_inputs_key_and_an_id_of_its_own(flow: Flow) -> None:
    flow.publish("e-1")
    with flow.running(_copy):
        eventually(lambda: sum(flow.outputs().values()) == 1, "the output")

    (record,) = flow.bus.read(flow.target)
    assert record.key == "acme/e-1"
    assert record.headers == {EVENT_ID: stage_id(flow.group, "e-1"), "tenant": "acme", SCHEMA: "test.Copy"}


def test_one_event_id_gives_one_output_however_often_it_comes(flow: Flow) -> None:
    flow.publish("e-1", "e-1", "e-2")
    with flow.running(_copy):
        eventually(lambda: len(flow.outputs()) == 2, "outputs")
        flow.publish("e-1")
        eventually(lambda: flow.counts.repeated_ == 2, "repetitions in the same worker")
    flow.publish("e-2", "e-3")
    with flow.running(_copy):
        eventually(lambda: len(flow.outputs()) == 3, "the third")
        eventually(lambda: flow.counts.repeated_ == 3, "a repetition in the next worker")

    assert flow.outputs() == Counter(["e-1", "e-2", "e-3"])


def test_a_record_at_fault_is_a_dead_letter_and_the_rest_goes_on(flow: Flow) -> None:
    def handle(record: Record) -> Output | ArfError:
        return InvalidRecord("turns", "none") if record.value == b"bad" else _copy(record)

    flow.publish("e-1", "bad", "e-2")
    with flow.running(handle):
        eventually(lambda: len(flow.letters()) == 1 and len(flow.outputs()) == 2, "a letter and two outputs")

    (letter,) = flow.letters()
    assert (letter.dead.origin_topic, letter.dead.value, letter.dead.key) == (flow.source, b"bad", b"acme/bad")
    assert (letter.dead.error_code, letter.dead.error_message) == ("INVALID_ARGUMENT", "turns: none")
    assert (letter.dead.stage, letter.dead.attempts) == (flow.group, 1)
    assert letter.headers[EVENT_ID] == "bad"
    assert flow.counts.dead == Counter(["invalid_argument"])


def test_a_replayed_letter_is_done_once_and_keeps_its_id(flow: Flow) -> None:
    fixed = threading.Event()

    def handle(record: Record) -> Output | ArfError:
        return _copy(record) if fixed.is_set() or record.value != b"bad" else InvalidRecord("turns", "none")

    flow.publish("bad")
    with flow.running(handle):
        eventually(lambda: len(flow.letters()) == 1, "the letter")
        dlq.replay(flow.bus, topic=flow.dlq)
        eventually(lambda: [not letter.replayed for letter in flow.letters()] == [True], "the letter once more")
        fixed.set()
        (letter,) = dlq.replay(flow.bus, topic=flow.dlq)
        eventually(lambda: flow.outputs() == Counter(["bad"]), "its output")

    (record,) = flow.bus.read(flow.target)
    assert record.headers[EVENT_ID] == stage_id(flow.group, "bad")
    assert dlq.show(flow.bus, letter.id, flow.dlq).replayed
    assert dlq.replay(flow.bus, topic=flow.dlq) == []
    with pytest.raises(ArfError, match="already"):
        dlq.replay(flow.bus, [letter.id], flow.dlq)
    with pytest.raises(NotFound):
        dlq.replay(flow.bus, ["nobody"], flow.dlq)


def test_a_replay_marks_its_record_and_the_letter_and_no_output(flow: Flow) -> None:
    fixed = threading.Event()
    standard = {EVENT_ID: "e-1", "tenant": "acme", "source": "batch", TRACEPARENT: f"00-{TRACE}-b7ad6b7169203331-01"}
    flow.bus.publish([Message(flow.source, "acme/c", b"x", {**standard, SCHEMA: "arf.v1.Call", "own": "1"})])
    with flow.running(lambda record: _copy(record) if fixed.is_set() else InvalidRecord("turns", "none")):
        eventually(lambda: len(flow.letters()) == 1, "the letter")
        dlq.replay(flow.bus, topic=flow.dlq)
        eventually(lambda: [not letter.replayed for letter in flow.letters()] == [True], "the letter once more")
        fixed.set()
        (letter,) = dlq.replay(flow.bus, topic=flow.dlq)
        eventually(lambda: flow.outputs() == Counter(["x"]), "the output")

    given, *again = flow.bus.read(flow.source)
    assert [record.headers for record in again] == [{**given.headers, dlq.REPLAYS: letter.id}] * 2
    (output,) = flow.bus.read(flow.target)
    assert (dlq.REPLAYS in output.headers, dlq.REPLAYS in letter.headers) == (False, False)
    markers = [record.headers for record in flow.bus.read(flow.dlq) if dlq.REPLAYS in record.headers]
    marker = {EVENT_ID: stage_id("replay", letter.id), SCHEMA: "arf.v1.DeadLetter", dlq.REPLAYS: letter.id}
    assert markers == [{**standard, **marker}] * 2


def test_a_dead_letter_is_logged_and_never_what_the_record_says(flow: Flow) -> None:
    named = {EVENT_ID: "e-1", TRACEPARENT: f"00-{TRACE}-b7ad6b7169203331-01"}
    secret = {EVENT_ID: "my card is", TRACEPARENT: "4111 1111"}
    flow.bus.publish([Message(flow.source, "acme/c-1", b"secret", named), Message(flow.source, "secret", b"", secret)])
    with capture_logs() as logs, flow.running(lambda record: InvalidRecord("turns", "none")):
        eventually(lambda: len(flow.letters()) == 2, "letters")

    first, second = sorted(logs, key=lambda line: line["call_id"] or "", reverse=True)
    common = {"event": "dead letter", "log_level": "warning", "stage": flow.group, "code": "invalid_argument"}
    assert common.items() <= first.items()
    assert common.items() <= second.items()
    assert (first["call_id"], first["event_id"], first["trace_id"]) == ("c-1", "e-1", TRACE)
    assert (second["call_id"], second["event_id"], second["trace_id"]) == (None, None, None)
    assert (second["topic"], second["offset"]) == (flow.source, 0)


@pytest.mark.parametrize(("asked_s", "cap_s"), [(0.4, 60.0), (3600.0, 0.4)])
@pytest.mark.parametrize("others", [False, True], ids=["an outage", "one record"])
def test_a_record_is_tried_again_no_sooner_than_its_error_says_and_within_the_cap(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, asked_s: float, cap_s: float, *, others: bool
) -> None:
    monkeypatch.setattr(retries, "MAX_RETRY_AFTER_S", cap_s)
    tried: list[float] = []

    def handle(record: Record) -> Output | ArfError:
        if record.value == b"other":
            return _copy(record)
        tried.append(time.monotonic())
        return _copy(record) if len(tried) == 2 else Unavailable("later", retry_after_s=asked_s)

    flow.publish("e-1", *["other"] * others)
    with flow.running(handle):
        eventually(lambda: "e-1" in flow.outputs(), "the output")

    assert 0.4 <= tried[1] - tried[0] < 30.0


def test_records_passed_by_or_waiting_are_no_failures(flow: Flow) -> None:
    come = threading.Event()

    def handle(record: Record) -> Output | NoOutput | ArfError:
        if record.value == b"other":
            return NoOutput.PASSED_BY
        return _copy(record) if come.is_set() or record.value != b"early" else NoOutput.NOT_YET

    flow.publish("other", "early", "e-1")
    with flow.running(handle):
        eventually(lambda: flow.counts.processed_ > 3 * PACE.max_attempts, "many tries")
        come.set()
        eventually(lambda: flow.outputs() == Counter(["early", "e-1"]), "outputs")
        eventually(lambda: sum(lag.records for lag in flow.bus.lag(flow.group, [flow.source])) == 0, "no lag")

    assert flow.letters() == []
    assert flow.counts.failed_ == Counter()


def test_an_outage_fills_no_dead_letters_and_ends_by_itself(flow: Flow) -> None:
    up = threading.Event()
    tried: Counter[str] = Counter()

    def handle(record: Record) -> Output | ArfError:
        tried[record.value.decode()] += 1
        return _copy(record) if up.is_set() else Unavailable("no answer")

    flow.publish(*[f"e-{n}" for n in range(10)])
    with flow.running(handle):
        eventually(lambda: max(tried.values(), default=0) > 2 * PACE.max_attempts, "many attempts")
        assert flow.letters() == []
        up.set()
        eventually(lambda: len(flow.outputs()) == 10, "all outputs")

    assert flow.letters() == []
    assert flow.outputs() == Counter(f"e-{n}" for n in range(10))


@pytest.mark.parametrize("error", [Unavailable("no answer for this one"), RuntimeError("secret text")])
def test_a_record_that_fails_five_times_beside_others_is_a_dead_letter(flow: Flow, error: Exception) -> None:
    tried: Counter[str] = Counter()
    stop = threading.Event()

    def handle(record: Record) -> Output | ArfError:
        tried[record.value.decode()] += 1
        if record.value == b"bad":
            if isinstance(error, ArfError):
                return error
            raise error
        return _copy(record)

    def others() -> None:
        n = 0
        while not stop.wait(0.05):
            flow.publish(f"e-{n}")
            n += 1

    publisher = threading.Thread(target=others)
    with flow.running(handle):
        flow.publish("bad")
        publisher.start()
        try:
            eventually(lambda: len(flow.letters()) == 1, "the letter")
        finally:
            stop.set()
            publisher.join()

    (letter,) = flow.letters()
    assert letter.dead.value == b"bad"
    assert letter.dead.attempts == PACE.max_attempts
    assert "secret" not in letter.dead.error_message
    assert tried["bad"] >= PACE.max_attempts
    assert "bad" not in flow.outputs()


def test_a_record_that_fails_with_no_others_to_tell_is_a_dead_letter_when_the_stage_would_answer_others(
    place: Place, group: str
) -> None:
    flow = Flow(place, group, partitions=1)
    flow.publish("bad", "e-1")
    with flow.running(lambda r: Unavailable("for this one") if r.value == b"bad" else _copy(r), lambda r: True):
        eventually(lambda: len(flow.letters()) == 1, "the letter")
        eventually(lambda: flow.outputs() == Counter(["e-1"]), "what waited behind it")

    (letter,) = flow.letters()
    assert (letter.dead.value, letter.dead.attempts) == (b"bad", PACE.max_attempts)


def test_an_outage_fills_no_dead_letters_however_the_stage_is_asked(flow: Flow) -> None:
    up = threading.Event()
    asked: list[bytes] = []

    def answers(record: Record) -> bool:
        asked.append(record.value)
        if len(asked) % 2:
            raise RuntimeError("cannot even be asked")
        return False

    flow.publish("e-1", "e-2")
    with flow.running(lambda r: _copy(r) if up.is_set() else Unavailable("no answer"), answers):
        eventually(lambda: len(asked) > 2 * PACE.max_attempts, "many questions")
        up.set()
        eventually(lambda: len(flow.outputs()) == 2, "all outputs")

    assert flow.letters() == []


def test_a_record_at_fault_does_not_keep_its_dependencys_breaker_open_after_an_outage(flow: Flow) -> None:
    """The breaker is half open: whoever asks first decides for the others, and the record at fault is always first."""
    half_open, open_until = True, 0.0

    def ask(value: bytes) -> bool:
        nonlocal half_open, open_until
        if half_open and time.monotonic() < open_until:
            return False
        if value == b"bad":
            open_until = time.monotonic() + PACE.backoff_s / 2
            return False
        half_open = False
        return True

    def handle(batch: Sequence[Record]) -> list[Output | ArfError]:
        made = {
            r.value: _copy(r) if ask(r.value) else Unavailable("away") for r in sorted(batch, key=lambda r: r.value)
        }
        return [made[record.value] for record in batch]

    flow.publish("bad", "e-1", "e-2")
    with flow.running_batches(handle, lambda record: ask(b"canary")):
        eventually(lambda: len(flow.letters()) == 1, "the letter")
        eventually(lambda: len(flow.outputs()) == 2, "the others")

    assert [letter.dead.value for letter in flow.letters()] == [b"bad"]


def test_the_one_record_for_which_a_batch_fails_is_a_dead_letter_and_no_other(flow: Flow) -> None:
    tried: Counter[str] = Counter()

    def handle(batch: Sequence[Record]) -> list[Output]:
        tried.update(record.value.decode() for record in batch)
        if any(record.value == b"bad" for record in batch):
            raise Unavailable("the engine falls over one of them")
        return [_copy(record) for record in batch]

    ids = [f"e-{n}" for n in range(3 * PACE.batch)]
    flow.publish(*ids[:5], "bad", *ids[5:])
    with flow.running_batches(handle, lambda record: True):
        eventually(lambda: len(flow.letters()) == 1, "the letter")
        eventually(lambda: len(flow.outputs()) == len(ids), "all others")

    assert [letter.dead.value for letter in flow.letters()] == [b"bad"]
    assert flow.outputs() == Counter(ids)


def test_a_batch_is_not_tried_record_by_record_when_nothing_answers(flow: Flow) -> None:
    batches: list[int] = []
    up = threading.Event()

    def handle(batch: Sequence[Record]) -> list[Output]:
        batches.append(len(batch))
        if not up.is_set():
            raise Unavailable("away")
        return [_copy(record) for record in batch]

    flow.publish(*[f"e-{n}" for n in range(PACE.batch)])
    with flow.running_batches(handle):
        eventually(lambda: batches.count(PACE.batch) > 2 * PACE.max_attempts, "many tries of all together")
        alone = batches.count(1)
        assert flow.letters() == []
        up.set()
        eventually(lambda: len(flow.outputs()) == PACE.batch, "all outputs")

    assert alone <= 3 * batches.count(PACE.batch)
    assert flow.letters() == []


def test_a_record_without_event_id_is_a_dead_letter(flow: Flow) -> None:
    flow.bus.publish([Message(flow.source, "acme/c", b"x")])
    with flow.running(_copy):
        eventually(lambda: len(flow.letters()) == 1, "the letter")

    assert flow.letters()[0].dead.error_message == f"headers.{EVENT_ID}: missing"


def test_an_output_too_large_is_the_records_fault(flow: Flow) -> None:
    flow.publish("big")
    with flow.running(lambda record: Output(bytes(1_000_001), "test.Copy")):
        eventually(lambda: len(flow.letters()) == 1, "the letter")

    assert flow.outputs() == Counter()


def test_what_was_handled_is_committed_when_the_worker_stops(flow: Flow) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def handle(record: Record) -> Output:
        entered.set()
        assert go_on.wait(60)
        return _copy(record)

    flow.publish("e-1")
    with flow.running(handle):
        assert entered.wait(90)
        threading.Timer(0.3, go_on.set).start()

    assert flow.outputs() == Counter(["e-1"])
    assert sum(lag.records for lag in flow.bus.lag(flow.group, [flow.source])) == 0


def test_lag_is_told_while_work_waits_and_when_it_is_done(flow: Flow) -> None:
    up = threading.Event()
    flow.publish("e-1")
    with flow.running(lambda record: _copy(record) if up.is_set() else Unavailable("no answer")):
        eventually(lambda: sum(lag.records for lag in flow.counts.lags) > 0, "lag")
        assert max(lag.oldest_age_s for lag in flow.counts.lags) > 0
        up.set()
        eventually(lambda: sum(lag.records for lag in flow.counts.lags) == 0, "no lag")


def test_topics_partitioned_otherwise_are_refused(flow: Flow, place: Place) -> None:
    other = place.topic(partitions=5)

    async def nothing(records: Sequence[Record]) -> list[Handled]:
        return []

    loop = asyncio.new_event_loop()
    stage = Stage(flow.group, [flow.source], other, nothing, flow.dlq)
    kind = OneToOne(stage, OutputLog(flow.bus, other), flow.counts, loop, PACE)
    refused = Worker(flow.bus, kind, flow.counts, PACE)

    with pytest.raises(InvalidRecord, match=r"has 3, but .* has 5"):
        refused.run()
    loop.close()
    place.bus.create_topics([TopicSpec(other, 5)])
