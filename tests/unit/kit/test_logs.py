"""What gets into a log line, and what never does."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from arf.kit import logs, tracing

TEXT = "my card is 4111 1111 1111 1111"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the lines go; logging is as it was afterwards."""
    loggers = [logging.getLogger(name) for name in ("", "arf", "kafka")]
    root, levels, config = loggers[0], [logger.level for logger in loggers], structlog.get_config()
    handlers = root.handlers[:]
    stream = io.StringIO()
    logs.configure("teacher", "INFO", stream)
    yield stream
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    structlog.configure(**config)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail() -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        raise RuntimeError(f"cannot handle {TEXT}") from error


def test_known_keys_are_kept_and_others_dropped(out: io.StringIO) -> None:
    structlog.get_logger().info("rpc", method="Summarize", code="OK", text=TEXT, turns=[TEXT], call_id="c1")

    (line,) = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "rpc", "level": "info", "service": "teacher", "method": "Summarize", "code": "OK", "call_id": "c1",
    }  # fmt: skip


def test_known_keys_hold_plain_values_only(out: io.StringIO) -> None:
    structlog.get_logger().info("rpc", name={"text": TEXT}, count=[TEXT], seconds=0.5)

    assert TEXT not in out.getvalue()
    assert lines(out)[0]["seconds"] == 0.5


def test_an_exception_is_told_by_type_place_and_cause_never_by_its_message(out: io.StringIO) -> None:
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("unexpected exception")

    (line,) = lines(out)
    assert (line["error"], line["caused_by"]) == ("RuntimeError", "ValueError")
    assert line["at"][-1].endswith(" fail")
    assert "4111" not in out.getvalue()
    assert "raise" not in out.getvalue()


def test_a_librarys_message_is_told_by_its_place(out: io.StringIO) -> None:
    logging.getLogger("asyncio").error(f"Task exception was never retrieved: {TEXT}")
    try:
        fail()
    except RuntimeError as error:
        logging.getLogger("grpc._cython.cygrpc").exception("Unexpected %s", error)

    first, second = lines(out)
    assert first["event"].startswith("test_logs:")
    assert second["error"] == "RuntimeError"
    assert "4111" not in out.getvalue()


def test_our_own_messages_are_shown(out: io.StringIO) -> None:
    logging.getLogger("arf.kit.bus.loop").warning("work is void: %s", "another worker took over")

    assert lines(out)[0]["event"] == "work is void: another worker took over"


def test_libraries_are_heard_from_warnings_on(out: io.StringIO) -> None:
    logging.getLogger("httpx").info("POST")
    logging.getLogger("arf.x").info("ours")

    assert [line["logger"] for line in lines(out)] == ["arf.x"]


def test_kafka_is_heard_only_when_everything_is_to_be(out: io.StringIO) -> None:
    logging.getLogger("kafka.net.manager").error("Bootstrap failed")
    assert lines(out) == []

    logs.configure("teacher", "DEBUG", out)
    logging.getLogger("kafka.net.manager").error("Bootstrap failed")
    assert [line["event"] for line in lines(out)] == ["Bootstrap failed"]


def test_a_record_that_cannot_be_written_is_lost_without_what_it_held(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.LogRecord("arf.x", logging.WARNING, "calls.py", 7, "%d turns", (TEXT,), None)
    logs.StandardLibraryBridge().handle(record)

    assert out.getvalue() == ""
    said = capsys.readouterr().err
    assert said.startswith("a log record of arf.x")
    assert "4111" not in said


def test_the_trace_is_named_in_every_line_within_it(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    # A process keeps its first provider, perhaps an earlier test's; OpenTelemetry then says so in a line of its own.
    monkeypatch.setattr(tracing, "_TRACER", tracing.configure("teacher").get_tracer("arf"))
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    with tracing.consuming("summarize", headers):
        structlog.get_logger().info("rpc")

    (line,) = [line for line in lines(out) if line["event"] == "rpc"]
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


@given(st.dictionaries(st.text(max_size=10), st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none())))
def test_nothing_but_allowed_keys_passes(event: dict[str, Any]) -> None:
    kept = logs.drop_unknown_keys(None, "info", dict(event))

    assert set(kept) <= logs.ALLOWED
    assert all(len(value) <= 500 for value in kept.values() if isinstance(value, str))
