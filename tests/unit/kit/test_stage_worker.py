"""The worker as services wire it: a span for each record, in the record's own trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from arf.flow import CALLS, SUMMARIES
from arf.kit import tracing
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.kinds.keyed_stage import Change, KeyedStage, changelog_spec
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Message, Record
from arf.kit.bus.stage import Pace, Stage
from arf.kit.errors import InvalidRecord
from arf.kit.metrics import Metrics
from arf.kit.stage_worker import StageWorker, cache_file, keyed_worker
from tests.helpers.sealing import site
from tests.helpers.servers import LoopThread

TRACES = ["0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"]


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Of a tracer of its own: the process's one may be what another test's server has shut down."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def headers_of(trace: str) -> dict[str, str]:
    return {EVENT_ID: trace, "traceparent": f"00-{trace}-b7ad6b7169203331-01"}


def sent_by_handler(tmp_path: Path, traces: Sequence[str]) -> list[dict[str, str]]:
    """What a call that the handler makes carries, each time that it is given records."""
    sent: list[dict[str, str]] = []
    called = threading.Event()

    async def handler(records: Sequence[Record]) -> list[NoOutput]:
        headers: dict[str, str] = {}
        tracing.inject(headers)
        sent.append(headers)
        called.set()
        return [NoOutput.PASSED_BY for _ in records]

    with site(tmp_path, partitions=1) as here:
        here.bus.publish([Message(CALLS, "t/c1", b"", headers_of(trace)) for trace in traces])
        stage = Stage("teacher", [CALLS], SUMMARIES, handler)
        loop = LoopThread()
        worker = StageWorker(here.bus, stage, Metrics("test"), loop.loop, Pace(poll_s=0.05))
        thread = threading.Thread(target=worker.run)
        thread.start()
        called.wait(60)
        worker.stop()
        thread.join(60)
        assert not thread.is_alive()
        loop.close()
    return sent


def test_each_record_of_a_batch_has_a_span_in_its_own_trace(exporter: InMemorySpanExporter, tmp_path: Path) -> None:
    sent = sent_by_handler(tmp_path, TRACES)
    spans = exporter.get_finished_spans()

    assert [(span.name, f"{span.context.trace_id:032x}") for span in spans] == [("teacher", t) for t in TRACES]
    assert sent == [{}]


def test_calls_for_a_single_record_belong_to_its_span(exporter: InMemorySpanExporter, tmp_path: Path) -> None:
    (headers,) = sent_by_handler(tmp_path, TRACES[:1])
    (span,) = exporter.get_finished_spans()

    assert headers["traceparent"] == f"00-{TRACES[0]}-{span.context.span_id:016x}-01"


def test_records_of_a_keyed_stage_have_spans_too(exporter: InMemorySpanExporter, tmp_path: Path) -> None:
    sent: list[dict[str, str]] = []
    called = threading.Event()

    async def handler(key: str, state: bytes | None, records: Sequence[Record], now: float) -> Change:
        headers: dict[str, str] = {}
        tracing.inject(headers)
        sent.append(headers)
        called.set()
        return Change(None)

    with site(tmp_path, partitions=1) as here:
        here.bus.create_topics([changelog_spec("states", 1)])
        here.bus.publish([Message(CALLS, "t/c1", b"", headers_of(TRACES[0]))])
        loop = LoopThread()
        stage = KeyedStage("live", CALLS, [SUMMARIES], "states", handler)
        worker = keyed_worker(here.bus, stage, Metrics("test"), loop.loop, Pace(poll_s=0.05))
        thread = threading.Thread(target=worker.run)
        thread.start()
        called.wait(60)
        worker.stop()
        thread.join(60)
        loop.close()
    (span,) = exporter.get_finished_spans()

    assert (span.name, sent[0]["traceparent"]) == ("live", f"00-{TRACES[0]}-{span.context.span_id:016x}-01")


def test_folder_of_caches_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    assert cache_file(tmp_path / "a" / "b", "done") == tmp_path / "a" / "b" / "done.db"
    assert cache_file(None, "done") is None


@pytest.mark.parametrize("broken", ["folder is a file", "file is a folder", "file is no database"])
def test_cache_is_named_when_it_cannot_be_used(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "caches"
    if broken == "folder is a file":
        folder.write_text("")
    else:
        folder.mkdir()
        if broken == "file is a folder":
            (folder / "done.db").mkdir()
        else:
            (folder / "done.db").write_text("of another kind" * 100)
    with pytest.raises(InvalidRecord, match=r"CACHE_DIR: .*caches/done.db"):
        cache_file(folder, "done")
