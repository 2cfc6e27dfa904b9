"""A client of live calls for tests: sends the events of a call over gRPC, and keeps what comes back."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import grpc

from arf.v1.live_pb2 import EndCall, EndReason, Segment, SummaryUpdate, UpdateKind
from arf.v1.summarizer_service_pb2 import Ack, StreamCallRequest, StreamCallResponse
from arf.v1.summarizer_service_pb2_grpc import SummarizerServiceStub

PATIENCE_S = 15.0
PARTIAL, FINAL, CORRECTION = (
    UpdateKind.UPDATE_KIND_PARTIAL,
    UpdateKind.UPDATE_KIND_FINAL,
    UpdateKind.UPDATE_KIND_CORRECTION,
)


def segment(number: int, text: str, revision: int = 0, *, final: bool = True, speaker: str = "customer") -> Segment:
    """The segment that begins in second `number` of its call."""
    one = Segment(segment_id=f"s-{number}", revision=revision, speaker=speaker, text=text, is_final=final)
    one.start_ms, one.end_ms = number * 1_000, number * 1_000 + 900
    return one


class LiveStream:
    """One stream of a call, which `first` starts or resumes. Its requests are numbered from 1."""

    def __init__(self, channel: grpc.Channel, first: StreamCallRequest) -> None:
        self._requests: queue.Queue[StreamCallRequest | None] = queue.Queue()
        self._sequence = 0
        self.acks: list[Ack] = []
        self.updates: list[SummaryUpdate] = []
        self.error: grpc.RpcError | None = None
        self.send(first)
        self._call = SummarizerServiceStub(channel).StreamCall(self._sent(), timeout=PATIENCE_S)
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def send(self, request: StreamCallRequest) -> None:
        """Sends one event."""
        self._sequence += 1
        numbered = StreamCallRequest()
        numbered.CopyFrom(request)
        numbered.sequence = self._sequence
        self._requests.put(numbered)

    def say(self, *segments: Segment) -> None:
        """Sends segments."""
        for one in segments:
            self.send(StreamCallRequest(segment=one))

    def end(self) -> None:
        """Sends the call's end."""
        self.send(StreamCallRequest(end=EndCall(reason=EndReason.END_REASON_COMPLETED)))

    def done(self) -> LiveStream:
        """Returns when the server has closed the stream."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the stream is still open"
        return self

    def cut(self) -> None:
        """Breaks the stream off, as a network does."""
        self._call.cancel()
        self._thread.join(PATIENCE_S)

    def until(self, true: Callable[[], bool]) -> None:
        """Returns when it is true of this stream."""
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            assert self.error is None, self.error
            assert time.monotonic() < deadline, "did not happen"
            time.sleep(0.02)

    @property
    def final(self) -> SummaryUpdate:
        """The one final update."""
        (found,) = [update for update in self.updates if update.kind == FINAL]
        return found

    def _sent(self) -> Iterator[StreamCallRequest]:
        while (request := self._requests.get()) is not None:
            yield request

    def _receive(self) -> None:
        try:
            for response in self._call:
                self._take(response)
        except grpc.RpcError as error:
            self.error = error
        finally:
            self._requests.put(None)

    def _take(self, response: StreamCallResponse) -> None:
        if response.HasField("ack"):
            self.acks.append(response.ack)
        elif response.HasField("update"):
            self.updates.append(response.update)
